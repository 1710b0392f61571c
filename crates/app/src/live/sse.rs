//! The stream of one browser.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::time::{Sleep, sleep};

use super::{Audience, Delivery, Hub, Signal, Subscription};

/// A stream ends after this and the browser comes back, so that rights are checked anew even if a revocation got lost.
const LIFETIME: Duration = Duration::from_secs(600);
/// Often enough for proxies that close silent connections.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// For whom a stream is.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub user_id: i64,
    pub session_id: Option<i64>,
    pub is_staff: bool,
    /// The order whose secret link opened the stream; such a viewer is no user.
    pub order: Option<i64>,
}

impl Viewer {
    fn may_see(&self, audience: &Audience) -> bool {
        (self.is_staff && audience.staff)
            || audience.users.contains(&self.user_id)
            || (self.order.is_some() && self.order == audience.order)
    }

    fn is_revoked_by(&self, user_id: i64, session_id: Option<i64>) -> bool {
        self.user_id == user_id && (session_id.is_none() || session_id == self.session_id)
    }
}

/// The id a returning browser stopped at or, on a page's first stream, the one that the page brought along in `?after=`.
pub fn last_event_id<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let of_page = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix("after="));
    headers.get("last-event-id").and_then(|id| id.to_str().ok()).or_else(of_page)
}

impl Hub {
    /// Answers with the events this viewer may see: `hello` with a place to go on from, `signal` with the topics that
    /// changed, `typing` with who is typing in which chat, `reload` when everything has to be fetched anew, `over` when the session has ended. `last_id` comes from [`last_event_id`] or, on a page's
    /// first stream, from the [`Hub::position`] written into the page.
    pub fn sse(&self, viewer: Viewer, last_id: Option<&str>) -> Response {
        let subscription = self.subscribe_after(last_id);
        let jitter = |most: u64| Duration::from_millis(rand::random_range(0..most));
        // After a restart of the server thousands come back: not all in one second.
        let hello = Event::default().event("hello").data("{}").retry(Duration::from_secs(1) + jitter(4000));
        let hello = match subscription.start() {
            Some(id) => hello.id(id),
            None => hello,
        };
        let open = Open { viewer, subscription, end: Box::pin(sleep(LIFETIME + jitter(60_000))), over: false };
        let events = stream::iter([hello]).chain(stream::unfold(open, Open::next)).map(Ok::<_, Infallible>);
        let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
        response
    }
}

struct Open {
    viewer: Viewer,
    subscription: Subscription,
    end: Pin<Box<Sleep>>,
    over: bool,
}

impl Open {
    async fn next(mut self) -> Option<(Event, Self)> {
        while !self.over {
            let delivery = tokio::select! {
                () = &mut self.end => return None,
                delivery = self.subscription.next() => delivery?,
            };
            if let Some(event) = self.event(delivery) {
                return Some((event, self));
            }
        }
        None
    }

    fn event(&mut self, delivery: Delivery) -> Option<Event> {
        let tell = |name: &str| Event::default().event(name).data("{}");
        let (id, signal) = match delivery {
            Delivery::Signal { id, signal } => (id, signal),
            Delivery::Reload { id } => return Some(tell("reload").id(id)),
        };
        match signal {
            Signal::Changed { topics, audience } => self.viewer.may_see(&audience).then(|| {
                let topics = json!({ "topics": topics });
                Event::default().event("signal").id(id).data(topics.to_string())
            }),
            Signal::Typing { topic, typist, audience } => {
                let is_told = self.viewer.may_see(&audience) && self.viewer.user_id != typist.user_id;
                let typing = json!({ "topic": topic, "who": typist.name });
                is_told.then(|| Event::default().event("typing").data(typing.to_string()))
            }
            Signal::Revoked { user_id, session_id } if !self.viewer.is_revoked_by(user_id, session_id) => None,
            Signal::Revoked { .. } => {
                self.over = true;
                Some(tell("over").id(id))
            }
            Signal::Deaf => Some(tell("reload").id(id)),
            // The browser comes back, and its rights are checked anew.
            Signal::Gap => {
                self.over = true;
                Some(tell("reload").id(id))
            }
        }
    }
}
