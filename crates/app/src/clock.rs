//! The time of day, which tests can hold still.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// Tells the time in milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Frozen>>);

/// A clock that stands still.
#[derive(Debug)]
struct Frozen {
    now_ms: AtomicI64,
    /// For how long it was rested in all, while the hands stood still.
    rested_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `now_ms` until it is moved.
    pub fn frozen(now_ms: i64) -> Self {
        Self(Some(Arc::new(Frozen { now_ms: AtomicI64::new(now_ms), rested_ms: Arc::default() })))
    }

    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Some(frozen) => frozen.now_ms.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }

    /// Moves a frozen clock; the machine's clock goes its own way.
    pub fn advance(&self, by_ms: i64) {
        if let Some(frozen) = &self.0 {
            frozen.now_ms.fetch_add(by_ms, Ordering::SeqCst);
        }
    }

    /// The time by which one tells whether there was enough rest between two calls: that of a frozen clock goes on by the rests.
    pub fn paced_ms(&self) -> i64 {
        self.now_ms() + self.0.as_ref().map_or(0, |frozen| frozen.rested_ms.load(Ordering::SeqCst))
    }

    /// Rests for so long. By a frozen clock that is over at once.
    pub async fn rest(&self, span: Duration) {
        match &self.0 {
            Some(frozen) => {
                frozen.rested_ms.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
            None => tokio::time::sleep(span).await,
        }
    }

    /// For how long a frozen clock was rested by, ms, for others to go on by as much.
    #[cfg(test)]
    pub fn rests(&self) -> Arc<AtomicI64> {
        self.0.as_ref().map(|frozen| frozen.rested_ms.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_clock_that_stands_still_is_rested_by_at_once() {
        let clock = Clock::frozen(1_000);
        clock.rest(Duration::from_secs(3_600)).await;
        clock.clone().advance(500);
        assert_eq!((clock.now_ms(), clock.paced_ms()), (1_500, 3_601_500));
        assert_eq!(clock.rests().load(Ordering::SeqCst), 3_600_000);
    }
}
