//! The door of the API: who may call, what befalls the call, how the answer goes out.

use super::{
    WhatsApp,
    message::{Message, Refusal, phone_of, read, title},
    state::State as Known,
};
use crate::{
    answer::Answer,
    desk::{Stop, is_done},
    faults::Trouble,
    journal::Call,
    line::Line,
};
use axum::{
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, header},
    response::Response,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

/// What calls are named in the journal and in faults.
pub const METHODS: [&str; 4] = ["messages", "phone", "media", "download"];

type Service = State<Arc<WhatsApp>>;

/// `POST /{version}/{phone_id}/messages`
pub async fn send(
    State(whatsapp): Service,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let phone = phone_of(&body);
    let admitted = whatsapp.admit_to(&id, &headers).and_then(|()| whatsapp.let_in("messages", phone));
    let trouble = admitted.clone().unwrap_or_default();
    let result = admitted.and_then(|trouble| {
        let is_done = is_done(trouble.as_ref());
        whatsapp.change(|state, now| take(state, &body, is_done, now))
    });
    let text = result.as_ref().map_or_else(|_| body["text"]["body"].as_str().unwrap_or_default().to_owned(), |sent| sent.text.clone());
    let message = result.as_ref().ok().and_then(|sent| sent.number);
    let answer = result.map(|sent| {
        let contact = json!({ "input": body["to"], "wa_id": phone.unwrap_or_default().to_string() });
        let message = json!({ "id": sent.wamid, "message_status": "accepted" });
        json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] })
    });
    whatsapp.end(&line, "messages", phone, text, message, answer, trouble).await
}

/// `GET /{version}/{id}`: the number, or a file that came.
pub async fn about(
    State(whatsapp): Service,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let file = whatsapp.state().files.get(&id).map(|file| (file.mime.clone(), file.bytes.len()));
    let method = if file.is_some() { "media" } else { "phone" };
    let known = if file.is_some() { whatsapp.check_token(&headers) } else { whatsapp.admit_to(&id, &headers) };
    let admitted = known.and_then(|()| whatsapp.let_in(method, None));
    let trouble = admitted.clone().unwrap_or_default();
    let answer = admitted.map(|_| match file {
        Some((mime, size)) => json!({ "messaging_product": "whatsapp", "id": id, "mime_type": mime, "sha256": id, "file_size": size,
            "url": format!("{}/_/files/{id}", whatsapp.origin()) }),
        None => json!({ "id": id, "display_phone_number": "+7 495 000-00-67", "verified_name": "Монтаж" }),
    });
    whatsapp.end(&line, method, None, id, None, answer, trouble).await
}

/// The bytes of a file that came.
pub async fn download(
    State(whatsapp): Service,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let admitted = whatsapp.check_token(&headers).and_then(|()| whatsapp.let_in("download", None));
    let trouble = admitted.clone().unwrap_or_default();
    let found = whatsapp.state().files.get(&id).map(|file| (file.mime.clone(), Bytes::from(file.bytes.clone())));
    let found = admitted.and_then(|_| found.ok_or_else(Refusal::unknown));
    whatsapp.write_down("download", None, id, None, found.as_ref().err(), trouble.as_ref());
    let answer = match found {
        Ok((mime, body)) => Answer { body, ..Answer::empty(200) }.with(header::CONTENT_TYPE, &mime),
        Err(refusal) => refusal.answer(),
    };
    answer.give(trouble, &line).await
}

struct Sent {
    wamid: String,
    number: Option<i64>,
    text: String,
}

/// Takes a message, unless its trouble keeps it from being done.
fn take(state: &mut Known, body: &Value, is_done: bool, now: i64) -> Result<Sent, Refusal> {
    let Message { phone, text, key, is_free } = read(state, body)?;
    if !is_done {
        return Ok(Sent { wamid: String::new(), number: None, text });
    }
    let refused = if !state.people.contains_key(&phone) {
        Some(131026)
    } else if is_free && !state.is_open(phone, now) {
        Some(131047)
    } else {
        None
    };
    if let Some(code) = refused.filter(|_| !state.refuses_late) {
        return Err(Refusal::new(400, code, title(code)));
    }
    count(state, phone, now)?;
    let wamid = state.send(phone, &text, key, refused, now);
    let number = state.messages.last().map(|message| message.id);
    Ok(Sent { wamid, number, text })
}

/// Holds the sender to the limits, which are told apart.
fn count(state: &mut Known, phone: i64, now: i64) -> Result<(), Refusal> {
    let Some(limits) = state.limits else { return Ok(()) };
    state.meter.take(&[(Some(phone), limits.person)], now).map_err(|seconds| Refusal::wait(131056, seconds))?;
    state.meter.take(&[(None, limits.overall)], now).map_err(|seconds| Refusal::wait(130429, seconds))
}

impl WhatsApp {
    fn check_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let taken = given.is_some_and(|given| self.only.as_ref().map_or(!given.is_empty(), |(token, _)| token == given));
        if taken { Ok(()) } else { Err(Refusal::token()) }
    }

    fn admit_to(&self, phone_id: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_token(headers)?;
        let is_number = !phone_id.is_empty() && phone_id.bytes().all(|c| c.is_ascii_digit());
        let known = self.only.as_ref().map_or(is_number, |(_, own)| own == phone_id);
        if known { Ok(()) } else { Err(Refusal::unknown()) }
    }

    fn let_in(&self, method: &str, phone: Option<i64>) -> Result<Option<Trouble>, Refusal> {
        self.admit(method, phone).map_err(|stop| match stop {
            Stop::Wait(seconds) => Refusal::wait(130429, seconds),
            Stop::Refuse { status, description } => Refusal::fault(status, &description),
        })
    }

    /// Notes a call and gives its answer.
    #[expect(clippy::too_many_arguments, reason = "what stands in the journal, each of another kind")]
    async fn end(
        &self,
        line: &Line,
        method: &str,
        phone: Option<i64>,
        text: String,
        message: Option<i64>,
        answer: Result<Value, Refusal>,
        trouble: Option<Trouble>,
    ) -> Response {
        self.write_down(method, phone, text, message, answer.as_ref().err(), trouble.as_ref());
        let answer = match answer {
            Ok(body) => Answer::json(200, &body),
            Err(refusal) => refusal.answer(),
        };
        answer.give(trouble, line).await
    }

    fn write_down(
        &self,
        method: &str,
        chat: Option<i64>,
        text: String,
        message: Option<i64>,
        refusal: Option<&Refusal>,
        trouble: Option<&Trouble>,
    ) {
        let call = Call {
            at_ms: self.clock.now_ms(),
            method: method.to_owned(),
            chat,
            text,
            status: Some(refusal.map_or(200, |refusal| refusal.status)),
            taken: refusal.is_none(),
            message,
            said: refusal.map(Refusal::said).unwrap_or_default(),
        };
        self.note(call, trouble);
    }
}
