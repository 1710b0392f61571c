//! Ten thousand messages wait for Telegram: they leave at the rate that it takes, each once and in their order, whatever happens to the
//! nodes that send them, and nobody on another channel waits for them. Of two nodes one carries Telegram and the other SMS, until the
//! first is killed.

use crate::{
    QUIET,
    company::{Company, numbers, rows},
    is_long,
    messages::{self, Queued, To, WORDS},
    report,
};
use anyhow::{Result, ensure};
use emulators::{Running, Sms, Telegram, telegram::LIMITS};
use rig::Place;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

/// What the client allows itself, a little below what Telegram takes: messages a second.
const RATE: f64 = 25.0;
/// Where a node takes over from another it costs a moment.
const LEAST_RATE: f64 = 0.7 * RATE;
/// How many messages one program has on their way at one moment: so many may come twice when it is killed.
const LANES: usize = 8;
/// The turn of the first message of the backlog.
const FIRST: usize = 1_000_000;
/// The rows of the backlog.
const OWN: &str = "channel = 'telegram' AND turn >= 1000000";
/// How often an SMS is due while the backlog drains.
const SMS_EVERY: Duration = Duration::from_secs(2);
/// How long one may take, on a machine that is busy with all the proofs at once.
const SMS_PATIENCE: Duration = Duration::from_secs(10);

fn many() -> usize {
    if is_long() { 10_000 } else { 400 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_drains_at_the_allowed_rate_on_sqlite() {
    let _busy = QUIET.read().await;
    prove(Place::sqlite(None).unwrap(), false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_drains_though_one_of_two_nodes_is_killed_on_mariadb() {
    let _busy = QUIET.read().await;
    let server = std::env::var("TEST_MARIADB_URL").expect("TEST_MARIADB_URL names no server: see docs/testing.md");
    prove(Place::mariadb(&server).await.unwrap(), true).await.unwrap();
}

async fn prove(place: Place, on_two_nodes: bool) -> Result<()> {
    let telegram = Telegram::start(([127, 0, 0, 1], 0).into()).await?;
    telegram.limit(Some(LIMITS));
    let sms = Sms::start(([127, 0, 0, 1], 0).into()).await?;
    // Enough for as long as it goes on.
    sms.balance(100_000_000);
    let company = Company::found_with_sms(&place, &telegram.url(), &sms.url()).await?;
    company.chats.iter().for_each(|chat| telegram.person(*chat, "Кто-то"));
    let conn = place.look().await?;
    let messages = many();
    fill(&conn, messages).await?;

    let began = Instant::now();
    let folder = tempfile::tempdir()?;
    let listen = format!("127.0.0.1:{}", rig::free_port()?);
    if on_two_nodes {
        // As if the second had asked for SMS a moment before the first asked for anything.
        let until = messages::now_ms()? + 30_000;
        let name = node_at(&listen)?;
        conn.execute_unprepared(&format!("INSERT INTO leases (name, holder, until_ms) VALUES ('sms', '{name}', {until})")).await?;
    }
    let mut program = company.start().await?;
    if on_two_nodes {
        let other = company.start_beside(folder.path(), &listen).await?;
        until(&telegram, messages / 6, messages).await?;
        let texts = one_sms(&conn, &sms, 0).await?;
        let holders = holders(&conn).await?;
        ensure!(holders[0].1 == node_at(&listen)? && holders[1].1 != holders[0].1, "each carries a channel: {holders:?}");
        until(&telegram, messages / 3, messages).await?;
        // What the first had on its way is free again in a minute, or at once.
        program.kill().await?;
        conn.execute_unprepared("UPDATE deliveries SET due_ms = 1 WHERE state = 'sending'").await?;
        program = other;
        // The other knows after a few seconds that all lines are its own now.
        until(&telegram, messages / 2, messages).await?;
        let holders = self::holders(&conn).await?;
        ensure!(holders.iter().all(|(_, holder)| *holder == holders[0].1), "the other carries both: {holders:?}");
        report(&format!("two nodes: one carried Telegram, the other SMS (there after {texts:.1?}); after a kill the other carried both"));
    }
    let (slowest_sms, texts) = sms_meanwhile(&conn, &sms, &telegram, messages).await?;
    drained(&conn, messages).await?;
    let took = began.elapsed();

    let (came, refused) = journal(&telegram);
    // On a busy machine messages that left one by one come together, and Telegram may ask to wait now and then.
    ensure!(refused.len() <= messages / 50, "Telegram refused {}: {:?}", refused.len(), refused.first());
    let kills = usize::from(on_two_nodes);
    let twice = came.len() - messages;
    ensure!(twice <= LANES * kills, "{twice} came twice after {kills} kills");
    let rate = messages as f64 / took.as_secs_f64();
    ensure!(rate <= LIMITS.overall.most as f64, "{rate:.1} messages a second");
    // With few messages the start counts for too much.
    ensure!(!is_long() || rate >= LEAST_RATE, "only {rate:.1} messages a second");
    assert_eq!(out_of_order(&conn).await?, Vec::<i64>::new());
    report(&format!(
        "backlog on {}: {messages} messages in {took:.0?}, {rate:.1} a second (at most {RATE}), 0 lost, {twice} twice after {kills} kills, {} asked to wait; \
         {texts} SMS meanwhile, the slowest after {slowest_sms:.1?}",
        place.url().split(':').next().unwrap_or_default(),
        refused.len(),
    ));
    program.stop().await?;
    conn.close().await?;
    place.leave().await
}

/// Messages to everybody who has Telegram, several of each person about one order.
async fn fill(conn: &DatabaseConnection, count: usize) -> Result<()> {
    let users = numbers(conn, "SELECT user_id FROM ways WHERE channel = 'telegram' ORDER BY user_id").await?;
    let orders = numbers(conn, "SELECT id FROM orders WHERE status <> 'cancelled' ORDER BY id").await?;
    let message = |turn: usize| {
        let order = orders[(turn / users.len() / 3) % orders.len()];
        Queued { turn: FIRST + turn, to: To::Telegram(users[turn % users.len()]), order: Some(order), thread: order, due_ms: 1 }
    };
    messages::queue(conn, (0..count).map(message)).await
}

/// How the program names itself among others: by the machine and its setting of where to listen.
fn node_at(listen: &str) -> Result<String> {
    Ok(format!("{} {listen}", std::fs::read_to_string("/proc/sys/kernel/hostname")?.trim()))
}

/// Which node carries SMS, and which Telegram.
async fn holders(conn: &DatabaseConnection) -> Result<Vec<(String, String)>> {
    let found = rows(conn, "SELECT name, holder FROM leases WHERE name IN ('sms', 'telegram') ORDER BY name").await?;
    let found: Vec<_> = found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect::<Result<_>>()?;
    ensure!(found.len() == 2, "not both channels are carried: {found:?}");
    Ok(found)
}

/// Lets an SMS be due now and then while the backlog drains: how long the slowest took, and how many there were.
async fn sms_meanwhile(conn: &DatabaseConnection, sms: &Running<Sms>, telegram: &Telegram, messages: usize) -> Result<(Duration, usize)> {
    let (mut slowest, mut count) = (Duration::ZERO, 0);
    while journal(telegram).0.len() < messages * 9 / 10 {
        count += 1;
        slowest = slowest.max(one_sms(conn, sms, count).await?);
        tokio::time::sleep(SMS_EVERY).await;
    }
    ensure!(count > 0, "no SMS was tried");
    Ok((slowest, count))
}

/// Lets an SMS be due: how long it took.
pub async fn one_sms(conn: &DatabaseConnection, sms: &Running<Sms>, count: usize) -> Result<Duration> {
    // One number gets one message at a time.
    let customers = numbers(conn, "SELECT id FROM customers WHERE phone <> '' ORDER BY id").await?;
    let customer = customers[count % customers.len()];
    let due = Instant::now();
    let before = sms.journal().iter().filter(|call| call.taken).count();
    let message = Queued { turn: 2 * FIRST + count, to: To::Sms(customer), order: None, thread: 0, due_ms: 1 };
    messages::queue(conn, [message]).await?;
    while sms.journal().iter().filter(|call| call.taken).count() == before {
        ensure!(due.elapsed() < SMS_PATIENCE, "an SMS waited for what another channel has to do");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(due.elapsed())
}

/// What came of the backlog, and what of it was refused.
fn journal(telegram: &Telegram) -> (Vec<i64>, Vec<String>) {
    let (mut came, mut refused) = (vec![], vec![]);
    let own = |call: &emulators::Call| call.method == "sendMessage" && call.text.contains(WORDS);
    for call in telegram.journal().into_iter().filter(own) {
        match call.message.filter(|_| call.taken) {
            Some(id) => came.push(id),
            None => refused.push(format!("{call:?}")),
        }
    }
    (came, refused)
}

async fn until(telegram: &Telegram, count: usize, messages: usize) -> Result<()> {
    let began = Instant::now();
    while journal(telegram).0.len() < count {
        ensure!(began.elapsed() < patience(messages), "{} of {count} messages came", journal(telegram).0.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Waits until all has gone.
async fn drained(conn: &DatabaseConnection, messages: usize) -> Result<()> {
    let began = Instant::now();
    loop {
        let states: BTreeMap<String, i64> = rows(conn, &format!("SELECT state, COUNT(*) FROM deliveries WHERE {OWN} GROUP BY state"))
            .await?
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect::<Result<_>>()?;
        if states.get("sent").copied() == i64::try_from(messages).ok() {
            return Ok(());
        }
        ensure!(began.elapsed() < patience(messages), "after {:?}: {states:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Twice as long as it has to take, and what a change of nodes costs.
fn patience(messages: usize) -> Duration {
    Duration::from_secs_f64(2.0 * messages as f64 / RATE) + Duration::from_secs(90)
}

/// Messages that came to a person before an earlier one about the same order did: Telegram numbers a chat's messages as they come.
async fn out_of_order(conn: &DatabaseConnection) -> Result<Vec<i64>> {
    let query = format!("SELECT id, person, thread, CAST(provider_id AS CHAR) FROM deliveries WHERE {OWN} ORDER BY turn, id");
    let (mut last, mut seen, mut wrong) = (BTreeMap::new(), HashSet::new(), vec![]);
    for row in rows(conn, &query).await? {
        let (id, person, thread): (i64, String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let message: i64 = row.try_get_by_index::<String>(3)?.parse()?;
        let earlier = last.insert((person.clone(), thread), message).unwrap_or(0);
        if earlier >= message || !seen.insert((person, message)) {
            wrong.push(id);
        }
    }
    Ok(wrong)
}
