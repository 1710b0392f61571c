//! How soon an event is with the provider of messages, with nothing and with a thousand messages waiting.

use crate::{
    crowd::{Crowd, Worker, now_ms},
    load::Sample,
    measure::Plan,
    seeded::Engine,
    streams::line,
};
use anyhow::{Context, Result, bail, ensure};
use emulators::{Call, Max, Running, Telegram, max, telegram};
use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// So many messages wait all the time.
pub const QUEUED: usize = 1_000;
/// What a line takes away meanwhile: thirty a second at most.
const TAKEN: usize = 900;
/// So many events are told, each to another worker.
const EVENTS: usize = 120;
/// Between two events; no part of the half second in which the program looks for work.
const GAP: Duration = Duration::from_millis(170);
/// The longest that the last event may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What waits while the events happen.
#[derive(Clone, Copy, Debug)]
enum Queue {
    Empty,
    OtherLine,
    SameLine,
}

impl Queue {
    const ALL: [Self; 3] = [Self::Empty, Self::OtherLine, Self::SameLine];

    fn name(self) -> &'static str {
        match self {
            Self::Empty => "nothing queued",
            Self::OtherLine => "1,000 queued on another line",
            Self::SameLine => "1,000 queued on the same line",
        }
    }

    fn channel(self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::OtherLine => Some("telegram"),
            Self::SameLine => Some("max"),
        }
    }
}

/// What came of it with one kind of queue.
pub struct Told {
    pub queue: &'static str,
    /// From the answer to the write until the provider has the message.
    pub sample: Sample,
    /// Calls that the provider refused because there were too many.
    pub refused: usize,
}

/// Events on their way to the provider.
pub struct Post {
    pub engine: &'static str,
    pub told: Vec<Told>,
}

/// The two messengers, emulated, with the limits of the real ones.
struct Messengers {
    telegram: Running<Telegram>,
    max: Running<Max>,
}

impl Messengers {
    /// Everybody talks with the bots already.
    async fn start(workers: &[Worker]) -> Result<Self> {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (telegram, max) = (Telegram::start(listen).await?, Max::start(listen).await?);
        telegram.limit(Some(telegram::LIMITS));
        max.limit(Some(max::LIMITS));
        for worker in workers {
            telegram.person(worker.user_id, "Монтажник");
            max.person(worker.user_id, "Монтажник");
        }
        Ok(Self { telegram, max })
    }

    fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("TELEGRAM_BOT_TOKEN", "1:emulator".into()),
            ("TELEGRAM_API_URL", self.telegram.url()),
            ("MAX_BOT_TOKEN", "emulator".into()),
            ("MAX_API_URL", self.max.url()),
        ]
    }
}

pub async fn measure(plan: &Plan, engine: &Engine) -> Result<Post> {
    let crowd = Crowd::of(plan, engine).await?;
    let workers = crowd.workers().await?;
    let messengers = Messengers::start(&workers).await?;
    let product = crowd.start(plan, &messengers.settings()).await?;
    let mut told = vec![];
    for queue in Queue::ALL {
        crowd.idle().await?;
        let dispatcher = crowd.dispatcher(&product).await?;
        let of_queue = events(&crowd, &product, &messengers, &workers[..EVENTS], &dispatcher, queue).await?;
        eprintln!(
            "an event to the provider, {}, {}: p50 {:.2} s, p95 {:.2} s; {} calls refused",
            engine.name(),
            of_queue.queue,
            of_queue.sample.within_ms(0.5) / 1e3,
            of_queue.sample.within_ms(0.95) / 1e3,
            of_queue.refused,
        );
        told.push(of_queue);
        crowd.empty_queue().await?;
    }
    product.stop().await?;
    Ok(Post { engine: engine.name(), told })
}

/// The dispatcher writes to one worker after another, who read in MAX. When each line comes there.
async fn events(
    crowd: &Crowd,
    product: &rig::Program,
    messengers: &Messengers,
    workers: &[Worker],
    dispatcher: &str,
    queue: Queue,
) -> Result<Told> {
    if let Some(channel) = queue.channel() {
        crowd.queue(channel, QUEUED + TAKEN, workers).await?;
        // Until the line is at it.
        sleep(Duration::from_secs(2)).await;
    }
    let (earlier, mut client, mut answered) = (messengers.max.journal().len(), product.client().await?, HashMap::new());
    for worker in workers {
        line(worker, dispatcher, &format!("{queue:?}: привезли окна")).send(&mut client).await?;
        answered.insert(worker.user_id, now_ms());
        sleep(GAP).await;
    }
    if let Some(channel) = queue.channel() {
        let left = crowd.queued(channel).await?;
        ensure!(left >= i64::try_from(QUEUED)?, "only {left} messages were left in the queue");
    }
    let (came, refused) = came(&messengers.max, earlier, queue, workers.len()).await?;
    let mut sample = Sample::default();
    for (person, answered) in answered {
        let came = came.get(&person).context("a message to somebody else")?;
        sample.note(Duration::from_millis(u64::try_from(came - answered).unwrap_or(0)));
    }
    Ok(Told { queue: queue.name(), sample, refused })
}

/// When the message of each person was taken by the provider, as soon as all of them were; and how many calls were refused.
async fn came(max: &Max, earlier: usize, queue: Queue, all: usize) -> Result<(HashMap<i64, i64>, usize)> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let calls = max.journal().split_off(earlier);
        let words = format!("{queue:?}: ");
        let is_told = |call: &&Call| call.taken && call.method == "POST /messages" && call.text.contains(&words);
        let came: HashMap<i64, i64> = calls.iter().filter(is_told).filter_map(|call| Some((call.chat?, call.at_ms))).collect();
        if came.len() == all {
            return Ok((came, calls.iter().filter(|call| !call.taken).count()));
        }
        sleep(Duration::from_millis(200)).await;
    }
    bail!("not all messages came to the provider within {PATIENCE:?}")
}
