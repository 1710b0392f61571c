//! Which of several nodes carries a provider's messages: one at a time, so that its limits hold and each update is taken in once.

use crate::app::App;
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

/// How long a node that fell silent keeps the duty, ms.
const HOLD_MS: i64 = 15_000;
const RENEW: Duration = Duration::from_secs(4);

/// This node's share of a duty.
#[derive(Debug, Default)]
pub struct Duty {
    until_ms: AtomicI64,
}

impl Duty {
    /// Whether it is this node that carries now.
    pub fn is_on(&self, app: &App) -> bool {
        app.clock.now_ms() < self.until_ms.load(Ordering::Relaxed)
    }

    /// Takes the duty when it is free and renews it, until the program ends. `node` names this node among the others, the
    /// same after a restart.
    pub async fn run(&self, app: &App, name: &str, node: &str) {
        loop {
            self.renew(app, name, node).await;
            tokio::time::sleep(RENEW).await;
        }
    }

    pub(super) async fn renew(&self, app: &App, name: &str, node: &str) {
        // The moment before the question: the database must not hold it shorter than this node believes.
        let now = app.clock.now_ms();
        match outbox::lease::take(&app.db, name, node, now, HOLD_MS).await {
            Ok(taken) => self.until_ms.store(if taken { now + HOLD_MS } else { 0 }, Ordering::Relaxed),
            Err(error) => tracing::error!(%error, duty = name, "a duty is asked for again in a few seconds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    db_test!(of_two_nodes_one_is_on_duty, |app| {
        let other = app.restarted().await;
        let (first, second) = (Duty::default(), Duty::default());
        for _ in 0..2 {
            first.renew(&app, "telegram", "crm1").await;
            second.renew(&other, "telegram", "crm2").await;
            assert!(first.is_on(&app) && !second.is_on(&other));
            app.advance(10_000);
        }
        // The first falls silent: it knows by itself that its time is over, before the second may begin.
        app.advance(HOLD_MS - 10_000);
        assert!(!first.is_on(&app));
        app.advance(1);
        second.renew(&other, "telegram", "crm2").await;
        first.renew(&app, "telegram", "crm1").await;
        assert!(second.is_on(&other) && !first.is_on(&app));
        // One that was killed and comes back under its name goes on at once.
        let again = Duty::default();
        again.renew(&other, "telegram", "crm2").await;
        assert!(again.is_on(&other));
    });
}
