//! The emulated Bot API: what it refuses, how updates reach a bot, how it fails, what its pages do.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod client;
mod faults;
mod methods;
mod pages;
mod people;
mod polling;
mod webhook;

use emulators::{Running, Telegram};
use serde_json::{Value, json};

/// As much of a picture as is looked at.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// A service that knows chat 7.
async fn service() -> Running {
    let service = Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    service.person(7, "Анна");
    service
}

/// One call; status and answer.
async fn call(service: &Running, method: &str, params: Value) -> (u16, Value) {
    let url = format!("{}/bot1:t/{method}", service.url());
    answer(reqwest::Client::new().post(url).header("content-type", "application/json").body(params.to_string())).await
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    assert_eq!(value["ok"], status == 200, "{value}");
    (status, value)
}

/// The result of a call that goes well.
async fn result(service: &Running, method: &str, params: Value) -> Value {
    let (status, answer) = call(service, method, params.clone()).await;
    assert_eq!(status, 200, "{method} {params}: {answer}");
    answer["result"].clone()
}

/// The description of a refusal, behind its code.
async fn refusal(service: &Running, method: &str, params: Value) -> String {
    let (status, answer) = call(service, method, params.clone()).await;
    assert_eq!(answer["error_code"], json!(status), "{method} {params}: {answer}");
    format!("{status} {}", answer["description"].as_str().unwrap_or_default())
}
