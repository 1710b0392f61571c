//! The accept loop: HTTP/1.1 and cleartext HTTP/2 with the time-outs and caps that `axum::serve` lacks.

mod body;
mod watch;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tower::ServiceExt;

use self::body::{IncomingBody, OutgoingBody};
use self::watch::{Watch, WatchedIo};
use super::client::{TrustedProxies, network_of};

/// How long and how much a connection may ask for.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections altogether.
    pub connections: usize,
    /// Open connections from one address (one /64 of IPv6); our own proxies are exempt.
    pub connections_per_address: usize,
    /// Whose connections are not counted per address.
    pub proxies: TrustedProxies,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// Between two pieces of a request's body while it is being read.
    pub body_idle: Duration,
    /// Bytes per second a request's body must bring, after the first `body_idle`.
    pub body_rate: u32,
    /// Bytes of a request's body that are still taken after nobody reads it any more.
    pub unread: u64,
    /// How long a client may refuse to take an answer that is ready.
    pub write_stall: Duration,
    /// What requests get to finish after the shutdown was asked for.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_per_address: 256,
            proxies: TrustedProxies::default(),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body_idle: Duration::from_secs(20),
            body_rate: 1024,
            unread: 256 << 20,
            write_stall: Duration::from_secs(60),
            shutdown: Duration::from_secs(10),
        }
    }
}

/// What the system holds of an answer that a client does not take, in bytes. Left alone it grows to megabytes: a thousand clients that
/// read nothing take gigabytes, and each growth looks like a client that goes on reading.
const SEND_BUFFER: usize = 256 * 1024;

/// Serves until `shutdown` completes and the last request is answered, or its time is up.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    // Connections inherit it.
    set_socket_send_buffer_size(&listener, SEND_BUFFER)?;
    let (stop, stopping) = channel(false);
    let server = Arc::new(Server { http: http_builder(&limits), held: Mutex::default(), router, limits, stopping });
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(slot) = Slot::take(&server, peer.ip()) {
                        let connection = connection(Arc::clone(&server), stream, peer);
                        connections.spawn(async move {
                            connection.await;
                            drop(slot);
                        });
                    }
                }
                Err(error) => rest_after(&error).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    stop.send_replace(true);
    if timeout(server.limits.shutdown, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!(connections = connections.len(), "shutdown: connections cut");
        connections.shutdown().await;
    }
    Ok(())
}

fn http_builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    // hyper counts idle time as time to read a head, so it gets the longer of the two and `Watch` keeps the shorter.
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.idle.max(limits.head)).max_buf_size(64 * 1024);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_header_list_size(32 * 1024)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(128)
        .max_send_buf_size(256 * 1024);
    http
}

/// A connection that died in the queue is no trouble; running out of file handles needs a breath.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "accept failed");
        sleep(Duration::from_millis(200)).await;
    }
}

struct Server {
    http: Builder<TokioExecutor>,
    router: Router,
    limits: Limits,
    held: Mutex<Held>,
    stopping: Receiver<bool>,
}

impl Server {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream, peer: SocketAddr) {
    // Only latency is lost if the system refuses.
    let _ = stream.set_nodelay(true);
    let watch = Arc::new(Watch::new(&server.limits));
    let io = TokioIo::new(WatchedIo::new(stream, Arc::clone(&watch)));
    let service = service_fn(|request| answer(Arc::clone(&server), request, peer, Arc::clone(&watch)));
    let mut connection = pin!(server.http.serve_connection(io, service));
    let mut stopping = server.stopping.clone();

    let end = tokio::select! {
        biased;
        _ = stopping.wait_for(|stop| *stop) => End::Stopped,
        end = run(connection.as_mut(), &watch) => end,
    };
    match end {
        // hyper's graceful end would go on waiting for a head that never comes.
        End::Stopped if !watch.is_quiet_http1() => {
            connection.as_mut().graceful_shutdown();
            run(connection, &watch).await;
        }
        // An idle HTTP/2 peer gets a moment to take the GOAWAY.
        End::Idle if watch.is_http2() => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(Duration::from_secs(2), connection).await;
        }
        _ => {}
    }
}

/// Why a connection is to end.
enum End {
    /// It has ended by itself.
    Done,
    /// The peer was silent for too long.
    Idle,
    /// The peer takes nothing.
    Stalled,
    /// The server stops.
    Stopped,
}

async fn answer(
    server: Arc<Server>,
    request: Request<Incoming>,
    peer: SocketAddr,
    watch: Arc<Watch>,
) -> Result<Response<OutgoingBody>, Infallible> {
    let is_http2 = request.version() == Version::HTTP_2;
    let (busy, sending) = (watch.begin(is_http2), watch.begin(is_http2));
    let mut request = request.map(|body| Body::new(IncomingBody::new(body, &server.limits, sending)));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = server.router.clone().oneshot(request).await?;
    Ok(OutgoingBody::wrap(response, busy, server.stopping.clone()))
}

/// Drives a connection until it ends or its time is up.
async fn run<C, E>(mut connection: Pin<&mut C>, watch: &Watch) -> End
where
    C: Future<Output = Result<(), E>>,
{
    let mut alarm = pin!(sleep_until(Instant::now()));
    poll_fn(|cx| {
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(End::Done);
        }
        loop {
            let at = match watch.verdict(Instant::now()) {
                Ok(at) => at,
                Err(end) => return Poll::Ready(end),
            };
            // A later alarm may stay as it is: it is looked at again when it rings.
            if alarm.is_elapsed() || at < alarm.deadline() {
                alarm.as_mut().reset(at);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Who holds how many connections.
#[derive(Default)]
struct Held {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// One connection's place under the caps.
struct Slot {
    server: Arc<Server>,
    network: IpAddr,
}

impl Slot {
    fn take(server: &Arc<Server>, peer: IpAddr) -> Option<Self> {
        let network = network_of(peer);
        let limits = &server.limits;
        let mut held = server.held();
        let own = held.by_network.get(&network).copied().unwrap_or(0);
        if held.total >= limits.connections || (own >= limits.connections_per_address && !limits.proxies.contains(peer)) {
            return None;
        }
        held.total += 1;
        held.by_network.insert(network, own + 1);
        Some(Self { server: Arc::clone(server), network })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = self.server.held();
        held.total -= 1;
        match held.by_network.get_mut(&self.network) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(held.by_network.remove(&self.network)),
        }
    }
}

#[cfg(test)]
mod tests;
