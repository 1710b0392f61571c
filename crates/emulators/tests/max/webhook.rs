use crate::{refusal, result, say, service};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use emulators::{Max, Running};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};

/// A program's webhook, which answers as it is told and keeps what it got.
struct Hook {
    url: String,
    /// Texts with the secret that came along.
    got: Mutex<Vec<(String, String)>>,
    /// The next answers; then all is well.
    answers: Mutex<VecDeque<Response>>,
    came: Notify,
    /// As many as may be answered.
    gate: Semaphore,
}

impl Hook {
    async fn start(service: &Running<Max>, gate: usize) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let hook = Arc::new(Self {
            url: url.clone(),
            got: Mutex::default(),
            answers: Mutex::default(),
            came: Notify::new(),
            gate: Semaphore::new(gate),
        });
        let router = Router::new().route("/hook", post(take)).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let body = json!({ "url": url, "secret": "s3cret_-", "update_types": ["message_created"] });
        assert_eq!(result(service, "POST /subscriptions", body).await["success"], true);
        hook
    }

    fn answers(&self, answer: impl IntoResponse) {
        self.answers.lock().unwrap().push_back(answer.into_response());
    }

    fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(text, _)| text.clone()).collect()
    }

    /// Waits until so many came, putting the clock forward if they come only later.
    async fn gets(&self, count: usize, later: Option<(&Running<Max>, Duration)>) -> Vec<String> {
        let enough = async {
            while self.texts().len() < count {
                let came = self.came.notified();
                if let Some((service, by)) = later {
                    service.advance(by);
                    tokio::select! { () = came => {}, () = tokio::task::yield_now() => {} }
                } else if self.texts().len() < count {
                    came.await;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough).await.unwrap_or_else(|_| panic!("{count} of {:?}", self.texts()));
        self.texts()
    }
}

async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: String) -> Response {
    let update: Value = serde_json::from_str(&body).unwrap();
    let secret = headers.get("x-max-bot-api-secret").unwrap().to_str().unwrap().to_owned();
    hook.got.lock().unwrap().push((update["message"]["body"]["text"].as_str().unwrap().to_owned(), secret));
    hook.came.notify_waiters();
    hook.gate.acquire().await.unwrap().forget();
    hook.answers.lock().unwrap().pop_front().unwrap_or_else(|| StatusCode::OK.into_response())
}

#[tokio::test]
async fn updates_are_brought_with_the_secret_one_at_a_time_to_each_chat() {
    let service = service().await;
    let hook = Hook::start(&service, 0).await;
    service.starts(7, "of-a-kind-that-is-not-wanted");
    service.comes(7, "7 a");
    service.comes(7, "7 b");
    service.comes(8, "8 a");
    let mut first = hook.gets(2, None).await;
    first.sort();
    assert_eq!(first, ["7 a", "8 a"], "the second of a chat waits until the first is taken");
    hook.gate.add_permits(100);
    assert_eq!(hook.gets(3, None).await[2], "7 b");
    assert!(hook.got.lock().unwrap().iter().all(|(_, secret)| secret == "s3cret_-"));
}

#[tokio::test]
async fn what_is_not_taken_comes_again_and_holds_its_chat_up() {
    let service = service().await;
    let hook = Hook::start(&service, 100).await;
    hook.answers(StatusCode::INTERNAL_SERVER_ERROR);
    hook.answers(StatusCode::FOUND);
    // No other success is one.
    hook.answers(StatusCode::NO_CONTENT);
    service.comes(7, "a");
    service.comes(7, "b");
    hook.gets(1, None).await;
    while !service.is_failing() {
        tokio::task::yield_now().await;
    }
    service.advance(Duration::from_secs(29));
    say(&service, 7, "in between").await;
    assert_eq!(hook.texts(), ["a"], "not before the pause is over");
    assert_eq!(hook.gets(5, Some((&service, Duration::from_secs(10)))).await, ["a", "a", "a", "a", "b"]);
    while service.is_failing() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn after_eight_hours_of_failures_the_bot_is_unsubscribed() {
    let service = service().await;
    result(&service, "POST /subscriptions", json!({ "url": "http://127.0.0.1:1/" })).await;
    service.comes(7, "a");
    let list = async || result(&service, "GET /subscriptions", Value::Null).await["subscriptions"].as_array().unwrap().len();
    assert_eq!(list().await, 1);
    let gone = async {
        while list().await > 0 {
            service.advance(Duration::from_secs(3600));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test]
async fn each_address_is_a_subscription() {
    let service = service().await;
    let hook = Hook::start(&service, 100).await;
    result(&service, "POST /subscriptions", json!({ "url": hook.url, "secret": "another" })).await;
    let second = Hook::start(&service, 100).await;
    service.comes(7, "a");
    assert_eq!((hook.gets(1, None).await, second.gets(1, None).await), (vec!["a".into()], vec!["a".into()]));
    assert_eq!(hook.got.lock().unwrap()[0].1, "another", "the latest secret counts");
    let list = result(&service, "GET /subscriptions", Value::Null).await;
    let urls: Vec<_> = list["subscriptions"].as_array().unwrap().iter().map(|one| one["url"].as_str().unwrap().to_owned()).collect();
    assert_eq!(urls, [hook.url.clone(), second.url.clone()]);
    for body in
        [json!({ "url": "crm.test" }), json!({ "url": "https://x", "secret": "four" }), json!({ "url": "https://x", "secret": "a b c" })]
    {
        assert!(refusal(&service, "POST /subscriptions", body).await.starts_with("400 "));
    }
    assert_eq!(result(&service, "DELETE /subscriptions?url=https://other", Value::Null).await["success"], false);
}
