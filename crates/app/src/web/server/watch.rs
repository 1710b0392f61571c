//! What a connection is doing, and when its patience ends.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{End, Limits};

/// Shared by a connection's socket, its requests and the alarm that ends it.
pub(super) struct Watch {
    state: Mutex<State>,
    head: Duration,
    idle: Duration,
    write_stall: Duration,
}

struct State {
    quiet: Quiet,
    http2: bool,
    next_request: u64,
    /// Requests in work; with a time when a piece of the answer was made and the next has not been asked for since.
    requests: HashMap<u64, Option<Instant>>,
    write_blocked: Option<Instant>,
}

/// While no request is in work.
enum Quiet {
    /// Waiting for the next request since then.
    Idle(Instant),
    /// A request's head began to come then.
    Head(Instant),
}

impl Watch {
    pub(super) fn new(limits: &Limits) -> Self {
        let state =
            State { quiet: Quiet::Head(Instant::now()), http2: false, next_request: 0, requests: HashMap::new(), write_blocked: None };
        Self { state: Mutex::new(state), head: limits.head, idle: limits.idle, write_stall: limits.write_stall }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request's head is complete; it is in work until the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>, http2: bool) -> Busy {
        let mut state = self.state();
        state.http2 = http2;
        let id = state.next_request;
        state.next_request += 1;
        state.requests.insert(id, None);
        Busy { watch: Arc::clone(self), id }
    }

    /// When to look again, or why the connection is to end now.
    pub(super) fn verdict(&self, now: Instant) -> Result<Instant, End> {
        let state = self.state();
        let blocked = state.write_blocked.into_iter().chain(state.requests.values().copied().flatten());
        let stalled = blocked.map(|since| since + self.write_stall).min();
        let quiet = match state.quiet {
            // Requests may stall later without a sign on this connection's task.
            _ if !state.requests.is_empty() => now + self.write_stall,
            Quiet::Idle(since) => since + self.idle,
            Quiet::Head(since) => since + self.head,
        };
        match stalled {
            Some(end) if end <= now => Err(End::Stalled),
            _ if quiet <= now => Err(End::Idle),
            Some(end) => Ok(quiet.min(end)),
            None => Ok(quiet),
        }
    }

    pub(super) fn is_http2(&self) -> bool {
        self.state().http2
    }

    pub(super) fn is_quiet_http1(&self) -> bool {
        let state = self.state();
        state.requests.is_empty() && !state.http2 && state.write_blocked.is_none()
    }

    fn has_read(&self) {
        let mut state = self.state();
        // An HTTP/2 peer also sends pings; its half-sent heads end with the idle time.
        if !state.http2 && state.requests.is_empty() && matches!(state.quiet, Quiet::Idle(_)) {
            state.quiet = Quiet::Head(Instant::now());
        }
    }

    fn has_written(&self, blocked: bool) {
        let mut state = self.state();
        if !blocked {
            state.write_blocked = None;
        } else if state.write_blocked.is_none() {
            state.write_blocked = Some(Instant::now());
        }
    }
}

/// One request in work.
pub(super) struct Busy {
    watch: Arc<Watch>,
    id: u64,
}

impl Busy {
    /// A piece of the answer waits to be taken.
    pub(super) fn offered(&self) {
        self.watch.state().requests.insert(self.id, Some(Instant::now()));
    }

    /// The client is ready for more.
    pub(super) fn asked(&self) {
        self.watch.state().requests.insert(self.id, None);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.watch.state();
        state.requests.remove(&self.id);
        if state.requests.is_empty() {
            state.quiet = Quiet::Idle(Instant::now());
        }
    }
}

/// The socket, telling the watch what moves.
pub(super) struct WatchedIo {
    stream: TcpStream,
    watch: Arc<Watch>,
}

impl WatchedIo {
    pub(super) fn new(stream: TcpStream, watch: Arc<Watch>) -> Self {
        Self { stream, watch }
    }

    fn wrote<T>(&self, result: Poll<T>) -> Poll<T> {
        self.watch.has_written(result.is_pending());
        result
    }
}

impl AsyncRead for WatchedIo {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.watch.has_read();
        }
        result
    }
}

impl AsyncWrite for WatchedIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(result)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, pieces: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
