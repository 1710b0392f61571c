use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The time of an emulator: the real one, put forward by as much as a test wants.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_ms: AtomicI64,
    /// By how much it is ahead besides, as somebody else counts it.
    besides_ms: OnceLock<Arc<AtomicI64>>,
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let besides = self.besides_ms.get().map_or(0, |besides| besides.load(Ordering::SeqCst));
        millis(real) + self.ahead_ms.load(Ordering::Relaxed) + besides
    }

    /// From now on it is ahead by this as well, ms.
    pub fn go_along(&self, besides_ms: Arc<AtomicI64>) {
        let _ = self.besides_ms.set(besides_ms);
    }

    pub fn advance(&self, by: Duration) {
        self.ahead_ms.fetch_add(millis(by), Ordering::Relaxed);
    }
}

pub fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
