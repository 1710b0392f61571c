//! The emulated gateways of SMS: what they take, how messages fare, how they fail, what they report.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod gateways;
mod pages;
mod reports;

use emulators::{Running, Sms};
use serde_json::Value;

const PHONE: &str = "79161234567";

async fn service() -> Running<Sms> {
    Sms::start("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

/// Asks with a form; status and answer.
async fn form(service: &Running<Sms>, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = reqwest::Client::new().post(format!("{}{path}", service.url()));
    answer(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

async fn smsc(service: &Running<Sms>, text: &str, more: &[(&str, &str)]) -> Value {
    let fields = [("apikey", "k"), ("phones", PHONE), ("mes", text), ("charset", "utf-8"), ("fmt", "3")];
    form(service, "/sys/send.php", &[&fields, more].concat()).await.1
}

async fn sms_ru(service: &Running<Sms>, path: &str, more: &[(&str, &str)]) -> Value {
    form(service, path, &[&[("api_id", "id"), ("json", "1")], more].concat()).await.1
}

async fn aero(service: &Running<Sms>, method: &str, question: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/v2/{method}", service.url())).basic_auth("box@montaj.test", Some("key"));
    answer(request.header("content-type", "application/json").body(question.to_string())).await
}
