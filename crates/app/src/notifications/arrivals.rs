//! What came by messengers: kept before the messenger hears that it came, each thing once, and answered in the order of each chat.

use super::{Channel, Line, row::arrival};
use crate::{app::App, error::Result};
use axum::http::StatusCode;
use channels::messenger::{Arrived, What};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};
use std::{panic::AssertUnwindSafe, sync::Arc};

const SECOND_MS: i64 = 1000;
/// How long an arrival is held while it is answered.
const LEASE_MS: i64 = 120 * SECOND_MS;
const AT_ONCE: u64 = 50;
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

/// Answers what came by a messenger. It may be asked twice about the same, when it was ended in between.
pub type Handler = for<'a> fn(&'a App, &'a Line, &'a Arrived) -> BoxFuture<'a, Result<()>>;

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
            let text = tx.engine().pick(
                "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms, due_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms, due_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, 0) ON DUPLICATE KEY UPDATE attempts = attempts",
            );
            let lately = Entity::find().filter(Column::Channel.eq(line.channel)).filter(Column::Chat.eq(&one.chat));
            let lately = lately.filter(Column::CameMs.gt(now - 60 * SECOND_MS)).count(tx.conn()).await?;
            let over = i64::try_from(lately).unwrap_or(i64::MAX).saturating_sub(MOST_A_MINUTE).max(0);
            let due = now + over.saturating_mul(LEISURE_MS);
            let values =
                [line.channel.into(), one.key.as_str().into(), one.chat.as_str().into(), body.as_str().into(), now.into(), due.into()];
            tx.conn().execute_raw(store::sql(tx.engine(), text, values)).await?;
        }
        Ok::<_, crate::error::Error>(())
    })
}

/// Answers what waits on this line, and says how much there was; nothing while the provider wants to be left alone.
pub async fn answer(app: &App, line: &Arc<Line>, handler: Handler) -> Result<usize> {
    if app.clock.now_ms() < line.held_until() {
        return Ok(0);
    }
    let due = claim(app, line).await?;
    // Chats are answered side by side, what came in one chat in its order: only the oldest of each was taken.
    let answers = due.iter().map(|row| one(app, line, handler, row));
    for answer in futures_util::future::join_all(answers).await {
        answer?;
    }
    Ok(due.len())
}

/// When something last came in this chat, ms UTC, as long as it is kept.
pub async fn last_came(app: &App, channel: Channel, chat: &str) -> Result<Option<i64>> {
    use arrival::{Column, Entity};
    let came = Entity::find().select_only().column(Column::CameMs).filter(Column::Channel.eq(channel)).filter(Column::Chat.eq(chat));
    Ok(came.order_by_desc(Column::CameMs).into_tuple::<i64>().one(app.db.read()).await?)
}

async fn claim(app: &App, line: &Line) -> Result<Vec<arrival::Model>> {
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
            .limit(AT_ONCE)
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
            let is_ours = claim.exec(tx.conn()).await?.rows_affected == 1;
            if is_ours && left {
                tracing::error!(arrival = row.id, "what came has ended the program again and again, and is left without an answer");
            } else if is_ours {
                taken.push(row);
            }
        }
        Ok(taken)
    })
}

async fn one(app: &App, line: &Arc<Line>, handler: Handler, row: &arrival::Model) -> Result<()> {
    let Ok(arrived) = serde_json::from_str::<Arrived>(&row.body) else {
        tracing::error!(arrival = row.id, "what came cannot be read and is left out");
        return settle(app, row.id, None).await;
    };
    // A fault of ours in answering one person is nobody else's.
    let answered = AssertUnwindSafe(async { handler(app, line, &arrived).await }).catch_unwind().await;
    match answered.unwrap_or_else(|_| Err(anyhow::anyhow!("the answer panicked").into())) {
        Ok(()) => settle(app, row.id, None).await,
        Err(error) if error.status() == StatusCode::INTERNAL_SERVER_ERROR && row.attempts + 1 < MOST_ATTEMPTS => {
            tracing::error!(arrival = row.id, %error, "what came will be answered later");
            settle(app, row.id, Some(app.clock.now_ms() + (FIRST_PAUSE_MS << row.attempts))).await
        }
        Err(error) => {
            tracing::error!(arrival = row.id, %error, "what came is left without an answer");
            settle(app, row.id, None).await
        }
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
