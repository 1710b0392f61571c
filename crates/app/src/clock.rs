//! The time of day, which tests can hold still.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Tells the time in milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `now_ms` until it is moved.
    pub fn frozen(now_ms: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(now_ms))))
    }

    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Some(frozen) => frozen.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }

    /// Moves a frozen clock; the machine's clock goes its own way.
    pub fn advance(&self, by_ms: i64) {
        if let Some(frozen) = &self.0 {
            frozen.fetch_add(by_ms, Ordering::SeqCst);
        }
    }
}
