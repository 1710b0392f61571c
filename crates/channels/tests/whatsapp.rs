//! The WhatsApp client and the reader of its webhook against the emulated Cloud API.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect},
    routing::get,
};
use channels::{
    Channel, Failure, Fate, Letter, Link, Template, WhatsApp,
    messenger::{Arrived, Said, What},
    whatsapp::{self, Hook, Status, UNDELIVERABLE, WINDOW_CLOSED},
};
use emulators::{Fault, Limit, Limits, Running, Trouble, whatsapp::LIMITS, whatsapp::Order};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const TOKEN: &str = "EAAtoken";
const PHONE_ID: &str = "106540352242922";
const ANNA: i64 = 79990000001;
const PATIENCE: Duration = Duration::from_secs(20);

/// The service, which knows Anna and one template, and a number of ours.
async fn service() -> (Running<emulators::WhatsApp>, WhatsApp) {
    let service = emulators::WhatsApp::start_for("127.0.0.1:0".parse().unwrap(), TOKEN, PHONE_ID).await.unwrap();
    service.person(ANNA, "Анна");
    service.template("visit", "ru", "Заявка {{1}}: мастер будет {{2}}.");
    let number = WhatsApp::new(TOKEN, PHONE_ID, Some(&service.url()), PATIENCE).unwrap();
    (service, number)
}

fn words(text: &str) -> Letter {
    Letter { key: "outbox-1".into(), to: format!("+{ANNA}"), text: text.into(), ..Letter::default() }
}

fn filled(name: &str, values: &[&str]) -> Letter {
    let values = values.iter().map(ToString::to_string).collect();
    Letter { template: Some(Template { name: name.into(), language: "ru".into(), values }), ..words("") }
}

#[tokio::test]
async fn a_template_goes_at_any_time_and_words_only_after_the_person_wrote() {
    let (service, number) = service().await;
    number.send(&filled("visit", &["12", "завтра\nс 10\tдо 12"])).await.unwrap();
    let closed = number.send(&words("Едем")).await;
    assert!(matches!(&closed, Err(Failure::Refused { why }) if why.starts_with(WINDOW_CLOSED)), "{closed:?}");
    service.comes(ANNA, "Когда?");
    let sent = number.send(&words("Едем")).await.unwrap();
    assert!(sent.id.starts_with("wamid."), "{sent:?}");
    service.advance(Duration::from_secs(24 * 3600));
    assert!(number.send(&words("Едем")).await.is_err());
    assert_eq!(service.sent_to(ANNA), ["Заявка 12: мастер будет завтра с 10 до 12.", "Едем"]);
}

#[tokio::test]
async fn the_link_is_the_last_line_however_long_the_text_is() {
    let (service, number) = service().await;
    service.comes(ANNA, "Да");
    let link = Some(Link { label: "Заявка".into(), url: "https://crm.test/z/1".into() });
    number.send(&Letter { link: link.clone(), ..words("Едем") }).await.unwrap();
    number.send(&Letter { link, ..words(&"я".repeat(5000)) }).await.unwrap();
    let sent = service.sent_to(ANNA);
    assert_eq!((sent[0].as_str(), sent[1].chars().count()), ("Едем\nhttps://crm.test/z/1", 4096));
    assert!(sent[1].ends_with("я\nhttps://crm.test/z/1"));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let (service, number) = service().await;
    service.comes(ANNA, "Да");
    let nobody = number.send(&Letter { to: "+79990000009".into(), ..words("x") }).await;
    assert!(matches!(&nobody, Err(Failure::Dead { why }) if why.starts_with(UNDELIVERABLE)), "{nobody:?}");
    for (letter, code) in [
        (filled("other", &[]), "132001 "),
        (filled("visit", &["12"]), "132000 "),
        (words(""), "131008 "),
        (Letter { to: "Анна".into(), ..words("x") }, "131009 "),
        (Letter { key: "k".repeat(513), ..words("x") }, "100 "),
    ] {
        let refused = number.send(&letter).await;
        assert!(matches!(&refused, Err(Failure::Refused { why }) if why.starts_with(code)), "{code} {refused:?}");
    }
    service.pause_template("visit");
    assert!(matches!(number.send(&filled("visit", &["1", "2"])).await, Err(Failure::Refused { why }) if why.starts_with("132015 ")));
    assert_eq!(service.sent_to(ANNA).len(), 0);

    let of = |token: &str, id: &str| WhatsApp::new(token, id, Some(&service.url()), PATIENCE).unwrap();
    assert!(matches!(of("other", PHONE_ID).greet().await, Err(Failure::Shut { why }) if why.starts_with("190 ")));
    assert!(matches!(of("other", PHONE_ID).send(&words("x")).await, Err(Failure::Shut { .. })));
    assert!(matches!(of(TOKEN, "1").greet().await, Err(Failure::Shut { .. })));
    assert!(matches!(of(TOKEN, "1").send(&words("x")).await, Err(Failure::Shut { .. })));
    assert_eq!(number.greet().await.unwrap(), "+7 495 000-00-67 Монтаж");
}

#[tokio::test]
async fn every_code_of_the_api_is_waited_for_tried_again_or_given_up() {
    let (service, number) = service().await;
    service.comes(ANNA, "Да");
    let kind = |failure: &Failure| match failure {
        Failure::Wait { .. } => "wait",
        Failure::Again { .. } => "again",
        Failure::Dead { .. } => "dead",
        Failure::Shut { .. } => "shut",
        Failure::Refused { .. } => "refused",
        Failure::Unclear { .. } => "unclear",
    };
    for (status, code, expected) in [
        (429, 130429, "wait"),
        (400, 80007, "wait"),
        (400, 131056, "again"),
        (500, 131000, "again"),
        (500, 131016, "again"),
        (503, 2, "again"),
        (500, 999_999, "again"),
        (400, 131026, "dead"),
        (400, 131047, "refused"),
        (400, 131049, "refused"),
        (400, 131053, "refused"),
        (400, 132012, "refused"),
        (400, 100, "refused"),
        (401, 190, "shut"),
        (403, 10, "shut"),
        (403, 368, "shut"),
        (400, 131048, "shut"),
        (400, 133010, "shut"),
    ] {
        service.fault(Trouble::Refuse { status, description: format!("{code} to +79990000001 Secret words") });
        let failure = number.send(&words("x")).await.unwrap_err();
        assert_eq!(kind(&failure), expected, "{code}");
        assert!(failure.why().starts_with(&format!("{code} ")) && !format!("{failure:?}").contains("Secret"), "{failure:?}");
    }
    assert_eq!(service.sent_to(ANNA).len(), 0);
}

#[tokio::test]
async fn a_wait_is_told_as_long_as_it_is() {
    let (service, number) = service().await;
    service.comes(ANNA, "Да");
    service.fault(Trouble::Wait { seconds: 7 });
    assert!(matches!(number.send(&words("x")).await, Err(Failure::Wait { after, .. }) if after == Duration::from_secs(7)));
    assert!(matches!(number.greet().await, Err(Failure::Wait { .. })), "it is for every call");
    service.advance(Duration::from_secs(7));
    // Within spans that a busy machine does not outlast.
    let long = |most| Limit { most, within: Duration::from_secs(600) };
    service.limit(Some(Limits { overall: long(80), person: long(1), ..LIMITS }));
    number.send(&words("x")).await.unwrap();
    assert!(matches!(number.send(&words("x")).await, Err(Failure::Again { why }) if why.starts_with("131056 ")), "one person only");
    service.advance(Duration::from_secs(600));
    service.limit(Some(Limits { overall: long(1), person: long(45), ..LIMITS }));
    number.send(&words("x")).await.unwrap();
    assert!(matches!(number.send(&words("x")).await, Err(Failure::Wait { after, .. }) if after > Duration::from_secs(300)));
}

#[tokio::test]
async fn what_may_go_better_later_is_no_refusal() {
    let (service, _) = service().await;
    service.comes(ANNA, "Да");
    let number = WhatsApp::new(TOKEN, PHONE_ID, Some(&service.url()), Duration::from_secs(3)).unwrap();
    for (trouble, why, sent) in [
        (Trouble::Page { status: 502 }, "502 with an answer that is no JSON", 0),
        (Trouble::Reset, "the connection broke", 0),
        (Trouble::Silent, "no answer in time", 1),
        (Trouble::Slow { seconds: 600 }, "no answer in time", 2),
    ] {
        service.fault(trouble);
        assert_eq!(number.send(&words("x")).await, Err(Failure::Again { why: why.into() }));
        assert_eq!(service.sent_to(ANNA).len(), sent, "{why}");
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = WhatsApp::new(TOKEN, PHONE_ID, Some(&address), PATIENCE).unwrap().send(&words("x")).await.unwrap_err();
    assert!(matches!(&failure, Failure::Again { why } if why == "no connection"), "{failure:?}");
}

#[test]
fn what_cannot_be_set_so_is_said_at_the_start_and_no_secret_is_shown() {
    let of = |token: &str, id: &str, address: &str| WhatsApp::new(token, id, Some(address), PATIENCE);
    let errors = [of("to\nken", "1", "http://x"), of(TOKEN, "1/2", "http://x"), of(TOKEN, "1", "x"), of(TOKEN, "1", "file:///x")];
    for error in errors {
        assert!(error.is_err_and(|error| !error.contains("ken\"")));
    }
    let number = WhatsApp::new(TOKEN, "1", None, PATIENCE).unwrap();
    assert!(!format!("{number:?}").contains(TOKEN), "{number:?}");
    assert!(number.clone().through("no address").is_err());
    assert!(number.through("socks5h://127.0.0.1:1").is_ok());
}

const SECRET: &str = "app secret";

/// A program's webhook, which keeps what it reads.
#[derive(Default)]
struct Program(Mutex<Vec<Hook>>);

impl Program {
    async fn start(service: &emulators::WhatsApp) -> Arc<Self> {
        let program = Arc::new(Self::default());
        let router = Router::new().route("/hook", get(check).post(take)).with_state(program.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        assert!(!service.webhook(&url, SECRET, "guess").await, "only our own token");
        assert!(service.webhook(&url, SECRET, "our token").await);
        program
    }

    fn statuses(&self) -> Vec<Status> {
        self.0.lock().unwrap().iter().flat_map(|hook| hook.statuses.clone()).collect()
    }

    fn fates(&self) -> Vec<Fate> {
        self.statuses().into_iter().map(|status| status.fate).collect()
    }

    fn arrived(&self) -> Vec<Arrived> {
        self.0.lock().unwrap().iter().flat_map(|hook| hook.arrived.clone()).collect()
    }
}

async fn check(Query(query): Query<Vec<(String, String)>>) -> impl IntoResponse {
    whatsapp::verify(&query, "our token").ok_or(StatusCode::FORBIDDEN)
}

async fn take(State(program): State<Arc<Program>>, headers: HeaderMap, body: axum::body::Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").unwrap().to_str().unwrap();
    assert!(whatsapp::is_signed(SECRET, signature, &body));
    assert!(!whatsapp::is_signed("another", signature, &body) && !whatsapp::is_signed("", signature, &body));
    assert!(!whatsapp::is_signed(SECRET, signature, &body[1..]) && !whatsapp::is_signed(SECRET, &signature[7..], &body));
    program.0.lock().unwrap().push(whatsapp::read_hook(&body).unwrap());
    StatusCode::OK
}

#[tokio::test]
async fn how_messages_fare_is_read_in_whatever_order_it_comes() {
    let (service, number) = service().await;
    let program = Program::start(&service).await;
    let sent = number.send(&filled("visit", &["1", "2"])).await.unwrap();
    service.reads(ANNA);
    service.brought().await;
    assert_eq!(program.fates(), [Fate::Underway, Fate::Delivered, Fate::Read]);
    assert!(program.statuses().iter().all(|status| status.id == sent.id && status.key.as_deref() == Some("outbox-1")));
    service.hold();
    number.send(&filled("visit", &["1", "2"])).await.unwrap();
    service.release(Order::Together);
    service.brought().await;
    assert_eq!(program.0.lock().unwrap().last().unwrap().statuses.len(), 2, "in one call");
    service.refuse_late(true);
    number.send(&words("x")).await.unwrap();
    service.brought().await;
    assert!(matches!(program.fates().last(), Some(Fate::Lost { why }) if why.starts_with(WINDOW_CLOSED)));
    assert_eq!(number.fate(&sent.id, "").await, Ok(None));
}

#[tokio::test]
async fn what_people_send_is_read_and_their_files_are_fetched() {
    let (service, number) = service().await;
    let program = Program::start(&service).await;
    let template = number.send(&filled("visit", &["1", "2"])).await.unwrap();
    let id = service.comes(ANNA, "Здравствуйте");
    service.press(ANNA, &template.id, "confirm:1");
    service.comes_as(ANNA, "location", json!({ "latitude": 55.75, "longitude": 37.61 }));
    service.comes_as(ANNA, "reaction", json!({ "message_id": template.id, "emoji": "👍" }));
    let picture = service.sends(ANNA, "", "image/jpeg", b"JPEG", "Счётчик");
    service.sends(ANNA, "Договор.pdf", "application/pdf", b"PDF", "");
    service.brought().await;
    let arrived = program.arrived();
    let said = Said { id: id.clone(), text: "Здравствуйте".into(), ..Said::default() };
    assert_eq!(arrived[0], Arrived { key: id, chat: ANNA.to_string(), name: "Анна".into(), what: What::Said(said) });
    let press = arrived[1].key.clone();
    assert_eq!(arrived[1].what, What::Pressed { press, message: template.id, data: "confirm:1".into() });
    assert_eq!((&arrived[2].what, &arrived[3].what), (&What::Place { lat: 55.75, lon: 37.61 }, &What::Other));
    let (What::Said(photo), What::Said(document)) = (&arrived[4].what, &arrived[5].what) else { panic!("{arrived:?}") };
    assert_eq!((photo.text.as_str(), photo.files[0].is_picture, &photo.files[0].file), ("Счётчик", true, &picture));
    assert_eq!((document.files[0].name.as_str(), document.files[0].is_picture), ("Договор.pdf", false));

    assert_eq!(number.fetch(&picture, 4).await.unwrap(), b"JPEG");
    assert!(matches!(number.fetch(&picture, 3).await, Err(Failure::Refused { .. })), "more than wanted");
    assert!(matches!(number.fetch("777", 4).await, Err(Failure::Refused { .. })), "not there");
    assert!(matches!(number.fetch("../x", 4).await, Err(Failure::Refused { why }) if why == "no id of a file"));
    service.fault(Fault::new(Trouble::Refuse { status: 404, description: "gone".into() }).of("download"));
    assert!(matches!(number.fetch(&picture, 4).await, Err(Failure::Again { .. })));
}

/// A service that says that its file is there, and has one itself that is larger than it says, and one that moved.
async fn elsewhere(url: &str) -> WhatsApp {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let about = json!({ "url": url.replace("SELF", &address), "file_size": 1 }).to_string();
    let router = Router::new()
        .route("/1", get(move || async move { about }))
        .route("/large", get(|| async { "x".repeat(100) }))
        .route("/moved", get(|| async { Redirect::temporary("/large") }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    WhatsApp::new(TOKEN, PHONE_ID, Some(&address), PATIENCE).unwrap()
}

#[tokio::test]
async fn a_file_is_taken_where_it_is_said_to_be_and_no_larger_than_wanted() {
    let service = elsewhere("SELF/large").await;
    assert_eq!(service.fetch("1", 100).await.unwrap().len(), 100);
    assert_eq!(service.fetch("1", 99).await, Err(Failure::Refused { why: "more than 99 bytes".into() }));
    let moved = elsewhere("SELF/moved").await.fetch("1", 100).await;
    assert_eq!(moved, Err(Failure::Refused { why: "307 instead of the file".into() }));
}

#[tokio::test]
async fn the_token_goes_nowhere_but_to_whatsapp() {
    for url in [
        "https://evil.test/f",
        "http://lookaside.fbsbx.com/f",
        "https://lookaside.fbsbx.com.evil.test/f",
        "https://evilwhatsapp.net/f",
        "https://lookaside.fbsbx.com:8443/f",
        "https://lookaside.fbsbx.com@evil.test/f",
        "http://127.0.0.1:1/f",
    ] {
        let fetched = elsewhere(url).await.fetch("1", 10).await;
        assert!(matches!(&fetched, Err(Failure::Refused { why }) if why.contains("keeps none")), "{url}: {fetched:?}");
    }
}

/// What Meta's documentation shows, with a part that is of no known form, and a person without a phone.
#[test]
fn a_call_is_read_as_far_as_it_can_be() {
    let message = |extra: Value| {
        let mut message = json!({ "from": "79990000001", "id": "wamid.1", "timestamp": "1", "type": "text", "text": { "body": "a" } });
        message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        message
    };
    let list = json!({ "type": "list_reply", "list_reply": { "id": "day:2", "title": "Среда" } });
    let card = json!([{ "name": { "formatted_name": "Б" }, "phones": [{ "phone": "+7 999 000-00-02" }] }]);
    let value = json!({
        "messaging_product": "whatsapp",
        "contacts": [{ "profile": { "name": "Анна", "username": "@anna" }, "user_id": "RU.13491208655302741918" }],
        "messages": [
            { "id": "wamid.0" },
            message(json!({ "from": "", "from_user_id": "RU.13491208655302741918", "id": "w".repeat(200) })),
            message(json!({ "group_id": "Y2FwaV9ncm91cDox" })),
            message(json!({ "type": "interactive", "interactive": list, "context": { "from": "1", "id": "wamid.9" } })),
            message(json!({ "type": "contacts", "contacts": card })),
            message(json!({ "type": "unsupported", "errors": [{ "code": 131051 }] })),
        ],
        "statuses": [
            { "id": "wamid.2", "status": "failed", "errors": [{ "code": 131026, "title": "Message Undeliverable" }] },
            { "id": "wamid.3", "status": "deleted" },
            { "status": "sent" },
        ],
    });
    let other = json!({ "field": "message_template_status_update", "value": { "event": "APPROVED" } });
    let entry = json!([{ "id": "1", "changes": [other] }, { "id": "1", "changes": [{ "field": "messages", "value": value }] }]);
    let body = json!({ "object": "whatsapp_business_account", "entry": entry }).to_string();
    let hook = whatsapp::read_hook(body.as_bytes()).unwrap();
    let chats: Vec<_> = hook.arrived.iter().map(|one| (one.chat.as_str(), one.name.as_str())).collect();
    let (anna, plain) = (("RU.13491208655302741918", "Анна"), ("79990000001", ""));
    assert_eq!(chats, [anna, ("", ""), plain, plain, plain]);
    assert!(hook.arrived[0].key.len() <= 100, "{}", hook.arrived[0].key);
    let whats: Vec<_> = hook.arrived[2..].iter().map(|one| one.what.clone()).collect();
    let expected = [
        What::Pressed { press: "wamid.1".into(), message: "wamid.9".into(), data: "day:2".into() },
        What::Phone { phone: "+7 999 000-00-02".into(), is_proved: false },
        What::Other,
    ];
    assert_eq!(whats, expected);
    let lost = Fate::Gone { why: "131026 no WhatsApp there, or nothing taken from businesses".into() };
    assert_eq!(hook.statuses, [Status { id: "wamid.2".into(), key: None, fate: lost }]);
    for strange in ["", "[]", r#"{"object":"page","entry":[]}"#, r#"{"object":"whatsapp_business_account"}"#] {
        assert!(matches!(whatsapp::read_hook(strange.as_bytes()), Err(Failure::Refused { .. })), "{strange}");
    }
}

#[test]
fn a_webhook_without_a_token_of_ours_is_verified_for_nobody() {
    let query = |token: &str| {
        [("hub.mode", "subscribe"), ("hub.challenge", "42"), ("hub.verify_token", token)].map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    assert_eq!(whatsapp::verify(&query("ours"), "ours").as_deref(), Some("42"));
    assert_eq!((whatsapp::verify(&query(""), ""), whatsapp::verify(&query("our"), "ours")), (None, None));
    assert_eq!(whatsapp::verify(&query("ours")[1..], "ours"), None);
}
