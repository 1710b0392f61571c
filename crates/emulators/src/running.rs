//! An emulator on its address.

use crate::{
    Desk, Telegram, desk,
    line::{Line, Lines},
};
use axum::Router;
use reqwest::{Client, redirect::Policy};
use std::{io, net::SocketAddr, ops::Deref, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

/// An emulator listening; ends when dropped.
#[derive(Debug)]
pub struct Running<T = Telegram> {
    service: Arc<T>,
    _stop: oneshot::Sender<()>,
}

/// An address to listen on, and the desk of the emulator there.
pub async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, Desk)> {
    let listener = TcpListener::bind(listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, Desk::new(url)))
}

/// With what emulators call webhooks, which providers do neither through a proxy nor after a redirect.
pub fn client() -> io::Result<Client> {
    Client::builder().no_proxy().redirect(Policy::none()).build().map_err(io::Error::other)
}

impl<T: Deref<Target = Desk> + Send + Sync + 'static> Running<T> {
    /// Answers with this router, and at the desk, while `work` goes on beside it.
    pub(crate) fn start(
        listener: TcpListener,
        service: Arc<T>,
        router: Router<Arc<T>>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let router = router.merge(desk::router()).with_state(service.clone());
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

impl<T> Deref for Running<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.service
    }
}
