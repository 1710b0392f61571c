//! Telegram takes connections and answers nothing: the other channels notice nothing of it, and once it works again each message comes
//! once. With `make torture` for half an hour.

use crate::{
    QUIET,
    backlog::one_sms,
    company::{Company, numbers},
    is_long,
    messages::{self, Queued, To, WORDS},
    report,
};
use anyhow::{Result, ensure};
use emulators::{Sms, Telegram};
use rig::Place;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

const MESSAGES: usize = 60;
const FIRST: usize = 3_000_000;
/// How long after Telegram answers again everything has come: the pauses grow while it does not.
const PATIENCE: Duration = Duration::from_secs(3900);

fn how_long() -> Duration {
    Duration::from_secs(if is_long() { 30 * 60 } else { 40 })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messenger_that_hangs_slows_no_other_channel_down_on_sqlite() {
    let _busy = QUIET.read().await;
    prove(Place::sqlite(None).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messenger_that_hangs_slows_no_other_channel_down_on_mariadb() {
    let _busy = QUIET.read().await;
    let server = std::env::var("TEST_MARIADB_URL").expect("TEST_MARIADB_URL names no server: see docs/testing.md");
    prove(Place::mariadb(&server).await.unwrap()).await.unwrap();
}

async fn prove(place: Place) -> Result<()> {
    let telegram = Telegram::start(([127, 0, 0, 1], 0).into()).await?;
    let sms = Sms::start(([127, 0, 0, 1], 0).into()).await?;
    // Enough for as long as it goes on.
    sms.balance(100_000_000);
    let door = Door::before(telegram.url().trim_start_matches("http://").to_owned()).await?;
    let company = Company::found_with_sms(&place, &door.url, &sms.url()).await?;
    company.chats.iter().for_each(|chat| telegram.person(*chat, "Кто-то"));
    let conn = place.look().await?;
    let users = numbers(&conn, "SELECT user_id FROM ways WHERE channel = 'telegram' ORDER BY user_id").await?;
    let message = |n: usize| Queued { turn: FIRST + n, to: To::Telegram(users[n % users.len()]), order: None, thread: 0, due_ms: 1 };
    messages::queue(&conn, (0..MESSAGES).map(message)).await?;

    let program = company.start().await?;
    let (began, mut count, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while began.elapsed() < how_long() {
        count += 1;
        slowest = slowest.max(one_sms(&conn, &sms, count).await?);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let tried = numbers(&conn, &format!("SELECT COUNT(*) FROM deliveries WHERE turn >= {FIRST} AND attempts > 0")).await?[0];
    ensure!(tried > 0, "Telegram was not tried");
    ensure!(came(&telegram) == 0, "nothing gets through");
    door.open();
    let opened = Instant::now();
    // One that did not go waits longer each time, an hour at most.
    while came(&telegram) < MESSAGES {
        ensure!(opened.elapsed() < PATIENCE, "{} of {MESSAGES} came", came(&telegram));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let after = opened.elapsed();
    // A round more, in which anything would come a second time.
    one_sms(&conn, &sms, count + 1).await?;
    ensure!(came(&telegram) == MESSAGES, "{} of {MESSAGES} messages came", came(&telegram));
    report(&format!(
        "Telegram hung for {:.0?} on {}: {count} SMS meanwhile, the slowest after {slowest:.1?}; then all {MESSAGES} messages came once, within {after:.0?}",
        how_long(),
        place.url().split(':').next().unwrap_or_default(),
    ));
    program.stop().await?;
    conn.close().await?;
    place.leave().await
}

/// How many of the messages Telegram has taken.
fn came(telegram: &Telegram) -> usize {
    telegram.journal().iter().filter(|call| call.taken && call.method == "sendMessage" && call.text.contains(WORDS)).count()
}

/// What stands before a service: while it is shut connections are taken, and nothing is heard of what they ask.
struct Door {
    url: String,
    is_open: Arc<AtomicBool>,
}

impl Door {
    async fn before(service: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (url, is_open) = (format!("http://{}", listener.local_addr()?), Arc::new(AtomicBool::new(false)));
        let open = is_open.clone();
        tokio::spawn(async move {
            let mut held = vec![];
            while let Ok((mut client, _)) = listener.accept().await {
                if open.load(Ordering::Relaxed) {
                    let service = service.clone();
                    tokio::spawn(async move {
                        if let Ok(mut server) = TcpStream::connect(&service).await {
                            let _ = copy_bidirectional(&mut client, &mut server).await;
                        }
                    });
                } else {
                    held.push(client);
                }
            }
        });
        Ok(Self { url, is_open })
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }
}
