//! What the system does by itself: offers run out, held orders wake, old answers are forgotten.

use crate::{
    access::Actor,
    app::App,
    error::Result,
    live::{Audience, Signal},
    messages, notifications, orders, web,
};
use std::time::Duration;

/// How often deadlines are looked at.
const DEADLINES: Duration = Duration::from_secs(5);
/// How often a broken reserve is looked after: soon after there is room again, everything works again.
const RESERVE: Duration = Duration::from_secs(1);
/// How often the settings are looked at, which another node may have changed.
const SETTINGS: Duration = Duration::from_secs(20);
/// How often leftovers are swept.
const SWEEP: Duration = Duration::from_secs(3600);
/// How often files that no row names are looked for, and how old they must be.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Does what is due at this moment.
pub async fn run_due(app: &App) -> Result<()> {
    orders::visits::expire_due(app).await?;
    orders::wake_due(app).await?;
    count(app).await?;
    notifications::reminders::remind(app).await?;
    Ok(())
}

/// Counts what the office's menu shows, and says so to its open pages when a number is another than before.
async fn count(app: &App) -> Result<()> {
    let shown = || (app.attention(), app.waiting(), app.undelivered(), app.channels_down());
    let before = shown();
    let sums = orders::tally::sums(app, &Actor::system("counts"), (0, 0)).await?;
    app.note_attention(u32::try_from(sums.attention).unwrap_or(u32::MAX));
    app.note_waiting(messages::count_waiting(app).await?);
    app.note_undelivered(notifications::undelivered(app).await?);
    app.note_channels_down(notifications::count_down(app).await?);
    let is_another_named = app.note_named(messages::named(app).await?);
    if is_another_named || shown() != before {
        app.hub.publish(Signal::changed(vec!["counts".to_owned()], Audience { staff: true, ..Audience::default() }));
    }
    Ok(())
}

/// Throws away what nobody needs any more.
pub async fn sweep(app: &App) -> Result<()> {
    web::command::forget_old(app).await?;
    notifications::forget_old(app).await?;
    app.files.sweep(DAY).await?;
    Ok(())
}

/// Works until the program ends; a failure is logged and tried again at the next turn.
pub async fn run(app: App) {
    let (mut deadlines, mut sweeps, mut days) =
        (tokio::time::interval(DEADLINES), tokio::time::interval(SWEEP), tokio::time::interval(DAY));
    if let Err(error) = messages::search::fill(&app).await {
        tracing::error!(%error, "messages from before this version cannot be searched until the next start");
    }
    let (mut settings, mut reserve) = (tokio::time::interval(SETTINGS), tokio::time::interval(RESERVE));
    loop {
        let (name, result) = tokio::select! {
            _ = reserve.tick() => {
                app.reserve.refill().await;
                continue;
            }
            _ = deadlines.tick() => ("deadlines", run_due(&app).await),
            _ = settings.tick() => ("settings", app.company_now().await.map(drop)),
            _ = sweeps.tick() => ("sweep", sweep(&app).await),
            _ = days.tick() => ("orphans", orders::files::remove_orphans(&app, DAY).await.map(drop)),
        };
        if let Err(error) = result {
            tracing::error!(job = name, %error, "a job failed and will be tried again");
        }
    }
}
