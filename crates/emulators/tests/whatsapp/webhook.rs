use crate::{ANNA, send, service, template, text};
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use emulators::{WhatsApp, whatsapp::Order};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

/// A program's webhook, which answers as it is told and keeps what it got.
#[derive(Default)]
struct Hook {
    /// The entries of each call.
    got: Mutex<Vec<Vec<Value>>>,
    /// The next answers; then all is well.
    answers: Mutex<VecDeque<StatusCode>>,
}

impl Hook {
    async fn start(service: &WhatsApp) -> Arc<Self> {
        let hook = Arc::new(Self::default());
        let router = Router::new().route("/hook", get(check).post(take)).with_state(hook.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        assert!(!service.webhook(&url, "secret", "wrong").await);
        assert!(service.webhook(&url, "secret", "right").await);
        hook
    }

    /// The values of all changes that came.
    fn values(&self) -> Vec<Value> {
        self.got.lock().unwrap().iter().flatten().map(|entry| entry["changes"][0]["value"].clone()).collect()
    }

    /// The words of all statuses and messages that came.
    fn words(&self) -> Vec<String> {
        let word =
            |value: &Value| value["statuses"][0]["status"].as_str().or(value["messages"][0]["text"]["body"].as_str()).map(str::to_owned);
        self.values().iter().filter_map(word).collect()
    }
}

async fn check(Query(query): Query<HashMap<String, String>>) -> Result<String, StatusCode> {
    let fits = query["hub.mode"] == "subscribe" && query["hub.verify_token"] == "right";
    if fits { Ok(query["hub.challenge"].clone()) } else { Err(StatusCode::FORBIDDEN) }
}

async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: String) -> StatusCode {
    let mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap().chain_update(&body).finalize().into_bytes();
    assert_eq!(headers["x-hub-signature-256"], format!("sha256={}", hex::encode(mac)));
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["object"], "whatsapp_business_account");
    hook.got.lock().unwrap().push(body["entry"].as_array().unwrap().clone());
    hook.answers.lock().unwrap().pop_front().unwrap_or(StatusCode::OK)
}

#[tokio::test]
async fn a_message_is_sent_delivered_and_read_as_the_person_does() {
    let service = service().await;
    let hook = Hook::start(&service).await;
    service.template("visit", "ru", "Заявка {{1}}");
    service.away(ANNA);
    let mut message = template(&["1"]);
    message["biz_opaque_callback_data"] = "our id".into();
    let (_, answer) = send(&service, &message).await;
    service.brought().await;
    service.reads(ANNA);
    assert_eq!(hook.words(), ["sent"], "what is not delivered is not read");
    service.back(ANNA);
    service.reads(ANNA);
    service.reads(ANNA);
    service.brought().await;
    assert_eq!(hook.words(), ["sent", "delivered", "read"]);
    let status = &hook.values()[0]["statuses"][0];
    assert_eq!((&status["id"], &status["biz_opaque_callback_data"]), (&answer["messages"][0]["id"], &json!("our id")));
}

#[tokio::test]
async fn refusals_that_come_of_the_person_may_come_late() {
    let service = service().await;
    let hook = Hook::start(&service).await;
    service.refuse_late(true);
    assert_eq!(send(&service, &text("a")).await.0, 200);
    service.leave(ANNA);
    assert_eq!(send(&service, &text("b")).await.0, 200);
    service.brought().await;
    let codes: Vec<_> = hook.values().iter().map(|value| value["statuses"][0]["errors"][0]["code"].clone()).collect();
    assert_eq!((codes, hook.words()), (vec![json!(131047), json!(131026)], vec!["failed".into(), "failed".into()]));
}

#[tokio::test]
async fn what_is_not_taken_comes_again_after_pauses_that_double() {
    let service = service().await;
    let hook = Hook::start(&service).await;
    hook.answers.lock().unwrap().extend([StatusCode::INTERNAL_SERVER_ERROR, StatusCode::OK, StatusCode::FOUND]);
    service.hold();
    service.comes(ANNA, "a");
    service.comes(ANNA, "b");
    service.release(Order::AsItHappened);
    service.failed(1).await;
    service.advance(Duration::from_secs(1));
    service.failed(2).await;
    assert_eq!(hook.words().len(), 3, "not before the pause is over");
    service.advance(Duration::from_secs(2));
    service.brought().await;
    assert_eq!(hook.words(), ["a", "b", "a", "a"], "one that is not taken holds nothing up");
}

#[tokio::test]
async fn after_a_week_it_is_given_up() {
    let service = service().await;
    let hook = Hook::start(&service).await;
    hook.answers.lock().unwrap().extend([StatusCode::INTERNAL_SERVER_ERROR; 100]);
    service.comes(ANNA, "a");
    service.failed(1).await;
    service.advance(Duration::from_secs(7 * 24 * 3600));
    service.brought().await;
    assert_eq!(hook.words(), ["a"]);
}

#[tokio::test]
async fn things_come_backwards_together_and_twice_when_that_is_wanted() {
    let service = service().await;
    let hook = Hook::start(&service).await;
    service.hold();
    service.comes(ANNA, "a");
    service.comes(ANNA, "b");
    service.release(Order::Backwards);
    service.brought().await;
    assert_eq!(hook.words(), ["b", "a"]);
    service.hold();
    service.comes(ANNA, "c");
    service.comes(ANNA, "d");
    service.release(Order::Together);
    service.brought().await;
    assert_eq!(hook.got.lock().unwrap()[2].len(), 2, "in one call");
    service.repeat();
    service.brought().await;
    assert_eq!(hook.words(), ["b", "a", "c", "d", "b", "a", "c", "d"]);
}
