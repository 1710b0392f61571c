//! The doors of the gateways: who may call, what befalls the call, how the answer goes out.

use super::{
    Sms, sms_aero, sms_ru, smsc,
    state::{Gateway, digits},
};
use crate::{
    answer::Answer,
    desk::{Stop, is_done},
    journal::Call,
    line::Line,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The most that is read of a call.
const LARGEST: usize = 1 << 20;
/// What the gateways can do here.
pub const METHODS: [&str; 16] = [
    "smsc/send",
    "smsc/status",
    "smsc/balance",
    "sms_ru/send",
    "sms_ru/cost",
    "sms_ru/status",
    "sms_ru/balance",
    "sms_ru/callback/add",
    "sms_ru/callback/del",
    "sms_ru/callback/get",
    "sms_aero/send",
    "sms_aero/testsend",
    "sms_aero/status",
    "sms_aero/list",
    "sms_aero/balance",
    "sms_aero/auth",
];

/// What a gateway answers, with the status of HTTP.
pub struct Reply {
    pub status: u16,
    pub body: Value,
    /// Whether it did what it was asked.
    pub is_done: bool,
    /// What is written into the journal of a refusal.
    pub said: String,
}

impl Reply {
    pub fn done(body: Value) -> Self {
        Self { status: 200, body, is_done: true, said: String::new() }
    }

    pub fn refused(status: u16, body: Value, said: impl Into<String>) -> Self {
        Self { status, body, is_done: false, said: said.into() }
    }
}

/// The parameters of a call: of the query, and of a form or JSON.
pub struct Params {
    values: Map<String, Value>,
    /// Name and password of the basic authentication.
    pub basic: Option<String>,
}

impl Params {
    async fn read(request: Request) -> Option<Self> {
        let mut values = Map::new();
        let mut add_form =
            |form: &[u8]| values.extend(form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), value.into_owned().into())));
        add_form(request.uri().query().unwrap_or_default().as_bytes());
        let basic = basic(request.headers());
        let is_json = request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await.ok()?;
        if is_json && !body.is_empty() {
            values.extend(serde_json::from_slice::<Map<String, Value>>(&body).ok()?);
        } else {
            add_form(&body);
        }
        Some(Self { values, basic })
    }

    pub fn text(&self, name: &str) -> String {
        match self.values.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}

/// Every call of every gateway.
pub async fn call(State(sms): State<Arc<Sms>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let at_ms = sms.clock.now_ms();
    let Some((gateway, method)) = named(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(params) = Params::read(request).await else { return StatusCode::BAD_REQUEST.into_response() };
    let phone = digits(&["phones", "phone", "to", "number"].map(|name| params.text(name)).concat());
    let text = ["mes", "msg", "text"].map(|name| params.text(name)).concat();
    let chat = phone.parse().ok();
    let (trouble, reply) = match sms.admit(&method, chat) {
        Ok(trouble) if is_done(trouble.as_ref()) => (trouble, sms.perform(gateway, &method, &params)),
        Ok(trouble) => (trouble, Reply::refused(0, Value::Null, "")),
        Err(Stop::Wait(seconds)) => {
            (None, Reply::refused(429, json!({ "retry_after": seconds }), format!("Too Many Requests: {seconds} s")))
        }
        Err(Stop::Refuse { status, description }) => (None, refused(gateway, status, &description)),
    };
    let Reply { status, body, is_done, said } = reply;
    let call = Call { at_ms, method, chat, text, status: Some(status), taken: is_done, message: None, said };
    sms.note(call, trouble.as_ref());
    let wait = body["retry_after"].as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    Answer::json(status, &body).wait(wait).give(trouble, &line).await
}

impl Sms {
    fn perform(&self, gateway: Gateway, method: &str, params: &Params) -> Reply {
        let (mut state, now, own) = (self.state(), self.clock.now_ms(), self.token.as_deref());
        match gateway {
            Gateway::Smsc => smsc::perform(&mut state, now, method, params, own),
            Gateway::SmsRu => sms_ru::perform(&mut state, now, method, params, own),
            Gateway::SmsAero => sms_aero::perform(&mut state, now, method, params, own),
        }
    }
}

/// A refusal that a test wants, in the gateway's own form.
fn refused(gateway: Gateway, status: u16, description: &str) -> Reply {
    let code = description.split_whitespace().next().and_then(|code| code.parse().ok());
    let reply = match gateway {
        Gateway::Smsc => smsc::refused(code.unwrap_or(1), description),
        Gateway::SmsRu => sms_ru::refused(code.unwrap_or(500), description),
        Gateway::SmsAero => sms_aero::refused(status, Value::Null, description),
    };
    Reply { status, ..reply }
}

/// Whose method a path is.
fn named(path: &str) -> Option<(Gateway, String)> {
    let path = path.trim_matches('/');
    let (folder, rest) = path.split_once('/')?;
    let (gateway, method) = match folder {
        "sys" => (Gateway::Smsc, format!("smsc/{}", rest.strip_suffix(".php")?)),
        "sms" | "my" => (Gateway::SmsRu, format!("sms_ru/{rest}")),
        "callback" => (Gateway::SmsRu, format!("sms_ru/{path}")),
        "v2" => (Gateway::SmsAero, format!("sms_aero/{}", rest.strip_prefix("sms/").unwrap_or(rest))),
        _ => return None,
    };
    METHODS.contains(&method.as_str()).then_some((gateway, method))
}

/// `name:password`, which came in Base64.
fn basic(headers: &HeaderMap) -> Option<String> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()
}
