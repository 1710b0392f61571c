use crate::{
    Telegram,
    line::{Line, Lines},
};
use axum::Router;
use std::{io, net::SocketAddr, ops::Deref, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

/// A service listening; ends when dropped.
#[derive(Debug)]
pub struct Running<T = Telegram> {
    service: Arc<T>,
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl<T> Running<T> {
    /// Listens, and does what the service does of itself.
    pub(crate) async fn start(
        service: Arc<T>,
        listen: SocketAddr,
        router: Router,
        working: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (stop, mut stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel::<()>();
        let serving = axum::serve(Lines(listener), router.into_make_service_with_connect_info::<Line>());
        tokio::spawn(async move { serving.with_graceful_shutdown(async { drop(ended.await) }).await });
        tokio::spawn(async move {
            tokio::select! { () = working => {}, _ = &mut stopped => {} }
            drop(end);
        });
        Ok(Self { service, address, _stop: stop })
    }

    /// What to give a program as the address of the provider.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl<T> Deref for Running<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.service
    }
}
