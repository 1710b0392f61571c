//! Who may do what in a messenger: the same as over the API, deed by deed and person by person.

use super::tests::{in_both, picture};
use crate::{
    ids::{ChatId, OrderId, VisitId, WorkerId},
    notifications::{Channel, deed::Deed, testing::Messengers},
    orders::{VisitAction, VisitStatus, files::FileKind},
    testkit::*,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a deed is tried on: Ivan and Rustam go to Olga.
struct Scene {
    number: String,
    order: OrderId,
    order_version: i64,
    visit: VisitId,
    visit_version: i64,
    /// The chats about the order, by audience.
    chats: Vec<(String, ChatId)>,
    /// Somebody who is free at a time.
    free: WorkerId,
    slot: i64,
}

/// The same over the API: method, path behind `/api/v1`, body.
type Asks = (&'static str, String, Value);

/// A button's deed.
struct Case {
    name: &'static str,
    at: VisitStatus,
    deed: fn(&Scene) -> Deed,
    asks: fn(&Scene) -> Asks,
    /// Who gets further than «there is no such thing», in the order of [`everybody`].
    may: &'static str,
}

const OFFICE: &str = "administrator dispatcher";
const CREW: &str = "administrator dispatcher ivan rustam";
/// The lead answers an offer and begins; the office may do it on their behalf.
const LEAD: &str = "administrator dispatcher ivan";
const WORKERS: &str = "ivan semyon rustam timur";
const CUSTOMERS: &str = "olga pyotr";
const EVERYBODY: &str = "administrator dispatcher ivan semyon rustam timur olga pyotr";
const SEE_THE_ORDER: [&str; 5] = ["administrator", "dispatcher", "ivan", "rustam", "olga"];

fn act(scene: &Scene, action: VisitAction) -> Deed {
    Deed::Visit { action, id: scene.visit, version: scene.visit_version }
}

fn step(scene: &Scene, noun: &str) -> Asks {
    ("POST", format!("/visits/{}/{noun}", scene.visit), json!({ "reason": "так вышло" }))
}

fn chat(scene: &Scene, audience: &str) -> Deed {
    Deed::Answer(scene.chats.iter().find(|(code, _)| code == audience).unwrap().1)
}

fn writes(scene: &Scene, audience: &str) -> Asks {
    ("POST", format!("/orders/{}/messages?audience={audience}", scene.order), json!({ "text": "Алло" }))
}

fn own(_: &Scene) -> Asks {
    ("GET", "/me".into(), Value::Null)
}

fn visits(_: &Scene) -> Asks {
    ("GET", "/visits".into(), Value::Null)
}

fn orders(_: &Scene) -> Asks {
    ("GET", "/orders".into(), Value::Null)
}

fn cases() -> Vec<Case> {
    use VisitStatus::{Accepted, Done, EnRoute, Offered, OnSite, Paused};
    vec![
        Case {
            name: "show the visit",
            at: Offered,
            deed: |s| Deed::ShowVisit(s.visit),
            asks: |s| ("GET", format!("/visits/{}", s.visit), Value::Null),
            may: CREW,
        },
        Case { name: "accept", at: Offered, deed: |s| act(s, VisitAction::Accept), asks: |s| step(s, "acceptance"), may: LEAD },
        Case {
            name: "decline",
            at: Offered,
            deed: |s| Deed::Because { action: VisitAction::Decline, id: s.visit, version: s.visit_version, reason: 0 },
            asks: |s| step(s, "decline"),
            may: LEAD,
        },
        Case { name: "depart", at: Accepted, deed: |s| act(s, VisitAction::Depart), asks: |s| step(s, "departure"), may: CREW },
        Case { name: "arrive", at: EnRoute, deed: |s| act(s, VisitAction::Arrive), asks: |s| step(s, "arrival"), may: CREW },
        Case { name: "pause", at: OnSite, deed: |s| act(s, VisitAction::Pause), asks: |s| step(s, "pause"), may: CREW },
        Case { name: "resume", at: Paused, deed: |s| act(s, VisitAction::Resume), asks: |s| step(s, "resumption"), may: CREW },
        Case { name: "finish", at: OnSite, deed: |s| act(s, VisitAction::Finish), asks: |s| step(s, "completion"), may: CREW },
        Case {
            name: "fail",
            at: OnSite,
            deed: |s| Deed::Because { action: VisitAction::Fail, id: s.visit, version: s.visit_version, reason: 0 },
            asks: |s| step(s, "failure"),
            may: CREW,
        },
        Case {
            name: "tick",
            at: OnSite,
            deed: |s| Deed::Tick { id: s.visit, place: 0 },
            asks: |s| ("PUT", format!("/visits/{}/report", s.visit), json!({ "checklist": [] })),
            may: CREW,
        },
        Case {
            name: "say what photos show",
            at: OnSite,
            deed: |s| Deed::Pictures { id: s.visit, kind: FileKind::After },
            asks: |s| ("GET", format!("/visits/{}/files", s.visit), Value::Null),
            may: CREW,
        },
        Case {
            name: "say which visit it is for",
            at: OnSite,
            deed: |s| Deed::For(s.visit),
            asks: |s| ("GET", format!("/visits/{}/report", s.visit), Value::Null),
            may: "ivan rustam",
        },
        Case { name: "the start", at: Accepted, deed: |_| Deed::Menu, asks: own, may: EVERYBODY },
        Case { name: "cancel", at: Accepted, deed: |_| Deed::Cancel, asks: own, may: EVERYBODY },
        Case { name: "today", at: Accepted, deed: |_| Deed::Today, asks: visits, may: WORKERS },
        Case { name: "tomorrow", at: Accepted, deed: |_| Deed::Tomorrow, asks: visits, may: WORKERS },
        Case { name: "later", at: Accepted, deed: |_| Deed::Later, asks: visits, may: WORKERS },
        Case { name: "tell the place", at: Accepted, deed: |_| Deed::Here, asks: visits, may: WORKERS },
        Case { name: "write to the office", at: Accepted, deed: |_| Deed::WriteToOffice, asks: visits, may: WORKERS },
        Case { name: "own orders", at: Accepted, deed: |_| Deed::Orders, asks: orders, may: CUSTOMERS },
        Case { name: "choose a service", at: Accepted, deed: |_| Deed::Service(1), asks: orders, may: CUSTOMERS },
        Case { name: "change a new order", at: Accepted, deed: |_| Deed::Change { address: true }, asks: orders, may: CUSTOMERS },
        Case { name: "send a new order", at: Accepted, deed: |_| Deed::Send, asks: orders, may: CUSTOMERS },
        Case {
            name: "accept the work",
            at: Done,
            deed: |s| Deed::AcceptWork { id: s.order, version: s.order_version },
            asks: |s| ("POST", format!("/orders/{}/acceptance", s.order), json!({})),
            may: "olga",
        },
        Case {
            name: "return the work",
            at: Done,
            deed: |s| Deed::ReturnWork { id: s.order, version: s.order_version },
            asks: |s| ("POST", format!("/orders/{}/return", s.order), json!({ "reason": "криво" })),
            may: "olga",
        },
        Case {
            name: "cancel the order",
            at: Accepted,
            deed: |s| Deed::CancelOrder { id: s.order, reason: Some(0) },
            asks: |s| ("POST", format!("/orders/{}/cancellation", s.order), json!({ "reason": "передумал" })),
            may: "olga",
        },
        Case {
            name: "write about the visit",
            at: Accepted,
            deed: |s| Deed::WriteAboutVisit(s.visit),
            asks: |s| ("POST", format!("/visits/{}/messages", s.visit), json!({ "text": "Алло" })),
            may: CREW,
        },
        Case {
            name: "write to the customer",
            at: Accepted,
            deed: |s| Deed::WriteAboutOrder(s.order),
            asks: |s| writes(s, "customer"),
            may: "administrator dispatcher olga",
        },
        Case {
            name: "answer the customer",
            at: Accepted,
            deed: |s| chat(s, "customer"),
            asks: |s| writes(s, "customer"),
            may: "administrator dispatcher olga",
        },
        Case { name: "answer the worker", at: Accepted, deed: |s| chat(s, "worker"), asks: |s| writes(s, "worker"), may: CREW },
        Case { name: "answer colleagues", at: Accepted, deed: |s| chat(s, "internal"), asks: |s| writes(s, "internal"), may: OFFICE },
        Case {
            name: "the time fits",
            at: Accepted,
            deed: |s| Deed::Fits(s.visit, NOW + 4 * HOUR),
            asks: |s| ("POST", format!("/orders/{}/time-confirmation", s.order), json!({})),
            may: "olga",
        },
        Case {
            name: "ask for another time",
            at: Accepted,
            deed: |s| Deed::MoveWanted(s.visit),
            asks: |s| ("POST", format!("/orders/{}/time-request", s.order), json!({ "text": "в пятницу" })),
            may: "olga",
        },
        Case {
            name: "give stars",
            at: Done,
            deed: |s| Deed::Stars(s.order, 5),
            asks: |s| ("PUT", format!("/orders/{}/review", s.order), json!({ "stars": 5 })),
            may: "olga",
        },
        Case {
            name: "show the order",
            at: Accepted,
            deed: |s| Deed::ShowOrder(s.order),
            asks: |s| ("GET", format!("/orders/{}", s.order), Value::Null),
            may: "administrator dispatcher ivan rustam olga",
        },
        Case {
            name: "confirm the order",
            at: Accepted,
            deed: |s| Deed::Confirm { id: s.order, version: s.order_version },
            asks: |s| ("POST", format!("/orders/{}/confirmation", s.order), json!({})),
            may: OFFICE,
        },
        Case {
            name: "find somebody",
            at: Accepted,
            deed: |s| Deed::Assign(s.order),
            asks: |s| ("POST", format!("/orders/{}/visits", s.order), json!({})),
            may: OFFICE,
        },
        Case {
            name: "send somebody",
            at: Accepted,
            deed: |s| Deed::AssignTo { order: s.order, worker: s.free, slot: s.slot },
            asks: |s| ("POST", format!("/orders/{}/visits", s.order), json!({})),
            may: OFFICE,
        },
        Case {
            name: "who waits",
            at: Accepted,
            deed: |_| Deed::Waiting,
            asks: |_| ("GET", "/conversations".into(), Value::Null),
            may: OFFICE,
        },
        Case {
            name: "a new order",
            at: Accepted,
            deed: |_| Deed::NewOrder,
            asks: |_| ("POST", "/orders".into(), json!({})),
            may: "olga pyotr",
        },
    ]
}

fn everybody(app: &TestApp) -> Vec<Person> {
    let People { administrator, dispatcher, ivan, semyon, rustam, timur, olga, pyotr, .. } = app.people();
    vec![administrator, dispatcher, ivan, semyon, rustam, timur, olga, pyotr]
}

/// Each scene on a day of its own, so that the crew is free.
async fn scene(app: &TestApp, at: VisitStatus, day: i64) -> Scene {
    let People { dispatcher, ivan, rustam, semyon, olga, .. } = app.people();
    let slot = NOW + day * DAY + 4 * HOUR;
    let (order, visit) = app.visit().of(&ivan).of(&rustam).at(slot).status(at).make().await;
    let mut chats = vec![];
    for (audience, who) in [("internal", &dispatcher), ("worker", &dispatcher), ("customer", &olga)] {
        who.post(&format!("/api/v1/orders/{order}/messages?audience={audience}"), json!({ "text": "Слово" })).await.expect(201);
        let id = app.number(&format!("SELECT id FROM chats WHERE order_id = {order} AND audience = '{audience}'")).await;
        chats.push((audience.to_owned(), ChatId(id)));
    }
    let show = async |what: &str, id: i64| dispatcher.get(&format!("/api/v1/{what}/{id}")).await.expect(200).json();
    let (of_order, of_visit) = (show("orders", order).await, show("visits", visit).await);
    let number = of_order["number"].as_str().unwrap().to_owned();
    let (order_version, visit_version) = (of_order["version"].as_i64().unwrap(), of_visit["version"].as_i64().unwrap());
    Scene {
        number,
        order: OrderId(order),
        order_version,
        visit: VisitId(visit),
        visit_version,
        chats,
        free: WorkerId(semyon.worker_id),
        slot,
    }
}

async fn every_button(messengers: &Messengers) {
    let app = messengers.app.clone();
    let people = everybody(&app);
    for (chat, person) in (1..).zip(&people) {
        messengers.link(person, chat, person.name).await;
        messengers.comes(chat, "/start");
    }
    messengers.take_in().await;
    let (mut wrong, mut day) = (vec![], 0);
    for case in cases() {
        let (mut may, mut refusing) = (vec![], None);
        for (chat, person) in (1..).zip(&people) {
            // Whoever is refused changes nothing: they can share one.
            let is_expected = case.may.split(' ').any(|name| name == person.name);
            if is_expected || refusing.is_none() {
                day += 1;
                refusing = Some(scene(&app, case.at, day).await);
            }
            let tried = refusing.take().unwrap();
            let before = messengers.desk().journal().len();
            let last = messengers.messages(chat).pop().unwrap().id;
            messengers.press_late(chat, &last, &(case.deed)(&tried).to_string());
            messengers.take_in().await;
            // A refusal is said; anything else may take the place of an older message.
            let said = messengers.desk().journal().split_off(before);
            if said.iter().any(|call| call.chat == Some(chat) && call.text.contains("больше нет")) {
                if !SEE_THE_ORDER.contains(&person.name) && messengers.messages(chat).iter().any(|shown| shown.text.contains(&tried.number))
                {
                    wrong.push(format!("{}: {} learns of the order", case.name, person.name));
                }
                refusing = Some(tried);
                continue;
            }
            may.push(person.name);
            let asked = if case.name == "decline" {
                day += 1;
                scene(&app, case.at, day).await
            } else {
                tried
            };
            let (method, path, body) = (case.asks)(&asked);
            let path = format!("/api/v1{path}");
            let answer = match method {
                "GET" => person.get(&path).await,
                "PUT" => person.put(&path, body).await,
                _ => person.post(&path, body).await,
            };
            if matches!(answer.status, 401 | 403 | 404) {
                wrong.push(format!("{}: {} may not over the API ({})", case.name, person.name, answer.status));
            }
        }
        if may.join(" ") != case.may {
            wrong.push(format!("{}: {} instead of {}", case.name, may.join(" "), case.may));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    app.forget_history().await;
}

in_both!(a_button_of_telegram_does_what_the_api_lets_the_person_do, a_button_of_max_does_what_the_api_lets_the_person_do, every_button);

/// The words by which deeds are told apart are read from where they are written: a new deed needs a case.
#[test]
fn every_deed_is_tried() {
    let written = regex::Regex::new(r#"write!\(f, "([a-z]+)"#).unwrap();
    let source = include_str!("../notifications/deed.rs");
    let words: BTreeSet<&str> = written.captures_iter(source).map(|found| found.extract::<1>().1[0]).collect();
    let scene = Scene {
        number: String::new(),
        order: OrderId(1),
        order_version: 1,
        visit: VisitId(1),
        visit_version: 1,
        chats: ["internal", "worker", "customer"].map(|audience| (audience.to_owned(), ChatId(1))).into(),
        free: WorkerId(1),
        slot: 1,
    };
    let tried: Vec<String> = cases().iter().map(|case| (case.deed)(&scene).to_string()).collect();
    let tried: BTreeSet<&str> = tried.iter().filter_map(|data| data.split(':').next()).collect();
    assert!(words.len() > 20);
    assert_eq!(words, tried);
}

/// How much was written about an order, and how much was done to it or its visits.
async fn traces(app: &TestApp, order: i64) -> (i64, i64) {
    let lines =
        app.number(&format!("SELECT COUNT(*) FROM chat_messages m JOIN chats c ON c.id = m.chat_id WHERE c.order_id = {order}")).await;
    (lines, app.number(&format!("SELECT COUNT(*) FROM events WHERE order_id = {order}")).await)
}

/// What the bot says in this chat to what has come: new words, and those that stand in place of others.
async fn hears(messengers: &Messengers, chat: i64) -> String {
    let before = messengers.desk().journal().len();
    messengers.take_in().await;
    let said = messengers.desk().journal().split_off(before).into_iter().filter(|call| call.chat == Some(chat));
    said.map(|call| call.text).collect::<Vec<_>>().join("\n")
}

/// Presses a button as if it stood under the first message.
async fn press(messengers: &Messengers, chat: i64, deed: Deed) -> String {
    messengers.press_late(chat, &messengers.messages(chat)[0].id, &deed.to_string());
    hears(messengers, chat).await
}

async fn words_of_a_worker(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    let (order, visit) = app.visit().of(&rustam).on_site().make().await;
    let id = VisitId(visit);
    let lead = async |worker: &Person| {
        app.execute("UPDATE visit_workers SET worker_id = ? WHERE visit_id = ?", [worker.worker_id.into(), visit.into()]).await;
        app.execute("UPDATE visits SET lead_id = ? WHERE id = ?", [worker.worker_id.into(), visit.into()]).await;
    };
    dispatcher.post(&format!("/api/v1/visits/{visit}/messages"), json!({ "text": "Где вы сейчас?" })).await.expect(201);
    me.says("/start").await;
    for _ in 0..6 {
        messengers.pass(60).await;
    }
    let line = if messengers.channel == Channel::Max { "Где вы сейчас?" } else { "Новое сообщение" };
    assert!(me.heard(line) > 0, "{:?}", messengers.messages(3));
    let version = dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json()["version"].as_i64().unwrap();
    let asks = [
        ("nothing", Deed::Menu),
        ("a line", Deed::WriteAboutVisit(id)),
        ("a reason", Deed::Visit { action: VisitAction::Fail, id, version }),
    ];
    for (asked, deed) in asks {
        for way in ["words", "a photo", "a place", "an answer"] {
            let said = press(messengers, 3, deed).await;
            assert!(!said.contains("больше нет"), "{asked}: it is theirs: {said}");
            let before = traces(&app, order).await;
            lead(&timur).await;
            match way {
                "words" => messengers.comes(3, "Поставил окно"),
                "a photo" => messengers.photo(3, picture(), "Вот окно"),
                "a place" => messengers.location(3, 55.75, 37.61),
                _ => {
                    let told = messengers.messages(3).into_iter().find(|shown| shown.text.contains(line)).unwrap();
                    messengers.replies(3, "Уже на месте", &told.id);
                }
            }
            let office = app.number("SELECT COUNT(*) FROM chat_messages m JOIN chats c ON c.id = m.chat_id WHERE c.order_id IS NULL").await;
            let said = hears(messengers, 3).await;
            let now = app.number("SELECT COUNT(*) FROM chat_messages m JOIN chats c ON c.id = m.chat_id WHERE c.order_id IS NULL").await;
            assert_eq!(traces(&app, order).await, before, "{asked}, {way}: {said}");
            // What they wrote is not lost, but for a reason, of which they hear that it did nothing.
            let is_refused = asked == "a reason" && way == "words";
            assert_eq!((now > office, said.contains("больше нет")), (!is_refused, is_refused), "{asked}, {way}: {said}");
            lead(&rustam).await;
        }
    }

    // What was kept for the visit goes nowhere when it is not theirs any more.
    press(messengers, 3, Deed::Menu).await;
    messengers.photo(3, picture(), "");
    messengers.take_in().await;
    assert!(me.last().contains("до работ или после"), "{}", me.last());
    let before = traces(&app, order).await;
    lead(&timur).await;
    for deed in [Deed::Pictures { id, kind: FileKind::After }, Deed::For(id), Deed::Tick { id, place: 0 }] {
        let said = press(messengers, 3, deed).await;
        assert!(said.contains("больше нет"), "{deed:?}: {said}");
    }
    assert_eq!(traces(&app, order).await, before);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM files WHERE visit_id = {visit}")).await, 0);
    lead(&rustam).await;
    app.forget_history().await;
}

in_both!(a_worker_writes_in_telegram_only_where_they_still_may, a_worker_writes_in_max_only_where_they_still_may, words_of_a_worker);

async fn words_of_a_customer(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, olga, pyotr, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    let (going, visit) = app.visit().of(&rustam).at(NOW + 3 * DAY).accepted().make().await;
    let (done, _) = app.visit().of(&rustam).at(NOW + 2 * HOUR).done().make().await;
    dispatcher.post(&format!("/api/v1/orders/{going}/messages?audience=customer"), json!({ "text": "Ждите" })).await.expect(201);
    me.says("/start").await;
    for _ in 0..6 {
        messengers.pass(60).await;
    }
    let line = if messengers.channel == Channel::Max { "Ждите" } else { "Вам ответили" };
    assert!(me.heard(line) > 0, "{:?}", messengers.messages(7));
    let belongs = async |person: &Person| {
        let owner = app.number(&format!("SELECT id FROM customers WHERE user_id = {}", person.user_id)).await;
        app.execute("UPDATE orders SET customer_id = ?", [owner.into()]).await;
    };
    let version = dispatcher.get(&format!("/api/v1/orders/{done}")).await.json()["version"].as_i64().unwrap();
    let asks = [
        ("a line", Deed::WriteAboutOrder(OrderId(going))),
        ("another time", Deed::MoveWanted(VisitId(visit))),
        ("why to cancel", Deed::CancelOrder { id: OrderId(going), reason: None }),
        ("what to put right", Deed::ReturnWork { id: OrderId(done), version }),
        ("an answer", Deed::Menu),
    ];
    for (asked, deed) in asks {
        let said = press(messengers, 7, deed).await;
        assert!(!said.contains("больше нет"), "{asked}: it is theirs: {said}");
        let before = (traces(&app, going).await, traces(&app, done).await);
        belongs(&pyotr).await;
        if asked == "an answer" {
            let told = messengers.messages(7).into_iter().find(|shown| shown.text.contains(line)).unwrap();
            messengers.replies(7, "Хорошо", &told.id);
        } else {
            messengers.comes(7, "Хорошо");
        }
        messengers.take_in().await;
        assert!(me.last().contains("больше нет"), "{asked}: {}", me.last());
        assert_eq!((traces(&app, going).await, traces(&app, done).await), before, "{asked}");
        // The question is closed by it: the next words are asked about, and name no order that is not theirs.
        messengers.photo(7, picture(), "И ещё");
        messengers.take_in().await;
        assert!(me.last().contains("Открытых заказов нет") && !me.buttons().join(" ").contains("26-"), "{asked}: {:?}", me.buttons());
        assert_eq!((traces(&app, going).await, traces(&app, done).await), before, "{asked}");
        belongs(&olga).await;
        app.execute("DELETE FROM talks", []).await;
    }

    // Words that were said in time cancel nothing later.
    press(messengers, 7, Deed::CancelOrder { id: OrderId(going), reason: None }).await;
    messengers.comes(7, "Уезжаем");
    messengers.take_in().await;
    let sure = messengers.messages(7).pop().unwrap();
    let yes = sure.buttons.iter().find(|(label, _)| label == "Да, отменить").unwrap().1.clone().unwrap();
    belongs(&pyotr).await;
    messengers.press(7, &sure.id, &yes);
    messengers.take_in().await;
    assert!(me.last().contains("больше нет"), "{}", me.last());
    let status = dispatcher.get(&format!("/api/v1/orders/{going}")).await.json()["status"].clone();
    assert_eq!(status, "scheduled");
    belongs(&olga).await;
    app.forget_history().await;
}

in_both!(a_customer_writes_in_telegram_only_where_they_still_may, a_customer_writes_in_max_only_where_they_still_may, words_of_a_customer);
