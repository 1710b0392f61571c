use crate::{call, refusal, request, result, say, service};
use emulators::{
    Call, Fault, Limit, Trouble, busiest,
    max::{LIMITS, Shown},
};
use serde_json::{Value, json};
use std::time::Duration;

const SEND: &str = "POST /messages?chat_id=7";

fn text() -> Value {
    json!({ "text": "x" })
}

#[tokio::test]
async fn too_fast_to_one_chat_is_refused_there_alone() {
    let service = service().await;
    service.person(8, "Борис");
    // Within a span that a busy machine does not outlast.
    let slowly = Limit { within: Duration::from_secs(600), ..LIMITS.person };
    service.limit(Some(emulators::Limits { person: slowly, ..LIMITS }));
    let id = say(&service, 7, "1").await;
    result(&service, &format!("PUT /messages?message_id={id}"), text()).await;
    let response = request(&service, SEND, &text()).send().await.unwrap();
    let seconds: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!((response.status().as_u16(), (1..=600).contains(&seconds)), (429, true));
    say(&service, 8, "1").await;
    result(&service, "GET /me", Value::Null).await;
    service.advance(Duration::from_secs(seconds));
    say(&service, 7, "2").await;
}

#[tokio::test]
async fn too_many_calls_in_all_are_refused() {
    let service = service().await;
    service.limit(Some(emulators::Limits { overall: Limit { most: 30, within: Duration::from_secs(600) }, ..LIMITS }));
    for _ in 0..30 {
        result(&service, "GET /me", Value::Null).await;
    }
    assert!(refusal(&service, "GET /me", Value::Null).await.starts_with("429 too.many.requests"));
    assert!(busiest(&service.journal(), Duration::from_secs(600)) >= 31);
}

#[tokio::test]
async fn a_fault_befalls_as_many_calls_as_it_says_and_only_those_it_means() {
    let service = service().await;
    service.person(8, "Борис");
    let down = Trouble::Refuse { status: 503, description: "down".into() };
    service.fault(Fault::new(down).of("POST /messages").to(7).times(2));
    result(&service, "GET /me", Value::Null).await;
    say(&service, 8, "x").await;
    for _ in 0..2 {
        assert_eq!(refusal(&service, SEND, text()).await, "503 service.unavailable down");
    }
    say(&service, 7, "x").await;
    let outcomes: Vec<_> = service.journal().iter().map(|call| (call.status, call.taken)).collect();
    assert_eq!(outcomes, [(Some(200), true), (Some(200), true), (Some(503), false), (Some(503), false), (Some(200), true)]);
    service.fault(Trouble::Wait { seconds: 9 });
    for what in [SEND, "POST /messages?chat_id=8"] {
        assert!(refusal(&service, what, text()).await.starts_with("429 "), "a wait is for all");
    }
    service.advance(Duration::from_secs(9));
    say(&service, 7, "x").await;
}

#[tokio::test]
async fn silence_comes_after_the_deed_and_a_reset_before_it() {
    let service = service().await;
    let send = || request(&service, SEND, &text()).timeout(Duration::from_secs(2)).send();
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
    assert_eq!(service.messages(7).len(), 2);
}

#[tokio::test]
async fn another_process_works_it_over_http() {
    let service = service().await;
    let post = |path: &str, body: Value| request(&service, &format!("POST /_/{path}"), &body).send();
    assert_eq!(post("people", json!({ "chat": 9, "name": "Вера" })).await.unwrap().status().as_u16(), 204);
    assert_eq!(post("faults", json!({ "kind": "wait", "seconds": 5, "method": "POST /messages" })).await.unwrap().status().as_u16(), 204);
    assert_eq!(post("faults", json!({ "kind": "page" })).await.unwrap().status().as_u16(), 422);
    assert!(refusal(&service, "POST /messages?chat_id=9", text()).await.starts_with("429 "));
    service.advance(Duration::from_secs(5));
    for (path, body) in [
        ("starts", json!({ "chat": 9, "code": "c0de" })),
        ("messages", json!({ "chat": 9, "text": "привет" })),
        ("contacts", json!({ "chat": 9, "phone": "79001234567", "own": true })),
        ("places", json!({ "chat": 9, "lat": 55.5, "lon": 37.5 })),
    ] {
        assert_eq!(post(path, body).await.unwrap().status().as_u16(), 200, "{path}");
    }
    let form = "--b\r\nContent-Disposition: form-data; name=\"chat\"\r\n\r\n9\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
                filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nxyz\r\n--b--\r\n";
    for (path, number) in [("photos", "5"), ("documents", "6")] {
        let file = reqwest::Client::new().post(format!("{}/_/{path}", service.url()));
        let file = file.header("content-type", "multipart/form-data; boundary=b").body(form).send().await.unwrap();
        assert_eq!(file.text().await.unwrap(), number, "the number of the update");
    }
    let buttons = crate::keyboard(&json!([[{ "type": "callback", "text": "Да", "payload": "yes" }]]));
    result(&service, "POST /messages?chat_id=9", json!({ "text": "Едете?", "attachments": [buttons] })).await;
    result(&service, "POST /messages?chat_id=9", json!({ "text": "Позже" })).await;
    assert_eq!(post("presses", json!({ "chat": 9, "label": "Нет" })).await.unwrap().status().as_u16(), 404);
    for press in [json!({ "chat": 9, "label": "Да" }), json!({ "chat": 9, "data": "yes" })] {
        assert_eq!(post("presses", press).await.unwrap().status().as_u16(), 200, "under the newest message that has it");
    }
    let chat = call(&service, "GET /_/chats/9", Value::Null).await.1;
    let shown: Vec<Shown> = serde_json::from_value(chat["messages"].clone()).unwrap();
    assert_eq!(shown, service.messages(9));
    let journal = reqwest::get(format!("{}/_/journal?chat=9", service.url())).await.unwrap().text().await.unwrap();
    let journal: Vec<Call> = serde_json::from_str(&journal).unwrap();
    assert_eq!(journal, service.journal());
}
