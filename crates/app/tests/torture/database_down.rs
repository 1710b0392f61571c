//! MariaDB goes away and comes back: people are told kindly and soon, nothing is lost, and nobody has to do anything.

use crate::{
    QUIET,
    company::Company,
    messages,
    record::{self, Record},
    report,
    writer::{Writer, acknowledged, work},
};
use anyhow::{Result, ensure};
use bytes::Bytes;
use emulators::Telegram;
use hyper::Method;
use rig::{Client, MariaDb, Place, Program};
use serde_json::json;
use std::time::{Duration, Instant};

/// How soon somebody is told that the database is away.
const TOLD: Duration = Duration::from_secs(5);
/// The promise: everything works again.
const RECOVERY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_mariadb_that_stops_and_starts_is_told_and_outlived() {
    let _busy = QUIET.read().await;
    prove().await.unwrap();
}

async fn prove() -> Result<()> {
    let mut server = MariaDb::start().await?;
    let place = Place::mariadb(&server.url()).await?;
    let telegram = Telegram::start(([127, 0, 0, 1], 0).into()).await?;
    let company = Company::found(&place, Some(&telegram.url())).await?;
    company.chats.iter().for_each(|chat| telegram.person(*chat, "Кто-то"));
    let seeded = record::last_order(&place.look().await?).await?;
    let program = company.start().await?;
    let token = company.dispatcher(&program).await?;
    let mut writers: Vec<Writer> = (0..3).map(|number| Writer::new(number, 3, &company)).collect();
    let (mut told, mut recovered) = (Duration::ZERO, Duration::ZERO);

    // Once as an administrator stops it, once as a lost machine does.
    for kindly in [true, false] {
        let working = work(writers, &program, &token).await?;
        working.until(30).await?;
        if kindly {
            server.stop().await?
        } else {
            server.kill().await?
        }
        writers = working.end().await?;
        told = told.max(is_told(&program, &token, &company).await?);
        server.start_again().await?;
        recovered = recovered.max(recovers(&program, &token, &mut writers).await?);
    }

    let deeds = acknowledged(&writers);
    let conn = place.look().await?;
    let record = Record::read(&conn, seeded).await?;
    assert_eq!(record.faults(&deeds), Vec::<String>::new());
    assert_eq!(record::untold(&mut program.client().await?, &token, &deeds).await?, Vec::<String>::new());
    record.prove_eyesight(&deeds);
    messages::drained(&conn).await?;
    assert_eq!(messages::untold_events(&conn, seeded).await?, 0);
    let sent = messages::sent(&telegram);
    let (faults, twice) = messages::compare(&messages::all(&conn).await?, &sent, 2);
    assert_eq!(faults, Vec::<String>::new());
    conn.close().await?;
    program.stop().await?;
    report(&format!(
        "MariaDB away twice: {} commands acknowledged, 0 lost, {} messages, {twice} twice; told within {told:?}, everything works again after {recovered:?}",
        deeds.len(),
        sent.len(),
    ));
    place.leave().await
}

/// What everybody sees while the database is away; the longest that somebody waited.
async fn is_told(program: &Program, token: &str, company: &Company) -> Result<Duration> {
    let mut longest = Duration::ZERO;
    let mut client = program.client().await?;
    let healthy = timed(&mut client, "/healthz", &[]).await?;
    ensure!(healthy.1.status == 200 && healthy.0 < Duration::from_secs(1), "/healthz: {healthy:?}");
    let ready = timed(&mut client, "/readyz", &[]).await?;
    ensure!(ready.1.status == 503, "/readyz: {ready:?}");
    longest = longest.max(ready.0);
    for path in ["/orders", "/orders/1", "/"] {
        let (took, page) = timed(&mut client, path, &[("cookie", format!("access={token}"))]).await?;
        longest = longest.max(took);
        ensure!(page.status == 503 && page.headers.contains_key("retry-after"), "{path}: {} {:?}", page.status, page.headers);
        let text = page.text();
        ensure!(text.contains("Система сейчас перезапускается или занята") && text.contains("Подождите минуту и повторите"), "{text}");
    }
    let (took, list) = timed(&mut client, "/api/v1/orders", &[("authorization", format!("Bearer {token}"))]).await?;
    ensure!(list.status == 503 && list.json()["code"] == "unavailable" && list.headers.contains_key("retry-after"), "{}", list.text());
    let began = Instant::now();
    let sign_in = client.post("/api/v1/auth/sessions", "", &json!({ "login": "dispatcher1", "password": company.password })).await?;
    ensure!(sign_in.status == 503, "signing in: {} {}", sign_in.status, sign_in.text());
    longest = longest.max(took).max(began.elapsed());
    // Many at once wait no longer than one.
    let mut tasks = vec![];
    for _ in 0..50 {
        let (mut client, token) = (program.client().await?, token.to_owned());
        tasks.push(tokio::spawn(async move { timed(&mut client, "/orders", &[("cookie", format!("access={token}"))]).await }));
    }
    for task in tasks {
        let (took, page) = task.await??;
        ensure!(page.status == 503, "{}", page.status);
        longest = longest.max(took);
    }
    ensure!(longest <= TOLD, "somebody is told only after {longest:?}");
    Ok(longest)
}

async fn timed(client: &mut Client, path: &str, headers: &[(&str, String)]) -> Result<(Duration, rig::Answer)> {
    let began = Instant::now();
    let answer = client.send(Method::GET, path, headers, Bytes::new()).await?;
    Ok((began.elapsed(), answer))
}

/// How long it takes until everybody who was cut off has the answer.
async fn recovers(program: &Program, token: &str, writers: &mut [Writer]) -> Result<Duration> {
    let began = Instant::now();
    let mut client = program.client().await?;
    while client.get("/readyz", "").await?.status != 200 {
        ensure!(began.elapsed() < RECOVERY, "not ready {RECOVERY:?} after the database is back");
    }
    for writer in writers {
        while writer.finish(&mut client, token).await.is_err() {
            ensure!(began.elapsed() < RECOVERY, "nothing is written {RECOVERY:?} after the database is back");
        }
    }
    Ok(began.elapsed())
}
