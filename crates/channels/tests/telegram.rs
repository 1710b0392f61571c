//! The Telegram client against answers such as the Bot API gives.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use axum::{Router, body::Bytes, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use channels::{
    Failure,
    telegram::{Arrived, Telegram, What},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A server that gives one answer to everything, and keeps what it was asked.
async fn server(status: u16, answer: &'static str) -> (Telegram, Arc<Mutex<Vec<Value>>>) {
    let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
    let handler = move |State(asked): State<Arc<Mutex<Vec<Value>>>>, body: Bytes| async move {
        asked.lock().unwrap().push(serde_json::from_slice(&body).unwrap_or(Value::Null));
        (StatusCode::from_u16(status).unwrap(), answer).into_response()
    };
    let router = Router::new().route("/bot1:token/{method}", post(handler)).with_state(asked.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Telegram::new("1:token", Some(&address), None).unwrap(), asked)
}

async fn sending(status: u16, answer: &'static str) -> Result<String, Failure> {
    server(status, answer).await.0.send(7, "Заказ № 26-000001").await
}

#[tokio::test]
async fn a_text_goes_out_plain_and_without_a_preview() {
    let answer = r#"{"ok":true,"result":{"message_id":11,"date":1,"chat":{"id":7,"type":"private"},"text":"x"}}"#;
    let (bot, asked) = server(200, answer).await;
    assert_eq!(bot.send(7, &"я".repeat(5000)).await, Ok("11".into()));
    let asked = asked.lock().unwrap()[0].clone();
    assert_eq!((&asked["chat_id"], asked["text"].as_str().unwrap().chars().count()), (&json!(7), 4096));
    assert_eq!((&asked["link_preview_options"]["is_disabled"], asked.get("parse_mode")), (&json!(true), None));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let wait = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
    assert!(matches!(sending(429, wait).await, Err(Failure::Wait { after, .. }) if after == Duration::from_secs(7)));
    let blocked = r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#;
    assert!(matches!(sending(403, blocked).await, Err(Failure::Dead { .. })));
    let unknown = r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#;
    assert!(matches!(sending(400, unknown).await, Err(Failure::Dead { .. })));
    let token = r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#;
    assert!(matches!(sending(401, token).await, Err(Failure::Shut { .. })));
    let long = r#"{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}"#;
    assert!(matches!(sending(400, long).await, Err(Failure::Refused { .. })));
    let theirs = r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#;
    assert!(matches!(sending(500, theirs).await, Err(Failure::Again { .. })));
    assert!(matches!(sending(502, "<html><h1>502 Bad Gateway</h1></html>").await, Err(Failure::Again { .. })));
}

#[tokio::test]
async fn nobody_there_is_no_refusal_and_tells_no_token() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = Telegram::new("1:token", Some(&address), None).unwrap().send(7, "x").await.unwrap_err();
    assert!(matches!(failure, Failure::Again { .. }) && !format!("{failure:?}").contains("1:token"), "{failure:?}");
}

#[tokio::test]
async fn what_came_is_read_and_confirmed() {
    let answer = r#"{"ok":true,"result":[
        {"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private","username":"anna"},"text":"/start c0de"}},
        {"update_id":6,"message":{"message_id":2,"date":1,"chat":{"id":7,"type":"private"},"text":"привет"}},
        {"update_id":7,"my_chat_member":{"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"is_bot":false,"first_name":"A"},
            "old_chat_member":{"status":"member","user":{"id":9,"is_bot":true,"first_name":"B"}},
            "new_chat_member":{"status":"kicked","user":{"id":9,"is_bot":true,"first_name":"B"},"until_date":0}}},
        {"update_id":8,"message":{"message_id":3,"date":1,"chat":{"id":-5,"type":"group","title":"x"},"text":"/start c0de"}}]}"#;
    let (bot, asked) = server(200, answer).await;
    let arrived = bot.arrived(Some(4), Duration::from_secs(1)).await.unwrap();
    let anna = |id, username: &str, what| Arrived { id, chat: 7, username: username.into(), what };
    assert_eq!(arrived[0], anna(5, "anna", What::Start("c0de".into())));
    assert_eq!(arrived[1], anna(6, "", What::Text("привет".into())));
    assert_eq!(arrived[2], anna(7, "", What::Blocked));
    assert_eq!((arrived[3].id, &arrived[3].what), (8, &What::Other));
    assert_eq!(asked.lock().unwrap()[0]["offset"], 5);
}
