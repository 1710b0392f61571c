//! A full disk: people are told, reading and signing in go on, and everything works again once there is room.

use crate::{
    QUIET,
    company::Company,
    loop_disk::LoopDisk,
    record::{self, Record},
    report, skip, uploads,
    writer::{Writer, acknowledged, work},
};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hyper::Method;
use rig::{Answer, Client, Place, Program};
use serde_json::{Value, json};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use uuid::Uuid;

const DISK_MB: u64 = 96;
const RESERVE: u64 = 8 << 20;
/// More than fit into what is left inside of the database's files.
const SIGN_INS: usize = 300;
/// The promise: everything works again.
const RECOVERY: Duration = Duration::from_secs(5);

/// What takes up all the room.
struct Ballast(PathBuf);

impl Ballast {
    /// Takes everything that is free, as often as it is called.
    fn fill(&self) -> Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        for size in [1 << 20, 64 << 10, 4 << 10, 1] {
            while file.write_all(&vec![7; size]).is_ok() {}
        }
        Ok(file.sync_all()?)
    }

    fn remove(&self) -> Result<()> {
        fs::remove_file(&self.0)?;
        Ok(File::open(self.0.parent().context("a folder")?)?.sync_all()?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_outlived() {
    let _busy = QUIET.read().await;
    match LoopDisk::new(DISK_MB).unwrap() {
        Ok(disk) => prove(&disk).await.unwrap(),
        Err(why) => skip("disk full", &why),
    }
}

async fn prove(disk: &LoopDisk) -> Result<()> {
    let place = Place::sqlite(Some(&disk.path()))?;
    let company = Company::found(&place, None).await?;
    let conn = place.look().await?;
    let program = company.start().await?;
    let token = company.dispatcher(&program).await?;
    let order = uploads::order(&company, program.address(), &token).await?;
    let seeded = record::last_order(&conn).await?;
    let reserve = place.folder().join("reserve");
    whole(&reserve).await?;

    let writers = (0..3).map(|number| Writer::new(number, 3, &company)).collect();
    let working = work(writers, &program, &token).await?;
    working.until(30).await?;
    let ballast = Ballast(disk.path().join("ballast"));
    ballast.fill()?;
    // They stop when they are told that there is no room.
    let mut writers = working.end().await?;
    ballast.fill()?;
    refused(&program, &company, &token, &order).await?;
    // There may be some room left inside of the database's files; then the reserve is needed.
    let taken = || fs::metadata(&reserve).is_ok_and(|about| about.len() < RESERVE);
    let last = until_otherwise(&program, &company, &ballast, taken).await?;
    ensure!(last.status == 201 && taken(), "signing in: {} {}", last.status, last.text());
    goes_on(&program, &company, &token, &order, &ballast).await?;
    let program = restarts_when_full(program, &company).await?;

    // Without the room kept for it signing in fails too: the disk is full indeed.
    fs::remove_file(&reserve)?;
    let without = until_otherwise(&program, &company, &ballast, || false).await?;
    assert_eq!(without.status, 507, "{}", without.text());

    ballast.remove()?;
    let freed = Instant::now();
    let mut client = program.client().await?;
    for writer in &mut writers {
        while writer.finish(&mut client, &token).await.is_err() {
            ensure!(freed.elapsed() < RECOVERY, "nothing is written {RECOVERY:?} after there is room again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let recovered = freed.elapsed();
    whole(&reserve).await?;

    let deeds = acknowledged(&writers);
    let record = Record::read(&conn, seeded).await?;
    assert_eq!(record.faults(&deeds), Vec::<String>::new());
    assert_eq!(record::untold(&mut client, &token, &deeds).await?, Vec::<String>::new());
    record.prove_eyesight(&deeds);
    program.stop().await?;
    assert_eq!(record::damage(&conn).await?, Vec::<String>::new());
    conn.close().await?;
    report(&format!("disk full: {} commands acknowledged, 0 lost, everything works again after {recovered:?}", deeds.len()));
    place.leave().await
}

/// Signs in again and again on the full disk until it fails or something else is so; the last answer.
async fn until_otherwise(program: &Program, company: &Company, ballast: &Ballast, is_so: impl Fn() -> bool) -> Result<Answer> {
    let mut client = program.client().await?;
    for _ in 0..SIGN_INS {
        ballast.fill()?;
        let answer = sign_in(&mut client, company).await?;
        if answer.status != 201 || is_so() {
            return Ok(answer);
        }
    }
    bail!("{SIGN_INS} people have signed in on a disk that is said to be full")
}

/// Waits until the reserve is whole.
async fn whole(reserve: &Path) -> Result<()> {
    let began = Instant::now();
    while fs::metadata(reserve).map_or(0, |about| about.len()) != RESERVE {
        ensure!(began.elapsed() < RECOVERY, "no room is kept");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Every way of writing is refused with what a person or program can do something with.
async fn refused(program: &Program, company: &Company, token: &str, order: &Value) -> Result<()> {
    let mut client = program.client().await?;
    let body = json!({ "service_id": company.service, "customer_id": company.customers[0], "description": "", "address": { "text": "Ленина, 5" } });
    let created = client.post("/api/v1/orders", token, &body).await?;
    assert_eq!((created.status, &created.json()["code"]), (507, &json!("storage_full")), "{}", created.text());
    let person = form(&mut client, &format!("/orders/{order}/confirmation"), token, "").await?;
    assert_eq!(person.status, 507, "{}", person.text());
    assert!(person.text().contains("На сервере закончилось место") && person.text().contains("нужно освободить диск"), "{}", person.text());
    // The connection ends with an upload that is not read to its end.
    let file = uploads::form(&uploads::document(1, 3 << 20));
    let upload = uploads::send(&mut client, &format!("/api/v1/orders/{order}/files"), token, &Uuid::new_v4().to_string(), file).await?;
    assert_eq!((upload.status, &upload.json()["code"]), (507, &json!("storage_full")), "{}", upload.text());
    Ok(())
}

/// Reading, signing in, staying signed in and signing out, while somebody takes every byte that becomes free.
async fn goes_on(program: &Program, company: &Company, token: &str, order: &Value, ballast: &Ballast) -> Result<()> {
    let client = &mut program.client().await?;
    for path in ["/", "/orders", "/api/v1/orders", &format!("/orders/{order}"), &format!("/api/v1/orders/{order}"), "/readyz"] {
        let read = client.get(path, token).await?;
        ensure!(read.status == 200 || read.status == 303, "{path}: {} {}", read.status, read.text());
    }
    for _ in 0..5 {
        let signed_in = sign_in(client, company).await?;
        ensure!(signed_in.status == 201, "signing in: {} {}", signed_in.status, signed_in.text());
        ballast.fill()?;
        let refresh =
            client.post("/api/v1/auth/sessions/refresh", "", &json!({ "refresh_token": signed_in.json()["refresh_token"] })).await?;
        ensure!(refresh.status == 200, "staying signed in: {} {}", refresh.status, refresh.text());
        ballast.fill()?;
        let own = refresh.json()["access_token"].as_str().unwrap_or_default().to_owned();
        let own = [("authorization", format!("Bearer {own}"))];
        let out = client.send(Method::DELETE, "/api/v1/auth/sessions/current", &own, Bytes::new()).await?;
        ensure!(out.status == 204, "signing out: {} {}", out.status, out.text());
        ballast.fill()?;
    }
    let page = form(client, "/sign-in", "", &format!("login=dispatcher1&password={}", company.password)).await?;
    ensure!(page.status == 303, "signing in on the page: {} {}", page.status, page.text());
    // What is kept for signing in is for nothing else.
    refused(program, company, token, order).await
}

async fn restarts_when_full(program: Program, company: &Company) -> Result<Program> {
    program.kill().await?;
    let program = company.start().await?;
    let signed_in = sign_in(&mut program.client().await?, company).await?;
    ensure!(signed_in.status == 201, "signing in after a restart: {} {}", signed_in.status, signed_in.text());
    Ok(program)
}

async fn sign_in(client: &mut Client, company: &Company) -> Result<Answer> {
    client.post("/api/v1/auth/sessions", "", &json!({ "login": "dispatcher1", "password": company.password })).await
}

/// Sends a page's form, as a browser on this site does.
async fn form(client: &mut Client, path: &str, token: &str, fields: &str) -> Result<Answer> {
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned()), ("sec-fetch-site", "same-origin".to_owned())];
    if !token.is_empty() {
        headers.push(("cookie", format!("access={token}")));
    }
    client.send(Method::POST, path, &headers, fields.to_owned().into()).await
}
