use crate::{ANNA, refusal, send, service, template, text};
use emulators::{Limit, Limits, Trouble, WhatsApp, whatsapp::LIMITS};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn words_are_taken_within_a_day_after_the_person_wrote() {
    let service = service().await;
    assert_eq!(refusal(&service, &text("a")).await, (400, 131047));
    service.comes(ANNA, "Да");
    let (status, answer) = send(&service, &text("a")).await;
    assert_eq!((status, &answer["contacts"][0]["wa_id"]), (200, &json!("79990000001")), "{answer}");
    service.advance(Duration::from_secs(24 * 3600 - 60));
    assert_eq!(send(&service, &text("b")).await.0, 200);
    service.advance(Duration::from_secs(60));
    assert_eq!(refusal(&service, &text("c")).await, (400, 131047));
    assert_eq!(service.sent_to(ANNA), ["a", "b"]);
}

#[tokio::test]
async fn a_template_is_taken_as_it_was_approved() {
    let service = service().await;
    assert_eq!(refusal(&service, &template(&["1"])).await, (404, 132001));
    service.template("visit", "ru", "Заявка {{1}}, {{2}}, ещё раз {{1}}");
    for (values, code) in [(vec!["1"], 132000), (vec!["1", "2", "3"], 132000), (vec!["1", ""], 131008), (vec!["1", "a\nb"], 100)] {
        assert_eq!(refusal(&service, &template(&values)).await, (400, code), "{values:?}");
    }
    let mut money = template(&["1", "2"]);
    money["template"]["components"][0]["parameters"][0] = json!({ "type": "currency" });
    assert_eq!(refusal(&service, &money).await, (400, 132012));
    assert_eq!(send(&service, &template(&["1", "2"])).await.0, 200);
    assert_eq!(service.sent_to(ANNA), ["Заявка 1, 2, ещё раз 1"]);
    service.pause_template("visit");
    assert_eq!(refusal(&service, &template(&["1", "2"])).await, (400, 132015));
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let service = service().await;
    service.comes(ANNA, "Да");
    let with = |name: &str, value| {
        let mut message = text("a");
        message[name] = value;
        message
    };
    for (message, code) in [
        (json!(null), 100),
        (with("messaging_product", json!("x")), 100),
        (with("to", json!(null)), 100),
        (with("to", json!("Анна")), 131009),
        (with("to", json!("+7")), 131009),
        (with("to", json!("+79990000002")), 131026),
        (with("type", json!("sticker")), 131051),
        (with("biz_opaque_callback_data", json!("x".repeat(513))), 100),
        (text(""), 131008),
        (text(&"я".repeat(4097)), 100),
    ] {
        assert_eq!(refusal(&service, &message).await, (400, code), "{message}");
    }
    assert_eq!(send(&service, &text(&"я".repeat(4096))).await.0, 200);
}

#[tokio::test]
async fn only_the_owner_gets_in() {
    let service = WhatsApp::start_for("127.0.0.1:0".parse().unwrap(), "token", "1").await.unwrap();
    let get = async |path: &str, token: &str| {
        let request = reqwest::Client::new().get(format!("{}/{path}", service.url())).header("authorization", format!("Bearer {token}"));
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!((get("1", "token").await, get("1", "other").await, get("2", "token").await), (200, 401, 400));
    assert_eq!(refusal(&service, &text("a")).await, (401, 190));
    let file = service.sends(ANNA, "a.pdf", "application/pdf", b"PDF", "");
    assert_eq!((get(&file, "token").await, get(&file, "other").await), (200, 401));
    let download = |token| {
        let url = service.url().replace("/v26.0", &format!("/_/files/{file}"));
        reqwest::Client::new().get(url).header("authorization", format!("Bearer {token}")).send()
    };
    assert_eq!(download("other").await.unwrap().status().as_u16(), 401);
    assert_eq!(download("token").await.unwrap().bytes().await.unwrap(), &b"PDF"[..]);
}

#[tokio::test]
async fn too_fast_to_one_person_is_told_apart_from_too_fast_in_all() {
    let service = service().await;
    service.comes(ANNA, "Да");
    service.comes(ANNA + 1, "Да");
    service.limit(Some(Limits { overall: Limit { most: 50, within: Duration::from_secs(3600) }, ..LIMITS }));
    for _ in 0..45 {
        assert_eq!(send(&service, &text("a")).await.0, 200);
    }
    assert_eq!(refusal(&service, &text("a")).await, (400, 131056));
    let mut other = text("a");
    other["to"] = (ANNA + 1).to_string().into();
    for _ in 0..5 {
        assert_eq!(send(&service, &other).await.0, 200);
    }
    assert_eq!(refusal(&service, &other).await, (429, 130429));
}

#[tokio::test]
async fn faults_are_played_and_stand_in_the_journal() {
    let service = service().await;
    service.comes(ANNA, "Да");
    service.fault(Trouble::Page { status: 502 });
    let request = || reqwest::Client::new().post(format!("{}/1/messages", service.url())).header("authorization", "Bearer t");
    let page = request().body(text("a").to_string()).send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.text().await.unwrap().contains("<h1>502")), (502, true));
    service.fault(Trouble::Reset);
    assert!(request().body(text("b").to_string()).send().await.is_err());
    service.fault(Trouble::Silent);
    assert!(request().body(text("c").to_string()).timeout(Duration::from_secs(3)).send().await.unwrap_err().is_timeout());
    service.fault(Trouble::Refuse { status: 500, description: "131016".into() });
    assert_eq!(refusal(&service, &text("d")).await, (500, 131016));
    service.fault(Trouble::Wait { seconds: 5 });
    assert_eq!(refusal(&service, &text("e")).await, (429, 130429));
    let outcomes: Vec<_> = service.journal().iter().map(|call| (call.text.clone(), call.status, call.taken)).collect();
    let line = |text: &str, status, taken| (text.to_owned(), status, taken);
    let expected = [
        line("a", Some(502), false),
        line("b", None, false),
        line("c", None, true),
        line("d", Some(500), false),
        line("e", Some(429), false),
    ];
    assert_eq!(outcomes, expected);
}
