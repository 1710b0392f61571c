//! The door of the Bot API: who may call, what befalls the call, how the answer goes out.

use super::{Answer, LARGEST, Max, Refusal, files::Upload, messages, updates};
use crate::{faults::Trouble, journal::Call, line::Line, outcome::Outcome};
use axum::{
    extract::{ConnectInfo, FromRequest, Multipart, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};

/// The calls there are.
pub const METHODS: [&str; 10] = [
    "GET /me",
    "GET /updates",
    "POST /messages",
    "PUT /messages",
    "POST /answers",
    "GET /subscriptions",
    "POST /subscriptions",
    "DELETE /subscriptions",
    "POST /uploads",
    "POST /upload",
];

/// What is asked.
#[derive(Debug, Default)]
pub struct Asked {
    pub method: String,
    pub query: HashMap<String, String>,
    pub body: Value,
    /// Which place a file is uploaded to.
    pub place: Option<usize>,
    pub upload: Option<Upload>,
    token: Option<String>,
}

/// Any call.
pub async fn call(State(max): State<Arc<Max>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let at_ms = max.clock.now_ms();
    let (asked, unread) = Asked::read(request).await;
    let chat = asked.chat(&max);
    let admitted = match unread {
        Some(refusal) => Err(refusal),
        None => max.admit(&asked, chat),
    };
    let trouble = admitted.as_ref().ok().cloned().flatten();
    let answer = match admitted {
        Ok(Some(Trouble::Page { .. } | Trouble::Reset)) => Ok(Value::Null),
        Ok(_) if asked.method == "GET /updates" => updates::get(&max, &asked).await,
        Ok(_) => max.perform(&asked),
        Err(refusal) => Err(refusal),
    };
    let outcome = outcome(&answer);
    max.note(at_ms, chat, &asked, &answer, &outcome, trouble.as_ref());
    outcome.give(trouble, &line).await
}

/// `/files/{index}`
pub async fn file(State(max): State<Arc<Max>>, Path(index): Path<usize>) -> Response {
    match max.state().files.at(index) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime.clone())], file.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Asked {
    async fn read(request: Request) -> (Self, Option<Refusal>) {
        let mut asked = Self::without_body(request.uri(), request.method(), request.headers());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form = kind.starts_with("multipart/form-data");
        let unread = if is_form { asked.read_form(request).await } else { asked.read_json(request).await };
        (asked, unread.err())
    }

    fn without_body(uri: &Uri, method: &Method, headers: &HeaderMap) -> Self {
        let place = uri.path().strip_prefix("/upload/");
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self {
            method: format!("{method} {}", if place.is_some() { "/upload" } else { uri.path() }),
            query: query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            place: place.and_then(|index| index.parse().ok()),
            token: headers.get(header::AUTHORIZATION).and_then(|token| token.to_str().ok()).map(str::to_owned),
            ..Self::default()
        }
    }

    async fn read_json(&mut self, request: Request) -> Result<(), Refusal> {
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await;
        let body = body.map_err(|_| Refusal::new(413, "request.too.large", "Request entity too large"))?;
        if !body.is_empty() {
            self.body = serde_json::from_slice(&body).map_err(|_| Refusal::bad("Can't deserialize body"))?;
        }
        Ok(())
    }

    async fn read_form(&mut self, request: Request) -> Result<(), Refusal> {
        let unread = |_| Refusal::bad("Can't read form");
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Refusal::bad("Can't read form"))?;
        while let Some(field) = form.next_field().await.map_err(unread)? {
            if field.name() == Some("data") {
                let name = field.file_name().unwrap_or_default().to_owned();
                let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
                self.upload = Some(Upload { name, mime, bytes: field.bytes().await.map_err(unread)? });
            }
        }
        Ok(())
    }

    pub fn query(&self, name: &str) -> &str {
        self.query.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The chat that a call is for.
    fn chat(&self, max: &Max) -> Option<i64> {
        let state = max.state();
        match self.method.as_str() {
            "POST /messages" => messages::chat(&state, self).ok(),
            "PUT /messages" => state.chat_of(self.query("message_id")),
            "POST /answers" => state.presses.get(self.query("callback_id")).map(|(chat, _)| *chat),
            _ => None,
        }
    }

    fn text(&self) -> String {
        let texts = [&self.body["text"], &self.body["notification"], &self.body["message"]["text"]];
        let text = texts.into_iter().find_map(Value::as_str).map(str::to_owned);
        text.or_else(|| self.upload.as_ref().map(|upload| upload.name.clone())).unwrap_or_default()
    }
}

impl Max {
    /// Lets a call in, perhaps into a trouble that shows only later.
    fn admit(&self, asked: &Asked, chat: Option<i64>) -> Result<Option<Trouble>, Refusal> {
        let mut state = self.state();
        let now = self.clock.now_ms();
        if asked.place.is_none() {
            let token = asked.token.clone().filter(|token| self.token.as_ref().map_or(!token.is_empty(), |own| own == token));
            state.token = token.ok_or_else(Refusal::token)?;
        }
        if !METHODS.contains(&asked.method.as_str()) {
            return Err(Refusal::new(405, "method.not.allowed", "Method is not allowed"));
        }
        let rest_ms = state.held_until_ms - now;
        if rest_ms > 0 {
            return Err(Refusal::wait(u32::try_from((rest_ms + 999) / 1000).unwrap_or(u32::MAX)));
        }
        let trouble = match state.script.next(&asked.method, chat) {
            Some(Trouble::Wait { seconds }) => return Err(state.hold(now, seconds)),
            Some(Trouble::Refuse { status, description }) => return Err(Refusal::new(status, code_of(status), &description)),
            Some(trouble @ (Trouble::Page { .. } | Trouble::Reset)) => return Ok(Some(trouble)),
            trouble => trouble,
        };
        if let (Some(limits), None) = (state.limits, asked.place) {
            let own = if chat.is_some_and(|chat| chat < 0) { limits.group } else { limits.person };
            let counted: Vec<_> = [(None, limits.overall)].into_iter().chain(chat.map(|chat| (Some(chat), own))).collect();
            state.meter.take(&counted, now).map_err(Refusal::wait)?;
        }
        Ok(trouble)
    }

    fn perform(&self, asked: &Asked) -> Answer {
        let now = self.clock.now_ms();
        let mut state = self.state();
        let answer = match asked.method.as_str() {
            "GET /me" => Ok(state.me()),
            "POST /messages" => messages::send(&mut state, now, asked, &self.url),
            "PUT /messages" => messages::edit(&mut state, now, asked, &self.url),
            "POST /answers" => messages::answer(&mut state, now, asked, &self.url),
            "GET /subscriptions" => Ok(state.updates.subscriptions()),
            "POST /subscriptions" => state.updates.subscribe(&asked.body, now),
            "DELETE /subscriptions" => state.updates.unsubscribe(asked.query("url")),
            "POST /uploads" => state.files.place(asked.query("type"), &self.url),
            _ => state.files.take(asked.place.unwrap_or(usize::MAX), asked.upload.clone(), now),
        };
        drop(state);
        self.changed.notify_waiters();
        answer
    }

    /// Writes a call into the journal, and tells those who wait for something to happen.
    fn note(&self, at_ms: i64, chat: Option<i64>, asked: &Asked, answer: &Answer, outcome: &Outcome, trouble: Option<&Trouble>) {
        let said = answer.as_ref().err().map(|refusal| format!("{} {}", refusal.code, refusal.message)).unwrap_or_default();
        let (status, said) = outcome.told(said, trouble);
        let call = Call {
            at_ms,
            method: asked.method.clone(),
            chat,
            text: asked.text(),
            status,
            taken: answer.is_ok() && !matches!(trouble, Some(Trouble::Page { .. } | Trouble::Reset)),
            message: answer.as_ref().ok().and_then(|answer| answer["message"]["body"]["seq"].as_i64()),
            said,
        };
        self.state().journal.push(call);
        self.changed.notify_waiters();
    }
}

fn code_of(status: u16) -> &'static str {
    match status {
        401 => "verify.token",
        403 => "access.denied",
        404 => "not.found",
        503 => "service.unavailable",
        500.. => "internal.error",
        _ => "proto.payload",
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let (status, retry_after, text) = match answer {
        // What uploads of films and sounds answer is no JSON.
        Ok(Value::String(text)) => (200, None, text.clone()),
        Ok(answer) => (200, None, answer.to_string()),
        Err(refusal) => (refusal.status, refusal.retry_after, json!({ "code": refusal.code, "message": refusal.message }).to_string()),
    };
    Outcome { status, mime: "application/json; charset=utf-8", text, retry_after }
}
