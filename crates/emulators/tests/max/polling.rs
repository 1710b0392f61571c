use crate::{call, refusal, result, service};
use emulators::{Max, Running};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Texts and marker of what came.
async fn ask(service: &Running<Max>, query: &str) -> (Vec<String>, i64) {
    let answer = result(service, &format!("GET /updates?timeout=0{query}"), Value::Null).await;
    let texts = answer["updates"].as_array().unwrap().iter();
    let texts =
        texts.map(|update| update["message"]["body"]["text"].as_str().unwrap_or(update["update_type"].as_str().unwrap()).to_owned());
    (texts.collect(), answer["marker"].as_i64().unwrap())
}

#[tokio::test]
async fn updates_come_again_until_a_marker_confirms_them() {
    let service = service().await;
    for text in ["a", "b", "c"] {
        service.comes(7, text);
    }
    assert_eq!(ask(&service, "").await.0, ["a", "b", "c"]);
    let (two, marker) = ask(&service, "&limit=2").await;
    assert_eq!(two, ["a", "b"], "not confirmed, so they come again");
    let (rest, end) = ask(&service, &format!("&marker={marker}")).await;
    assert_eq!(rest, ["c"]);
    assert_eq!(ask(&service, "").await.0, ["c"], "what is confirmed is forgotten");
    assert_eq!(ask(&service, &format!("&marker={end}")).await, (vec![], end));
    service.comes(7, "d");
    service.advance(Duration::from_secs(24 * 3600));
    assert_eq!(ask(&service, "").await.0, [""; 0]);
}

#[tokio::test]
async fn only_the_kinds_asked_for_come() {
    let service = service().await;
    service.comes(7, "a");
    service.starts(7, "c0de");
    service.block(7);
    assert_eq!(ask(&service, "&types=bot_started,bot_stopped").await.0, ["bot_started", "bot_stopped"]);
    let came = result(&service, "GET /updates?timeout=0&types=bot_started", Value::Null).await;
    assert_eq!((came["updates"][0]["payload"].as_str(), came["updates"][0]["chat_id"].as_i64()), (Some("c0de"), Some(7)));
    for query in ["limit=0", "limit=1001", "timeout=91", "timeout=x", "marker=x"] {
        assert!(refusal(&service, &format!("GET /updates?{query}"), Value::Null).await.starts_with("400 "), "{query}");
    }
}

#[tokio::test]
async fn a_question_waits_for_what_comes_and_a_webhook_ends_it() {
    let service = Arc::new(service().await);
    let waiting = wait(&service).await;
    service.comes(7, "a");
    let (_, answer) = waiting.await.unwrap();
    assert_eq!(answer["updates"][0]["message"]["body"]["text"], "a");
    let marker = answer["marker"].as_i64().unwrap();
    ask(&service, &format!("&marker={marker}")).await;
    let waiting = wait(&service).await;
    result(&service, "POST /subscriptions", json!({ "url": "http://127.0.0.1:1/" })).await;
    assert_eq!(waiting.await.unwrap().0, 405);
    assert!(refusal(&service, "GET /updates", Value::Null).await.starts_with("405 "));
    result(&service, "DELETE /subscriptions?url=http://127.0.0.1:1/", Value::Null).await;
    ask(&service, "").await;
}

/// A question that waits.
async fn wait(service: &Arc<Running<Max>>) -> tokio::task::JoinHandle<(u16, Value)> {
    let (before, asking) = (service.questions(), service.clone());
    let question = tokio::spawn(async move { call(&asking, "GET /updates?timeout=90", Value::Null).await });
    while service.questions() == before {
        tokio::task::yield_now().await;
    }
    question
}
