//! Carries signals between nodes through Redis pub/sub. Nothing here is waited for: with Redis away each node works on
//! alone, and its pages look every few seconds for what the others did; when it is back a gap is announced, upon which every stream begins anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::StreamExt;
use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::Signal;
use super::hub::Node;

/// How long Redis may take for one answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a silent connection is tried.
const PING: Duration = Duration::from_secs(5);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(500);
/// With Redis away, the pages are told this often to look for what the other nodes did.
const DEAF: Duration = Duration::from_secs(10);
/// Signals waiting to be sent; more are given up for a gap.
const QUEUE: usize = 1024;

#[derive(Serialize, Deserialize)]
struct Envelope {
    node: String,
    signal: Signal,
}

/// The connection of one hub, alive as long as the hub.
pub(super) struct RedisLink {
    node_id: String,
    queue: mpsc::Sender<String>,
    lost: Arc<AtomicBool>,
    tasks: [AbortHandle; 2],
}

impl RedisLink {
    pub(super) fn open(url: &str, channel: &str, node: &Arc<Node>) -> redis::RedisResult<Self> {
        let client = redis::Client::open(url)?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicBool::new(false));
        let (node_id, channel) = (node.id.clone(), channel.to_owned());
        let writer = Writer {
            client: client.clone(),
            channel: channel.clone(),
            waiting,
            lost: Arc::clone(&lost),
            gap: pack(&node_id, &Signal::Gap),
        };
        let reader = Reader { client, channel, node: Arc::clone(node), away: false };
        let tasks = [tokio::spawn(writer.run()).abort_handle(), tokio::spawn(reader.run()).abort_handle()];
        Ok(Self { node_id, queue, lost, tasks })
    }

    /// Hands the signal to the writer; never waits.
    pub(super) fn send(&self, signal: &Signal) {
        if self.queue.try_send(pack(&self.node_id, signal)).is_err() {
            self.lost.store(true, Ordering::Release);
        }
    }
}

impl Drop for RedisLink {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

fn pack(node: &str, signal: &Signal) -> String {
    let envelope = Envelope { node: node.to_owned(), signal: signal.clone() };
    serde_json::to_string(&envelope).expect("an envelope is plain data with text keys")
}

struct Writer {
    client: redis::Client,
    channel: String,
    waiting: mpsc::Receiver<String>,
    lost: Arc<AtomicBool>,
    gap: String,
}

impl Writer {
    async fn run(mut self) {
        let mut away = false;
        loop {
            if let Err(error) = self.write(&mut away).await {
                note_loss(&mut away, &error);
                self.lost.store(true, Ordering::Release);
                sleep(PAUSE).await;
            }
        }
    }

    async fn write(&mut self, away: &mut bool) -> anyhow::Result<()> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        loop {
            if self.lost.swap(false, Ordering::AcqRel) {
                // What still waits is told by the gap, too.
                while self.waiting.try_recv().is_ok() {}
                self.publish(&mut connection, &self.gap).await?;
            }
            *away = false;
            let Some(packed) = self.waiting.recv().await else {
                // The hub is gone and this task is about to be aborted.
                return std::future::pending().await;
            };
            self.publish(&mut connection, &packed).await?;
        }
    }

    async fn publish(&self, connection: &mut MultiplexedConnection, packed: &str) -> redis::RedisResult<()> {
        redis::cmd("PUBLISH").arg(&self.channel).arg(packed).query_async(connection).await
    }
}

struct Reader {
    client: redis::Client,
    channel: String,
    node: Arc<Node>,
    away: bool,
}

impl Reader {
    async fn run(mut self) {
        let mut told = Instant::now();
        loop {
            if let Err(error) = self.listen().await {
                if !self.away {
                    told = Instant::now();
                } else if told.elapsed() >= DEAF {
                    told = Instant::now();
                    self.node.deliver(Signal::Deaf);
                }
                note_loss(&mut self.away, &error);
                sleep(PAUSE).await;
            }
        }
    }

    async fn listen(&mut self) -> anyhow::Result<()> {
        let (mut sink, mut messages) = timeout(PATIENCE, self.client.get_async_pubsub()).await??.split();
        timeout(PATIENCE, sink.subscribe(&self.channel)).await??;
        if std::mem::take(&mut self.away) {
            tracing::info!("Redis is back: live updates are shared again");
        }
        // The first time, too: pages may have been shown before the others could be heard.
        self.node.deliver(Signal::Gap);
        let mut ping = interval(PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => self.hear(message.get_payload_bytes()),
                    None => bail!("the connection was closed"),
                },
                _ = ping.tick() => drop(timeout(PATIENCE, sink.ping::<redis::Value>()).await.context("no answer to a ping")??),
            }
        }
    }

    fn hear(&self, message: &[u8]) {
        match serde_json::from_slice::<Envelope>(message) {
            Ok(envelope) if envelope.node == self.node.id => {}
            Ok(envelope) => self.node.deliver(envelope.signal),
            Err(error) => tracing::warn!(%error, "a live update of another node is not understood"),
        }
    }
}

/// One line per outage, not one per attempt.
fn note_loss(away: &mut bool, error: &anyhow::Error) {
    if !std::mem::replace(away, true) {
        tracing::warn!(error = %error, "Redis is away: live updates stay on this node");
    }
}
