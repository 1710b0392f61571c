use crate::{result, service};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use emulators::Running;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};

/// A program's webhook, which answers as it is told and keeps what it got.
struct Hook {
    /// Texts with the secret that came along.
    got: Mutex<Vec<(String, String)>>,
    /// The next answers; then all is well.
    answers: Mutex<VecDeque<Response>>,
    came: Notify,
    /// As many as may be answered.
    gate: Semaphore,
}

impl Hook {
    async fn start(service: &Running, gate: usize) -> Arc<Self> {
        let hook = Arc::new(Self { got: Mutex::default(), answers: Mutex::default(), came: Notify::new(), gate: Semaphore::new(gate) });
        let router = Router::new().route("/hook", post(take)).with_state(hook.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        result(service, "setWebhook", json!({ "url": url, "secret_token": "s3cret_-" })).await;
        hook
    }

    fn answers(&self, answer: impl IntoResponse) {
        self.answers.lock().unwrap().push_back(answer.into_response());
    }

    fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(text, _)| text.clone()).collect()
    }

    /// Waits until so many came.
    async fn gets(&self, count: usize) -> Vec<String> {
        let enough = async {
            loop {
                let came = self.came.notified();
                if self.texts().len() >= count {
                    return;
                }
                came.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough).await.unwrap_or_else(|_| panic!("{count} of {:?}", self.texts()));
        self.texts()
    }
}

async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: String) -> Response {
    let update: Value = serde_json::from_str(&body).unwrap();
    let secret = headers.get("x-telegram-bot-api-secret-token").unwrap().to_str().unwrap().to_owned();
    hook.got.lock().unwrap().push((update["message"]["text"].as_str().unwrap().to_owned(), secret));
    hook.came.notify_waiters();
    hook.gate.acquire().await.unwrap().forget();
    hook.answers.lock().unwrap().pop_front().unwrap_or_else(|| StatusCode::OK.into_response())
}

/// Waits until the service has noted so many failures or none are pending.
async fn info(service: &Running, is_so: impl Fn(&Value) -> bool) -> Value {
    loop {
        let info = result(service, "getWebhookInfo", json!({})).await;
        if is_so(&info) {
            return info;
        }
        tokio::task::yield_now().await;
    }
}

fn pending(info: &Value) -> i64 {
    info["pending_update_count"].as_i64().unwrap()
}

#[tokio::test]
async fn updates_are_brought_with_the_secret_one_at_a_time_to_each_chat() {
    let service = service().await;
    let hook = Hook::start(&service, 0).await;
    service.comes(7, "7 a");
    service.comes(7, "7 b");
    service.comes(8, "8 a");
    let mut first = hook.gets(2).await;
    first.sort();
    assert_eq!(first, ["7 a", "8 a"], "the second of a chat waits until the first is taken");
    hook.gate.add_permits(100);
    assert_eq!(hook.gets(3).await[2], "7 b");
    assert!(hook.got.lock().unwrap().iter().all(|(_, secret)| secret == "s3cret_-"));
    assert_eq!(info(&service, |info| pending(info) == 0).await.get("last_error_message"), None);
}

#[tokio::test]
async fn what_is_not_taken_comes_again_after_pauses_that_double() {
    let service = service().await;
    let hook = Hook::start(&service, 100).await;
    hook.answers(StatusCode::INTERNAL_SERVER_ERROR);
    hook.answers(StatusCode::FOUND);
    hook.answers((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "600")]));
    service.comes(7, "a");
    service.comes(7, "b");
    for (count, pause, error) in [(1, 1, "500 Internal Server Error"), (2, 2, "302 Found"), (3, 600, "429 Too Many Requests")] {
        hook.gets(count).await;
        let message = format!("Wrong response from the webhook: {error}");
        let info = info(&service, |info| info["last_error_message"] == message.as_str()).await;
        assert_eq!((pending(&info), hook.texts().len()), (2, count), "not before the pause is over: {:?}", hook.texts());
        service.advance(Duration::from_secs(pause));
    }
    assert_eq!(hook.gets(5).await, ["a", "a", "a", "a", "b"], "one that is not taken holds its chat up");
    info(&service, |info| pending(info) == 0).await;
}

#[tokio::test]
async fn after_a_day_an_update_is_given_up() {
    let service = service().await;
    result(&service, "setWebhook", json!({ "url": "http://127.0.0.1:1/" })).await;
    service.comes(7, "a");
    assert_eq!(info(&service, |info| info["last_error_message"].is_string()).await["last_error_message"], "Connection refused");
    service.advance(Duration::from_secs(24 * 3600));
    info(&service, |info| pending(info) == 0).await;
}

#[tokio::test]
async fn the_answer_may_hold_one_call() {
    let service = service().await;
    let hook = Hook::start(&service, 100).await;
    hook.answers(json!({ "method": "getMe" }).to_string());
    hook.answers(json!({ "method": "sendMessage", "chat_id": 7, "text": "Ответ" }).to_string());
    service.comes(7, "a");
    service.comes(7, "b");
    service.until("the answer is sent", |calls| calls.iter().any(|call| call.method == "sendMessage")).await;
    assert_eq!(service.sent_to(7), ["Ответ"]);
    assert!(service.journal().iter().all(|call| call.method != "getMe"), "a question is not answered there");
}
