//! What went out to Telegram, compared with what was to go out.

use crate::company::{numbers, rows};
use anyhow::{Result, ensure};
use emulators::Telegram;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// Messages that were on their way when the program died go out when their minute is over, and then one chat takes one a second.
const PATIENCE: Duration = Duration::from_secs(200);
/// How many messages one program has on their way at one moment.
const LANES: usize = 1;

/// A message as the database has it. Its key is unique there: the event, the person and the channel.
#[derive(Clone, Debug)]
pub struct Message {
    pub key: (i64, i64, String),
    pub chat: i64,
    pub text: String,
    pub state: String,
}

/// What a program that was killed had taken up is free again when its time is over; so it is after this, while none runs.
pub async fn pass_a_minute(conn: &DatabaseConnection) -> Result<()> {
    for table in ["notifications", "outbox"] {
        conn.execute_unprepared(&format!("UPDATE {table} SET leased_until_ms = 1 WHERE leased_until_ms IS NOT NULL")).await?;
    }
    Ok(())
}

/// Waits until nothing is left to send.
pub async fn drained(conn: &DatabaseConnection) -> Result<()> {
    let began = Instant::now();
    loop {
        let waiting = numbers(conn, "SELECT COUNT(*) FROM notifications WHERE state IN ('queued', 'failed', 'sending')").await?[0];
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
    let query = "SELECT n.event_id, n.user_id, n.channel, CAST(y.address AS CHAR), n.text, n.state FROM notifications n \
        JOIN ways y ON y.user_id = n.user_id AND y.channel = n.channel";
    let read = |row: &sea_orm::QueryResult| -> Result<Message> {
        let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let chat = row.try_get_by_index::<String>(3)?.parse()?;
        Ok(Message { key, chat, text: row.try_get_by_index(4)?, state: row.try_get_by_index(5)? })
    };
    rows(conn, query).await?.iter().map(read).collect()
}

/// What came to people, by chat.
pub fn sent(telegram: &Telegram) -> Vec<(i64, String)> {
    let sent = telegram.journal().into_iter().filter(|call| call.taken && call.method == "sendMessage");
    sent.filter_map(|call| Some((call.chat?, call.text))).collect()
}

/// Events of which nobody was told though somebody was to be: everyone concerned is linked.
pub async fn untold_events(conn: &DatabaseConnection, seeded: i64) -> Result<i64> {
    let query = format!(
        "SELECT COUNT(*) FROM events e LEFT JOIN notifications n ON n.event_id = e.id WHERE e.order_id > {seeded} \
         AND e.kind IN ('order.confirmed', 'visit.offered', 'visit.accepted') AND n.id IS NULL"
    );
    Ok(numbers(conn, &query).await?[0])
}

/// What is wrong with the calls, and how many messages came twice.
pub fn compare(messages: &[Message], calls: &[(i64, String)], kills: usize) -> (Vec<String>, usize) {
    let mut came: BTreeMap<(i64, &str), usize> = BTreeMap::new();
    for (chat, text) in calls {
        *came.entry((*chat, text)).or_default() += 1;
    }
    let (mut faults, mut twice, mut keys) = (vec![], 0, BTreeSet::new());
    for message in messages {
        if !keys.insert(&message.key) {
            faults.push(format!("another has its key: {message:?}"));
        }
        // Number, time and address of the order: no two messages to a person have the same text.
        match came.remove(&(message.chat, message.text.as_str())) {
            None => faults.push(format!("never came: {message:?}")),
            Some(times) => twice += times - 1,
        }
        if message.state != "sent" {
            faults.push(format!("not settled: {message:?}"));
        }
    }
    faults.extend(came.keys().map(|stranger| format!("has no row: {stranger:?}")));
    if twice > LANES * kills {
        faults.push(format!("{twice} came twice after {kills} kills"));
    }
    (faults, twice)
}

/// A chat and what was sent there.
type Call = (i64, String);

/// Plants a loss, a stranger and more duplicates than kills explain, each of which must be found.
pub fn prove_eyesight(messages: &[Message], calls: &[Call], kills: usize) {
    let planted = |change: &dyn Fn(&mut Vec<Call>)| {
        let mut calls = calls.to_vec();
        change(&mut calls);
        compare(messages, &calls, kills).0
    };
    let first = calls[0].clone();
    assert!(planted(&|_| {}).is_empty());
    assert!(!planted(&|calls| calls.retain(|call| *call != first)).is_empty(), "a lost message is not found");
    assert!(!planted(&|calls| calls.push((first.0, "Кто это?".into()))).is_empty(), "a message of nobody's is not found");
    assert!(!planted(&|calls| calls.extend(vec![first.clone(); kills + 1])).is_empty(), "duplicates are not found");
}
