//! What came by messengers: kept before the messenger hears that it came, each thing once, and answered in the order of each chat.

use super::{Channel, Line, row::arrival};
use crate::{accounts::session::digest, app::App, error::Result};
use channels::messenger::{Arrived, What};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::task::JoinSet;

const SECOND_MS: i64 = 1000;
/// How long an arrival is held while it is answered, unless its holder says that it still is.
const LEASE_MS: i64 = 120 * SECOND_MS;
/// How often the holder says so.
const RENEW_MS: i64 = 30 * SECOND_MS;
/// How many chats are answered side by side.
const AT_ONCE: usize = 50;
/// How often there is a look for more while some are being answered.
const LOOK: Duration = Duration::from_millis(500);
const FIRST_PAUSE_MS: i64 = 5 * SECOND_MS;
/// What could not be answered so often is left alone, be it that the program ended each time.
const MOST_ATTEMPTS: i64 = 8;
/// Answered ones are kept for so long, to know a repeat.
const KEPT_MS: i64 = 3 * 24 * 3600 * SECOND_MS;
/// Somebody who sends more within a minute is answered at leisure.
const MOST_A_MINUTE: i64 = 60;
const LEISURE_MS: i64 = 2 * SECOND_MS;
/// What is longer is no message of a person.
const LONGEST: usize = 16_000;

/// Something that came by a messenger, to be answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    #[serde(flatten)]
    pub arrived: Arrived,
    /// Of a part of it that was [put off](put_off), what was noted then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// It was tried as often as anything is: whoever sent it is told so, and nothing else is done.
    #[serde(skip)]
    pub is_given_up: bool,
}

/// Answers what came by a messenger. It may be asked twice about the same, when it was ended in between.
pub type Handler = for<'a> fn(&'a App, &'a Line, &'a Task) -> BoxFuture<'a, Result<()>>;

/// Keeps what came, without what is known already.
pub async fn keep(app: &App, line: &Line, arrived: &[Arrived]) -> Result<()> {
    use arrival::{Column, Entity};
    let now = app.clock.now_ms();
    let wanted = |one: &&Arrived| !one.chat.is_empty() && one.what != What::Other;
    let rows: Vec<(&Arrived, String)> = arrived
        .iter()
        .filter(wanted)
        .filter_map(|one| serde_json::to_string(one).ok().filter(|body| body.chars().count() <= LONGEST).map(|body| (one, body)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    store::transaction!(app.db, |tx| {
        for (one, body) in &rows {
            let lately = Entity::find().filter(Column::Channel.eq(line.channel)).filter(Column::Chat.eq(&one.chat));
            let lately = lately.filter(Column::CameMs.gt(now - 60 * SECOND_MS)).count(tx.conn()).await?;
            let over = i64::try_from(lately).unwrap_or(i64::MAX).saturating_sub(MOST_A_MINUTE).max(0);
            insert(tx, line, (&one.key, &one.chat), body, now, now + over.saturating_mul(LEISURE_MS)).await?;
        }
        Ok::<_, crate::error::Error>(())
    })
}

/// Has a part of something that came done a little later, once for each key. It is done beside what else comes in its chat, which does
/// not wait for it.
pub async fn put_off(app: &App, line: &Line, arrived: Arrived, note: String) -> Result<()> {
    let (now, queue) = (app.clock.now_ms(), digest(&arrived.key));
    let task = Task { arrived, note: Some(note), is_given_up: false };
    let body = serde_json::to_string(&task).map_err(anyhow::Error::from)?;
    store::transaction!(app.db, |tx| insert(tx, line, (&task.arrived.key, &queue), &body, now, now + FIRST_PAUSE_MS).await)?;
    Ok(())
}

async fn insert(tx: &store::Tx, line: &Line, (key, queue): (&str, &str), body: &str, now: i64, due: i64) -> Result<(), DbErr> {
    let text = tx.engine().pick(
        "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms, due_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
        "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms, due_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, 0) ON DUPLICATE KEY UPDATE attempts = attempts",
    );
    let values = [line.channel.into(), key.into(), queue.into(), body.into(), now.into(), due.into()];
    tx.conn().execute_raw(store::sql(tx.engine(), text, values)).await.map(drop)
}

/// Answers what waits on this line and what comes meanwhile, and says how much there was; nothing while the provider wants to be left
/// alone. Nothing more is taken up once `goes_on` says so.
pub async fn answer(app: &App, line: &Arc<Line>, handler: Handler, goes_on: impl Fn() -> bool) -> Result<usize> {
    let (mut running, mut answered, mut fault) = (JoinSet::new(), 0, None);
    loop {
        if fault.is_none() && running.len() < AT_ONCE && app.clock.now_ms() >= line.held_until() && goes_on() {
            // Chats are answered side by side, what came in one chat in its order: only the oldest of each is taken.
            match claim(app, line, AT_ONCE - running.len()).await {
                Ok(due) => due.into_iter().for_each(|row| _ = running.spawn(one(app.clone(), line.clone(), handler, row))),
                Err(error) => fault = Some(error),
            }
        }
        match tokio::time::timeout(LOOK, running.join_next()).await {
            Ok(Some(ended)) => {
                answered += 1;
                if let Err(error) = ended.unwrap_or_else(|error| Err(anyhow::Error::from(error).into())) {
                    fault.get_or_insert(error);
                }
            }
            Ok(None) => return fault.map_or(Ok(answered), Err),
            // Somebody takes long: there may be others.
            Err(_) => {}
        }
    }
}

/// When something last came in this chat, ms UTC, as long as it is kept.
pub async fn last_came(app: &App, channel: Channel, chat: &str) -> Result<Option<i64>> {
    use arrival::{Column, Entity};
    let came = Entity::find().select_only().column(Column::CameMs).filter(Column::Channel.eq(channel)).filter(Column::Chat.eq(chat));
    Ok(came.order_by_desc(Column::CameMs).into_tuple::<i64>().one(app.db.read()).await?)
}

/// Takes up what is due, of each chat the oldest.
async fn claim(app: &App, line: &Line, most: usize) -> Result<Vec<arrival::Model>> {
    use arrival::{Column, Entity};
    let now = app.clock.now_ms();
    let db = &app.db;
    let first = "NOT EXISTS (SELECT 1 FROM arrivals e WHERE e.channel = arrivals.channel AND e.chat = arrivals.chat AND e.due_ms IS NOT NULL AND e.id < arrivals.id)";
    let left_alone = "NOT EXISTS (SELECT 1 FROM pauses p WHERE p.provider = arrivals.channel AND p.until_ms > ?)";
    let find = || {
        let due = Entity::find().filter(Column::DueMs.lte(now)).filter(Column::Channel.eq(line.channel));
        due.filter(Expr::cust(first))
            .filter(Expr::cust_with_values(left_alone, [now]))
            .order_by_asc(Column::DueMs)
            .order_by_asc(Column::Id)
            .limit(u64::try_from(most).unwrap_or(u64::MAX))
    };
    if find().one(db.read()).await?.is_none() {
        return Ok(vec![]);
    }
    store::transaction!(db, |tx| {
        let mut taken = vec![];
        for row in find().all(tx.conn()).await? {
            let left = row.attempts >= MOST_ATTEMPTS;
            let claim = Entity::update_many()
                .col_expr(Column::DueMs, Expr::value((!left).then_some(now + LEASE_MS)))
                .col_expr(Column::Attempts, Expr::value(row.attempts + 1))
                .filter(Column::Id.eq(row.id))
                .filter(Column::DueMs.eq(row.due_ms));
            if claim.exec(tx.conn()).await?.rows_affected == 1 {
                taken.push(row);
            }
        }
        Ok(taken)
    })
}

/// Keeps an arrival ours that is so `since` then, as long as it is being answered.
async fn hold(app: &App, id: i64, mut since: i64) -> Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = app.clock.now_ms();
        if now - since < RENEW_MS {
            continue;
        }
        since = now;
        if let Err(error) = settle(app, id, Some(now + LEASE_MS)).await {
            tracing::warn!(arrival = id, %error, "what is being answered may be taken up once more");
        }
    }
}

async fn one(app: App, line: Arc<Line>, handler: Handler, row: arrival::Model) -> Result<()> {
    let (app, line) = (&app, &*line);
    let Ok(task) = serde_json::from_str::<Task>(&row.body) else {
        tracing::error!(arrival = row.id, "what came cannot be read and is left out");
        return settle(app, row.id, None).await;
    };
    if row.attempts >= MOST_ATTEMPTS {
        tracing::error!(arrival = row.id, "what came has ended the program again and again, and is left without an answer");
        give_up(app, line, handler, task).await;
        return Ok(());
    }
    let now = app.clock.now_ms();
    let answered = tokio::select! {
        answered = guarded(app, line, handler, &task) => answered,
        never = hold(app, row.id, now) => match never {},
    };
    match answered {
        Ok(()) => settle(app, row.id, None).await,
        Err(error) if error.status().is_server_error() && row.attempts + 1 < MOST_ATTEMPTS => {
            tracing::error!(arrival = row.id, %error, "what came will be answered later");
            settle(app, row.id, Some(app.clock.now_ms() + (FIRST_PAUSE_MS << row.attempts))).await
        }
        Err(error) => {
            tracing::error!(arrival = row.id, %error, "what came is left without an answer");
            settle(app, row.id, None).await?;
            give_up(app, line, handler, task).await;
            Ok(())
        }
    }
}

/// Has it answered. A fault of ours in answering one person is nobody else's.
async fn guarded(app: &App, line: &Line, handler: Handler, task: &Task) -> Result<()> {
    let answered = AssertUnwindSafe(async { handler(app, line, task).await }).catch_unwind().await;
    answered.unwrap_or_else(|_| Err(anyhow::anyhow!("the answer panicked").into()))
}

/// Has the person told that it was not taken in, once.
async fn give_up(app: &App, line: &Line, handler: Handler, task: Task) {
    if let Err(error) = guarded(app, line, handler, &Task { is_given_up: true, ..task }).await {
        tracing::error!(%error, "nobody was told that what came is left without an answer");
    }
}

async fn settle(app: &App, id: i64, due: Option<i64>) -> Result<()> {
    let update = arrival::Entity::update_many().col_expr(arrival::Column::DueMs, Expr::value(due));
    store::transaction!(app.db, |tx| update.clone().filter(arrival::Column::Id.eq(id)).exec(tx.conn()).await.map(drop))?;
    Ok(())
}

/// Forgets what was answered long ago.
pub async fn forget_old(app: &App) -> Result<()> {
    let before = app.clock.now_ms() - KEPT_MS;
    let old = || arrival::Entity::delete_many().filter(arrival::Column::DueMs.is_null()).filter(arrival::Column::CameMs.lt(before));
    store::transaction!(app.db, |tx| old().exec(tx.conn()).await.map(drop))?;
    Ok(())
}
