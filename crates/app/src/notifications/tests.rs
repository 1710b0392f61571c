use super::{decide::distribute, deliver::Courier, listen};
use crate::testkit::*;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use channels::telegram::Telegram;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// What the Bot API is made to say, and what it was told.
#[derive(Clone, Default)]
struct BotApi {
    sent: Arc<Mutex<Vec<(i64, String)>>>,
    /// Answers for the next messages, oldest first; then every message is taken.
    faults: Arc<Mutex<VecDeque<(u16, String)>>>,
    /// Updates that wait.
    updates: Arc<Mutex<Vec<Value>>>,
}

impl BotApi {
    async fn start(&self, app: &TestApp) -> Courier {
        let router = Router::new().route("/bot1:t/{method}", post(answer)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Courier::of(app, Telegram::new("1:t", Some(&address), None).unwrap())
    }

    fn fault(&self, status: u16, answer: &Value) {
        self.faults.lock().unwrap().push_back((status, answer.to_string()));
    }

    fn texts_to(&self, chat: i64) -> Vec<String> {
        self.sent.lock().unwrap().iter().filter(|(to, _)| *to == chat).map(|(_, text)| text.replace('\u{a0}', " ")).collect()
    }

    fn comes(&self, id: i64, chat: i64, text: &str) {
        let chat = json!({ "id": chat, "type": "private", "username": "anna" });
        self.updates
            .lock()
            .unwrap()
            .push(json!({ "update_id": id, "message": { "message_id": 1, "date": 1, "chat": chat, "text": text } }));
    }
}

async fn answer(State(api): State<BotApi>, Path(method): Path<String>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let ok = |result: Value| json!({ "ok": true, "result": result }).to_string().into_response();
    match method.to_lowercase().as_str() {
        "getme" => ok(json!({ "id": 9, "is_bot": true, "first_name": "Бот", "username": "montaj_bot" })),
        "getupdates" => {
            let from = asked["offset"].as_i64().unwrap_or(0);
            let mut updates = api.updates.lock().unwrap();
            updates.retain(|update| update["update_id"].as_i64().unwrap() >= from);
            ok(json!(*updates))
        }
        _ => {
            if let Some((status, answer)) = api.faults.lock().unwrap().pop_front() {
                return (StatusCode::from_u16(status).unwrap(), answer).into_response();
            }
            let chat = asked["chat_id"].as_i64().unwrap();
            api.sent.lock().unwrap().push((chat, asked["text"].as_str().unwrap().to_owned()));
            ok(json!({ "message_id": 5, "date": 1, "chat": { "id": chat, "type": "private" }, "text": "x" }))
        }
    }
}

/// Links the person's chat as the bot does.
async fn link(app: &TestApp, person: &Person, chat: i64) {
    let values = [person.user_id.into(), chat.to_string().into()];
    app.execute("INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, 'telegram', ?, '', 'alive', 0)", values)
        .await;
}

/// Decides and sends all that is due, the clock going on as long as something waits for a chat's turn.
async fn deliver(app: &TestApp, courier: &Courier) {
    while distribute(app).await.unwrap() > 0 {}
    for _ in 0..20 {
        while courier.deliver().await.unwrap() > 0 {}
        app.advance(1_000);
    }
}

async fn state(app: &TestApp) -> (String, i64, String) {
    let row = &app.rows("SELECT state, attempts, answer FROM notifications ORDER BY id LIMIT 1").await[0];
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap())
}

db_test!(an_order_is_told_to_those_it_concerns, |app| {
    let People { dispatcher, zoya, rustam, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    for (person, chat) in [(&dispatcher, 1), (&zoya, 2), (&rustam, 3), (&olga, 4)] {
        link(&app, person, chat).await;
    }
    let order = app.order().by(&olga).make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 4 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    for deed in ["acceptance", "departure", "arrival", "completion"] {
        rustam.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({})).await.expect(200);
    }
    deliver(&app, &courier).await;

    let first_words =
        |chat| api.texts_to(chat).iter().map(|text| text.split(['.', ':', ',']).next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(first_words(1), ["Новый заказ № 26-000001", "Работы по заказу № 26-000001 закончены"]);
    assert_eq!(first_words(2), first_words(1), "the whole office hears");
    assert_eq!(first_words(3), ["Новое задание"]);
    assert_eq!(
        first_words(4),
        [
            "Ваш заказ № 26-000001 подтверждён",
            "По заказу № 26-000001 назначен мастер",
            "Мастер по заказу № 26-000001 выехал к вам",
            "Работы по заказу № 26-000001 закончены"
        ]
    );
    let all = api.sent.lock().unwrap().clone();
    assert!(all.iter().all(|(_, text)| !text.contains("Смирнова") && !text.contains("Ленина") && !text.contains("+7")), "{all:?}");
    assert!(all.iter().all(|(_, text)| text.contains("http://")), "each has a link: {all:?}");
    app.forget_history().await;
});

db_test!(nothing_is_sent_twice_and_nothing_without_a_channel, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    deliver(&app, &courier).await;
    deliver(&app, &courier).await;
    assert_eq!(api.sent.lock().unwrap().len(), 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM outbox").await, 0);
    assert_eq!(state(&app).await, ("sent".into(), 1, "5".into()));
    app.forget_history().await;
});

db_test!(a_bot_that_asks_to_wait_is_waited_for, |app| {
    let People { dispatcher, zoya, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    link(&app, &dispatcher, 1).await;
    link(&app, &zoya, 2).await;
    api.fault(429, &json!({ "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": { "retry_after": 30 } }));
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    courier.deliver().await.unwrap();
    app.advance(29_000);
    assert_eq!((courier.deliver().await.unwrap(), api.sent.lock().unwrap().len()), (0, 0), "nobody is written to before the time is over");
    app.advance(1_000);
    courier.deliver().await.unwrap();
    assert_eq!(api.sent.lock().unwrap().len(), 2);
    app.forget_history().await;
});

db_test!(a_provider_out_of_order_is_tried_again_in_order, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    link(&app, &olga, 4).await;
    api.fault(502, &json!("<html>Bad Gateway</html>"));
    let order = app.order().by(&olga).make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    while distribute(&app).await.unwrap() > 0 {}
    courier.deliver().await.unwrap();
    app.advance(2_000);
    assert_eq!(courier.deliver().await.unwrap(), 0, "the second message waits for the first");
    assert_eq!(state(&app).await, ("failed".into(), 1, "an answer that is no JSON".into()));
    app.advance(20_000);
    deliver(&app, &courier).await;
    let texts = api.texts_to(4);
    assert!(texts.len() == 2 && texts[0].contains("подтверждён") && texts[1].contains("отменён"), "{texts:?}");
    app.forget_history().await;
});

db_test!(a_blocked_bot_is_noticed_and_the_message_given_up, |app| {
    let People { administrator, dispatcher, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    link(&app, &dispatcher, 1).await;
    api.fault(403, &json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user" }));
    app.order().by(&olga).make().await;
    deliver(&app, &courier).await;
    assert_eq!(state(&app).await, ("dead".into(), 1, "403 Forbidden: bot was blocked by the user".into()));
    let channel = &dispatcher.get("/api/v1/me/channels").await.expect(200).json()["items"][0];
    assert_eq!(channel["state"], "dead");
    app.order().by(&olga).make().await;
    deliver(&app, &courier).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM notifications").await, 1, "nothing more is written to a dead address");

    // The administrator sees it and has it tried again.
    let page = administrator.get("/notifications?state=dead").await.expect(200).words();
    assert!(page.contains("Не доставлено") && page.contains("человек заблокировал бота"), "{page}");
    let id = administrator.get("/api/v1/notifications?state=dead").await.expect(200).ids()[0];
    app.execute("UPDATE ways SET state = 'alive'", []).await;
    administrator.form(&format!("/notifications/{id}/retry"), &[]).await.expect(303);
    deliver(&app, &courier).await;
    assert_eq!(api.texts_to(1).len(), 1);
    administrator.post(&format!("/api/v1/notifications/{id}/retry"), json!({})).await.expect(409);
    dispatcher.get("/notifications").await.expect(404);
    app.forget_history().await;
});

db_test!(a_message_whose_sender_was_killed_goes_out_later, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    app.execute("UPDATE notifications SET state = 'sending', leased_until_ms = ?", [(NOW + 60_000).into()]).await;
    assert_eq!(courier.deliver().await.unwrap(), 0);
    app.advance(61_000);
    deliver(&app, &courier).await;
    assert_eq!(api.texts_to(1).len(), 1);
    app.forget_history().await;
});

db_test!(a_code_links_a_chat_once, |app| {
    let People { rustam, olga, .. } = app.people();
    let api = BotApi::default();
    let courier = api.start(&app).await;
    assert_eq!(rustam.post("/api/v1/me/channels", json!({ "channel": "telegram" })).await.expect(409).code(), "channel_off");
    let mut after = None;
    listen::turn(&app, &courier, &mut after).await.unwrap();
    let made = rustam.post("/api/v1/me/channels", json!({ "channel": "telegram" })).await.expect(201).json();
    let code = made["code"].as_str().unwrap();
    assert_eq!(made["url"], format!("https://t.me/montaj_bot?start={code}"));
    api.comes(10, 77, "/start nonsense");
    api.comes(11, 77, &format!("/start {code}"));
    api.comes(12, 78, code);
    listen::turn(&app, &courier, &mut after).await.unwrap();
    assert_eq!(after, Some(12));
    assert!(api.texts_to(77)[0].contains("уже не действует") && api.texts_to(77)[1].contains("Готово"));
    assert!(api.texts_to(78)[0].contains("уже не действует"), "a code links one chat");
    let page = rustam.get("/me/channels").await.expect(200).text();
    assert!(page.contains("Telegram выключен"), "no token is set for the pages of this test");
    let channel = &rustam.get("/api/v1/me/channels").await.expect(200).json()["items"][0];
    assert_eq!((&channel["state"], &channel["name"]), (&json!("alive"), &json!("anna")));

    // The chat goes over to whoever links it next; and it is unlinked by its owner.
    let code =
        olga.post("/api/v1/me/channels", json!({ "channel": "telegram" })).await.expect(201).json()["code"].as_str().unwrap().to_owned();
    api.comes(13, 77, &format!("/start {code}"));
    listen::turn(&app, &courier, &mut after).await.unwrap();
    assert_eq!(rustam.get("/api/v1/me/channels").await.json()["items"][0]["state"], Value::Null);
    olga.delete("/api/v1/me/channels/telegram").await.expect(204);
    assert_eq!(app.number("SELECT COUNT(*) FROM ways").await, 0);
    olga.delete("/api/v1/me/channels/pigeon").await.expect(404);
});
