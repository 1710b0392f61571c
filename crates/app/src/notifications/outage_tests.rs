//! Providers that are out of order for hours: nothing is lost, nothing doubled, and after a day nobody wants to hear it any more.

use super::{cascade, deliver::deliver, fates, testing::MailSink};
use crate::testkit::*;
use emulators::{Fault, Max, Running, Sms, Telegram, Trouble, WhatsApp};
use std::{sync::atomic::Ordering, time::Duration};

const CHANNELS: [&str; 5] = ["max", "telegram", "whatsapp", "sms", "email"];
const PHONE: &str = "+79990001166";

struct Providers {
    app: TestApp,
    max: Running<Max>,
    telegram: Running,
    whatsapp: Running<WhatsApp>,
    sms: Running<Sms>,
    mail: MailSink,
}

impl Providers {
    /// All of them, and a dispatcher who is reached by each.
    async fn start(app: &TestApp) -> Self {
        let here = || "127.0.0.1:0".parse().unwrap();
        let (max, telegram) = (Max::start(here()).await.unwrap(), Telegram::start(here()).await.unwrap());
        let (whatsapp, sms) = (WhatsApp::start(here()).await.unwrap(), Sms::start(here()).await.unwrap());
        let (mail, mail_url) = MailSink::start().await;
        let app = app
            .with(|config| {
                config.max_bot_token = Some("t".into());
                config.max_api_url = Some(max.url());
                config.telegram_bot_token = Some("1:t".into());
                config.telegram_api_url = Some(telegram.url());
                config.whatsapp_token = Some("t".into());
                config.whatsapp_phone_id = Some("1".into());
                config.whatsapp_api_url = Some(whatsapp.url());
                config.sms_provider = Some("smsc".into());
                config.sms_token = Some("key".into());
                config.sms_api_url = Some(sms.url());
                config.smtp_url = Some(mail_url);
                config.smtp_from = Some("crm@example.ru".into());
            })
            .await;
        let dispatcher = app.people().dispatcher;
        max.person(5, "Анна");
        telegram.person(5, "Анна");
        whatsapp.person(79_990_001_166, "Анна");
        whatsapp.template("montaj_office_new", "ru", "Новый заказ {{1}}: {{2}} {{3}}");
        for (channel, address) in [("max", "5"), ("telegram", "5"), ("whatsapp", "79990001166")] {
            let way = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, ?, ?, '', 'alive', 0)";
            app.execute(way, [dispatcher.user_id.into(), channel.into(), address.into()]).await;
        }
        let reached = "UPDATE users SET phone = ?, email = 'anna@example.ru' WHERE id = ?";
        app.execute(reached, [PHONE.into(), dispatcher.user_id.into()]).await;
        Self { app, max, telegram, whatsapp, sms, mail }
    }

    /// A message by each channel, of ten times this turn and on.
    async fn queue(&self, tens: i64, order: i64) {
        let user = self.app.people().dispatcher.user_id;
        for (turn, channel) in (10 * tens..).zip(CHANNELS) {
            let row = "INSERT INTO deliveries (turn, wording, channel, person, user_id, order_id, thread, facts, rest, state, attempts, due_ms, \
                provider_id, answer, created_ms, parts) VALUES (?, 'office-new', ?, ?, ?, ?, ?, '{}', '', 'queued', 0, ?, '', '', ?, 0)";
            let now = self.app.clock.now_ms();
            let values =
                [turn.into(), channel.into(), format!("u{user}").into(), user.into(), order.into(), order.into(), now.into(), now.into()];
            self.app.execute(row, values).await;
        }
    }

    fn go_out_of_order(&self) {
        let out = || Fault::new(Trouble::Page { status: 503 }).times(1_000_000);
        self.max.fault(out());
        self.telegram.fault(out());
        self.whatsapp.fault(out());
        self.sms.fault(out());
        self.mail.is_out.store(true, Ordering::Relaxed);
    }

    fn work_again(&self) {
        self.max.no_more_faults();
        self.telegram.no_more_faults();
        self.whatsapp.no_more_faults();
        self.sms.no_more_faults();
        self.mail.is_out.store(false, Ordering::Relaxed);
    }

    /// Lets time go on in steps, sending and asking all the while.
    async fn pass(&self, minutes: i64) {
        for _ in 0..minutes / 10 {
            for line in self.app.lines.all() {
                while deliver(&self.app, line).await.unwrap() > 0 {}
                while fates::ask(&self.app, line).await.unwrap() > 0 {}
            }
            while cascade::escalate(&self.app).await.unwrap() > 0 {}
            self.app.advance(10 * 60_000);
            let by = Duration::from_secs(600);
            self.max.advance(by);
            self.telegram.advance(by);
            self.whatsapp.advance(by);
            self.sms.advance(by);
        }
    }

    /// How often each channel's message came.
    fn came(&self) -> [usize; 5] {
        [
            self.max.sent_to(5).len(),
            self.telegram.sent_to(5).len(),
            self.whatsapp.sent_to(79_990_001_166).len(),
            self.sms.sent_to(PHONE).len(),
            self.mail.taken.load(Ordering::Relaxed),
        ]
    }

    async fn states(&self, tens: i64) -> Vec<String> {
        let rows =
            self.app.rows(&format!("SELECT channel, state FROM deliveries WHERE turn >= {tens}0 AND turn <= {tens}9 ORDER BY id")).await;
        let text = |row: &sea_orm::QueryResult, at: usize| row.try_get_by_index::<String>(at).unwrap();
        rows.iter().map(|row| format!("{} {}", text(row, 0), text(row, 1))).collect()
    }
}

db_test!(providers_that_are_out_for_most_of_a_day_lose_and_double_nothing, |app| {
    let providers = Providers::start(&app).await;
    let order = providers.app.order().make().await;
    providers.go_out_of_order();
    providers.queue(1, order).await;
    providers.pass(22 * 60).await;
    assert_eq!(providers.came(), [0; 5]);
    providers.work_again();
    // The longest pause between two tries is an hour.
    providers.pass(70).await;
    assert_eq!(providers.came(), [1; 5], "{:?}", providers.states(1).await);
    for state in providers.states(1).await {
        assert!(["sent", "delivered"].iter().any(|end| state.ends_with(end)), "{state}");
    }
    providers.pass(26 * 60).await;
    assert_eq!(providers.came(), [1; 5], "and never again");
    app.forget_history().await;
});

db_test!(after_a_day_of_silence_messages_are_dead_letters_and_come_late_by_no_channel, |app| {
    let providers = Providers::start(&app).await;
    let order = providers.app.order().make().await;
    providers.go_out_of_order();
    providers.queue(1, order).await;
    providers.pass(26 * 60).await;
    let ends = |mail: &str| CHANNELS.map(|channel| format!("{channel} {}", if channel == "email" { mail } else { "dead" })).to_vec();
    assert_eq!(providers.states(1).await, ends("failed"), "mail servers let strangers wait for up to two days");
    providers.pass(24 * 60).await;
    assert_eq!(providers.states(1).await, ends("dead"));
    providers.work_again();
    providers.pass(3 * 60).await;
    assert_eq!(providers.came(), [0; 5]);
    crate::jobs::run_due(&providers.app).await.unwrap();
    assert_eq!(providers.app.undelivered(), 5, "the administrator is told");
    // What comes after it goes out as ever.
    providers.queue(2, order).await;
    providers.pass(20).await;
    assert_eq!(providers.came(), [1; 5], "{:?}", providers.states(2).await);
    app.forget_history().await;
});
