//! The post: decides, sends, asks, listens and answers until the program ends.

use super::{Handler, Line, arrivals, cascade, decide, deliver, fates, listen};
use crate::{app::App, error::Result};
use futures_util::future::join_all;
use std::{sync::Arc, time::Duration};
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
    let duty = line.duty.run(app, crate::web::Choice::code(line.channel), node);
    let sending = again("sending", || async {
        while line.duty.is_on(app) && deliver::deliver(app, line).await? > 0 {}
        Ok(())
    });
    let asking = again("asking", || async {
        while line.duty.is_on(app) && fates::ask(app, line).await? > 0 {}
        Ok(())
    });
    let answering = again("answering", || async {
        while line.duty.is_on(app) && arrivals::answer(app, line, handler).await? > 0 {}
        Ok(())
    });
    tokio::join!(duty, sending, asking, answering, listen::run(app, line));
}

/// Does something every turn; a failure is logged and tried again.
async fn again<F: Future<Output = Result<()>>>(what: &str, mut work: impl FnMut() -> F) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = work().await {
            tracing::error!(%error, what, "will be tried again");
            tokio::time::sleep(AFTER_FAULT).await;
        }
    }
}
