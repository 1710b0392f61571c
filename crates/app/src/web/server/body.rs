//! Bodies under watch: what comes in must keep coming, what goes out must be taken.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::runtime::Handle;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;
use super::watch::Busy;

/// A request's body that fails when it comes too slowly. Only the time spent waiting for the client counts.
///
/// A proxy sends a request whole before it looks for the answer. What nobody reads is therefore taken and forgotten, up to a limit, instead of
/// breaking the connection under the answer.
pub(super) struct IncomingBody {
    /// Nothing once it has ended.
    body: Option<Incoming>,
    idle: Duration,
    rate: u32,
    /// Bytes that are still taken when nobody reads any more.
    unread: u64,
    received: u64,
    waited: Duration,
    /// When the wait for the next piece began, and the alarm that ends it.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    busy: Option<Busy>,
}

impl IncomingBody {
    pub(super) fn new(body: Incoming, limits: &Limits, busy: Busy) -> Self {
        Self {
            body: Some(body),
            idle: limits.body_idle,
            rate: limits.body_rate,
            unread: limits.unread,
            received: 0,
            waited: Duration::ZERO,
            waiting: None,
            busy: Some(busy),
        }
    }

    /// How long the client may still make us wait for this piece.
    fn patience(&self) -> Duration {
        let earned = Duration::from_secs_f64(self.received as f64 / f64::from(self.rate.max(1)));
        (self.idle + earned).saturating_sub(self.waited).min(self.idle)
    }
}

impl HttpBody for IncomingBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
            match &frame {
                Some(Ok(frame)) => self.received += frame.data_ref().map_or(0, Bytes::len) as u64,
                Some(Err(_)) | None => self.body = None,
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let patience = self.patience();
        let (_, alarm) = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + patience)))
        });
        ready!(alarm.as_mut().poll(cx));
        self.body = None;
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the request body came too slowly").into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for IncomingBody {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| self.unread > 0 && !body.is_end_stream()) else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let most = self.received + self.unread;
        let mut rest = Self { body: Some(body), unread: 0, waiting: None, busy: self.busy.take(), ..*self };
        runtime.spawn(async move {
            while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx)).await {
                if rest.received > most {
                    break;
                }
            }
        });
    }
}

type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The most that is handed out at once: hyper would take a large page whole for an HTTP/2 client that takes nothing.
const PIECE: usize = 64 * 1024;

/// An answer's body: keeps its request in work until it is gone, and ends an event stream at shutdown.
pub(super) struct OutgoingBody {
    body: Body,
    /// What is left of a piece that was too large.
    rest: Bytes,
    busy: Busy,
    stop: Option<Stop>,
}

impl OutgoingBody {
    pub(super) fn wrap(response: Response<Body>, busy: Busy, mut stopping: Receiver<bool>) -> Response<Self> {
        let endless = response.headers().get(header::CONTENT_TYPE).is_some_and(is_event_stream);
        let stop = endless.then(|| -> Stop {
            Box::pin(async move {
                let _ = stopping.wait_for(|stop| *stop).await;
            })
        });
        response.map(|body| Self { body, rest: Bytes::new(), busy, stop })
    }
}

fn is_event_stream(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/event-stream")
}

impl HttpBody for OutgoingBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.busy.asked();
        if self.stop.as_mut().is_some_and(|stop| stop.as_mut().poll(cx).is_ready()) {
            self.stop = None;
            self.body = Body::empty();
        }
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        self.busy.offered();
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        match hint.exact() {
            Some(exact) => hint.set_exact(exact + rest),
            None => hint.set_lower(hint.lower() + rest),
        }
        hint
    }
}
