//! Notifications of browsers from end to end: from the subscription to what the emulated browser opens of it.

use super::{
    Channel,
    decide::distribute,
    forget_old, health, listen,
    testing::{outcomes, tell},
};
use crate::testkit::*;
use emulators::{Fault, Push, Running, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

/// The system with a push service whose browsers it may write to.
pub(super) struct Browsers {
    pub app: TestApp,
    service: Running<Push>,
}

impl Browsers {
    pub async fn start(app: &TestApp) -> Self {
        let service = Push::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let app = app
            .with(|config| {
                config.push_contact = Some("mailto:push@crm.test".into());
                config.push_hosts = Some("127.0.0.1".into());
            })
            .await;
        listen::learn_name(&app, app.lines.get(Channel::Push).unwrap()).await.unwrap();
        Self { app, service }
    }

    /// The key by which services know the system.
    fn key(&self) -> String {
        self.app.lines.get(Channel::Push).unwrap().name().unwrap()
    }

    /// A new browser of this person's, subscribed.
    pub async fn subscribe(&self, person: &Person) -> String {
        let subscription = self.service.subscribe_for(&self.key());
        person.post("/api/v1/me/devices", json!({ "subscription": subscription })).await.expect(204);
        subscription
    }

    /// Tells of all that happened, and sends it.
    async fn round(&self) {
        tell(&self.app).await;
    }

    async fn pass(&self, seconds: u32) {
        self.app.pass(i64::from(seconds) * 1000).await;
        self.service.advance(Duration::from_secs(seconds.into()));
        self.round().await;
    }

    /// A new order of Olga's, of which the office is told.
    pub async fn order(&self) -> i64 {
        let order = self.app.order().make().await;
        self.round().await;
        // To one browser a message a second.
        self.pass(1).await;
        order
    }

    /// What a browser has shown, oldest first.
    fn shown(&self, subscription: &str) -> Vec<Value> {
        self.service.received(subscription).iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    async fn devices(&self) -> i64 {
        self.app.number("SELECT COUNT(*) FROM push_devices").await
    }

    /// How push stands for a person.
    async fn state(&self, person: &Person) -> Value {
        let all = person.get("/api/v1/me/channels").await.expect(200).json();
        all["items"].as_array().unwrap().iter().find(|one| one["channel"] == "push").unwrap()["state"].clone()
    }
}

db_test!(a_worker_and_a_dispatcher_see_short_words_and_a_link, |app| {
    let browsers = Browsers::start(&app).await;
    let People { dispatcher, rustam, .. } = browsers.app.people();
    let (office, phone) = (browsers.subscribe(&dispatcher).await, browsers.subscribe(&rustam).await);
    let order = browsers.app.order().confirmed().make().await;
    let (_, visit) = browsers.app.visit().order(order).of(&rustam).offered().make().await;
    browsers.round().await;
    let url = browsers.app.config.public_url();
    let plain = |text: &Value| text.as_str().unwrap().replace('\u{a0}', " ");
    let shown = browsers.shown(&office);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!((plain(&shown[0]["title"]), plain(&shown[0]["text"])), ("Новый заказ".into(), "Новый заказ № 26-000001.".into()));
    assert_eq!(shown[0]["url"], format!("{url}/orders/{order}"));
    let shown = browsers.shown(&phone);
    assert_eq!(shown.len(), 1, "{shown:?}");
    let text = plain(&shown[0]["text"]);
    assert_eq!(text, "Новое задание, заказ № 26-000001: сегодня, 13:00–15:00. Ответьте, возьмётесь ли.");
    assert_eq!(shown[0]["url"], format!("{url}/visits/{visit}"));
    // Nothing of it can be read on the way, and the service is told nothing else.
    assert_eq!(browsers.service.journal().iter().filter(|call| call.taken).count(), 2, "{:?}", browsers.service.journal());
    assert_eq!(outcomes(&browsers.app).await, vec![("push".to_owned(), "sent".to_owned(), String::new()); 2]);
    browsers.app.forget_history().await;
});

db_test!(a_browser_is_let_in_and_out_on_the_page, |app| {
    let browsers = Browsers::start(&app).await;
    let People { dispatcher, rustam, .. } = browsers.app.people();
    for person in [&dispatcher, &rustam] {
        let page = person.get("/me/channels").await.expect(200).words();
        assert!(page.contains(&format!("data-key=\"{}\"", browsers.key())), "{page}");
        assert!(page.contains("Показывать в этом браузере") && !page.contains("/me/channels/push/removal"), "{page}");
        let subscription = browsers.service.subscribe_for(&browsers.key());
        person.form("/me/devices", &[("subscription", &subscription)]).header("user-agent", "Firefox").await.expect(303);
        let page = person.get("/me/channels").await.expect(200).words();
        assert!(page.contains("/me/channels/push/removal"), "{page}");
        assert_eq!(browsers.state(person).await, "alive");
    }
    browsers.order().await;
    assert_eq!(browsers.service.journal().len(), 1);
    dispatcher.form("/me/channels/push/removal", &[]).await.expect(303);
    assert_eq!((browsers.state(&dispatcher).await, browsers.state(&rustam).await), (Value::Null, json!("alive")), "only one's own end");
    browsers.order().await;
    assert_eq!((browsers.service.journal().len(), browsers.devices().await), (1, 1));
    rustam.delete("/api/v1/me/channels/push").await.expect(204);
    assert_eq!(browsers.devices().await, 0);
    let audit = browsers.app.number("SELECT COUNT(*) FROM audit WHERE deed LIKE 'user.channel_%' AND detail = 'push'").await;
    assert_eq!(audit, 4, "each was written down");
    browsers.app.forget_history().await;
});

db_test!(a_customer_gets_no_notifications_in_the_browser, |app| {
    let browsers = Browsers::start(&app).await;
    let olga = browsers.app.people().olga;
    let page = olga.get("/me/channels").await.expect(200).text();
    assert!(!page.contains("data-island=\"push\"") && !page.contains("value=\"push\""), "{page}");
    let rules = browsers.app.people().administrator.get("/channels").await.expect(200).text();
    assert_eq!(rules.matches(".on\" value=\"push\"").count(), 6, "for the office and workers, not for customers");
    assert_eq!(rules.matches("name=\"customer-visits.on\" value=\"push\"").count(), 0);
    let subscription = browsers.service.subscribe_for(&browsers.key());
    olga.post("/api/v1/me/devices", json!({ "subscription": subscription })).await.expect(403);
    olga.form("/me/devices", &[("subscription", &subscription)]).await.expect(403);
    assert_eq!(browsers.devices().await, 0);
});

db_test!(nothing_is_ever_sent_where_no_push_service_is, |app| {
    let browsers = Browsers::start(&app).await;
    let subscription: Value = serde_json::from_str(&browsers.service.subscribe()).unwrap();
    let to = |endpoint: &str| json!({ "endpoint": endpoint, "keys": subscription["keys"] }).to_string();
    let own = subscription["endpoint"].as_str().unwrap();
    // As it is usually: no further hosts are set.
    let strict = app.with(|config| config.push_contact = Some("mailto:push@crm.test".into())).await;
    let dispatcher = strict.people().dispatcher;
    let mut strange = vec![
        to(own),
        to("http://127.0.0.1:8067/api/v1/users"),
        to("https://127.0.0.1/"),
        to("https://[::1]/"),
        to("https://localhost/"),
        to("http://169.254.169.254/latest/meta-data/"),
        to("https://169.254.169.254/latest/meta-data/"),
        to("http://fcm.googleapis.com/fcm/send/a"),
        to("https://fcm.googleapis.com:8443/fcm/send/a"),
        to("https://fcm.googleapis.com.evil.example/fcm/send/a"),
        to("https://evil-fcm.googleapis.com/fcm/send/a"),
        to("https://fcm.googleapis.com@127.0.0.1/a"),
        to("https://fcm.googleapis.com:pass@fcm.googleapis.com/a"),
        to("https://127.0.0.1/?fcm.googleapis.com"),
        to("https://127.0.0.1/#.fcm.googleapis.com"),
        to("file:///etc/passwd"),
        to("/push"),
        "{}".into(),
        "no subscription".into(),
    ];
    strange.push(json!({ "endpoint": "https://fcm.googleapis.com/fcm/send/a", "keys": { "p256dh": "AAAA", "auth": "AAAA" } }).to_string());
    for subscription in &strange {
        let refused = dispatcher.post("/api/v1/me/devices", json!({ "subscription": subscription })).await.expect(422);
        assert_eq!(refused.faults(), ["subscription subscription_strange"], "{subscription}");
    }
    let page = dispatcher.form("/me/devices", &[("subscription", &to(own))]).await.expect(422).words();
    assert!(page.contains("Этот браузер не дал того, что нужно для уведомлений"), "{page}");
    assert_eq!(browsers.devices().await, 0);
    dispatcher.post("/api/v1/me/devices", json!({ "subscription": to("https://fcm.googleapis.com/fcm/send/a") })).await.expect(204);
    dispatcher.post("/api/v1/me/devices", json!({ "subscription": to("https://web.push.apple.com/a") })).await.expect(204);
    // One that was let in and is not allowed any more is not written to either.
    strict.execute("UPDATE push_devices SET subscription = ?", [to(own).into()]).await;
    strict.order().make().await;
    tell(&strict).await;
    assert_eq!(browsers.service.journal(), []);
    assert_eq!(outcomes(&strict).await, [("push".into(), "dead".into(), "the subscription's address is no push service".into())]);
    // Switched off there is nothing to subscribe to.
    let refused = app.people().dispatcher.post("/api/v1/me/devices", json!({ "subscription": to(own) })).await.expect(409);
    assert_eq!(refused.code(), "channel_off");
    app.forget_history().await;
});

db_test!(every_browser_of_a_person_shows_it_and_one_that_is_gone_is_forgotten, |app| {
    let browsers = Browsers::start(&app).await;
    let dispatcher = browsers.app.people().dispatcher;
    let (desk, laptop) = (browsers.subscribe(&dispatcher).await, browsers.subscribe(&dispatcher).await);
    // The same once more is no third browser.
    dispatcher.post("/api/v1/me/devices", json!({ "subscription": desk })).await.expect(204);
    assert_eq!(browsers.devices().await, 2);
    browsers.service.away(&laptop);
    browsers.order().await;
    assert_eq!((browsers.shown(&desk).len(), browsers.shown(&laptop).len()), (1, 0));
    browsers.service.back(&laptop);
    assert_eq!(browsers.shown(&laptop), browsers.shown(&desk), "it was kept for the browser that was closed");

    browsers.service.expire(&laptop);
    browsers.order().await;
    assert_eq!((browsers.shown(&desk).len(), browsers.devices().await), (2, 1), "410: that browser is gone, the other goes on");
    let gone = Trouble::Refuse { status: 404, description: String::new() };
    browsers.service.fault(gone);
    browsers.order().await;
    assert_eq!((browsers.devices().await, browsers.state(&dispatcher).await), (0, Value::Null), "404: so is the last");
    assert_eq!(outcomes(&browsers.app).await.pop().unwrap(), ("push".into(), "dead".into(), "no browser is left".into()));
    assert_eq!(browsers.app.number("SELECT COUNT(*) FROM dead_addresses").await, 0, "a browser is no phone or mailbox to try again");
    let calls = browsers.service.journal().len();
    browsers.order().await;
    assert_eq!(browsers.service.journal().len(), calls);
    browsers.app.forget_history().await;
});

db_test!(a_browser_belongs_to_whoever_signed_in_there_last, |app| {
    let browsers = Browsers::start(&app).await;
    let People { dispatcher, zoya, .. } = browsers.app.people();
    let shared = browsers.subscribe(&dispatcher).await;
    zoya.delete("/api/v1/me/channels/push").await.expect(204);
    zoya.form("/me/channels/push/removal", &[]).await.expect(303);
    assert_eq!(browsers.state(&dispatcher).await, "alive", "nobody ends what is another's");
    zoya.post("/api/v1/me/devices", json!({ "subscription": shared })).await.expect(204);
    assert_eq!((browsers.state(&dispatcher).await, browsers.state(&zoya).await), (Value::Null, json!("alive")));
    browsers.order().await;
    assert_eq!(browsers.shown(&shared).len(), 1, "one browser shows it once");
    browsers.app.forget_history().await;
});

db_test!(who_signed_out_or_was_blocked_sees_nothing_more, |app| {
    let browsers = Browsers::start(&app).await;
    let People { administrator, dispatcher, zoya, .. } = browsers.app.people();
    let login = json!({ "login": "daria", "password": PASSWORD });
    browsers.app.nobody().post("/api/v1/auth/sessions", login).await.expect(201);
    let session_id = browsers.app.number("SELECT MAX(id) FROM sessions").await;
    let elsewhere = Person { session_id, ..dispatcher.clone() };
    let (desk, home) = (browsers.subscribe(&dispatcher).await, browsers.subscribe(&elsewhere).await);
    let other = browsers.subscribe(&zoya).await;
    let shown = || [&desk, &home, &other].map(|browser| browsers.shown(browser).len());
    browsers.order().await;
    assert_eq!(shown(), [1, 1, 1]);

    // Signed out at home, the other browser goes on.
    elsewhere.delete("/api/v1/auth/sessions/current").await.expect(204);
    browsers.order().await;
    assert_eq!(shown(), [2, 1, 2]);
    assert!(dispatcher.get("/me/channels").await.words().contains("1 браузер"), "the page counts the one that is left");

    // Without a browser that is signed in, push does not lead to the person: the next channel is not held up by it.
    dispatcher.form("/sign-out", &[]).await.expect(303);
    let before = outcomes(&browsers.app).await.len();
    browsers.order().await;
    assert_eq!((shown(), outcomes(&browsers.app).await.len()), ([2, 1, 3], before + 1), "only the other one is told");

    assert_eq!(browsers.devices().await, 3);
    forget_old(&browsers.app).await.unwrap();
    assert_eq!(browsers.devices().await, 1, "nothing is kept of browsers in which nobody is signed in");

    // What waits for somebody who is blocked meanwhile goes nowhere.
    browsers.app.order().make().await;
    while distribute(&browsers.app).await.unwrap() > 0 {}
    let version = administrator.get(&format!("/api/v1/users/{}", zoya.user_id)).await.expect(200).version();
    administrator.put(&format!("/api/v1/users/{}/block", zoya.user_id), json!({ "reason": "x" })).if_match(version).await.expect(200);
    browsers.round().await;
    browsers.order().await;
    assert_eq!(shown(), [2, 1, 3]);
    let ended = "SELECT COUNT(*) FROM deliveries WHERE state = 'passed' AND answer = 'access is closed'";
    assert_eq!(browsers.app.number(ended).await, 1, "which calls for nobody's attention");
    browsers.app.forget_history().await;
});

db_test!(one_browser_that_takes_nothing_from_us_holds_nobody_up, |app| {
    let browsers = Browsers::start(&app).await;
    let People { dispatcher, zoya, .. } = browsers.app.people();
    // It subscribed to somebody else's messages: its service refuses ours.
    let foreign = browsers.service.subscribe_for("another key");
    zoya.post("/api/v1/me/devices", json!({ "subscription": foreign })).await.expect(204);
    let own = browsers.subscribe(&dispatcher).await;
    browsers.order().await;
    browsers.order().await;
    assert_eq!(browsers.shown(&own).len(), 2);
    let refused: Vec<_> = outcomes(&browsers.app).await.into_iter().filter(|one| one.1 != "sent").collect();
    assert_eq!(refused, vec![("push".to_owned(), "dead".to_owned(), "403".to_owned()); 2], "it is not tried for ever");
    assert_eq!(health::of(&browsers.app, Channel::Push).await.troubles, []);
    browsers.app.forget_history().await;
});

db_test!(a_push_service_that_does_not_know_our_key_is_shown_as_a_trouble, |app| {
    let browsers = Browsers::start(&app).await;
    let People { administrator, dispatcher, .. } = browsers.app.people();
    let desk = browsers.subscribe(&dispatcher).await;
    browsers.service.fault(Fault::new(Trouble::Refuse { status: 403, description: String::new() }).times(3));
    for _ in 0..2 {
        browsers.order().await;
        assert_eq!(health::of(&browsers.app, Channel::Push).await.troubles, [], "it may be that one browser's");
    }
    browsers.order().await;
    let page = administrator.get("/channels").await.expect(200).words();
    assert!(page.contains("Не принимает сообщения: служба браузера не узнаёт ключ системы"), "{page}");
    browsers.order().await;
    assert_eq!((browsers.shown(&desk).len(), health::of(&browsers.app, Channel::Push).await.troubles), (1, vec![]));
    browsers.app.forget_history().await;
});

db_test!(a_push_service_that_fails_is_tried_again, |app| {
    let browsers = Browsers::start(&app).await;
    let dispatcher = browsers.app.people().dispatcher;
    let desk = browsers.subscribe(&dispatcher).await;
    browsers.app.order().make().await;
    browsers.service.fault(Trouble::Wait { seconds: 30 });
    browsers.round().await;
    browsers.pass(29).await;
    assert_eq!(browsers.service.journal().len(), 1, "asked to wait, it is left alone");
    browsers.service.fault(Fault::new(Trouble::Page { status: 502 }));
    browsers.pass(1).await;
    assert_eq!(outcomes(&browsers.app).await, [("push".into(), "failed".into(), "502".into())]);
    browsers.pass(60).await;
    assert_eq!((browsers.shown(&desk).len(), browsers.service.journal().len()), (1, 3));
    browsers.app.forget_history().await;
});
