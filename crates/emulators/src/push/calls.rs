//! The door of the service: what a message must be, what befalls it, how the answer goes out.

use super::{Browser, Push, number_of_token, vapid};
use crate::{
    answer::Answer,
    desk::{Stop, is_done},
    journal::Call,
    line::Line,
};
use axum::{
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, HeaderName, header},
    response::Response,
};
use bytes::Bytes;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// What a message is named in the journal and in faults.
pub const METHODS: [&str; 1] = ["push"];
/// The most that is taken, in bytes.
pub const LARGEST: usize = 4096;
const LONGEST_TOPIC: usize = 32;
/// As long as a service keeps a message at most.
const LONGEST_TTL: u64 = 28 * 24 * 3600;
const TTL: HeaderName = HeaderName::from_static("ttl");

/// A refusal: status and words.
type Refusal = (u16, String);

/// `POST /push/{token}`
pub async fn push(
    State(push): State<Arc<Push>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let number = number_of_token(&token);
    let admitted = push.admit(METHODS[0], number);
    let trouble = admitted.clone().unwrap_or_default();
    let mut wait = None;
    let result = match admitted {
        Ok(trouble) => push.take(&token, &headers, &body, is_done(trouble.as_ref())),
        Err(Stop::Wait(seconds)) => {
            wait = Some(seconds);
            Err((429, format!("wait {seconds} s")))
        }
        Err(Stop::Refuse { status, description }) => Err((status, description)),
    };
    let call = Call {
        at_ms: push.clock.now_ms(),
        method: METHODS[0].to_owned(),
        chat: number,
        text: result.as_ref().map(|(_, text)| text.clone().unwrap_or_default()).unwrap_or_default(),
        status: Some(result.as_ref().map_or_else(|(status, _)| *status, |_| 201)),
        taken: matches!(result, Ok((_, Some(_)))),
        message: result.as_ref().ok().map(|(id, _)| *id),
        said: match &result {
            Ok((_, Some(_))) => String::new(),
            Ok((_, None)) => "the browser cannot open it".to_owned(),
            Err((_, why)) => why.clone(),
        },
    };
    push.note(call, trouble.as_ref());
    let answer = match result {
        Ok((id, _)) => Answer::empty(201).with(header::LOCATION, &format!("{}/messages/{id}", push.url())).with(TTL, "86400"),
        Err((status, why)) => Answer { body: why.into(), ..Answer::empty(status) },
    };
    answer.wait(wait).give(trouble, &line).await
}

impl Push {
    /// Takes a message, unless its trouble keeps it from being done: its number, and its text if the browser can open it. A service
    /// that does not have the browser's keys cannot tell.
    fn take(&self, token: &str, headers: &HeaderMap, body: &[u8], is_done: bool) -> Result<(i64, Option<String>), Refusal> {
        let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let refused = |status: u16, why: &str| (status, why.to_owned());
        let mut browsers = self.browsers();
        let browser = number_of_token(token).and_then(|number| Some((number, browsers.get_mut(&number)?)));
        let browser: &mut Browser = match browser {
            Some((number, browser)) if browser.keys.token(number) == token => browser,
            _ => return Err(refused(404, "no such subscription")),
        };
        if browser.is_expired {
            return Err(refused(410, "the subscription is gone"));
        }
        if body.len() > LARGEST {
            return Err(refused(413, "more than 4096 bytes"));
        }
        let ttl = word("ttl").and_then(|ttl| ttl.parse().ok()).ok_or_else(|| refused(400, "no TTL"))?;
        if word("content-encoding") != Some("aes128gcm") {
            return Err(refused(400, "not aes128gcm"));
        }
        if word("urgency").is_some_and(|urgency| !["very-low", "low", "normal", "high"].contains(&urgency)) {
            return Err(refused(400, "no such urgency"));
        }
        let topic = word("topic").map(str::to_owned);
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
        if topic.as_ref().is_some_and(|topic| !(1..=LONGEST_TOPIC).contains(&topic.len()) || !topic.bytes().all(is_plain)) {
            return Err(refused(400, "no topic"));
        }
        let sender = vapid::check(word("authorization"), &self.url()).map_err(|(status, why)| refused(status, why))?;
        if browser.sender.as_ref().is_some_and(|only| *only != sender) {
            return Err(refused(403, "another sender than the browser subscribed to"));
        }
        let text = browser.keys.open(body).and_then(|plain| String::from_utf8(plain).ok());
        if let (true, Some(text)) = (is_done, &text) {
            let ttl = Duration::from_secs(LONGEST_TTL.min(ttl));
            browser.take(topic, ttl, text.clone(), self.clock.now_ms());
        }
        Ok((self.last_message.fetch_add(1, Ordering::Relaxed) + 1, text))
    }
}
