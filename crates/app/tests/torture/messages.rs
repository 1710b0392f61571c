//! What went out to Telegram, compared with what was to go out.

use crate::company::{numbers, rows};
use anyhow::{Result, ensure};
use emulators::Telegram;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant, SystemTime},
};

/// Messages that were on their way when the program died go out when their minute is over, and then one chat takes one a second.
const PATIENCE: Duration = Duration::from_secs(200);
/// How many messages one program has on their way at one moment.
const LANES: usize = 8;

/// A message as the database has it. Its key is unique there: the entry of the outbox, the person and the channel.
#[derive(Clone, Debug)]
pub struct Message {
    pub key: (i64, String, String),
    pub chat: i64,
    /// The id that Telegram gave it.
    pub id: i64,
    pub state: String,
}

/// What a message of [`queue`] says, and the company's own reminders, which come at their hours, do not.
pub const WORDS: &str = "подтверждён";

/// A message to be put into the queue.
#[derive(Clone, Copy, Debug)]
pub struct Queued {
    pub turn: usize,
    pub to: To,
    pub order: Option<i64>,
    /// What has the same number goes to a person in its order.
    pub thread: i64,
    /// When it is due, ms UTC.
    pub due_ms: u128,
}

/// To whom and how.
#[derive(Clone, Copy, Debug)]
pub enum To {
    /// A user by Telegram.
    Telegram(i64),
    /// A customer without a login by SMS.
    Sms(i64),
    /// A user by WhatsApp.
    WhatsApp(i64),
}

/// Puts messages into the queue, as the program does.
pub async fn queue(conn: &DatabaseConnection, messages: impl IntoIterator<Item = Queued>) -> Result<()> {
    let now = now_ms()?;
    let row = |message: Queued| {
        let (channel, person, user, customer) = match message.to {
            To::Telegram(user) => ("telegram", format!("u{user}"), user.to_string(), "NULL".to_owned()),
            To::Sms(customer) => ("sms", format!("c{customer}"), "NULL".to_owned(), customer.to_string()),
            To::WhatsApp(user) => ("whatsapp", format!("u{user}"), user.to_string(), "NULL".to_owned()),
        };
        let order = message.order.map_or_else(|| "NULL".to_owned(), |order| order.to_string());
        let Queued { turn, thread, due_ms, .. } = message;
        format!(
            "({turn}, 'customer-confirmed', '{channel}', '{person}', {user}, {customer}, {order}, {thread}, '{{}}', '', 'queued', 0, {due_ms}, '', '', {now}, 0)"
        )
    };
    let rows: Vec<String> = messages.into_iter().map(row).collect();
    for some in rows.chunks(500) {
        conn.execute_unprepared(&format!(
            "INSERT INTO deliveries (turn, wording, channel, person, user_id, customer_id, order_id, thread, facts, rest, state, attempts, due_ms, \
             provider_id, answer, created_ms, parts) VALUES {}",
            some.join(", ")
        ))
        .await?;
    }
    Ok(())
}

/// Milliseconds since 1970.
pub fn now_ms() -> Result<u128> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis())
}

/// A message that came to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    pub chat: i64,
    pub id: i64,
    pub text: String,
}

/// What a program that was killed had taken up is free again when its time is over; so it is after this, while none runs.
pub async fn pass_a_minute(conn: &DatabaseConnection) -> Result<()> {
    conn.execute_unprepared("UPDATE deliveries SET due_ms = 1 WHERE due_ms IS NOT NULL").await?;
    conn.execute_unprepared("UPDATE outbox SET leased_until_ms = 1 WHERE leased_until_ms IS NOT NULL").await?;
    Ok(())
}

/// Waits until nothing is left to send.
pub async fn drained(conn: &DatabaseConnection) -> Result<()> {
    let began = Instant::now();
    loop {
        let waiting = numbers(conn, "SELECT COUNT(*) FROM deliveries WHERE due_ms IS NOT NULL").await?[0];
        let undecided = numbers(conn, "SELECT COUNT(*) FROM outbox").await?[0];
        if waiting + undecided == 0 {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{waiting} messages and {undecided} events still wait");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// All messages of the database.
pub async fn all(conn: &DatabaseConnection) -> Result<Vec<Message>> {
    let query = "SELECT n.turn, n.person, n.channel, CAST(y.address AS CHAR), n.provider_id, n.state FROM deliveries n \
        JOIN ways y ON y.user_id = n.user_id AND y.channel = n.channel";
    let read = |row: &sea_orm::QueryResult| -> Result<Message> {
        let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let chat = row.try_get_by_index::<String>(3)?.parse()?;
        let id = row.try_get_by_index::<String>(4)?.parse().unwrap_or(0);
        Ok(Message { key, chat, id, state: row.try_get_by_index(5)? })
    };
    rows(conn, query).await?.iter().map(read).collect()
}

/// What came to people.
pub fn sent(telegram: &Telegram) -> Vec<Came> {
    let sent = telegram.journal().into_iter().filter(|call| call.taken && call.method == "sendMessage");
    // The address below the words has another port after each start.
    let words = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    sent.filter_map(|call| Some(Came { chat: call.chat?, id: call.message?, text: words(&call.text) })).collect()
}

/// Events of which nobody was told though somebody was to be: everyone concerned is linked.
pub async fn untold_events(conn: &DatabaseConnection, seeded: i64) -> Result<i64> {
    // In which words depends on how far the visit was when it was told of.
    let query = format!(
        "SELECT COUNT(*) FROM events e WHERE e.order_id > {seeded} AND e.kind IN ('order.confirmed', 'visit.offered', 'visit.accepted') \
         AND NOT EXISTS (SELECT 1 FROM deliveries n WHERE n.order_id = e.order_id AND ((e.kind = 'order.confirmed' AND n.wording = 'customer-confirmed') \
         OR (e.kind = 'visit.offered' AND n.wording LIKE 'crew-%') OR (e.kind = 'visit.accepted' AND n.wording IN ('customer-who-comes', 'customer-moved'))))"
    );
    Ok(numbers(conn, &query).await?[0])
}

/// What is wrong with what came, and how many messages came twice.
pub fn compare(messages: &[Message], came: &[Came], kills: usize) -> (Vec<String>, usize) {
    let mut left = came.to_vec();
    let (mut faults, mut twice, mut keys, mut told) = (vec![], 0, BTreeSet::new(), BTreeSet::new());
    for message in messages {
        if !keys.insert(&message.key) {
            faults.push(format!("another has its key: {message:?}"));
        }
        match left.iter().position(|one| (one.chat, one.id) == (message.chat, message.id)) {
            None => faults.push(format!("never came: {message:?}")),
            Some(at) => {
                let one = left.swap_remove(at);
                told.insert((one.chat, one.text));
            }
        }
        if message.state != "sent" {
            faults.push(format!("not settled: {message:?}"));
        }
    }
    for one in left {
        // Number and time of the order: no two messages to a person have the same text.
        if told.contains(&(one.chat, one.text.clone())) {
            twice += 1;
        } else {
            faults.push(format!("has no row: {one:?}"));
        }
    }
    if twice > LANES * kills {
        faults.push(format!("{twice} came twice after {kills} kills"));
    }
    (faults, twice)
}

/// Plants a loss, a stranger and more duplicates than kills explain, each of which must be found.
pub fn prove_eyesight(messages: &[Message], came: &[Came], kills: usize) {
    let planted = |change: &dyn Fn(&mut Vec<Came>)| {
        let mut came = came.to_vec();
        change(&mut came);
        compare(messages, &came, kills).0
    };
    let first = came.iter().find(|one| messages.iter().any(|message| message.id == one.id)).unwrap_or(&came[0]).clone();
    assert!(planted(&|_| {}).is_empty());
    assert!(!planted(&|came| came.retain(|one| *one != first)).is_empty(), "a lost message is not found");
    assert!(
        !planted(&|came| came.push(Came { text: "Кто это?".into(), ..first.clone() })).is_empty(),
        "a message of nobody's is not found"
    );
    assert!(!planted(&|came| came.extend(vec![first.clone(); LANES * kills + 1])).is_empty(), "duplicates are not found");
}
