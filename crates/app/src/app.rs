//! What every request can reach: the database, the clock, the settings, the hub of live updates.

use crate::{
    accounts::Keys,
    clock::Clock,
    company::Company,
    config::Config,
    error::Result,
    ids::UserId,
    live::{Hub, Kept},
    notifications::Lines,
    orders::{offered::Offered, tally::Sums},
    storage::Reserve,
    web::{command::InFlight, metrics::Metrics, throttle::Throttle},
};
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};
use store::Db;

/// The running system. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of the running system.
pub struct Parts {
    pub db: Db,
    pub config: Config,
    pub clock: Clock,
    pub hub: Hub,
    pub keys: Keys,
    pub files: media::Store,
    /// Room for what must work on a full disk.
    pub reserve: Reserve,
    pub pictures: media::Pictures,
    pub throttle: Throttle,
    pub in_flight: InFlight,
    pub metrics: Metrics,
    /// The sums of all open orders, by the bounds of the day.
    pub sums: Kept<(i64, i64), Sums>,
    /// What the boards' filters offer.
    pub offered: Kept<(), Arc<Offered>>,
    company: RwLock<Arc<Company>>,
    attention: AtomicU32,
    waiting: AtomicU32,
    named: RwLock<HashMap<UserId, u32>>,
    undelivered: AtomicU32,
    channels_down: AtomicU32,
    /// The channels that are set up.
    pub lines: Lines,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the system together over a migrated database.
    ///
    /// # Errors
    /// When the data folder cannot be used or the database does not answer.
    pub async fn new(db: Db, config: Config, clock: Clock) -> Result<Self> {
        let hub = Hub::new(config.redis_url.as_deref())?;
        let keys = Keys::open(&config.data_dir)?;
        let files = media::Store::open_at(config.data_dir.join("files"))?;
        let reserve = Reserve::of(&config);
        let company = Company::load(&db, &config.time_zone).await?;
        let throttle = Throttle::new(clock.clone());
        let lines = Lines::of(&config, &keys.derive("push"));
        let pictures = media::Pictures::new(2, media::Limits::default());
        Ok(Self(Arc::new(Parts {
            db,
            config,
            clock,
            hub,
            keys,
            files,
            reserve,
            pictures,
            throttle,
            in_flight: InFlight::default(),
            metrics: Metrics::default(),
            sums: Kept::default(),
            offered: Kept::default(),
            company: RwLock::new(Arc::new(company)),
            attention: AtomicU32::default(),
            waiting: AtomicU32::default(),
            named: RwLock::default(),
            undelivered: AtomicU32::default(),
            channels_down: AtomicU32::default(),
            lines,
        })))
    }

    /// The company's settings, as they were last read.
    pub fn company(&self) -> Arc<Company> {
        self.company.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many orders the office must act on, as of a few seconds ago.
    pub fn attention(&self) -> u32 {
        self.attention.load(Ordering::Relaxed)
    }

    /// In how many chats somebody waits for the office, as of a few seconds ago.
    pub fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Notes in how many chats somebody waits for the office.
    pub fn note_waiting(&self, chats: u32) {
        self.waiting.store(chats, Ordering::Relaxed);
    }

    /// In how many further chats somebody of the office is named and has not read it, as of a few seconds ago.
    pub fn named(&self, user: UserId) -> u32 {
        self.named.read().unwrap_or_else(PoisonError::into_inner).get(&user).copied().unwrap_or_default()
    }

    /// Notes in how many further chats each of the office is named; whether that is other than before.
    pub fn note_named(&self, chats: HashMap<UserId, u32>) -> bool {
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *named, chats) != *named
    }

    /// How many messages were given up in the last days, as of a few seconds ago.
    pub fn undelivered(&self) -> u32 {
        self.undelivered.load(Ordering::Relaxed)
    }

    /// Notes how many messages were given up in the last days.
    pub fn note_undelivered(&self, messages: u32) {
        self.undelivered.store(messages, Ordering::Relaxed);
    }

    /// How many channels stood still when last looked.
    pub fn channels_down(&self) -> u32 {
        self.channels_down.load(Ordering::Relaxed)
    }

    /// Notes how many channels stand still.
    pub fn note_channels_down(&self, channels: u32) {
        self.channels_down.store(channels, Ordering::Relaxed);
    }

    /// Notes how many orders the office must act on.
    pub fn note_attention(&self, orders: u32) {
        self.attention.store(orders, Ordering::Relaxed);
    }

    /// The company's settings as the database has them, taken into use if another node changed them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn company_now(&self) -> Result<Company> {
        let company = Company::read(&self.db).await?;
        if company.version > self.company().version {
            self.use_company(company.clone());
        }
        Ok(company)
    }

    /// Takes new settings into use on this node.
    pub fn use_company(&self, company: Company) {
        *self.company.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(company);
    }
}
