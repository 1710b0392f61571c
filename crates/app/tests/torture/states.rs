//! `kill -9` in each state in which a message can stand: it comes to the person in the end, and twice only where nobody can know whether it
//! had come.
//!
//! Nobody waits for leases and pauses to run out: while the program is dead, an `UPDATE` makes due what it would have come back to in a
//! minute or later.

use crate::{
    QUIET,
    company::{Company, numbers, rows},
    messages::{self, Queued, To, WORDS},
    report,
};
use anyhow::{Context, Result, ensure};
use emulators::{Fault, Running, Sms, Telegram, Trouble, WhatsApp};
use rig::{Place, Program};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(60);
const PHONE: &str = "+79990007766";
/// The user's, to whom messages are passed on.
const OTHER_PHONE: &str = "+79990007799";
/// The user's with WhatsApp.
const WHATSAPP: i64 = 79_990_007_788;
/// Above all that the outbox gives to the company's own reminders, which it sends in the evening.
const FIRST_TURN: usize = 1_000_000;
const SECRET: &str = "secret";
const WORD: &str = "word";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Telegram,
    /// It takes connections and answers nothing: nothing comes to anybody.
    DeafTelegram,
    Sms,
    /// A gateway that cannot be asked what became of a message.
    SmsRu,
}

/// When the program is killed, and what comes of the message.
struct Moment {
    name: &'static str,
    channel: Channel,
    /// What the provider does with the first attempt.
    trouble: Option<Trouble>,
    /// Whether the message is not due yet.
    is_early: bool,
    /// The state in which it stands when the program is killed.
    killed_in: &'static str,
    /// Whether it had come by then.
    has_come: bool,
    ends_in: &'static str,
    /// How often it comes.
    comes: usize,
}

fn moments() -> Vec<Moment> {
    let moment = |name, channel, trouble, killed_in, ends_in, comes| Moment {
        name,
        channel,
        trouble,
        is_early: false,
        killed_in,
        has_come: false,
        ends_in,
        comes,
    };
    use Channel::{DeafTelegram, Sms, SmsRu, Telegram};
    let refused = Trouble::Refuse { status: 400, description: "Bad Request: message is too long".into() };
    vec![
        Moment { is_early: true, ..moment("waits for its time", Telegram, None, "queued", "sent", 1) },
        moment("on its way, not there yet", DeafTelegram, None, "sending", "sent", 1),
        Moment { has_come: true, ..moment("on its way, there, not answered", Telegram, Some(Trouble::Silent), "sending", "sent", 2) },
        moment("failed, to be tried again", Telegram, Some(Trouble::Page { status: 502 }), "failed", "sent", 1),
        moment("told to wait", Telegram, Some(Trouble::Wait { seconds: 30 }), "failed", "sent", 1),
        Moment { has_come: true, ..moment("sent", Telegram, None, "sent", "sent", 1) },
        moment("refused for good", Telegram, Some(refused), "dead", "dead", 0),
        Moment { has_come: true, ..moment("an SMS on its way, there, not answered", Sms, Some(Trouble::Silent), "sending", "sent", 1) },
        Moment { has_come: true, ..moment("an SMS that is sent", Sms, None, "sent", "sent", 1) },
        Moment { has_come: true, ..moment("an SMS of which nobody knows", SmsRu, Some(Trouble::Silent), "unknown", "unknown", 1) },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_each_state_loses_no_message_on_sqlite() {
    prove(Place::sqlite(None).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_each_state_loses_no_message_on_mariadb() {
    let server = std::env::var("TEST_MARIADB_URL").expect("TEST_MARIADB_URL names no server: see docs/testing.md");
    prove(Place::mariadb(&server).await.unwrap()).await.unwrap();
}

struct Stage {
    company: Company,
    conn: DatabaseConnection,
    telegram: Running,
    sms: Running<Sms>,
    whatsapp: Running<WhatsApp>,
    deaf: String,
    customer: i64,
    user: i64,
    chat: i64,
}

async fn prove(place: Place) -> Result<()> {
    let _busy = QUIET.read().await;
    let telegram = Telegram::start(([127, 0, 0, 1], 0).into()).await?;
    let sms = Sms::start(([127, 0, 0, 1], 0).into()).await?;
    let deaf = TcpListener::bind("127.0.0.1:0").await?;
    let whatsapp = WhatsApp::start(([127, 0, 0, 1], 0).into()).await?;
    let more = [
        ("WHATSAPP_TOKEN", "token"),
        ("WHATSAPP_PHONE_ID", "67"),
        ("WHATSAPP_API_URL", &whatsapp.url()),
        ("WHATSAPP_APP_SECRET", SECRET),
        ("WHATSAPP_VERIFY_TOKEN", WORD),
    ];
    let company = Company::found_with_sms_and(&place, &telegram.url(), &sms.url(), &more).await?;
    let conn = place.look().await?;
    let user = numbers(&conn, "SELECT MIN(user_id) FROM ways").await?[0];
    let customer = numbers(&conn, "SELECT MIN(id) FROM customers").await?[0];
    conn.execute_unprepared(&format!("UPDATE customers SET phone = '{PHONE}' WHERE id = {customer}")).await?;
    let chat = numbers(&conn, &format!("SELECT CAST(address AS SIGNED) FROM ways WHERE user_id = {user}")).await?[0];
    conn.execute_unprepared(&format!("UPDATE users SET phone = '{OTHER_PHONE}' WHERE id = {user}")).await?;
    let way = format!(
        "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES ({user}, 'whatsapp', '{WHATSAPP}', '', 'alive', 0)"
    );
    conn.execute_unprepared(&way).await?;
    telegram.person(chat, "Кто-то");
    whatsapp.person(WHATSAPP, "Кто-то");
    whatsapp.template("montaj_customer_confirmed", "ru", &format!("Заказ {{{{1}}}} {WORDS}, {{{{2}}}}: {{{{3}}}}"));
    let deaf_url = format!("http://{}", deaf.local_addr()?);
    let stage = Stage { company, conn, telegram, sms, whatsapp, deaf: deaf_url, customer, user, chat };

    let mut told = vec![];
    for (turn, moment) in moments().iter().enumerate() {
        let came = stage.play(moment, FIRST_TURN + turn).await.with_context(|| format!("killed when it {}", moment.name))?;
        told.push(format!("{} {came}", moment.name));
    }
    told.push(format!(
        "an SMS that was delivered {}",
        stage.delivered(FIRST_TURN + 100).await.context("killed when an SMS was delivered")?
    ));
    told.push(format!("in WhatsApp and read {}", stage.read(FIRST_TURN + 101).await.context("killed when it was read")?));
    told.push(format!(
        "passed on to an SMS on its way {}",
        stage.passed_on(FIRST_TURN + 102).await.context("killed when it was passed on")?
    ));
    report(&format!("kill -9 in each state on {}: {}", place.url().split(':').next().unwrap_or_default(), told.join("; ")));
    stage.conn.close().await?;
    place.leave().await
}

/// Whether a message stands as it is to. An SMS that is sent is delivered before long.
fn stands(state: &str, wanted: &str) -> bool {
    state == wanted || (wanted == "sent" && state == "delivered")
}

impl Stage {
    /// How often the message came.
    async fn play(&self, moment: &Moment, turn: usize) -> Result<usize> {
        let before = self.came(moment.channel);
        if let Some(trouble) = &moment.trouble {
            let fault = Fault::new(trouble.clone());
            match moment.channel {
                Channel::Sms => self.sms.fault(fault.to(PHONE.trim_start_matches('+').parse()?)),
                Channel::SmsRu => self.sms.fault(fault.of("sms_ru/send")),
                _ => self.telegram.fault(fault.of("sendMessage")),
            }
        }
        self.queue(moment, turn).await?;
        let by_sms_ru = ("SMS_PROVIDER", "sms_ru".to_owned());
        let program = match moment.channel {
            Channel::DeafTelegram => self.company.start_with(&[("TELEGRAM_API_URL", self.deaf.clone())]).await?,
            Channel::SmsRu => self.company.start_with(std::slice::from_ref(&by_sms_ru)).await?,
            Channel::Telegram | Channel::Sms => self.company.start().await?,
        };
        self.reaches(turn, moment.killed_in).await?;
        let began = Instant::now();
        while moment.has_come && self.came(moment.channel) == before {
            ensure!(began.elapsed() < PATIENCE, "it does not come");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        program.kill().await?;
        let state = self.state(turn).await?;
        ensure!(stands(&state, moment.killed_in), "it is {state} when the program is dead");
        ensure!(self.came(moment.channel) - before == usize::from(moment.has_come), "it came {} times", self.came(moment.channel) - before);

        // Leases and pauses are over by the time the program is back.
        self.telegram.advance(Duration::from_secs(60));
        self.make_due(turn).await?;
        let program = match moment.channel {
            Channel::SmsRu => self.company.start_with(&[by_sms_ru]).await?,
            _ => self.company.start().await?,
        };
        self.reaches(turn, moment.ends_in).await?;
        // Whatever would be sent after it was settled goes before this one, which comes last.
        self.queue(&Moment { is_early: false, channel: moment.channel, ..moments().remove(0) }, turn + 1000).await?;
        self.reaches(turn + 1000, "sent").await?;
        program.stop().await?;
        let came = self.came(moment.channel) - before - 1;
        ensure!(came == moment.comes, "it came {came} times");
        let state = self.state(turn).await?;
        ensure!(stands(&state, moment.ends_in), "it is {state} in the end");
        Ok(came)
    }

    /// An SMS that is on the phone: how often it came.
    async fn delivered(&self, turn: usize) -> Result<usize> {
        let before = self.came(Channel::Sms);
        self.put(To::Sms(self.customer), turn).await?;
        let program = self.company.start().await?;
        self.reaches(turn, "sent").await?;
        self.sms.delivered(PHONE);
        self.make_due(turn).await?;
        self.is_just(turn, &["delivered"]).await?;
        program.kill().await?;
        let program = self.company.start().await?;
        self.put(To::Sms(self.customer), turn + 1000).await?;
        self.reaches(turn + 1000, "sent").await?;
        program.stop().await?;
        self.is_just(turn, &["delivered"]).await?;
        let came = self.came(Channel::Sms) - before - 1;
        ensure!(came == 1, "it came {came} times");
        Ok(came)
    }

    /// A message in WhatsApp that the person has read: how often it came.
    async fn read(&self, turn: usize) -> Result<usize> {
        let came = || self.whatsapp.sent_to(WHATSAPP).iter().filter(|text| text.contains(WORDS)).count();
        let before = came();
        self.put(To::WhatsApp(self.user), turn).await?;
        let program = self.company.start().await?;
        self.hook(&program).await?;
        self.is_just(turn, &["delivered"]).await?;
        self.whatsapp.reads(WHATSAPP);
        self.is_just(turn, &["read"]).await?;
        program.kill().await?;
        let program = self.company.start().await?;
        self.hook(&program).await?;
        // All that happened is told once more, that it was sent too.
        self.whatsapp.repeat();
        self.put(To::WhatsApp(self.user), turn + 1000).await?;
        self.is_just(turn + 1000, &["delivered"]).await?;
        self.whatsapp.brought().await;
        program.stop().await?;
        self.is_just(turn, &["read"]).await?;
        let came = came() - before - 1;
        ensure!(came == 1, "it came {came} times");
        Ok(came)
    }

    /// A message whose bot is blocked, while the SMS in its place is taken and not answered: how often it came by both.
    async fn passed_on(&self, turn: usize) -> Result<usize> {
        let came = || {
            let texts = self.sms.sent_to(OTHER_PHONE).into_iter().chain(self.telegram.sent_to(self.chat));
            texts.filter(|text| text.contains(WORDS)).count()
        };
        let before = came();
        self.telegram.block(self.chat);
        self.sms.fault(Fault::new(Trouble::Silent).to(OTHER_PHONE.trim_start_matches('+').parse()?));
        self.put(To::Telegram(self.user), turn).await?;
        self.conn.execute_unprepared(&format!("UPDATE deliveries SET rest = 'sms' WHERE turn = {turn}")).await?;
        let program = self.company.start().await?;
        self.is_just(turn, &["passed", "sending"]).await?;
        let began = Instant::now();
        while came() == before {
            ensure!(began.elapsed() < PATIENCE, "it does not come");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        program.kill().await?;
        self.is_just(turn, &["passed", "sending"]).await?;
        self.make_due(turn).await?;
        let program = self.company.start().await?;
        let began = Instant::now();
        while self.states(turn).await?.last().is_none_or(|state| !stands(state, "sent")) {
            ensure!(began.elapsed() < PATIENCE, "it is {:?}", self.states(turn).await?);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Whatever would be sent after it was settled goes before this one, which comes last.
        self.put(To::Sms(self.customer), turn + 1000).await?;
        self.reaches(turn + 1000, "sent").await?;
        program.stop().await?;
        let states = self.states(turn).await?;
        ensure!(states.len() == 2 && states[0] == "passed", "{states:?}");
        let came = came() - before;
        ensure!(came == 1, "it came {came} times");
        Ok(came)
    }

    /// Has WhatsApp bring what happens to this program.
    async fn hook(&self, program: &Program) -> Result<()> {
        let taken = self.whatsapp.webhook(&format!("http://{}/hooks/whatsapp", program.address()), SECRET, WORD).await;
        ensure!(taken, "the webhook is not taken");
        Ok(())
    }

    async fn put(&self, to: To, turn: usize) -> Result<()> {
        messages::queue(&self.conn, [Queued { turn, to, order: None, thread: i64::try_from(turn)?, due_ms: 1 }]).await
    }

    /// Leases and pauses of this message are over.
    async fn make_due(&self, turn: usize) -> Result<()> {
        for column in ["due_ms", "ask_ms"] {
            let update = format!("UPDATE deliveries SET {column} = 1 WHERE {column} IS NOT NULL AND turn = {turn}");
            self.conn.execute_unprepared(&update).await?;
        }
        Ok(())
    }

    /// The states of a message on each channel that it was given to.
    async fn states(&self, turn: usize) -> Result<Vec<String>> {
        let found = rows(&self.conn, &format!("SELECT state FROM deliveries WHERE turn = {turn} ORDER BY id")).await?;
        found.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// Waits until the states are these and no further ones.
    async fn is_just(&self, turn: usize, wanted: &[&str]) -> Result<()> {
        let began = Instant::now();
        loop {
            let states = self.states(turn).await?;
            if states == wanted {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "it is {states:?} and not {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn queue(&self, moment: &Moment, turn: usize) -> Result<()> {
        let due_ms = if moment.is_early { messages::now_ms()? + 3_600_000 } else { 1 };
        let to = match moment.channel {
            Channel::Sms | Channel::SmsRu => To::Sms(self.customer),
            Channel::Telegram | Channel::DeafTelegram => To::Telegram(self.user),
        };
        messages::queue(&self.conn, [Queued { turn, to, order: None, thread: i64::try_from(turn)?, due_ms }]).await
    }

    async fn state(&self, turn: usize) -> Result<String> {
        let found = rows(&self.conn, &format!("SELECT state FROM deliveries WHERE turn = {turn}")).await?;
        Ok(found.first().context("the message is gone")?.try_get_by_index(0)?)
    }

    async fn reaches(&self, turn: usize, wanted: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            let state = self.state(turn).await?;
            if stands(&state, wanted) {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "it is {state} and not {wanted}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How much has come on this channel, but for the company's own reminders, which come at their hours.
    fn came(&self, channel: Channel) -> usize {
        let texts = match channel {
            Channel::Sms | Channel::SmsRu => self.sms.sent_to(PHONE),
            Channel::Telegram | Channel::DeafTelegram => self.telegram.sent_to(self.chat),
        };
        texts.iter().filter(|text| text.contains(WORDS)).count()
    }
}
