//! `kill -9` in each state in which a message can stand: it comes to the person in the end, and twice only where nobody can know whether it
//! had come.

use crate::{
    QUIET,
    company::{Company, numbers, rows},
    messages::{self, Queued, To, WORDS},
    report,
};
use anyhow::{Context, Result, ensure};
use emulators::{Fault, Running, Sms, Telegram, Trouble};
use rig::Place;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(60);
const PHONE: &str = "+79990007766";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Telegram,
    /// It takes connections and answers nothing: nothing comes to anybody.
    DeafTelegram,
    Sms,
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
    use Channel::{DeafTelegram, Sms, Telegram};
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
    let company = Company::found_with_sms(&place, &telegram.url(), &sms.url()).await?;
    let conn = place.look().await?;
    let user = numbers(&conn, "SELECT MIN(user_id) FROM ways").await?[0];
    let customer = numbers(&conn, "SELECT MIN(id) FROM customers").await?[0];
    conn.execute_unprepared(&format!("UPDATE customers SET phone = '{PHONE}' WHERE id = {customer}")).await?;
    let chat = numbers(&conn, &format!("SELECT CAST(address AS SIGNED) FROM ways WHERE user_id = {user}")).await?[0];
    telegram.person(chat, "Кто-то");
    let deaf_url = format!("http://{}", deaf.local_addr()?);
    let stage = Stage { company, conn, telegram, sms, deaf: deaf_url, customer, user, chat };

    let mut told = vec![];
    for (turn, moment) in moments().iter().enumerate() {
        let came = stage.play(moment, turn + 1).await.with_context(|| format!("killed when it {}", moment.name))?;
        told.push(format!("{} {came}", moment.name));
    }
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
                _ => self.telegram.fault(fault.of("sendMessage")),
            }
        }
        self.queue(moment, turn).await?;
        let program = match moment.channel {
            Channel::DeafTelegram => self.company.start_with(&[("TELEGRAM_API_URL", self.deaf.clone())]).await?,
            _ => self.company.start().await?,
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
        for column in ["due_ms", "ask_ms"] {
            self.conn
                .execute_unprepared(&format!("UPDATE deliveries SET {column} = 1 WHERE {column} IS NOT NULL AND turn = {turn}"))
                .await?;
        }
        let program = self.company.start().await?;
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

    async fn queue(&self, moment: &Moment, turn: usize) -> Result<()> {
        let due_ms = if moment.is_early { messages::now_ms()? + 3_600_000 } else { 1 };
        let to = match moment.channel {
            Channel::Sms => To::Sms(self.customer),
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
            Channel::Sms => self.sms.sent_to(PHONE),
            _ => self.telegram.sent_to(self.chat),
        };
        texts.iter().filter(|text| text.contains(WORDS)).count()
    }
}
