use crate::{call, refusal, result, service};
use emulators::{Call, Fault, Limit, Limits, Trouble, busiest, telegram::LIMITS};
use serde_json::json;
use std::time::Duration;

fn to(chat: i64) -> serde_json::Value {
    json!({ "chat_id": chat, "text": "x" })
}

#[tokio::test]
async fn too_fast_to_one_chat_stops_every_call_until_the_time_is_over() {
    let service = service().await;
    service.person(8, "Борис");
    for _ in 0..10 {
        result(&service, "sendMessage", to(7)).await;
    }
    // As many as the service takes, within a span that a busy machine does not outlast.
    service.limit(Some(Limits { person: Limit { within: Duration::from_secs(600), ..LIMITS.person }, ..LIMITS }));
    for _ in 0..3 {
        result(&service, "sendMessage", to(7)).await;
    }
    let (status, answer) = call(&service, "sendMessage", to(7)).await;
    let seconds = answer["parameters"]["retry_after"].as_u64().unwrap();
    assert_eq!((status, (1..=600).contains(&seconds)), (429, true), "{answer}");
    assert_eq!(answer["description"], format!("Too Many Requests: retry after {seconds}"));
    for (method, params) in [("sendMessage", to(8)), ("getMe", json!({})), ("getUpdates", json!({}))] {
        assert!(refusal(&service, method, params).await.starts_with("429 "), "{method}");
    }
    service.advance(Duration::from_secs(seconds));
    result(&service, "sendMessage", to(7)).await;
}

#[tokio::test]
async fn too_fast_in_all_and_to_a_group_is_refused_too() {
    let service = service().await;
    service.limit(Some(Limits { overall: Limit { most: 30, within: Duration::from_secs(3600) }, ..LIMITS }));
    for chat in 100..130 {
        service.person(chat, "Кто-то");
        result(&service, "sendMessage", to(chat)).await;
    }
    assert!(refusal(&service, "sendMessage", to(7)).await.starts_with("429 "));
    service.advance(Duration::from_secs(3600));
    service.limit(Some(LIMITS));
    service.person(-1, "Группа");
    for _ in 0..20 {
        result(&service, "sendMessage", to(-1)).await;
        service.advance(Duration::from_secs(1));
    }
    assert!(refusal(&service, "sendMessage", to(-1)).await.starts_with("429 "));
}

#[tokio::test]
async fn a_fault_befalls_as_many_calls_as_it_says_and_only_those_it_means() {
    let service = service().await;
    service.person(8, "Борис");
    let internal = Trouble::Refuse { status: 500, description: "Internal Server Error".into() };
    service.fault(Fault::new(internal).of("SENDMESSAGE").to(7).times(2));
    result(&service, "getMe", json!({})).await;
    result(&service, "sendMessage", to(8)).await;
    for _ in 0..2 {
        assert_eq!(refusal(&service, "sendMessage", to(7)).await, "500 Internal Server Error");
    }
    result(&service, "sendMessage", to(7)).await;
    let outcomes: Vec<_> = service.journal().iter().map(|call| (call.status, call.taken)).collect();
    assert_eq!(outcomes, [(Some(200), true), (Some(200), true), (Some(500), false), (Some(500), false), (Some(200), true)]);
}

#[tokio::test]
async fn silence_comes_after_the_deed_and_a_reset_before_it() {
    let service = service().await;
    let http = reqwest::Client::builder().timeout(Duration::from_secs(3)).build().unwrap();
    let send = || http.get(format!("{}/bot1:t/sendMessage?chat_id=7&text=x", service.url())).send();
    service.fault(Trouble::Silent);
    assert!(send().await.unwrap_err().is_timeout());
    assert_eq!(service.sent_to(7).len(), 1);
    service.fault(Trouble::Reset);
    let error = send().await.unwrap_err();
    assert!(!error.is_timeout() && format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(service.sent_to(7).len(), 1);
    service.fault(Trouble::Slow { seconds: 600 });
    assert!(send().await.unwrap().text().await.unwrap_err().is_timeout(), "the head comes at once, the body does not");
    assert_eq!(service.sent_to(7).len(), 2);
    service.fault(Trouble::Page { status: 502 });
    let page = send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.text().await.unwrap().contains("<h1>502")), (502, true));
}

#[tokio::test]
async fn another_process_works_it_over_http() {
    let service = service().await;
    let http = reqwest::Client::new();
    let post = |path: &str, body: serde_json::Value| {
        http.post(format!("{}/_/{path}", service.url())).header("content-type", "application/json").body(body.to_string()).send()
    };
    assert_eq!(post("people", json!({ "chat": 9, "name": "Вера" })).await.unwrap().status().as_u16(), 204);
    assert_eq!(post("faults", json!({ "kind": "wait", "seconds": 5, "method": "sendMessage" })).await.unwrap().status().as_u16(), 204);
    assert_eq!(post("faults", json!({ "kind": "page" })).await.unwrap().status().as_u16(), 422);
    assert_eq!(refusal(&service, "sendMessage", to(9)).await, "429 Too Many Requests: retry after 5");
    assert_eq!(post("messages", json!({ "chat": 9, "text": "привет" })).await.unwrap().text().await.unwrap(), "1");
    let journal = reqwest::get(format!("{}/_/journal?chat=9", service.url())).await.unwrap().text().await.unwrap();
    let journal: Vec<Call> = serde_json::from_str(&journal).unwrap();
    assert_eq!(journal, service.journal());
}

#[test]
fn the_busiest_span_is_found() {
    let at = |at_ms| Call {
        at_ms,
        method: String::new(),
        chat: None,
        text: String::new(),
        status: None,
        taken: true,
        message: None,
        said: String::new(),
    };
    let calls = [0, 900, 1000, 1500, 1899, 5000].map(at);
    assert_eq!(busiest(&calls, Duration::from_secs(1)), 4);
    assert_eq!(busiest([], Duration::from_secs(1)), 0);
}
