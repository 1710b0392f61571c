use super::{Channel, Line, cascade, decide::distribute, deliver::deliver};
use crate::testkit::*;
use channels::telegram::Telegram;
use emulators::{Fault, Running, Trouble, telegram::LIMITS};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// The Bot API, to which the system under test sends.
struct Post {
    api: Running,
}

impl Post {
    /// The service takes no more messages than the real one, so going too fast shows as a failure.
    async fn start(app: &TestApp) -> (TestApp, Self) {
        let api = emulators::Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        api.limit(Some(LIMITS));
        let app = app
            .with(|config| {
                config.telegram_bot_token = Some("1:t".into());
                config.telegram_api_url = Some(api.url());
            })
            .await;
        (app, Self { api })
    }

    /// A line on which an answer is waited for three seconds, no longer.
    fn impatient(&self) -> Line {
        let patience = Duration::from_secs(3);
        Line::of_messenger(Channel::Telegram, Arc::new(Telegram::with_patience("1:t", Some(&self.api.url()), None, patience).unwrap()))
    }

    /// Sends what is due now.
    async fn send(&self, app: &TestApp) -> usize {
        deliver(app, app.lines.get(Channel::Telegram).unwrap()).await.unwrap()
    }

    /// Links the person's chat as the bot does.
    async fn link(&self, app: &TestApp, person: &Person, chat: i64) {
        self.api.person(chat, "Анна");
        let values = [person.user_id.into(), chat.to_string().into()];
        app.execute(
            "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, 'telegram', ?, '', 'alive', 0)",
            values,
        )
        .await;
    }

    /// Lets time go on, here and there.
    fn pass(&self, app: &TestApp, seconds: u32) {
        app.advance(i64::from(seconds) * 1000);
        self.api.advance(Duration::from_secs(seconds.into()));
    }

    /// Decides and sends all that is due, the clock going on as long as something waits for a chat's turn.
    async fn deliver(&self, app: &TestApp) {
        while distribute(app).await.unwrap() > 0 {}
        for seconds in [1; 20].into_iter().chain([60]).chain([1; 20]) {
            while self.send(app).await > 0 {}
            self.pass(app, seconds);
        }
    }

    fn texts_to(&self, chat: i64) -> Vec<String> {
        self.api.sent_to(chat).iter().map(|text| text.replace('\u{a0}', " ")).collect()
    }

    fn all_texts(&self) -> Vec<String> {
        self.api.journal().into_iter().filter(|call| call.taken && call.method == "sendMessage").map(|call| call.text).collect()
    }
}

async fn state(app: &TestApp) -> (String, i64, String) {
    let row = &app.rows("SELECT state, attempts, answer FROM deliveries ORDER BY id LIMIT 1").await[0];
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap())
}

db_test!(an_order_is_told_to_those_it_concerns, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, zoya, rustam, olga, .. } = app.people();
    for (person, chat) in [(&dispatcher, 1), (&zoya, 2), (&rustam, 3), (&olga, 4)] {
        post.link(&app, person, chat).await;
    }
    let order = app.order().by(&olga).make().await;
    post.deliver(&app).await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 4 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    for deed in ["acceptance", "departure", "arrival", "completion"] {
        post.deliver(&app).await;
        rustam.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({})).await.expect(200);
    }
    post.deliver(&app).await;

    let first_words =
        |chat| post.texts_to(chat).iter().map(|text| text.split(['.', ':', ',']).next().unwrap().to_owned()).collect::<Vec<_>>();
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
    let all = post.all_texts();
    assert!(all.iter().all(|text| !text.contains("Смирнова") && !text.contains("Ленина") && !text.contains("+7")), "{all:?}");
    assert!(all.iter().all(|text| text.contains("http://")), "each has a link: {all:?}");
    assert!(post.api.journal().iter().all(|call| call.taken), "each was taken at the first attempt: {:?}", post.api.journal());
    app.forget_history().await;
});

db_test!(nothing_is_sent_twice_and_nothing_without_a_channel, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    post.deliver(&app).await;
    post.deliver(&app).await;
    assert_eq!(post.all_texts().len(), 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM outbox").await, 0);
    assert_eq!(state(&app).await, ("sent".into(), 1, String::new()));
    let id = app.number("SELECT CAST(provider_id AS SIGNED) FROM deliveries").await;
    assert_eq!(Some(id), post.api.journal().iter().find_map(|call| call.message));
    app.forget_history().await;
});

db_test!(what_somebody_waits_for_goes_before_a_long_queue, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, .. } = app.people();
    post.link(&app, &rustam, 3).await;
    let chat = format!("/api/v1/workers/{}/messages", rustam.worker_id);
    dispatcher.post(&chat, json!({ "text": "Клиент ждёт у подъезда" })).await.expect(201);
    while distribute(&app).await.unwrap() > 0 {}
    for person in 0..40 {
        let values = [format!("c{person}").into(), (NOW - HOUR).into()];
        app.execute(
            "INSERT INTO deliveries (turn, wording, channel, person, thread, facts, rest, state, attempts, due_ms, provider_id, answer, created_ms) \
             VALUES (0, 'customer-tomorrow', 'telegram', ?, 0, '{}', '', 'queued', 0, ?, '', '', 0)",
            values,
        )
        .await;
    }
    post.pass(&app, 30);
    assert!(post.send(&app).await < 40, "the queue does not go at once");
    assert_eq!(post.texts_to(3).len(), 1, "it stood behind the queue");
    assert!(app.number("SELECT COUNT(*) FROM deliveries WHERE due_ms IS NOT NULL").await > 0);
    while post.send(&app).await > 0 {}
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE due_ms IS NOT NULL").await, 0, "the queue went after it");
    app.forget_history().await;
});

db_test!(a_bot_that_asks_to_wait_is_waited_for, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.link(&app, &zoya, 2).await;
    post.api.fault(Trouble::Wait { seconds: 30 });
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.send(&app).await;
    post.pass(&app, 29);
    assert_eq!(post.send(&app).await, 0);
    assert_eq!(post.api.journal().len(), 1, "nobody is written to before the time is over: {:?}", post.api.journal());
    let restarted = app.restarted().await;
    assert_eq!((post.send(&restarted).await, post.api.journal().len()), (0, 1), "nor by a program that has just begun");
    post.pass(&app, 1);
    post.send(&restarted).await;
    assert_eq!((post.all_texts().len(), post.api.journal().len()), (2, 3));
    app.forget_history().await;
});

db_test!(a_provider_out_of_order_is_tried_again_in_order, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &zoya, 4).await;
    post.api.fault(Trouble::Page { status: 502 });
    let order = app.order().by(&olga).make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    while distribute(&app).await.unwrap() > 0 {}
    post.send(&app).await;
    post.pass(&app, 2);
    assert_eq!(post.send(&app).await, 0, "the second message waits for the first");
    assert_eq!(state(&app).await, ("failed".into(), 1, "an answer that is no JSON".into()));
    post.pass(&app, 20);
    post.deliver(&app).await;
    let texts = post.texts_to(4);
    assert!(texts.len() == 2 && texts[0].contains("Новый заказ") && texts[1].contains("отменён"), "{texts:?}");
    app.forget_history().await;
});

db_test!(a_message_that_may_have_arrived_is_sent_again_by_the_same_row, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.api.fault(Trouble::Silent);
    deliver(&app, &post.impatient()).await.unwrap();
    assert_eq!(state(&app).await, ("failed".into(), 1, "no answer in time".into()));
    assert_eq!(post.texts_to(1).len(), 1, "it has arrived, unknown to the sender");
    post.pass(&app, 20);
    post.deliver(&app).await;
    let (texts, (state, attempts, _)) = (post.texts_to(1), state(&app).await);
    assert!(texts.len() == 2 && texts[0] == texts[1], "{texts:?}");
    assert_eq!((state.as_str(), attempts, app.number("SELECT COUNT(*) FROM deliveries").await), ("sent", 2, 1));
    app.forget_history().await;
});

db_test!(what_did_not_arrive_is_sent_once_in_the_end, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    let internal = Trouble::Refuse { status: 500, description: "Internal Server Error".into() };
    let troubles = [
        (internal, "500 Internal Server Error"),
        (Trouble::Page { status: 502 }, "an answer that is no JSON"),
        (Trouble::Reset, "the connection broke"),
    ];
    for (attempt, (trouble, answer)) in (1..).zip(troubles) {
        post.api.fault(trouble);
        post.send(&app).await;
        assert_eq!(state(&app).await, ("failed".into(), attempt, answer.into()));
        assert_eq!(post.send(&app).await, 0, "not at once");
        post.pass(&app, 15 << attempt);
    }
    post.deliver(&app).await;
    let state = state(&app).await;
    assert_eq!((state.0.as_str(), state.1, post.texts_to(1).len()), ("sent", 4, 1));
    app.forget_history().await;
});

db_test!(after_a_day_in_vain_a_message_is_a_dead_letter, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.api.fault(Fault::new(Trouble::Page { status: 503 }).times(1000));
    for hour in 0..=24 {
        assert_ne!(state(&app).await.0, "dead", "given up after {hour} hours");
        post.send(&app).await;
        post.pass(&app, 3600);
    }
    assert_eq!(state(&app).await.0, "dead");
    let dead = administrator.get("/api/v1/notifications?state=dead").await.expect(200).ids();
    assert_eq!(dead.len(), 1);

    // The administrator sends it once the provider works; to others it does not exist.
    post.api.no_more_faults();
    dispatcher.post(&format!("/api/v1/notifications/{}/retry", dead[0]), json!({})).await.expect(404);
    administrator.post(&format!("/api/v1/notifications/{}/retry", dead[0]), json!({})).await.expect(204);
    post.deliver(&app).await;
    assert_eq!((state(&app).await.0.as_str(), post.texts_to(1).len()), ("sent", 1));
    app.forget_history().await;
});

db_test!(what_the_provider_never_takes_is_a_dead_letter_at_once, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.link(&app, &zoya, 2).await;
    let refused = Trouble::Refuse { status: 400, description: "Bad Request: message is too long".into() };
    post.api.fault(Fault::new(refused).to(1));
    app.order().by(&olga).make().await;
    post.deliver(&app).await;
    assert_eq!(state(&app).await, ("dead".into(), 1, "400 Bad Request: message is too long".into()));
    assert_eq!((post.texts_to(1).len(), post.texts_to(2).len()), (0, 1), "others get theirs");
    let page = administrator.get("/notifications?state=dead").await.expect(200).words();
    assert!(page.contains("message is too long"), "{page}");
    assert_eq!(dispatcher.get("/api/v1/me/channels").await.json()["items"][1]["state"], "alive", "the address is not to blame");
    app.forget_history().await;
});

db_test!(a_token_that_nobody_knows_holds_everything_and_loses_nothing, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.link(&app, &zoya, 2).await;
    post.api.fault(Fault::new(Trouble::Refuse { status: 401, description: "Unauthorized".into() }).times(9));
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.send(&app).await;
    // The second may have left before the first answer came.
    assert!(post.api.journal().len() <= 2, "{:?}", post.api.journal());
    assert_eq!(state(&app).await, ("queued".into(), 0, String::new()), "it is held against none");
    let page = administrator.get("/notifications").await.expect(200).words();
    assert!(page.contains("не узнаёт ключ"), "{page}");
    post.api.no_more_faults();
    post.pass(&app, 9);
    assert_eq!(post.send(&app).await, 0);
    post.pass(&app, 1);
    post.deliver(&app).await;
    assert_eq!((post.texts_to(1).len(), post.texts_to(2).len()), (1, 1));
    assert!(!administrator.get("/notifications").await.expect(200).words().contains("не узнаёт"), "it is over");
    app.forget_history().await;
});

db_test!(a_provider_that_fails_again_and_again_is_left_alone_for_a_while, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    for (person, chat) in [(&administrator, 1), (&dispatcher, 2), (&zoya, 3)] {
        post.link(&app, person, chat).await;
    }
    post.api.fault(Fault::new(Trouble::Page { status: 502 }).times(9));
    app.order().by(&olga).make().await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.send(&app).await;
    post.api.no_more_faults();
    // Some may have left before the third answer came.
    let tried = post.api.journal().len();
    assert!((3..6).contains(&tried), "after three failures in a row nothing more is tried: {tried}");
    let untried = app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'queued'").await;
    assert_eq!(untried, 6 - i64::try_from(tried).unwrap(), "the rest is as good as untried");
    assert_eq!(post.send(&app).await, 0);
    for _ in 0..5 {
        post.deliver(&app).await;
    }
    assert_eq!(post.all_texts().len(), 6);
    app.forget_history().await;
});

db_test!(a_blocked_bot_is_noticed_and_the_message_given_up, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.api.block(1);
    app.order().by(&olga).make().await;
    post.deliver(&app).await;
    assert_eq!(state(&app).await, ("dead".into(), 1, "403 Forbidden: bot was blocked by the user".into()));
    let channel = &dispatcher.get("/api/v1/me/channels").await.expect(200).json()["items"][1];
    assert_eq!(channel["state"], "dead");
    app.order().by(&olga).make().await;
    post.deliver(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries").await, 1, "nothing more is written to a dead address");

    // The administrator sees it and has it tried again.
    let page = administrator.get("/notifications?state=dead").await.expect(200).words();
    assert!(page.contains("Не доставлено") && page.contains("человек заблокировал бота"), "{page}");
    let id = administrator.get("/api/v1/notifications?state=dead").await.expect(200).ids()[0];
    post.api.unblock(1);
    app.execute("UPDATE ways SET state = 'alive'", []).await;
    administrator.form(&format!("/notifications/{id}/retry"), &[]).await.expect(303);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(1).len(), 1);
    administrator.post(&format!("/api/v1/notifications/{id}/retry"), json!({})).await.expect(409);
    dispatcher.get("/notifications").await.expect(404);
    app.forget_history().await;
});

db_test!(a_message_whose_sender_was_killed_goes_out_later, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    app.execute("UPDATE deliveries SET state = 'sending', due_ms = ?", [(NOW + 60_000).into()]).await;
    assert_eq!(post.send(&app).await, 0);
    post.pass(&app, 61);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(1).len(), 1);
    app.forget_history().await;
});

/// A customer who ordered by phone, without a login, and a visit that was accepted: one message about who comes.
async fn somebody_comes(app: &TestApp, phone: &str, email: Option<&str>) -> i64 {
    // A time of its own for each, so that the worker is free.
    let starts = NOW + 4 * HOUR + 3 * HOUR * app.number("SELECT COUNT(*) FROM visits").await;
    let People { dispatcher, rustam, .. } = app.people();
    let mut customer = json!({ "kind": "person", "name": "Пётр Иванович", "phone": phone });
    if let Some(email) = email {
        customer["email"] = json!(email);
    }
    let body = json!({ "service_id": app.services().window, "customer": customer, "address": { "text": "Мира, 3" }, "description": "окно", "confirm": true });
    let order = dispatcher.post("/api/v1/orders", body).await.expect(201).id();
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(starts), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    order
}

/// The messages about an order, each as channel, state and answer.
async fn fates_of(app: &TestApp, order: i64) -> Vec<(String, String, String)> {
    let rows = app
        .rows(&format!(
            "SELECT channel, state, answer FROM deliveries WHERE order_id = {order} AND wording = 'customer-who-comes' ORDER BY id"
        ))
        .await;
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

/// All lines do what is due, again and again while time goes on.
async fn go_on(app: &TestApp, sms: &emulators::Running<emulators::Sms>, seconds: u32) {
    for _ in 0..seconds.div_ceil(30) {
        while distribute(app).await.unwrap() > 0 {}
        for line in app.lines.all() {
            while deliver(app, line).await.unwrap() > 0 {}
            while super::fates::ask(app, line).await.unwrap() > 0 {}
        }
        while cascade::escalate(app).await.unwrap() > 0 {}
        app.advance(30_000);
        sms.advance(Duration::from_secs(30));
    }
}

async fn with_sms(app: &TestApp) -> (TestApp, emulators::Running<emulators::Sms>) {
    let sms = emulators::Sms::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let app = app
        .with(|config| {
            config.sms_provider = Some("smsc".into());
            config.sms_token = Some("key".into());
            config.sms_api_url = Some(sms.url());
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    (app, sms)
}

db_test!(a_customer_without_a_login_is_told_by_sms_with_a_link_of_their_own, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001122", None).await;
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(!sent[0].contains("Мира") && !sent[0].contains("Иванович") && sent[0].contains("/o/"), "{sent:?}");
    let link = sent[0][sent[0].find("/o/").unwrap()..].trim().to_owned();
    assert!(app.nobody().get(&link).await.expect(200).words().contains("Мира, 3"), "the link opens their order");
    sms.delivered("+79990001122");
    go_on(&app, &sms, 120).await;
    assert_eq!(fates_of(&app, order).await, [("sms".into(), "delivered".into(), String::new())]);
    let log = app.people().administrator.get(&format!("/api/v1/notifications?order_id={order}")).await.expect(200).json();
    assert!(log["items"][0]["cost_minor"].as_i64().is_some_and(|cost| cost > 0), "{log}");
    assert!(!log.to_string().contains("9990001122"), "no phone in the log");

    // All messages about the order lead by the same link; after it was ended, by another.
    let People { dispatcher, rustam, .. } = app.people();
    let visit = app.number("SELECT MAX(id) FROM visits").await;
    rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert!(sent.len() == 2 && sent[1].contains(&link), "{sent:?}");
    dispatcher.delete(&format!("/api/v1/orders/{order}/links")).await.expect(204);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 30 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    let next = sent[2][sent[2].find("/o/").unwrap()..].trim();
    app.nobody().get(&link).await.expect(404);
    app.nobody().get(next).await.expect(200);
    assert_eq!(app.number("SELECT COUNT(*) FROM order_links").await, 2);
    app.forget_history().await;
});

db_test!(what_does_not_arrive_in_time_goes_on_to_the_next_channel, |app| {
    let (app, sms) = with_sms(&app).await;
    // Switched off: the provider tries on and on.
    sms.switched_off("+79990001133");
    let order = somebody_comes(&app, "+79990001133", Some("petr@example.ru")).await;
    go_on(&app, &sms, 12 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates.len(), fates[0].1.as_str()), (1, "sent"), "it is waited for: {fates:?}");
    go_on(&app, &sms, 6 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!(fates.iter().map(|fate| fate.0.as_str()).collect::<Vec<_>>(), ["sms", "email"], "{fates:?}");
    // It arrives late after all: that is no second message.
    sms.delivered("+79990001133");
    go_on(&app, &sms, 3600).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates.len(), fates[0].1.as_str()), (2, "delivered"), "{fates:?}");

    // A number that does not exist goes on at once, and is not written to again.
    sms.no_such("+79990001144");
    let order = somebody_comes(&app, "+79990001144", Some("anna@example.ru")).await;
    go_on(&app, &sms, 90).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates[0].1.as_str(), fates[1].0.as_str()), ("passed", "email"), "{fates:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM dead_addresses").await, 1);
    app.forget_history().await;
});

db_test!(an_sms_whose_answer_did_not_come_is_asked_about_and_not_sent_twice, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001155", None).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    // The sender was killed while it was on its way: it had arrived there.
    let line = app.lines.get(Channel::Sms).unwrap();
    sms.fault(Fault::new(Trouble::Page { status: 502 }).to(79_990_001_155));
    deliver(&app, line).await.unwrap();
    assert_eq!(fates_of(&app, order).await[0].1, "sending", "nobody knows");
    go_on(&app, &sms, 120).await;
    let fate = fates_of(&app, order).await.remove(0).1;
    assert!(fate == "sent" || fate == "delivered", "it had not been taken, so it was sent: {fate}");
    assert_eq!(sms.sent_to("+79990001155").len(), 1);
    app.forget_history().await;
});

db_test!(a_letter_that_comes_back_is_given_up_and_no_other, |app| {
    let app = app
        .with(|config| {
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
            config.smtp_bounces_secret = Some("secret of the mail server".into());
        })
        .await;
    let other = somebody_comes(&app, "+79990001177", Some("here@example.ru")).await;
    let back = somebody_comes(&app, "+79990001166", Some("gone@example.ru")).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    deliver(&app, app.lines.get(Channel::Mail).unwrap()).await.unwrap();
    app.execute("UPDATE deliveries SET state = 'sent', due_ms = NULL, provider_id = 'taken' WHERE order_id = ?", [back.into()]).await;
    let before = fates_of(&app, other).await;
    assert_eq!(before, [("email".into(), "queued".into(), String::new())], "there is no mail server to take it");
    let key = app.number(&format!("SELECT id FROM deliveries WHERE order_id = {back} AND wording = 'customer-who-comes'")).await;
    let letter = format!(
        "To: bounces+{key}@crm.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; here@example.ru\r\n\
         Action: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n"
    );
    let bring = |secret: &str| {
        let call = app.nobody().call(axum::http::Method::POST, "/hooks/email").header("authorization", format!("Bearer {secret}"));
        call.body("message/rfc822", letter.clone().into_bytes())
    };
    bring("another").await.expect(404);
    bring("secret of the mail server").await.expect(204);
    assert_eq!(fates_of(&app, back).await, [("email".into(), "dead".into(), "5.1.1".into())]);
    assert_eq!(fates_of(&app, other).await, before, "what was not sent yet did not come back");
    // Whose address it is our own row says, not the letter.
    let dead = app.rows("SELECT address FROM dead_addresses").await;
    assert_eq!((dead.len(), dead[0].try_get_by_index::<String>(0).unwrap().as_str()), (1, "gone@example.ru"));
    app.forget_history().await;
});

/// The messages of one wording, each as channel, state and answer.
async fn of_wording(app: &TestApp, wording: &str) -> Vec<(String, String, String)> {
    let rows = app.rows(&format!("SELECT channel, state, answer FROM deliveries WHERE wording = '{wording}' ORDER BY id")).await;
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

db_test!(what_was_overtaken_while_it_waited_is_not_sent, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, rustam, olga, .. } = app.people();
    post.link(&app, &olga, 4).await;
    post.link(&app, &rustam, 3).await;
    let (order, _) = app.visit().order(app.order().by(&olga).confirmed().make().await).of(&rustam).offered().make().await;
    post.deliver(&app).await;
    let visit = app.number("SELECT MAX(id) FROM visits").await;
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    while distribute(&app).await.unwrap() > 0 {}
    post.pass(&app, 3);
    dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    post.deliver(&app).await;
    let texts = post.texts_to(4);
    assert!(texts.iter().any(|text| text.contains("мастер не приедет")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("назначен мастер")), "{texts:?}");
    assert_eq!(of_wording(&app, "customer-who-comes").await, [("telegram".into(), "passed".into(), "overtaken".into())]);
    assert!(administrator.get("/notifications").await.expect(200).words().contains("устарело: с тех пор всё изменилось"));
    let texts = post.texts_to(3);
    assert!(texts.iter().any(|text| text.contains("отменено: сегодня, 13:00")), "the crew reads which visit it was: {texts:?}");

    // A reminder that waits for its provider until the visit is another day.
    let starts = NOW + 30 * HOUR;
    let order = app.order().by(&olga).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&rustam).at(starts).accepted().make().await;
    post.deliver(&app).await;
    app.pass(10 * HOUR).await;
    while distribute(&app).await.unwrap() > 0 {}
    assert_eq!(of_wording(&app, "customer-tomorrow").await.len(), 1);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(starts + 24 * HOUR) });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan).await.expect(200);
    post.deliver(&app).await;
    assert_eq!(of_wording(&app, "customer-tomorrow").await, [("telegram".into(), "passed".into(), "overtaken".into())]);
    assert!(post.texts_to(4).last().unwrap().contains("Сообщим новое"), "{:?}", post.texts_to(4));
    app.forget_history().await;
});

db_test!(what_became_due_in_the_night_waits_for_the_morning, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    post.link(&app, &olga, 4).await;
    post.link(&app, &rustam, 3).await;
    let order = app.order().by(&olga).make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    while distribute(&app).await.unwrap() > 0 {}
    // The provider was out of order in the evening; half past eleven it works again.
    let night = 14 * HOUR + 30 * MINUTE;
    post.pass(&app, u32::try_from(night / 1000).unwrap());
    post.send(&app).await;
    assert_eq!((post.texts_to(4).len(), state(&app).await.0.as_str()), (0, "queued"));
    assert_eq!(app.number("SELECT due_ms FROM deliveries").await, NOW + night + 8 * HOUR + 30 * MINUTE);
    post.pass(&app, 8 * 3600 + 30 * 60);
    post.send(&app).await;
    assert_eq!(post.texts_to(4).len(), 1);

    // What cannot wait takes along what stands before it.
    let (_, visit) = app.visit().order(order).of(&rustam).at(NOW + 26 * HOUR).accepted().make().await;
    while distribute(&app).await.unwrap() > 0 {}
    post.pass(&app, 15 * 3600);
    app.execute("UPDATE visits SET starts_ms = starts_ms + 43200000, ends_ms = ends_ms + 43200000", []).await;
    app.execute("UPDATE deliveries SET facts = '{}' WHERE due_ms IS NOT NULL", []).await;
    post.send(&app).await;
    assert_eq!(post.texts_to(4).len(), 1);
    rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
    post.deliver(&app).await;
    let texts = post.texts_to(4);
    assert!(texts.len() == 3 && texts[1].contains("назначен мастер") && texts[2].contains("выехал"), "{texts:?}");
    app.forget_history().await;
});

db_test!(each_channel_has_the_time_that_the_rule_gives, |app| {
    let (app, _sms) = with_sms(&app).await;
    let rustam = app.people().rustam;
    app.execute("UPDATE users SET phone = '+79990001111', email = 'r@example.ru' WHERE id = ?", [rustam.user_id.into()]).await;
    // It was tried and put off, far beyond the time at which the next is tried.
    let row = "INSERT INTO deliveries (turn, wording, channel, person, user_id, thread, facts, rest, state, attempts, due_ms, escalate_ms, provider_id, \
        answer, created_ms, parts) VALUES (7, 'crew-returned', 'sms', ?, ?, 0, '{}', 'email,telegram', ?, ?, ?, ?, '', '', ?, 0)";
    let values = |state: &str, attempts: i64| -> Vec<sea_orm::Value> {
        vec![
            format!("u{}", rustam.user_id).into(),
            rustam.user_id.into(),
            state.into(),
            attempts.into(),
            (NOW + HOUR).into(),
            NOW.into(),
            (NOW - HOUR).into(),
        ]
    };
    app.execute(row, values("failed", 5)).await;
    cascade::escalate(&app).await.unwrap();
    let next = &app.rows("SELECT channel, escalate_ms FROM deliveries WHERE id = (SELECT MAX(id) FROM deliveries)").await[0];
    assert_eq!(next.try_get_by_index::<String>(0).unwrap(), "email");
    assert_eq!(next.try_get_by_index::<i64>(1).unwrap(), NOW + 15 * MINUTE);
    // One that waits for the morning has not had its time yet.
    app.execute("DELETE FROM deliveries", []).await;
    app.execute(row, values("queued", 0)).await;
    cascade::escalate(&app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries").await, 1);
    assert_eq!(app.number("SELECT escalate_ms FROM deliveries").await, NOW + HOUR + 15 * MINUTE);
});

db_test!(a_channel_that_fails_is_not_waited_for, |app| {
    let (app, post) = Post::start(&app).await;
    let app = app
        .with(|config| {
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    let People { dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    app.execute("UPDATE users SET email = 'd@example.ru' WHERE id = ?", [dispatcher.user_id.into()]).await;
    post.link(&app, &zoya, 2).await;
    post.api.fault(Fault::new(Trouble::Page { status: 502 }).times(1000));
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    let step = async |minutes: u32| {
        for _ in 0..minutes {
            post.pass(&app, 60);
            post.send(&app).await;
            while cascade::escalate(&app).await.unwrap() > 0 {}
        }
        of_wording(&app, "office-new").await
    };
    assert_eq!(step(14).await.len(), 2, "it is tried again and again");
    let fates = step(2).await;
    let short: Vec<_> = fates.iter().map(|(channel, state, _)| format!("{channel} {state}")).collect();
    assert_eq!(short, ["telegram passed", "telegram failed", "email queued"], "who has nothing else waits on: {fates:?}");
    post.api.no_more_faults();
    step(60).await;
    assert_eq!((post.texts_to(1).len(), post.texts_to(2).len()), (0, 1));
    app.forget_history().await;
});

db_test!(what_waits_for_a_channel_that_is_switched_off_goes_on, |app| {
    let (app, _sms) = with_sms(&app).await;
    let with_mail = somebody_comes(&app, "+79990001133", Some("petr@example.ru")).await;
    let without = somebody_comes(&app, "+79990001144", None).await;
    while distribute(&app).await.unwrap() > 0 {}
    let off = app.with(|config| config.sms_provider = None).await;
    while cascade::escalate(&off).await.unwrap() > 0 {}
    let off_now = "the channel is off".to_owned();
    assert_eq!(
        fates_of(&app, with_mail).await,
        [("sms".into(), "passed".into(), off_now.clone()), ("email".into(), "queued".into(), String::new())]
    );
    assert_eq!(fates_of(&app, without).await, [("sms".into(), "dead".into(), off_now)]);
    app.forget_history().await;
});

db_test!(who_is_reached_by_phone_alone_hears_that_nobody_comes, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001122", None).await;
    go_on(&app, &sms, 90).await;
    app.people().dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert!(sent.len() == 2 && sent[1].contains("мастер не приедет"), "{sent:?}");
    app.forget_history().await;
});

db_test!(words_are_looked_at_and_tried_out_as_they_will_be, |app| {
    let (app, post) = Post::start(&app).await;
    let administrator = app.people().administrator;
    post.link(&app, &administrator, 1).await;
    let path = "/channels/texts/crew-offered/telegram/en";
    let typed = [("body", "Order {number}, {when}: {service}"), ("_version", "0")];
    let page = administrator.form(&format!("{path}/preview"), &typed).await.expect(200).words();
    assert!(page.contains("Order 26-000123, tomorrow") && page.contains(": Window installation"), "{page}");
    assert_eq!(app.number("SELECT COUNT(*) FROM notice_texts").await, 0, "looking keeps nothing");
    let page = administrator.form(&format!("{path}/preview"), &[("body", "{pone}")]).await.expect(422).words();
    assert!(page.contains("{pone}") && page.contains("Нет такой подстановки"), "{page}");

    administrator.form(path, &typed).await.expect(303);
    administrator.form(&format!("{path}/trial"), &[]).await.expect(303);
    post.deliver(&app).await;
    let text = post.texts_to(1).remove(0);
    assert!(text.starts_with("Order 26-000123, tomorrow") && text.contains("Window installation"), "{text}");
    administrator.post("/api/v1/channels/texts/crew-offered/telegram/ru/trial", json!({})).await.expect(202);
    post.deliver(&app).await;
    let text = post.texts_to(1).remove(1);
    assert!(text.starts_with("Новое задание, заказ № 26-000123: завтра"), "{text}");

    // WhatsApp is sent what Meta has approved.
    let page = administrator.get("/channels/texts/customer-late/whatsapp/ru").await.expect(200).words();
    assert!(page.contains("montaj_customer_late") && !page.contains("textarea"), "{page}");
    let refused = administrator.put("/api/v1/channels/texts/customer-late/whatsapp/ru", json!({ "body": "Опаздываем" })).await.expect(422);
    assert_eq!(refused.faults(), ["body sent_by_template"]);
});
