use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

/// At most so many messages within a span.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub most: usize,
    pub within: Duration,
}

/// What a provider takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub overall: Limit,
    pub person: Limit,
    pub group: Limit,
}

/// Counts messages against the limits.
#[derive(Debug, Default)]
pub struct Meter {
    /// When messages came: under nothing all, under a chat its own.
    times: HashMap<Option<i64>, VecDeque<i64>>,
}

impl Meter {
    /// Counts one message, or says for how many seconds none is taken.
    pub fn count(&mut self, limits: &Limits, chat: i64, now_ms: i64) -> Result<(), u32> {
        let own = if chat < 0 { limits.group } else { limits.person };
        self.take(&[(None, limits.overall), (Some(chat), own)], now_ms)
    }

    /// The same against only these limits: under nothing what counts for all, under a chat what counts for it.
    pub fn take(&mut self, counted: &[(Option<i64>, Limit)], now_ms: i64) -> Result<(), u32> {
        for (key, limit) in counted.iter().copied() {
            let times = self.times.entry(key).or_default();
            let within = crate::clock::millis(limit.within);
            while times.front().is_some_and(|at| at + within <= now_ms) {
                times.pop_front();
            }
            if times.len() >= limit.most {
                let over = times.front().map_or(now_ms, |at| at + within);
                return Err(u32::try_from((over - now_ms + 999) / 1000).unwrap_or(u32::MAX));
            }
        }
        for (key, _) in counted.iter().copied() {
            self.times.entry(key).or_default().push_back(now_ms);
        }
        Ok(())
    }
}
