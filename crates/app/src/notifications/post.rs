//! The post: decides, sends, asks, listens and answers until the program ends.

use super::{Handler, Line, arrivals, cascade, decide, deliver, fates, listen};
use crate::{app::App, error::Result};
use futures_util::{FutureExt, future::join_all};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::time::MissedTickBehavior;

/// How often there is a look for work.
const TURN: Duration = Duration::from_millis(500);
/// The pause when the database does not answer.
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// Runs all lines, each by itself: one that stands still holds up no other. `node` names this node among the others, the same
/// after a restart; `handler` answers what people write in messengers.
pub async fn run(app: App, node: String, handler: Handler) {
    let lines = join_all(app.lines.all().iter().map(|line| carry(&app, line, &node, handler)));
    let office = again("notifications", || async {
        while decide::distribute(&app).await? > 0 {}
        while cascade::escalate(&app).await? > 0 {}
        Ok(())
    });
    tokio::join!(lines, office);
}

/// One line: it is carried by the node on duty, so that the provider's limits hold and each update is taken in once.
async fn carry(app: &App, line: &Arc<Line>, node: &str, handler: Handler) {
    let duty = again("duty", || async {
        line.duty.run(app, crate::web::Choice::code(line.channel), node).await;
        Ok(())
    });
    let listening = again("listening", || async {
        listen::run(app, line).await;
        Ok(())
    });
    let sending = again("sending", || async {
        while line.duty.is_on(app) && deliver::deliver(app, line).await? > 0 {}
        Ok(())
    });
    let asking = again("asking", || async {
        while line.duty.is_on(app) && fates::ask(app, line).await? > 0 {}
        Ok(())
    });
    let answering = again("answering", || async {
        while arrivals::answer(app, line, handler, || line.duty.is_on(app)).await? > 0 {}
        Ok(())
    });
    tokio::join!(duty, sending, asking, answering, listening);
}

/// Does something every turn; a failure is logged and tried again, a panic too.
async fn again<F: Future<Output = Result<()>>>(what: &str, mut work: impl FnMut() -> F) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let worked = AssertUnwindSafe(async { work().await }).catch_unwind().await;
        if let Err(error) = worked.unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked").into())) {
            tracing::error!(%error, what, "will be tried again");
            tokio::time::sleep(AFTER_FAULT).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_panic_of_one_turn_is_not_the_last_turn() {
        let turns = AtomicU32::new(0);
        let work = again("a test", || async {
            assert_ne!(turns.fetch_add(1, Ordering::Relaxed), 0, "planted");
            Ok(())
        });
        let _ = tokio::time::timeout(AFTER_FAULT + 4 * TURN, work).await;
        assert!(turns.load(Ordering::Relaxed) > 1);
    }
}
