//! A power cut: what was acknowledged is on the disk, rows and files alike.

use crate::{
    QUIET,
    company::Company,
    cycles,
    loop_disk::LoopDisk,
    record::{self, Record},
    report, skip, uploads,
    writer::{Writer, acknowledged, work},
};
use anyhow::{Result, ensure};
use hyper::Method;
use rig::{Client, Place, Program};
use std::fs;
use tokio::task::JoinHandle;
use uuid::Uuid;

const WRITERS: usize = 3;
const DISK_MB: u64 = 256;
/// How many commands are acknowledged before the power goes.
const LOAD: usize = 60;
/// How often a cut is repeated until the forgetful program has lost something; it nearly always has the first time.
const TRIES: usize = 5;

/// A file that was acknowledged.
struct Kept {
    number: u64,
    id: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_a_power_cut() {
    // What others write makes the system write everything out, and nothing is left to lose.
    let _alone = QUIET.write().await;
    let disk = match LoopDisk::new(DISK_MB).unwrap() {
        Ok(disk) => disk,
        Err(why) => return skip("power cut", &why),
    };
    let (mut commands, mut files) = (0, 0);
    let cuts = cycles(3);
    for _ in 0..cuts {
        let cut = Cut::make(&disk, "").await.unwrap();
        assert_eq!(cut.faults, Vec::<String>::new());
        assert!(cut.is_cut, "the cut let unsynced data through");
        assert!(cut.commands > 0 && cut.files > 0, "there was something to lose");
        commands += cut.commands;
        files += cut.files;
    }
    report(&format!("power cut: {cuts} cuts, {commands} commands and {files} files acknowledged, 0 lost"));
}

/// The same proof over a SQLite that does not wait for the disk finds losses: so it would have found them above.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_is_noticed_by_a_forgetful_database() {
    let _busy = QUIET.read().await;
    let disk = match LoopDisk::new(DISK_MB).unwrap() {
        Ok(disk) => disk,
        Err(why) => return skip("power cut on a forgetful database", &why),
    };
    for _ in 0..TRIES {
        let cut = Cut::make(&disk, "?synchronous=normal").await.unwrap();
        if !cut.faults.is_empty() {
            return report(&format!(
                "power cut with synchronous=NORMAL: {} commands acknowledged, {} faults",
                cut.commands,
                cut.faults.len()
            ));
        }
    }
    panic!("the cuts lose nothing even of what never was on the disk: they prove nothing");
}

/// What came of one cut.
struct Cut {
    /// Whether what was not yet on the disk is gone.
    is_cut: bool,
    commands: usize,
    files: usize,
    faults: Vec<String>,
}

impl Cut {
    /// Works for a while on a fresh place on the disk, cuts the power, and compares what is there with what was acknowledged.
    async fn make(disk: &LoopDisk, database: &str) -> Result<Self> {
        let place = Place::sqlite(Some(&disk.path()))?;
        let mut settings = place.settings();
        settings.iter_mut().filter(|(name, _)| name == "DATABASE_URL").for_each(|(_, url)| url.push_str(database));
        let company = Company::found_with(&place, None, settings).await?;
        let conn = place.look().await?;
        let seeded = record::last_order(&conn).await?;
        conn.close().await?;
        let program = company.start().await?;
        let token = company.dispatcher(&program).await?;
        let writers = (0..WRITERS).map(|number| Writer::new(number, WRITERS, &company)).collect();
        let path = format!("/api/v1/orders/{}/files", uploads::order(&company, program.address(), &token).await?);
        let order_of_files = record_of(&path);
        let working = work(writers, &program, &token).await?;
        let uploading = upload(&program, path, token.clone()).await?;
        working.until(LOAD).await?;

        // This was never asked to be on the disk. The file is new in each cut, because ext4 writes one that was emptied out at once.
        let unsynced = place.folder().join("unsynced");
        fs::write(&unsynced, [1; 10_000])?;
        disk.cut()?;
        program.kill().await?;
        let writers = working.end().await?;
        let files = uploading.await??;
        disk.mount_again()?;
        let is_cut = fs::metadata(&unsynced).map_or(0, |about| about.len()) == 0;

        let deeds = acknowledged(&writers);
        let mut faults = vec![];
        let program = company.start().await?;
        let mut client = program.client().await?;
        let conn = place.look().await?;
        // The order that takes the files is the first after the seed and no writer's.
        let record = Record::read(&conn, seeded.max(order_of_files)).await?;
        faults.extend(record.faults(&deeds));
        faults.extend(record::damage(&conn).await?);
        conn.close().await?;
        // A session that the cut has taken back is a loss like any other, but the rest is to be seen all the same.
        let token = company.dispatcher(&program).await?;
        faults.extend(lost_files(&mut client, &token, &files).await?);
        program.stop().await?;
        place.leave().await?;
        Ok(Self { is_cut, commands: deeds.len(), files: files.len(), faults })
    }
}

fn record_of(path: &str) -> i64 {
    path.split('/').nth(4).and_then(|id| id.parse().ok()).unwrap_or_default()
}

/// Uploads one document after the other until the program is gone.
async fn upload(program: &Program, path: String, token: String) -> Result<JoinHandle<Result<Vec<Kept>>>> {
    let mut client = program.client().await?;
    Ok(tokio::spawn(async move {
        let mut kept = vec![];
        // An order takes a hundred files.
        for number in 0..90 {
            let body = uploads::form(&uploads::document(number, 20_000));
            let Ok(answer) = uploads::send(&mut client, &path, &token, &Uuid::new_v4().to_string(), body).await else { break };
            if answer.status >= 500 {
                break;
            }
            ensure!(answer.status == 201, "{} {}", answer.status, answer.text());
            kept.push(Kept { number, id: answer.json()["id"].as_i64().unwrap_or_default() });
        }
        Ok(kept)
    }))
}

/// Files that are not there as they were sent.
async fn lost_files(client: &mut Client, token: &str, files: &[Kept]) -> Result<Vec<String>> {
    let mut lost = vec![];
    for Kept { number, id } in files {
        let headers = [("authorization", format!("Bearer {token}"))];
        let answer = client.send(Method::GET, &format!("/api/v1/files/{id}"), &headers, bytes::Bytes::new()).await?;
        if answer.status != 200 || answer.body != uploads::document(*number, 20_000) {
            lost.push(format!("file {id}: {} with {} bytes", answer.status, answer.body.len()));
        }
    }
    Ok(lost)
}
