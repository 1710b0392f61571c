//! The door of the Bot API: who may call, what befalls the call, how the answer goes out.

use super::{
    Answer, Refusal, Telegram,
    methods::{METHODS, is_message, perform},
    params::Params,
    updates,
};
use crate::{
    answer::{gateway_page, trickle},
    faults::Trouble,
    journal::Call,
    line::Line,
};
use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// `/bot{token}/{method}`
pub async fn call(
    State(telegram): State<Arc<Telegram>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((token, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let at_ms = telegram.clock.now_ms();
    let (params, unread) = match Params::read(request).await {
        Ok(params) => (params, None),
        Err(refusal) => (Params::default(), Some(refusal)),
    };
    let admitted = match unread {
        Some(refusal) => Err(refusal),
        None => telegram.admit(&token, &method, params.integer("chat_id")),
    };
    let trouble = match &admitted {
        Ok(trouble) => trouble.clone(),
        Err(_) => None,
    };
    let answer = match admitted {
        Ok(Some(Trouble::Page { .. } | Trouble::Reset)) => Ok(Value::Null),
        Ok(_) if method.eq_ignore_ascii_case("getUpdates") => updates::get(&telegram, &params).await,
        Ok(_) => telegram.perform(&method, &params),
        Err(refusal) => Err(refusal),
    };
    telegram.note(at_ms, &method, &params, &answer, trouble.as_ref());
    match trouble {
        Some(Trouble::Page { status }) => gateway_page(status),
        Some(Trouble::Silent) => std::future::pending().await,
        Some(Trouble::Slow { seconds }) => with_head(&answer, trickle(text_of(&answer), Duration::from_secs(seconds.into()))),
        Some(Trouble::Reset) => {
            line.cut();
            StatusCode::OK.into_response()
        }
        _ => shown(&answer),
    }
}

/// `/file/bot{token}/{path}`: for faults the method «file».
pub async fn file(
    State(telegram): State<Arc<Telegram>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((token, path)): Path<(String, String)>,
) -> Response {
    if bot_id(&token).is_none() {
        return shown(&Err(Refusal::token()));
    }
    let trouble = telegram.state().script.next("file", None);
    match trouble {
        Some(Trouble::Wait { seconds }) => return shown(&Err(Refusal::wait(seconds))),
        Some(Trouble::Refuse { status, description }) => return shown(&Err(Refusal::new(status, &description))),
        Some(Trouble::Page { status }) => return crate::answer::gateway_page(status),
        Some(Trouble::Silent | Trouble::Slow { .. }) => return std::future::pending().await,
        Some(Trouble::Reset) => line.cut(),
        None => {}
    }
    match telegram.state().files.at(&path) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime.clone())], file.bytes.clone()).into_response(),
        None => shown(&Err(Refusal::new(404, "Not Found"))),
    }
}

impl Telegram {
    /// Lets a call in, perhaps into a trouble that shows only later.
    fn admit(&self, token: &str, method: &str, chat: Option<i64>) -> Result<Option<Trouble>, Refusal> {
        let mut state = self.state();
        let now = self.clock.now_ms();
        state.bot_id = bot_id(token).filter(|_| self.token.as_ref().is_none_or(|own| own == token)).ok_or_else(Refusal::token)?;
        let method = spelled(method).ok_or_else(|| Refusal::new(404, "Not Found: method not found"))?;
        let rest_ms = state.held_until_ms - now;
        if rest_ms > 0 {
            return Err(Refusal::wait(u32::try_from((rest_ms + 999) / 1000).unwrap_or(u32::MAX)));
        }
        let trouble = match state.script.next(method, chat) {
            Some(Trouble::Wait { seconds }) => return Err(state.hold(now, seconds)),
            Some(Trouble::Refuse { status, description }) => return Err(Refusal::new(status, &description)),
            Some(trouble @ (Trouble::Page { .. } | Trouble::Reset)) => return Ok(Some(trouble)),
            trouble => trouble,
        };
        if let (true, Some(limits), Some(chat)) = (is_message(method), state.limits, chat)
            && state.reach(chat).is_ok()
            && let Err(seconds) = state.meter.count(&limits, chat, now)
        {
            return Err(state.hold(now, seconds));
        }
        Ok(trouble)
    }

    fn perform(&self, method: &str, params: &Params) -> Answer {
        let method = spelled(method).ok_or_else(|| Refusal::new(404, "Not Found: method not found"))?;
        perform(&mut self.state(), self.clock.now_ms(), method, params)
    }

    /// A call that came within the answer to a webhook.
    pub(super) fn take_at_once(&self, method: &str, params: &Params) {
        let answer = self.perform(method, params);
        self.note(self.clock.now_ms(), method, params, &answer, None);
    }

    /// Writes a call into the journal, and tells those who wait for something to happen.
    fn note(&self, at_ms: i64, method: &str, params: &Params, answer: &Answer, trouble: Option<&Trouble>) {
        let text = if params.text("text").is_empty() { params.text("caption") } else { params.text("text") };
        let (status, said) = match (trouble, answer) {
            (Some(Trouble::Page { status }), _) => (Some(*status), "an HTML page".to_owned()),
            (Some(Trouble::Reset), _) => (None, "cut".to_owned()),
            (_, Err(refusal)) => (Some(refusal.status), refusal.description.clone()),
            (Some(Trouble::Silent), _) => (None, "never answered".to_owned()),
            (Some(Trouble::Slow { seconds }), _) => (Some(200), format!("answered within {seconds} s")),
            (_, Ok(_)) => (Some(200), String::new()),
        };
        let call = Call {
            at_ms,
            method: spelled(method).unwrap_or(method).to_owned(),
            chat: params.integer("chat_id"),
            text: text.to_owned(),
            status,
            taken: answer.is_ok() && !matches!(trouble, Some(Trouble::Page { .. } | Trouble::Reset)),
            message: answer.as_ref().ok().and_then(|result| result["message_id"].as_i64()),
            said,
        };
        self.state().journal.push(call);
        self.changed.notify_waiters();
    }
}

/// The bot's number, which stands before the colon of a well-formed token.
fn bot_id(token: &str) -> Option<i64> {
    let (id, secret) = token.split_once(':')?;
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    let well_formed = token.len() <= 80 && !id.starts_with('0') && !secret.is_empty() && secret.bytes().all(is_plain);
    id.parse().ok().filter(|id| well_formed && *id > 0)
}

fn spelled(method: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|name| name.eq_ignore_ascii_case(method))
}

fn text_of(answer: &Answer) -> String {
    match answer {
        Ok(result) => json!({ "ok": true, "result": result }),
        Err(refusal) => {
            let mut body = json!({ "ok": false, "error_code": refusal.status, "description": refusal.description });
            if let Some(seconds) = refusal.retry_after {
                body["parameters"] = json!({ "retry_after": seconds });
            }
            body
        }
    }
    .to_string()
}

fn shown(answer: &Answer) -> Response {
    with_head(answer, Body::from(text_of(answer)))
}

fn with_head(answer: &Answer, body: Body) -> Response {
    let status = answer.as_ref().err().map_or(200, |refusal| refusal.status);
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = answer.as_ref().err().and_then(|refusal| refusal.retry_after) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
