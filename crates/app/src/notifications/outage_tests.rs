//! Providers that are out of order for hours: nothing is lost, nothing doubled, and after a day nobody wants to hear it any more.

use super::{
    Channel, Wording, cascade,
    deliver::deliver,
    fates,
    testing::{link, queue},
};
use crate::testkit::*;
use emulators::{Fault, Mail, Max, Running, Sms, Telegram, Trouble, WhatsApp};
use std::time::Duration;

const CHANNELS: [Channel; 5] = [Channel::Max, Channel::Telegram, Channel::WhatsApp, Channel::Sms, Channel::Mail];
const PHONE: &str = "+79990001166";

struct Providers {
    app: TestApp,
    max: Running<Max>,
    telegram: Running,
    whatsapp: Running<WhatsApp>,
    sms: Running<Sms>,
    mail: Running<Mail>,
}

impl Providers {
    /// All of them, and a dispatcher who is reached by each.
    async fn start(app: &TestApp) -> Self {
        let here = || "127.0.0.1:0".parse().unwrap();
        let (max, telegram) = (Max::start(here()).await.unwrap(), Telegram::start(here()).await.unwrap());
        let (whatsapp, sms) = (WhatsApp::start(here()).await.unwrap(), Sms::start(here()).await.unwrap());
        let mail = Mail::start(here(), here()).await.unwrap();
        let app = app
            .with(|config| {
                config.use_max(&max);
                config.use_telegram(&telegram);
                config.whatsapp_token = Some("t".into());
                config.whatsapp_phone_id = Some("1".into());
                config.whatsapp_api_url = Some(whatsapp.url());
                config.use_smsc(&sms);
                config.use_mail(&mail.smtp_url());
            })
            .await;
        let dispatcher = app.people().dispatcher;
        max.person(5, "Анна");
        telegram.person(5, "Анна");
        whatsapp.person(79_990_001_166, "Анна");
        whatsapp.template("montaj_office_new", "ru", "Новый заказ {{1}}: {{2}} {{3}}");
        for (channel, address) in [(Channel::Max, "5"), (Channel::Telegram, "5"), (Channel::WhatsApp, "79990001166")] {
            link(&app, &dispatcher, channel, address).await;
        }
        let reached = "UPDATE users SET phone = ?, email = 'anna@example.ru' WHERE id = ?";
        app.execute(reached, [PHONE.into(), dispatcher.user_id.into()]).await;
        Self { app, max, telegram, whatsapp, sms, mail }
    }

    /// A message by each channel, of ten times this turn and on.
    async fn queue(&self, tens: i64, order: i64) {
        let person = format!("u{}", self.app.people().dispatcher.user_id);
        for (turn, channel) in (10 * tens..).zip(CHANNELS) {
            queue(&self.app, turn, (Wording::OfficeNew, channel), &person, order).await;
        }
    }

    fn go_out_of_order(&self) {
        let out = || Fault::new(Trouble::Page { status: 503 }).times(1_000_000);
        self.max.fault(out());
        self.telegram.fault(out());
        self.whatsapp.fault(out());
        self.sms.fault(out());
        self.mail.fault(Fault::new(Trouble::Refuse { status: 421, description: "closed for the moment".into() }).times(1_000_000));
    }

    fn work_again(&self) {
        self.max.no_more_faults();
        self.telegram.no_more_faults();
        self.whatsapp.no_more_faults();
        self.sms.no_more_faults();
        self.mail.no_more_faults();
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
            self.mail.advance(by);
        }
    }

    /// How often each channel's message came.
    fn came(&self) -> [usize; 5] {
        [
            self.max.sent_to(5).len(),
            self.telegram.sent_to(5).len(),
            self.whatsapp.sent_to(79_990_001_166).len(),
            self.sms.sent_to(PHONE).len(),
            self.mail.letters().len(),
        ]
    }

    async fn states(&self, tens: i64) -> Vec<String> {
        let rows =
            self.app.rows(&format!("SELECT channel, state FROM deliveries WHERE turn >= {tens}0 AND turn <= {tens}9 ORDER BY id")).await;
        let text = |row: &sea_orm::QueryResult, at: usize| row.try_get_by_index::<String>(at).unwrap();
        rows.iter().map(|row| format!("{} {}", text(row, 0), text(row, 1))).collect()
    }
}

db_test!(providers_that_are_out_for_a_day_lose_and_double_nothing, |app| {
    let providers = Providers::start(&app).await;
    let order = providers.app.order().make().await;
    providers.go_out_of_order();
    providers.queue(1, order).await;
    providers.pass(24 * 60).await;
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
    let ends = |mail: &str| CHANNELS.map(|channel| format!("{channel} {}", if channel == Channel::Mail { mail } else { "dead" })).to_vec();
    assert_eq!(providers.states(1).await, ends("failed"), "mail servers let strangers wait for up to two days");
    providers.pass(26 * 60).await;
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
