//! The door of the Bot API: who may call, what befalls the call, how the answer goes out.

use super::{
    Outcome, Refusal, Telegram,
    methods::{METHODS, is_message, perform},
    params::Params,
    updates,
};
use crate::{
    answer::Answer,
    desk::{Stop, is_done},
    faults::Trouble,
    journal::Call,
    line::Line,
};
use axum::{
    extract::{ConnectInfo, Path, Request, State},
    http::header,
    response::Response,
};
use serde_json::{Value, json};
use std::sync::Arc;

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
        None => telegram.enter(&token, &method, params.integer("chat_id")),
    };
    let trouble = admitted.as_ref().ok().cloned().flatten();
    let outcome = match admitted {
        Ok(trouble) if !is_done(trouble.as_ref()) => Ok(Value::Null),
        Ok(_) if method.eq_ignore_ascii_case("getUpdates") => updates::get(&telegram, &params).await,
        Ok(_) => telegram.perform(&method, &params),
        Err(refusal) => Err(refusal),
    };
    telegram.write_down(at_ms, &method, &params, &outcome, trouble.as_ref());
    answer(&outcome).give(trouble, &line).await
}

/// `/file/bot{token}/{path}`: for faults the method «file».
pub async fn file(
    State(telegram): State<Arc<Telegram>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((token, path)): Path<(String, String)>,
) -> Response {
    if bot_id(&token).is_none() {
        return answer(&Err(Refusal::token())).give(None, &line).await;
    }
    let (trouble, found) = match telegram.admit("file", None) {
        Ok(trouble) => (trouble, telegram.state().files.at(&path).cloned().ok_or_else(|| Refusal::new(404, "Not Found"))),
        Err(stop) => (None, Err(stop.into())),
    };
    let answer = match found {
        Ok(file) => Answer { body: file.bytes, ..Answer::empty(200) }.with(header::CONTENT_TYPE, &file.mime),
        Err(refusal) => answer(&Err(refusal)),
    };
    answer.give(trouble, &line).await
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Wait(seconds) => Self::wait(seconds),
            Stop::Refuse { status, description } => Self::new(status, &description),
        }
    }
}

impl Telegram {
    /// Lets a call in, perhaps into a trouble that shows only later.
    fn enter(&self, token: &str, method: &str, chat: Option<i64>) -> Result<Option<Trouble>, Refusal> {
        let bot_id = bot_id(token).filter(|_| self.token.as_ref().is_none_or(|own| own == token)).ok_or_else(Refusal::token)?;
        self.state().bot_id = bot_id;
        let method = spelled(method).ok_or_else(|| Refusal::new(404, "Not Found: method not found"))?;
        let trouble = self.admit(method, chat)?;
        let mut state = self.state();
        if let (true, Some(limits), Some(chat)) = (is_message(method) && is_done(trouble.as_ref()), state.limits, chat)
            && state.reach(chat).is_ok()
            && let Err(seconds) = state.meter.count(&limits, chat, self.clock.now_ms())
        {
            self.close(seconds);
            return Err(Refusal::wait(seconds));
        }
        Ok(trouble)
    }

    fn perform(&self, method: &str, params: &Params) -> Outcome {
        let method = spelled(method).ok_or_else(|| Refusal::new(404, "Not Found: method not found"))?;
        perform(&mut self.state(), self.clock.now_ms(), method, params)
    }

    /// A call that came within the answer to a webhook.
    pub(super) fn take_at_once(&self, method: &str, params: &Params) {
        let outcome = self.perform(method, params);
        self.write_down(self.clock.now_ms(), method, params, &outcome, None);
    }

    fn write_down(&self, at_ms: i64, method: &str, params: &Params, outcome: &Outcome, trouble: Option<&Trouble>) {
        let text = if params.text("text").is_empty() { params.text("caption") } else { params.text("text") };
        let call = Call {
            at_ms,
            method: spelled(method).unwrap_or(method).to_owned(),
            chat: params.integer("chat_id"),
            text: text.to_owned(),
            status: Some(outcome.as_ref().err().map_or(200, |refusal| refusal.status)),
            taken: outcome.is_ok(),
            message: outcome.as_ref().ok().and_then(|result| result["message_id"].as_i64()),
            said: outcome.as_ref().err().map(|refusal| refusal.description.clone()).unwrap_or_default(),
        };
        self.note(call, trouble);
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

fn answer(outcome: &Outcome) -> Answer {
    match outcome {
        Ok(result) => Answer::json(200, &json!({ "ok": true, "result": result })),
        Err(refusal) => {
            let mut body = json!({ "ok": false, "error_code": refusal.status, "description": refusal.description });
            if let Some(seconds) = refusal.retry_after {
                body["parameters"] = json!({ "retry_after": seconds });
            }
            Answer::json(refusal.status, &body).wait(refusal.retry_after)
        }
    }
}
