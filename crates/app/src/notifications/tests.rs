use super::{Channel, Line, cascade, decide::distribute, deliver::deliver, testing::link};
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
        (app.with(|config| config.use_telegram(&api)).await, Self { api })
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
        link(app, person, Channel::Telegram, &chat.to_string()).await;
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
    for hour in 0..=25 {
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

db_test!(what_waits_for_a_channel_that_is_shut_is_given_up_after_a_day, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    for (person, chat) in [(&administrator, 1), (&dispatcher, 2), (&zoya, 3)] {
        post.link(&app, person, chat).await;
    }
    post.api.fault(Fault::new(Trouble::Refuse { status: 401, description: "Unauthorized".into() }).times(10_000));
    for _ in 0..20 {
        app.order().by(&olga).make().await;
    }
    while distribute(&app).await.unwrap() > 0 {}
    for _ in 0..24 {
        post.send(&app).await;
        post.pass(&app, 3600);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'queued'").await, 60, "it may still be mended");
    post.pass(&app, 3600);
    // As many as are taken up at once are younger: behind them the others would wait for ever.
    let young = [app.clock.now_ms().into(), app.number("SELECT MIN(id) + 15 FROM deliveries").await.into()];
    app.execute("UPDATE deliveries SET created_ms = ?, due_ms = 1 WHERE id <= ?", young).await;
    post.send(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'dead'").await, 44);
    assert!(administrator.get("/notifications?state=dead").await.expect(200).words().contains("не узнаёт ключ"));
    post.api.no_more_faults();
    post.pass(&app, 3600);
    post.deliver(&app).await;
    assert_eq!(post.all_texts().len(), 16, "nothing comes days later");
    app.forget_history().await;
});

db_test!(a_visit_that_is_over_is_not_announced, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    post.link(&app, &olga, 4).await;
    post.api.fault(Fault::new(Trouble::Page { status: 503 }).times(10_000));
    let order = app.order().by(&olga).confirmed().make().await;
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 4 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    while distribute(&app).await.unwrap() > 0 {}
    app.execute("DELETE FROM deliveries WHERE wording <> 'customer-who-comes'", []).await;
    app.advance(61_000);
    post.send(&app).await;
    assert_eq!(state(&app).await.0, "failed");
    post.api.no_more_faults();
    // The next channel would tell it as if for the first time.
    app.execute("UPDATE deliveries SET rest = 'sms,email'", []).await;
    post.pass(&app, 12 * 3600);
    post.deliver(&app).await;
    assert_eq!(state(&app).await, ("dead".into(), 2, "its time is over".into()));
    assert_eq!((post.all_texts().len(), app.number("SELECT COUNT(*) FROM deliveries").await), (0, 1));
    app.forget_history().await;
});

db_test!(a_line_is_told_whatever_became_of_the_one_before_it, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.link(&app, &rustam, 3).await;
    let order = app.order().by(&olga).make().await;
    post.deliver(&app).await;
    let before = post.texts_to(1).len();
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    let asked = olga.post(&path, json!({ "text": "Когда приедут?" })).await.expect(201).id();
    while distribute(&app).await.unwrap() > 0 {}
    dispatcher
        .put(&format!("/api/v1/orders/{order}/messages/reading"), json!({ "audience": "customer", "last_id": asked }))
        .await
        .expect(200);
    olga.post(&path, json!({ "text": "Трубу прорвало!" })).await.expect(201);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(1).len(), before + 1, "the second line was not read: {:?}", post.texts_to(1));
    dispatcher.post(&path, json!({ "text": "Едем" })).await.expect(201);

    // The same where the first was taken back.
    let (_, visit) = app.visit().of(&rustam).accepted().make().await;
    post.deliver(&app).await;
    let before = post.texts_to(3).len();
    let path = format!("/api/v1/visits/{visit}/messages");
    let slip = dispatcher.post(&path, json!({ "text": "Завтра в семь" })).await.expect(201).id();
    while distribute(&app).await.unwrap() > 0 {}
    dispatcher.delete(&format!("/api/v1/messages/{slip}")).await.expect(200);
    let last = dispatcher.post(&path, json!({ "text": "Завтра в восемь" })).await.expect(201).id();
    post.deliver(&app).await;
    assert_eq!(post.texts_to(3).len(), before + 1, "{:?}", post.texts_to(3));
    // Several lines of one message have all come.
    let next = dispatcher.post(&path, json!({ "text": "И возьмите лестницу" })).await.expect(201).id();
    let third = dispatcher.post(&path, json!({ "text": "Длинную" })).await.expect(201).id();
    post.deliver(&app).await;
    let shown = dispatcher.get(&path).await.json();
    let delivered: Vec<i64> = shown["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["delivered"] == true)
        .map(|line| line["id"].as_i64().unwrap())
        .collect();
    assert_eq!(delivered, [third, next, last]);
    app.forget_history().await;
});

db_test!(words_about_a_chat_outside_any_order_speak_of_none, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, .. } = app.people();
    post.link(&app, &dispatcher, 1).await;
    post.link(&app, &rustam, 3).await;
    let path = format!("/api/v1/workers/{}/messages", rustam.worker_id);
    dispatcher.post(&path, json!({ "text": "Завтра выходной?" })).await.expect(201);
    post.deliver(&app).await;
    rustam.post(&path, json!({ "text": "Нет, работаю" })).await.expect(201);
    post.deliver(&app).await;
    assert!(post.texts_to(3)[0].starts_with("Новое сообщение в вашем чате с диспетчером."), "{:?}", post.texts_to(3));
    let office = post.texts_to(1);
    assert!(office[0].starts_with("Новое сообщение в личном чате с работником."), "{office:?}");
    assert!(office[0].contains(&format!("/workers/{}/messages", rustam.worker_id)), "{office:?}");
    app.forget_history().await;
});

db_test!(whoever_is_named_later_hears_of_it, |app| {
    let (app, post) = Post::start(&app).await;
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    post.link(&app, &zoya, 2).await;
    let order = app.order().by(&olga).make().await;
    let path = format!("/api/v1/orders/{order}/messages?audience=internal");
    let line = dispatcher.post(&path, json!({ "text": "Кто возьмёт?" })).await.expect(201).id();
    let reading = json!({ "audience": "internal", "last_id": line });
    zoya.put(&format!("/api/v1/orders/{order}/messages/reading"), reading).await.expect(200);
    post.deliver(&app).await;
    let before = post.texts_to(2).len();
    dispatcher.patch(&format!("/api/v1/messages/{line}"), json!({ "text": "Кто возьмёт? @Зоя" })).await.expect(200);
    dispatcher.patch(&format!("/api/v1/messages/{line}"), json!({ "text": "Кто возьмёт завтра? @Зоя" })).await.expect(200);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(2).len(), before + 1, "once: {:?}", post.texts_to(2));

    // Named in an older line while word of a newer one is on its way they hear of both.
    let before = post.texts_to(2).len();
    let older = dispatcher.post(&path, json!({ "text": "Замок сломан" })).await.expect(201).id();
    dispatcher.post(&path, json!({ "text": "@Зоя, возьмёте?" })).await.expect(201);
    while distribute(&app).await.unwrap() > 0 {}
    dispatcher.patch(&format!("/api/v1/messages/{older}"), json!({ "text": "Замок сломан, @Зоя" })).await.expect(200);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(2).len(), before + 2, "{:?}", post.texts_to(2));

    // A chat taken by somebody whose access was closed is everybody's again.
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    olga.post(&path, json!({ "text": "Где вы?" })).await.expect(201);
    let chat = app.number(&format!("SELECT id FROM chats WHERE order_id = {order} AND audience = 'customer'")).await;
    dispatcher.put(&format!("/api/v1/conversations/{chat}/taking"), json!({})).await.expect(200);
    post.deliver(&app).await;
    let before = post.texts_to(2).len();
    administrator.put(&format!("/api/v1/users/{}/block", dispatcher.user_id), json!({ "reason": "ушла" })).await.expect(200);
    olga.post(&path, json!({ "text": "Ау" })).await.expect(201);
    post.deliver(&app).await;
    assert_eq!(post.texts_to(2).len(), before + 1, "{:?}", post.texts_to(2));
    app.forget_history().await;
});

db_test!(photos_of_a_line_are_shown_where_its_reader_talks, |app| {
    let (app, post) = Post::start(&app).await;
    let People { dispatcher, rustam, .. } = app.people();
    post.link(&app, &rustam, 3).await;
    let (_, visit) = app.visit().of(&rustam).accepted().make().await;
    let path = format!("/api/v1/visits/{visit}/messages");
    rustam.post(&path, json!({ "text": "Какое окно?" })).await.expect(201);
    app.execute("UPDATE chat_messages SET channel = 'telegram'", []).await;
    post.deliver(&app).await;
    let before = post.texts_to(3).len();
    let mut picture = std::io::Cursor::new(vec![]);
    image::RgbImage::from_pixel(64, 48, image::Rgb([120, 90, 60])).write_to(&mut picture, image::ImageFormat::Jpeg).unwrap();
    let picture = picture.into_inner();
    dispatcher.multipart(&path, &[("text", "")], &[("files", "окно.jpg", &picture)]).await.expect(201);
    post.deliver(&app).await;
    let said = post.texts_to(3).split_off(before).pop().unwrap();
    assert!(said.contains("1 файл") && said.contains(&format!("/visits/{visit}")), "{said}");
    let shown = post.api.journal().into_iter().filter(|call| call.method.eq_ignore_ascii_case("sendPhoto") && call.taken).count();
    assert_eq!(shown, 1);
    // What does not go by the messenger is behind the link, and holds up nobody.
    post.api.fault(Fault::new(Trouble::Page { status: 502 }).of("sendPhoto"));
    dispatcher.multipart(&path, &[("text", "И это")], &[("files", "дверь.jpg", &picture)]).await.expect(201);
    dispatcher.post(&path, json!({ "text": "Понятно?" })).await.expect(201);
    post.deliver(&app).await;
    assert!(post.texts_to(3).pop().unwrap().contains("Понятно?"));
    // A messenger that asks to wait is left alone, whatever it was asked for.
    post.api.fault(Fault::new(Trouble::Wait { seconds: 40 }).of("sendPhoto"));
    dispatcher.multipart(&path, &[("text", "И ещё")], &[("files", "стена.jpg", &picture)]).await.expect(201);
    while distribute(&app).await.unwrap() > 0 {}
    while post.send(&app).await > 0 {}
    assert!(app.lines.get(Channel::Telegram).unwrap().held_until() >= app.clock.now_ms() + 40_000);
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
    assert!(texts.iter().any(|text| text.contains("(сегодня, 13:00")), "the crew reads which visit it was: {texts:?}");

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

    // So does an answer to whoever writes at night.
    let order = app.order().by(&olga).make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    olga.post(&path, json!({ "text": "Вы ещё работаете?" })).await.expect(201);
    app.execute("UPDATE chat_messages SET channel = 'telegram'", []).await;
    post.deliver(&app).await;
    assert_eq!(post.texts_to(4).len(), 3, "it has time till the morning");
    dispatcher.post(&path, json!({ "text": "Да, слушаю вас" })).await.expect(201);
    post.deliver(&app).await;
    let texts = post.texts_to(4);
    assert!(texts.len() == 5 && texts[3].contains("подтверждён") && texts[4].contains("слушаю"), "{texts:?}");
    app.forget_history().await;
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
