//! An emulator on its address.

use crate::line::{Line, Lines};
use axum::Router;
use std::{future::Future, io, net::SocketAddr, ops::Deref, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

/// An emulated service listening; ends when dropped.
#[derive(Debug)]
pub struct Listening<T> {
    service: Arc<T>,
    _stop: oneshot::Sender<()>,
}

/// An address to listen on, and how clients write it.
pub async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

impl<T> Listening<T> {
    /// Answers with this router, while `work` goes on beside it.
    pub fn start(listener: TcpListener, service: Arc<T>, router: Router, work: impl Future<Output = ()> + Send + 'static) -> Self {
        let (stop, mut stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel::<()>();
        let serving = axum::serve(Lines(listener), router.into_make_service_with_connect_info::<Line>());
        tokio::spawn(async move { serving.with_graceful_shutdown(async { drop(ended.await) }).await });
        tokio::spawn(async move {
            tokio::select! { () = work => {}, _ = &mut stopped => {} }
            drop(end);
        });
        Self { service, _stop: stop }
    }
}

impl<T> Deref for Listening<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.service
    }
}
