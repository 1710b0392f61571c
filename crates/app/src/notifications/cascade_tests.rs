//! From one channel to the next until a message is really there: messengers and SMS emulated, mail by a real server.

use super::{
    Channel,
    testing::{MailServer, link, tell},
};
use crate::{orders::view::rfc3339, testkit::*};
use emulators::{Fault, Max, Running, Sms, Telegram, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

const PHONE: &str = "+79991112233";
const CHAT: i64 = 5;
const COMES: &str = "назначен мастер";

/// Olga, who has MAX, Telegram, a phone and a mailbox.
struct Reached {
    app: TestApp,
    max: Running<Max>,
    telegram: Running,
    sms: Running<Sms>,
    mail: MailServer,
}

impl Reached {
    async fn start(app: &TestApp) -> Self {
        let here = || "127.0.0.1:0".parse().unwrap();
        let (max, telegram) = (Max::start(here()).await.unwrap(), Telegram::start(here()).await.unwrap());
        let (sms, mail) = (Sms::start(here()).await.unwrap(), MailServer::start());
        let app = app
            .with(|config| {
                config.use_max(&max);
                config.use_telegram(&telegram);
                config.use_smsc(&sms);
                config.use_mail(&mail.url);
            })
            .await;
        max.person(CHAT, "Ольга");
        telegram.person(CHAT, "Ольга");
        let olga = app.people().olga;
        for channel in [Channel::Max, Channel::Telegram] {
            link(&app, &olga, channel, &CHAT.to_string()).await;
        }
        let reached = "UPDATE users SET phone = ?, email = 'olga@example.test' WHERE id = ?";
        app.execute(reached, [PHONE.into(), olga.user_id.into()]).await;
        Self { app, max, telegram, sms, mail }
    }

    /// Somebody accepts a visit to Olga, at a time of its own.
    async fn somebody_comes(&self) -> i64 {
        let app = &self.app;
        let starts = NOW + 30 * HOUR + 3 * HOUR * app.number("SELECT COUNT(*) FROM visits").await;
        let rustam = app.people().rustam;
        let order = app.order().confirmed().make().await;
        // That it was confirmed is not told here.
        app.forget_history().await;
        app.visit().order(order).of(&rustam).at(starts).accepted().make().await.0
    }

    /// Lets time go on in steps of a quarter of a minute, here and there.
    async fn pass(&self, minutes: i64) {
        for _ in 0..minutes * 4 {
            tell(&self.app).await;
            self.app.advance(15_000);
            let by = Duration::from_secs(15);
            self.max.advance(by);
            self.telegram.advance(by);
            self.sms.advance(by);
        }
        tell(&self.app).await;
    }

    /// How the message that somebody comes fares, each channel with state and answer.
    async fn fates(&self, order: i64) -> Vec<(String, String, String)> {
        let query = format!(
            "SELECT channel, state, answer FROM deliveries WHERE order_id = {order} AND wording = 'customer-who-comes' ORDER BY id"
        );
        let rows = self.app.rows(&query).await;
        let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
        rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
    }

    /// How often it came by MAX, Telegram and SMS.
    fn came(&self) -> [usize; 3] {
        [self.max.sent_to(CHAT), self.telegram.sent_to(CHAT), self.sms.sent_to(PHONE)]
            .map(|texts| texts.iter().filter(|text| text.replace('\u{a0}', " ").contains(COMES)).count())
    }

    /// The letters that somebody comes; the mail server ends.
    fn letters(self) -> Vec<Value> {
        let letters = self.mail.rest();
        letters.into_iter().filter(|letter| letter["text"].as_str().unwrap_or_default().replace('\u{a0}', " ").contains(COMES)).collect()
    }
}

fn fate(channel: &str, state: &str, answer: &str) -> (String, String, String) {
    (channel.into(), state.into(), answer.into())
}

db_test!(blocked_bots_pass_a_message_on_until_it_is_on_the_phone, |app| {
    let reached = Reached::start(&app).await;
    reached.max.block(CHAT);
    reached.telegram.block(CHAT);
    let order = reached.somebody_comes().await;
    reached.pass(5).await;
    let fates = reached.fates(order).await;
    assert_eq!(
        fates.iter().map(|(channel, state, _)| (channel.as_str(), state.as_str())).collect::<Vec<_>>(),
        [("max", "passed"), ("telegram", "passed"), ("sms", "delivered")]
    );
    assert!(fates[1].2.contains("bot was blocked by the user"), "{fates:?}");
    assert_eq!(reached.came(), [0, 0, 1]);
    let dead = reached.app.number("SELECT COUNT(*) FROM ways WHERE state = 'dead'").await;
    assert_eq!(dead, 2, "both are known to lead nowhere");

    // The next message goes to the phone at once.
    let calls = (reached.max.journal().len(), reached.telegram.journal().len());
    let order = reached.somebody_comes().await;
    reached.pass(5).await;
    assert_eq!(reached.fates(order).await, [fate("sms", "delivered", "")]);
    assert_eq!((reached.max.journal().len(), reached.telegram.journal().len()), calls);
    assert_eq!(reached.came(), [0, 0, 2]);
    let app = reached.app.clone();
    assert_eq!(reached.letters(), Vec::<Value>::new(), "it is on the phone: nothing goes further");
    app.forget_history().await;
});

db_test!(a_channel_that_fails_or_refuses_passes_a_message_on, |app| {
    let reached = Reached::start(&app).await;
    let out = || Fault::new(Trouble::Page { status: 502 }).times(1_000_000);
    reached.max.fault(out());
    reached.telegram.fault(
        Fault::new(Trouble::Refuse { status: 400, description: "Bad Request: message is too long".into() }).of("sendMessage").times(9),
    );
    let order = reached.somebody_comes().await;
    reached.pass(14).await;
    let fates = reached.fates(order).await;
    assert_eq!((fates.len(), fates[0].1.as_str()), (1, "failed"), "it is tried for a quarter of an hour: {fates:?}");
    reached.pass(5).await;
    let fates = reached.fates(order).await;
    let expected = [
        fate("max", "passed", "not in time"),
        fate("telegram", "passed", "400 Bad Request: message is too long"),
        fate("sms", "delivered", ""),
    ];
    assert_eq!(fates, expected);
    assert_eq!(reached.came(), [0, 0, 1]);
    // What works again brings nothing a second time.
    reached.max.no_more_faults();
    reached.telegram.no_more_faults();
    reached.pass(90).await;
    assert_eq!((reached.came(), reached.fates(order).await.len()), ([0, 0, 1], 3));
    let app = reached.app.clone();
    assert_eq!(reached.letters(), Vec::<Value>::new());
    app.forget_history().await;
});

db_test!(what_is_sent_and_not_delivered_comes_by_mail_too, |app| {
    let reached = Reached::start(&app).await;
    reached.app.execute("DELETE FROM ways", []).await;
    reached.sms.switched_off(PHONE);
    let order = reached.somebody_comes().await;
    reached.pass(14).await;
    assert_eq!(reached.fates(order).await, [fate("sms", "sent", "")], "it is waited for");
    reached.pass(3).await;
    assert_eq!(reached.fates(order).await, [fate("sms", "sent", ""), fate("email", "sent", "")]);
    // The phone is switched on: there is nothing left to do.
    reached.sms.delivered(PHONE);
    reached.pass(90).await;
    assert_eq!(reached.fates(order).await, [fate("sms", "delivered", ""), fate("email", "sent", "")]);
    assert_eq!(reached.came(), [0, 0, 1]);
    let (app, url) = (reached.app.clone(), format!("{}/my/orders/{order}", reached.app.config.public_url()));
    let letters = reached.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0]["to"], json!(["olga@example.test"]));
    assert!(letters[0]["text"].as_str().unwrap().contains(&url), "{letters:?}");
    app.forget_history().await;
});

db_test!(what_no_channel_takes_calls_for_the_administrator, |app| {
    let reached = Reached::start(&app).await;
    let olga = reached.app.people().olga;
    reached.max.block(CHAT);
    reached.telegram.block(CHAT);
    reached.sms.no_such(PHONE);
    reached.app.execute("UPDATE users SET email = 'unknown@example.test' WHERE id = ?", [olga.user_id.into()]).await;
    let order = reached.somebody_comes().await;
    reached.pass(20).await;
    let fates = reached.fates(order).await;
    let states: Vec<_> = fates.iter().map(|(channel, state, _)| (channel.as_str(), state.as_str())).collect();
    assert_eq!(states, [("max", "passed"), ("telegram", "passed"), ("sms", "passed"), ("email", "dead")], "{fates:?}");
    crate::jobs::run_due(&reached.app).await.unwrap();
    assert_eq!(reached.app.undelivered(), 1, "once, for all of it");
    reached.app.forget_history().await;
});

db_test!(what_comes_last_by_the_next_channel_is_the_time_that_holds, |app| {
    let reached = Reached::start(&app).await;
    reached.app.execute("DELETE FROM ways WHERE channel = 'max'", []).await;
    reached.telegram.fault(Fault::new(Trouble::Page { status: 502 }).times(1_000_000));
    let People { dispatcher, rustam, .. } = reached.app.people();
    let order = reached.somebody_comes().await;
    reached.pass(5).await;
    let visit = reached.app.number("SELECT MAX(id) FROM visits").await;
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": rfc3339(NOW + 50 * HOUR), "ends_at": rfc3339(NOW + 52 * HOUR), "offer": true });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan).await.expect(200);
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    reached.pass(35).await;
    // What was told of the old time is not true any more when its turn would come.
    assert_eq!(reached.fates(order).await.last().unwrap(), &fate("telegram", "passed", "overtaken"));
    let texts: Vec<String> = reached.sms.sent_to(PHONE).iter().map(|text| text.replace('\u{a0}', " ")).collect();
    assert!(texts.len() == 1 && texts[0].contains("11:00"), "{texts:?}");
    reached.app.forget_history().await;
});
