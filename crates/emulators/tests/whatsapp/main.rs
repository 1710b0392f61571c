//! The emulated Cloud API of WhatsApp: what it refuses, what its webhook brings, how it fails, what its pages do.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod messages;
mod pages;
mod webhook;

use emulators::{Running, WhatsApp};
use serde_json::{Value, json};

const ANNA: i64 = 79990000001;

/// A service that knows Anna.
async fn service() -> Running<WhatsApp> {
    let service = WhatsApp::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    service.person(ANNA, "Анна");
    service
}

fn text(body: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": "+79990000001", "type": "text", "text": { "body": body } })
}

fn template(values: &[&str]) -> Value {
    let parameters: Vec<_> = values.iter().map(|value| json!({ "type": "text", "text": value })).collect();
    let template = json!({ "name": "visit", "language": { "code": "ru" }, "components": [{ "type": "body", "parameters": parameters }] });
    json!({ "messaging_product": "whatsapp", "to": "79990000001", "type": "template", "template": template })
}

async fn send(service: &WhatsApp, message: &Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/1/messages", service.url())).header("authorization", "Bearer t");
    let answer = request.header("content-type", "application/json").body(message.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

/// Status and code of a refusal.
async fn refusal(service: &WhatsApp, message: &Value) -> (u16, i64) {
    let (status, answer) = send(service, message).await;
    (status, answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no refusal: {answer}")))
}
