//! `kill -9` under load: nothing acknowledged is lost, nothing is made twice, and the messages go out all the same.

use crate::{
    QUIET,
    company::Company,
    cycles, messages,
    record::{self, Record},
    report, seed,
    writer::{self, Deed, Writer, acknowledged, work},
};
use anyhow::{Result, ensure};
use emulators::Telegram;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rig::{Place, Program};
use std::time::Duration;

const WRITERS: usize = 4;
/// The promise: ready again after a kill.
const READY: Duration = Duration::from_secs(3);
/// How many earlier commands are sent again after each kill.
const REPEATED: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_a_kill_on_sqlite() {
    prove(Place::sqlite(None).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_a_kill_on_mariadb() {
    let server = std::env::var("TEST_MARIADB_URL").expect("TEST_MARIADB_URL names no server: see docs/testing.md");
    prove(Place::mariadb(&server).await.unwrap()).await.unwrap();
}

async fn prove(place: Place) -> Result<()> {
    let _busy = QUIET.read().await;
    let mut chance = StdRng::seed_from_u64(seed());
    let telegram = Telegram::start(([127, 0, 0, 1], 0).into()).await?;
    let company = Company::found(&place, Some(&telegram.url())).await?;
    company.chats.iter().for_each(|chat| telegram.person(*chat, "Кто-то"));
    let conn = place.look().await?;
    let seeded = record::last_order(&conn).await?;

    let kills = cycles(10);
    let mut writers: Vec<Writer> = (0..WRITERS).map(|number| Writer::new(number, WRITERS, &company)).collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..kills {
        let program = company.start().await?;
        slowest = slowest.max(program.ready_after());
        let token = company.dispatcher(&program).await?;
        same_answers(&program, &token, &acknowledged(&writers), &mut chance).await?;
        let working = work(writers, &program, &token).await?;
        working.until(chance.random_range(1..60)).await?;
        tokio::time::sleep(Duration::from_micros(chance.random_range(0..30_000))).await;
        program.kill().await?;
        writers = working.end().await?;
    }
    ensure!(slowest <= READY, "ready again only after {slowest:?}");

    messages::pass_a_minute(&conn).await?;
    let program = company.start().await?;
    let (token, mut client) = (company.dispatcher(&program).await?, program.client().await?);
    for writer in &mut writers {
        writer.finish(&mut client, &token).await?;
    }
    let deeds = acknowledged(&writers);
    let record = Record::read(&conn, seeded).await?;
    assert_eq!(record.faults(&deeds), Vec::<String>::new());
    assert_eq!(record::untold(&mut client, &token, &deeds).await?, Vec::<String>::new());
    record.prove_eyesight(&deeds);

    messages::drained(&conn).await?;
    assert_eq!(messages::untold_events(&conn, seeded).await?, 0, "events of which nobody was told");
    let told = messages::all(&conn).await?;
    let calls = messages::sent(&telegram);
    let (faults, twice) = messages::compare(&told, &calls, kills);
    assert_eq!(faults, Vec::<String>::new());
    messages::prove_eyesight(&told, &calls, kills);

    program.stop().await?;
    if place.url().starts_with("sqlite") {
        assert_eq!(record::damage(&conn).await?, Vec::<String>::new());
    }
    conn.close().await?;
    report(&format!(
        "kill -9 on {}: {kills} kills, {} commands acknowledged, 0 lost, {} messages, {twice} twice, ready again within {slowest:?}",
        place.url().split(':').next().unwrap_or_default(),
        deeds.len(),
        told.len(),
    ));
    place.leave().await
}

/// A command that was acknowledged before the kill gets the same answer after it.
async fn same_answers(program: &Program, token: &str, acknowledged: &[Deed], chance: &mut StdRng) -> Result<()> {
    let mut client = program.client().await?;
    for deed in acknowledged.sample(chance, REPEATED) {
        let again = writer::send(&mut client, token, deed).await?;
        ensure!(again == deed.answer, "{deed:?} is answered {again:?} now");
    }
    Ok(())
}
