//! The door of the Bot API: who may call, what befalls the call, how the answer goes out.

use super::{LARGEST, Max, Outcome, Refusal, messages, updates};
use crate::{
    answer::Answer,
    desk::{Stop, is_done},
    faults::Trouble,
    journal::Call,
    line::Line,
    parcel::Upload,
};
use axum::{
    extract::{ConnectInfo, FromRequest, Multipart, Path, Request, State},
    http::{HeaderMap, Method, Uri, header},
    response::Response,
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
        None => max.enter(&asked, chat),
    };
    let trouble = admitted.as_ref().ok().cloned().flatten();
    let outcome = match admitted {
        Ok(trouble) if !is_done(trouble.as_ref()) => Ok(Value::Null),
        Ok(_) if asked.method == "GET /updates" => updates::get(&max, &asked).await,
        Ok(_) => max.perform(&asked),
        Err(refusal) => Err(refusal),
    };
    max.write_down(at_ms, chat, &asked, &outcome, trouble.as_ref());
    answer(&outcome).give(trouble, &line).await
}

/// `/files/{index}`: for faults the method «file».
pub async fn file(State(max): State<Arc<Max>>, ConnectInfo(line): ConnectInfo<Line>, Path(index): Path<usize>) -> Response {
    let (trouble, found) = match max.admit("file", None) {
        Ok(trouble) => (trouble, max.state().files.at(index).cloned()),
        Err(stop) => return answer(&Err(stop.into())).give(None, &line).await,
    };
    let answer = match found {
        Some(file) => Answer { body: file.bytes, ..Answer::empty(200) }.with(header::CONTENT_TYPE, &file.mime),
        None => Answer::empty(404),
    };
    answer.give(trouble, &line).await
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Wait(seconds) => Self::wait(seconds),
            Stop::Refuse { status, description } => Self::new(status, code_of(status), &description),
        }
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
    fn enter(&self, asked: &Asked, chat: Option<i64>) -> Result<Option<Trouble>, Refusal> {
        if asked.place.is_none() {
            let token = asked.token.clone().filter(|token| self.token.as_ref().map_or(!token.is_empty(), |own| own == token));
            self.state().token = token.ok_or_else(Refusal::token)?;
        }
        if !METHODS.contains(&asked.method.as_str()) {
            return Err(Refusal::new(405, "method.not.allowed", "Method is not allowed"));
        }
        let trouble = self.admit(&asked.method, chat)?;
        let mut state = self.state();
        if let (Some(limits), None, true) = (state.limits, asked.place, is_done(trouble.as_ref())) {
            let own = if chat.is_some_and(|chat| chat < 0) { limits.group } else { limits.person };
            let counted: Vec<_> = [(None, limits.overall)].into_iter().chain(chat.map(|chat| (Some(chat), own))).collect();
            state.meter.take(&counted, self.clock.now_ms()).map_err(Refusal::wait)?;
        }
        Ok(trouble)
    }

    fn perform(&self, asked: &Asked) -> Outcome {
        let now = self.clock.now_ms();
        let mut state = self.state();
        let outcome = match asked.method.as_str() {
            "GET /me" => Ok(state.me()),
            "POST /messages" => messages::send(&mut state, now, asked, &self.url()),
            "PUT /messages" => messages::edit(&mut state, now, asked, &self.url()),
            "POST /answers" => messages::answer(&mut state, now, asked, &self.url()),
            "GET /subscriptions" => Ok(state.updates.subscriptions()),
            "POST /subscriptions" => state.updates.subscribe(&asked.body, now),
            "DELETE /subscriptions" => state.updates.unsubscribe(asked.query("url")),
            "POST /uploads" => state.files.place(asked.query("type"), &self.url()),
            _ => state.files.take(asked.place.unwrap_or(usize::MAX), asked.upload.clone(), now),
        };
        drop(state);
        self.changed.notify_waiters();
        outcome
    }

    fn write_down(&self, at_ms: i64, chat: Option<i64>, asked: &Asked, outcome: &Outcome, trouble: Option<&Trouble>) {
        let call = Call {
            at_ms,
            method: asked.method.clone(),
            chat,
            text: asked.text(),
            status: Some(outcome.as_ref().err().map_or(200, |refusal| refusal.status)),
            taken: outcome.is_ok(),
            message: outcome.as_ref().ok().and_then(|result| result["message"]["body"]["seq"].as_i64()),
            said: outcome.as_ref().err().map(|refusal| format!("{} {}", refusal.code, refusal.message)).unwrap_or_default(),
        };
        self.note(call, trouble);
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

fn answer(outcome: &Outcome) -> Answer {
    match outcome {
        // What uploads of films and sounds answer is no JSON.
        Ok(Value::String(text)) => Answer { body: text.clone().into(), ..Answer::json(200, &Value::Null) },
        Ok(result) => Answer::json(200, result),
        Err(refusal) => {
            let body = json!({ "code": refusal.code, "message": refusal.message });
            Answer::json(refusal.status, &body).wait(refusal.retry_after)
        }
    }
}
