//! The emulated Bot API of MAX: what it refuses, how updates reach a bot, how it fails, what its pages do.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod faults;
mod messages;
mod pages;
mod polling;
mod webhook;

use emulators::{Max, Running};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// A service that knows chat 7.
async fn service() -> Running<Max> {
    let service = Max::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    service.person(7, "Анна");
    service
}

/// A call as in `POST /messages?chat_id=7`.
fn request(service: &Running<Max>, call: &str, body: &Value) -> RequestBuilder {
    let (method, path) = call.split_once(' ').unwrap();
    let request = reqwest::Client::new().request(method.parse().unwrap(), format!("{}{path}", service.url()));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    request.header("authorization", "t").header("content-type", "application/json").body(body)
}

/// One call; status and answer.
async fn call(service: &Running<Max>, call: &str, body: Value) -> (u16, Value) {
    answer(request(service, call, &body)).await
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

/// The answer to a call that goes well.
async fn result(service: &Running<Max>, what: &str, body: Value) -> Value {
    let (status, answer) = call(service, what, body.clone()).await;
    assert_eq!(status, 200, "{what} {body}: {answer}");
    answer
}

/// Status, code and words of a refusal.
async fn refusal(service: &Running<Max>, what: &str, body: Value) -> String {
    let (status, answer) = call(service, what, body.clone()).await;
    assert_ne!(status, 200, "{what} {body}: {answer}");
    format!("{status} {} {}", answer["code"].as_str().unwrap(), answer["message"].as_str().unwrap())
}

/// Sends a text; the message's id.
async fn say(service: &Running<Max>, chat: i64, text: &str) -> String {
    let sent = result(service, &format!("POST /messages?chat_id={chat}"), json!({ "text": text })).await;
    sent["message"]["body"]["mid"].as_str().unwrap().to_owned()
}

fn keyboard(rows: &Value) -> Value {
    json!({ "type": "inline_keyboard", "payload": { "buttons": rows } })
}
