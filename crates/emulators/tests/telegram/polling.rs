use crate::{call, refusal, result, service};
use emulators::Running;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

fn ids(updates: &Value) -> Vec<i64> {
    updates.as_array().unwrap().iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn updates_come_again_until_an_offset_confirms_them() {
    let service = service().await;
    let sent: Vec<i64> = ["a", "b", "c"].map(|text| service.comes(7, text)).into();
    assert_eq!(ids(&result(&service, "getUpdates", json!({})).await), sent);
    assert_eq!(ids(&result(&service, "getUpdates", json!({ "limit": 2 })).await), sent[..2], "not confirmed, so they come again");
    assert_eq!(ids(&result(&service, "getUpdates", json!({ "offset": sent[1] })).await), sent[1..]);
    assert_eq!(ids(&result(&service, "getUpdates", json!({})).await), sent[1..], "what is confirmed is forgotten");
    assert_eq!(ids(&result(&service, "getUpdates", json!({ "offset": -1 })).await), sent[2..], "from the end");
    assert_eq!(ids(&result(&service, "getUpdates", json!({ "offset": sent[2] + 1 })).await), [0; 0]);
    service.comes(7, "d");
    service.advance(Duration::from_secs(24 * 3600));
    assert_eq!(ids(&result(&service, "getUpdates", json!({})).await), [0; 0], "kept for a day");
}

#[tokio::test]
async fn only_the_kinds_asked_for_come() {
    let service = service().await;
    result(&service, "getUpdates", json!({ "allowed_updates": ["my_chat_member"] })).await;
    service.comes(7, "a");
    service.block(7);
    let come = result(&service, "getUpdates", json!({})).await;
    assert_eq!((come.as_array().unwrap().len(), &come[0]["my_chat_member"]["new_chat_member"]["status"]), (1, &json!("kicked")));
}

#[tokio::test]
async fn a_question_waits_for_what_comes_and_not_longer_than_asked() {
    let service = Arc::new(service().await);
    let waiting = ask(&service).await;
    service.comes(7, "a");
    assert_eq!(waiting.await.unwrap().1["result"][0]["message"]["text"], "a");
    assert_eq!(result(&service, "getUpdates", json!({ "offset": 2, "timeout": 1 })).await, json!([]));
}

#[tokio::test]
async fn of_two_who_ask_the_first_is_sent_away() {
    let service = Arc::new(service().await);
    let first = ask(&service).await;
    let second = ask(&service).await;
    let why = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    let (status, answer) = first.await.unwrap();
    assert_eq!((status, &answer["description"]), (409, &json!(why)));
    let id = service.comes(7, "a");
    assert_eq!(ids(&second.await.unwrap().1["result"]), [id]);
}

/// A question that waits.
async fn ask(service: &Arc<Running>) -> JoinHandle<(u16, Value)> {
    let (before, asking) = (service.questions(), service.clone());
    let question = tokio::spawn(async move { call(&asking, "getUpdates", json!({ "timeout": 50 })).await });
    while service.questions() == before {
        tokio::task::yield_now().await;
    }
    question
}

#[tokio::test]
async fn a_webhook_and_questions_exclude_each_other() {
    let service = Arc::new(service().await);
    let waiting = ask(&service).await;
    result(&service, "setWebhook", json!({ "url": "http://127.0.0.1:1/" })).await;
    assert_eq!(waiting.await.unwrap().1["description"], "Conflict: terminated by setWebhook request");
    let why = "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    assert_eq!(refusal(&service, "getUpdates", json!({})).await, why);
    result(&service, "deleteWebhook", json!({})).await;
    result(&service, "getUpdates", json!({})).await;
}
