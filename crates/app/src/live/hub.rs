//! The hub of one node: takes signals, remembers the last ones, hands them to every subscriber.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::redis_link::RedisLink;
use super::{Audience, Signal, Typist};

/// Signals a subscriber may lie behind, and those a returning browser can still have.
const REMEMBERED: usize = 1024;
/// Of one typist in one chat no more than one signal is passed on in this time.
const TYPING_MS: i64 = 2_000;

/// Where changes are announced and heard; clones are the same hub.
#[derive(Clone)]
pub struct Hub {
    node: Arc<Node>,
    redis: Option<Arc<RedisLink>>,
}

pub(super) struct Node {
    /// Tells this process from its predecessors and its neighbours.
    pub(super) id: String,
    memory: Mutex<Memory>,
    /// Who was last heard typing where, and when.
    typing: Mutex<HashMap<(String, i64), i64>>,
    sender: broadcast::Sender<Arc<Numbered>>,
}

struct Memory {
    last: u64,
    recent: VecDeque<Arc<Numbered>>,
}

impl Memory {
    /// Whether everything behind this number is still here.
    fn remembers_after(&self, number: u64) -> bool {
        number <= self.last && self.last - number <= self.recent.len() as u64
    }
}

struct Numbered {
    number: u64,
    signal: Signal,
}

impl Node {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id_of(&self, number: u64) -> String {
        format!("{}-{number}", self.id)
    }

    fn number_of(&self, id: &str) -> Option<u64> {
        id.strip_prefix(&self.id)?.strip_prefix('-')?.parse().ok()
    }

    /// Hands a signal to the subscribers of this node.
    pub(super) fn deliver(&self, signal: Signal) {
        let mut memory = self.memory();
        if matches!(signal, Signal::Typing { .. }) {
            // Nothing has changed: it takes no number, and what was read stays true.
            let _ = self.sender.send(Arc::new(Numbered { number: memory.last, signal }));
            return;
        }
        memory.last += 1;
        let numbered = Arc::new(Numbered { number: memory.last, signal });
        if memory.recent.len() == REMEMBERED {
            memory.recent.pop_front();
        }
        memory.recent.push_back(Arc::clone(&numbered));
        // Sent under the lock, so that a new subscriber gets each event once. Nobody listening is no error.
        let _ = self.sender.send(numbered);
    }
}

impl Hub {
    /// The hub of this node, which shares its signals with the other nodes on the same Redis, if one is named. With
    /// Redis away it works on alone.
    ///
    /// # Errors
    /// When the address is none of Redis.
    pub fn new(redis_url: Option<&str>) -> anyhow::Result<Self> {
        redis_url.map_or_else(|| Ok(Self::alone()), |url| Self::on_channel(url, "maxmontaj67:live"))
    }

    /// A hub for a single node.
    pub fn alone() -> Self {
        let id = format!("{:016x}", rand::random::<u64>());
        let memory = Mutex::new(Memory { last: 0, recent: VecDeque::with_capacity(REMEMBERED) });
        let node = Node { id, memory, typing: Mutex::default(), sender: broadcast::channel(REMEMBERED).0 };
        Self { node: Arc::new(node), redis: None }
    }

    pub(super) fn on_channel(url: &str, channel: &str) -> anyhow::Result<Self> {
        let mut hub = Self::alone();
        hub.redis = Some(Arc::new(RedisLink::open(url, channel, &hub.node)?));
        Ok(hub)
    }

    /// Announces, on every node, what has been committed. Never waits, never fails.
    pub fn publish(&self, signal: Signal) {
        if let Some(redis) = &self.redis {
            redis.send(&signal);
        }
        self.node.deliver(signal);
    }

    /// Tells those in a chat that somebody types there, unless that was told a moment ago.
    pub fn type_in(&self, topic: String, typist: Typist, audience: Audience, now_ms: i64) {
        let mut typing = self.node.typing.lock().unwrap_or_else(PoisonError::into_inner);
        typing.retain(|_, last| (0..TYPING_MS).contains(&(now_ms - *last)));
        let place = (topic.clone(), typist.user_id);
        if typing.contains_key(&place) {
            return;
        }
        typing.insert(place, now_ms);
        drop(typing);
        self.publish(Signal::Typing { topic, typist, audience });
    }

    /// How many signals were heard: the same number as before means that no change was announced since.
    pub fn heard(&self) -> u64 {
        self.node.memory().last
    }

    /// Where a page rendered now has to listen on, so that nothing between the page and its stream is lost.
    pub fn position(&self) -> String {
        let last = self.node.memory().last;
        self.node.id_of(last)
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> Subscription {
        self.subscribe_after(None)
    }

    /// Listens from behind the signal with this id on, if it is still remembered; otherwise begins with a reload.
    pub fn subscribe_after(&self, last_id: Option<&str>) -> Subscription {
        let memory = self.node.memory();
        let known = match last_id {
            None => Some(memory.last),
            Some(id) => self.node.number_of(id).filter(|&known| memory.remembers_after(known)),
        };
        let missed: VecDeque<_> = memory.recent.iter().filter(|e| known.is_some_and(|known| e.number > known)).cloned().collect();
        let known = known.filter(|_| !missed.iter().any(|e| e.signal == Signal::Gap));
        let new = BroadcastStream::new(self.node.sender.subscribe());
        Subscription { node: Arc::clone(&self.node), start: known, told: known.is_some(), missed, new }
    }
}

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A signal; the id says where to go on after a break.
    Signal { id: String, signal: Signal },
    /// Signals were lost: everything shown has to be fetched anew.
    Reload { id: String },
}

/// A stream of [`Delivery`] that ends only with the hub.
pub struct Subscription {
    node: Arc<Node>,
    start: Option<u64>,
    /// Whether the subscriber knows that it has to reload, if it has to.
    told: bool,
    missed: VecDeque<Arc<Numbered>>,
    new: BroadcastStream<Arc<Numbered>>,
}

impl Subscription {
    /// The id behind which this stream begins, unless it begins with a reload.
    pub fn start(&self) -> Option<String> {
        self.start.map(|number| self.node.id_of(number))
    }

    fn reload(&self) -> Delivery {
        let last = self.node.memory().last;
        Delivery::Reload { id: self.node.id_of(last) }
    }

    fn delivery(&self, numbered: &Numbered) -> Delivery {
        Delivery::Signal { id: self.node.id_of(numbered.number), signal: numbered.signal.clone() }
    }
}

impl Stream for Subscription {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        if !self.told {
            self.told = true;
            self.missed.clear();
            return Poll::Ready(Some(self.reload()));
        }
        while let Some(old) = self.missed.pop_front() {
            // Revocations before this stream were checked when it was opened.
            if matches!(old.signal, Signal::Changed { .. }) {
                return Poll::Ready(Some(self.delivery(&old)));
            }
        }
        let next = ready!(Pin::new(&mut self.new).poll_next(cx));
        Poll::Ready(next.map(|next| match next {
            Ok(numbered) => self.delivery(&numbered),
            Err(BroadcastStreamRecvError::Lagged(_)) => self.reload(),
        }))
    }
}
