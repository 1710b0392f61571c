//! Slows down guessing. Failures fill buckets that leak; an address without recent failures always gets a try, so
//! strangers cannot lock the owner of an account out.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::client::network_of;
use crate::clock::Clock;

/// How many tries go through at once, and how long one try takes to be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub burst: f64,
    pub each: Duration,
}

impl Rate {
    const fn new(burst: u32, seconds: u64) -> Self {
        Self { burst: burst as f64, each: Duration::from_secs(seconds) }
    }
}

/// One account from one network.
const PAIR: Rate = Rate::new(5, 60);
/// One network, whatever it tries: an office behind one address mistypes, too.
const NETWORK: Rate = Rate::new(30, 10);
/// One account or one password from anywhere. Beyond this each network gets only `WARY` tries.
const ACCOUNT: Rate = Rate::new(20, 60);
const PASSWORD: Rate = Rate::new(10, 60);
const WARY: f64 = 2.0;
/// One-time links and codes from one network.
const LINKS: Rate = Rate::new(20, 15);

/// Codes from one chat of a messenger.
const CODES: Rate = Rate::new(10, 60);

/// Buckets kept at most; 24 bytes and a little each.
const MOST: usize = 100_000;

/// Too many tries: the answer is 429 with `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TooMany {
    /// Whole seconds until the next try has a chance.
    pub retry_after: u64,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too many tries, again in {} s", self.retry_after)
    }
}

impl std::error::Error for TooMany {}

/// Counts failed tries, in memory; clones share the counts.
#[derive(Clone)]
pub struct Throttle {
    clock: Clock,
    hasher: Arc<RandomState>,
    buckets: Arc<Mutex<HashMap<u64, Bucket>>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    level: f64,
    at_ms: i64,
    each_ms: f64,
}

impl Bucket {
    fn level_at(&self, now_ms: i64) -> f64 {
        // A clock that was set back must not keep people out until it has caught up.
        if self.at_ms - now_ms > 60_000 {
            return 0.0;
        }
        let leaked = (now_ms - self.at_ms).max(0) as f64 / self.each_ms;
        (self.level - leaked).max(0.0)
    }
}

#[derive(Clone, Copy)]
struct Key {
    hash: u64,
    rate: Rate,
}

impl Throttle {
    /// Counts by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, hasher: Arc::default(), buckets: Arc::default() }
    }

    /// Takes a try to sign in. `account` is one spelling per account: the user's id or, for an unknown login, its
    /// normalised text. The try counts as failed unless [`Try::succeeded`] is called.
    pub fn sign_in(&self, account: &str, address: IpAddr, password: &str) -> Result<Try, TooMany> {
        let network = network_of(address);
        let pair = self.key(PAIR, ("pair", account, network));
        let from = self.key(NETWORK, ("network", network));
        let account = self.key(ACCOUNT, ("account", account));
        let password = self.key(PASSWORD, ("password", password));

        let now = self.clock.now_ms();
        let mut buckets = self.lock();
        let is_over = |key: Key| level(&buckets, key, now) >= key.rate.burst;
        let pair_burst = if is_over(account) { WARY } else { PAIR.burst };
        let from_burst = if is_over(password) { WARY } else { NETWORK.burst };
        let wait = wait(&buckets, pair, pair_burst, now).max(wait(&buckets, from, from_burst, now));
        if let Some(too_many) = wait {
            return Err(too_many);
        }
        // Counted before the password is checked, or parallel tries would all pass.
        for key in [pair, from, account, password] {
            add(&mut buckets, key, now);
        }
        drop(buckets);
        Ok(Try { throttle: self.clone(), forgiven: Some(pair), counted: vec![from, account, password] })
    }

    /// Takes a try to use a one-time link or code.
    pub fn link(&self, address: IpAddr) -> Result<Try, TooMany> {
        self.one("link", network_of(address), LINKS)
    }

    /// Takes a try to use a code in this chat of a messenger, where no network tells who it is.
    pub fn code(&self, messenger: &str, chat: &str) -> Result<Try, TooMany> {
        self.one("code", (messenger, chat), CODES)
    }

    /// Takes a try to open a secret link to an order; apart from [`Throttle::link`], which must not suffer from somebody's old link.
    pub fn order_link(&self, address: IpAddr) -> Result<Try, TooMany> {
        self.one("order link", network_of(address), LINKS)
    }

    /// Takes one of `rate` for whoever is named, for any other costly action: registrations, searches, exports.
    pub fn one(&self, action: &str, who: impl Hash, rate: Rate) -> Result<Try, TooMany> {
        let key = self.key(rate, (action, who));
        let now = self.clock.now_ms();
        let mut buckets = self.lock();
        if let Some(too_many) = wait(&buckets, key, rate.burst, now) {
            return Err(too_many);
        }
        add(&mut buckets, key, now);
        drop(buckets);
        Ok(Try { throttle: self.clone(), forgiven: None, counted: vec![key] })
    }

    /// Hashed with a key of this process: no login or password stays in memory, and nobody can aim for a collision.
    fn key(&self, rate: Rate, name: impl Hash) -> Key {
        Key { hash: self.hasher.hash_one(name), rate }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn level(buckets: &HashMap<u64, Bucket>, key: Key, now: i64) -> f64 {
    buckets.get(&key.hash).map_or(0.0, |bucket| bucket.level_at(now))
}

fn wait(buckets: &HashMap<u64, Bucket>, key: Key, burst: f64, now: i64) -> Option<TooMany> {
    let over = level(buckets, key, now) + 1.0 - burst;
    // A hair of tolerance, or rounding would ask for one more second after the promised wait.
    (over > 1e-6).then(|| TooMany { retry_after: (over * key.rate.each.as_secs_f64()).ceil() as u64 })
}

fn add(buckets: &mut HashMap<u64, Bucket>, key: Key, now: i64) {
    if buckets.len() >= MOST && !buckets.contains_key(&key.hash) {
        make_room(buckets, now);
    }
    // A long attack must not echo for hours.
    let level = (level(buckets, key, now) + 1.0).min(key.rate.burst * 2.0);
    buckets.insert(key.hash, Bucket { level, at_ms: now, each_ms: key.rate.each.as_secs_f64() * 1000.0 });
}

/// Forgets what has leaked out, then the emptiest, until a quarter is free.
fn make_room(buckets: &mut HashMap<u64, Bucket>, now: i64) {
    let mut threshold = 0.0;
    while buckets.len() > MOST / 4 * 3 {
        buckets.retain(|_, bucket| bucket.level_at(now) > threshold);
        threshold = if threshold == 0.0 { 0.5 } else { threshold * 2.0 };
    }
}

/// A try that was let through.
#[must_use = "a try that is dropped counts as failed"]
pub struct Try {
    throttle: Throttle,
    forgiven: Option<Key>,
    counted: Vec<Key>,
}

impl Try {
    /// The password or link was right: the try is not counted, and earlier slips on this account from this network are
    /// forgiven.
    pub fn succeeded(self) {
        let now = self.throttle.clock.now_ms();
        let mut buckets = self.throttle.lock();
        if let Some(key) = self.forgiven {
            buckets.remove(&key.hash);
        }
        for key in self.counted {
            if let Some(bucket) = buckets.get_mut(&key.hash) {
                bucket.level = (bucket.level_at(now) - 1.0).max(0.0);
                bucket.at_ms = now;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn frozen() -> (Throttle, Clock) {
        let clock = Clock::frozen(1_000);
        (Throttle::new(clock.clone()), clock)
    }

    fn ip(n: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + n).into()
    }

    fn passed(tries: impl Iterator<Item = Result<Try, TooMany>>) -> usize {
        tries.filter(Result::is_ok).count()
    }

    #[test]
    fn one_address_gets_five_tries_and_the_owner_still_gets_in() {
        let (throttle, _) = frozen();
        assert_eq!(passed((0..200).map(|n| throttle.sign_in("anna", ip(1), &n.to_string()))), 5);
        throttle.sign_in("anna", ip(2), "right").unwrap().succeeded();
    }

    #[test]
    fn fifty_addresses_together_slow_each_other_but_never_the_owner() {
        let (throttle, clock) = frozen();
        let attack = (0..200).map(|n| throttle.sign_in("anna", ip(n % 50), &n.to_string()));
        assert_eq!(passed(attack), 100);
        throttle.sign_in("anna", ip(77), "right").unwrap().succeeded();
        clock.advance(3_600_000);
        assert_eq!(passed((0..9).map(|n| throttle.sign_in("anna", ip(3), &n.to_string()))), 5);
    }

    #[test]
    fn one_password_for_many_people_is_noticed() {
        let (throttle, _) = frozen();
        let spray = (0..500).map(|n| throttle.sign_in(&format!("user{n}"), ip(1), "Summer2026!"));
        assert_eq!(passed(spray), 10);
        let far = (0..500).map(|n| throttle.sign_in(&format!("user{n}"), ip(1000 + n / 10), "Summer2026!"));
        assert_eq!(passed(far), 100, "two for each of fifty networks");
        throttle.sign_in("anna", ip(5000), "Summer2026!").unwrap().succeeded();
        throttle.sign_in("boris", ip(1), "another").unwrap().succeeded();
    }

    #[test]
    fn the_promised_wait_is_enough_and_needed() {
        let (throttle, clock) = frozen();
        assert_eq!(passed((0..5).map(|n| throttle.sign_in("anna", ip(1), &n.to_string()))), 5);
        let TooMany { retry_after } = throttle.sign_in("anna", ip(1), "x").err().unwrap();
        assert_eq!(retry_after, 60);
        clock.advance(59_000);
        assert_eq!(throttle.sign_in("anna", ip(1), "x").err().unwrap().retry_after, 1);
        clock.advance(1_000);
        assert!(throttle.sign_in("anna", ip(1), "x").is_ok());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let (throttle, clock) = frozen();
        assert_eq!(passed((0..9).map(|n| throttle.sign_in("anna", ip(1), &n.to_string()))), 5);
        clock.advance(-86_400_000);
        assert!(throttle.sign_in("anna", ip(1), "x").is_ok());
    }

    #[test]
    fn success_forgives_and_parallel_tries_count() {
        let (throttle, _) = frozen();
        for n in 0..200 {
            throttle.sign_in("anna", ip(1), "right").unwrap_or_else(|_| panic!("try {n}")).succeeded();
        }
        let open: Vec<_> = (0..20).map_while(|_| throttle.sign_in("anna", ip(1), "x").ok()).collect();
        assert_eq!(open.len(), 5, "counted while the passwords are still being checked");
    }

    #[test]
    fn links_are_counted_by_network() {
        let (throttle, _) = frozen();
        let neighbour = |n: u16| -> IpAddr { format!("2001:db8::{n:x}").parse().unwrap() };
        assert_eq!(passed((0..50).map(|n| throttle.link(neighbour(n)))), 20);
        assert!(throttle.link(ip(1)).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let (throttle, _) = frozen();
        for _ in 0..5 {
            let _ = throttle.link(ip(7));
        }
        for n in 0..(MOST as u32 + 10) {
            let _ = throttle.link(ip(100 + n));
        }
        assert!(throttle.lock().len() <= MOST);
        assert_eq!(passed((0..50).map(|_| throttle.link(ip(7)))), 15, "the fullest are kept");
    }
}
