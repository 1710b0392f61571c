//! What became of messages after a provider took them: asked for, or told by the provider.

use super::{
    Channel, Line, State, cascade,
    deliver::{DOUBT_MS, cut, provider_id},
    returns,
    row::delivery,
    ways,
};
use crate::{app::App, error::Result, messages};
use channels::{Failure, Fate};
use sea_orm::{ActiveValue::Set, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::SimpleExpr};
use store::Tx;

const MINUTE_MS: i64 = 60_000;
/// After so long an answer changes nothing any more.
const CURIOUS_MS: i64 = 24 * 60 * MINUTE_MS;
const AT_ONCE: u64 = 30;

/// Asks how the messages of this line fare about which it is time to ask, and says how many there were.
pub async fn ask(app: &App, line: &Line) -> Result<usize> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    if now < line.held_until() {
        return Ok(0);
    }
    let open = Entity::find().filter(Column::AskMs.lte(now)).filter(Column::Channel.eq(line.channel));
    let open = open.order_by_asc(Column::AskMs).limit(AT_ONCE).all(app.db.read()).await?;
    for row in &open {
        line.turn().await;
        // The ids hold no phone: it is the person's, as long as it is the one that the message went to.
        let to = returns::address_of(app, row).await?.unwrap_or_default();
        match line.client.fate(&row.provider_id, &to).await {
            Ok(Some(fate)) => note(app, row.id, &row.provider_id, &fate).await?,
            Ok(None) => store::transaction!(app.db, |tx| ask_later(tx, row.id, None).await)?,
            // Nobody can say: the person has another phone since, or it went by another gateway.
            Err(Failure::Refused { .. }) => store::transaction!(app.db, |tx| lose_sight(tx, row, now).await)?,
            Err(_) if row.state != State::Sending && now - row.created_ms >= CURIOUS_MS => {
                store::transaction!(app.db, |tx| ask_later(tx, row.id, None).await)?;
            }
            // Nobody wants to hear it any more, and nobody knows whether they did.
            Err(failure) if now - row.created_ms >= CURIOUS_MS => {
                let why = failure.why();
                store::transaction!(app.db, |tx| cascade::pass_on(tx, row.id, why, now, cascade::Until::Doubt).await)?;
            }
            Err(failure) => {
                tracing::warn!(channel = %line.channel, %failure, "it is not known how a message fares");
                store::transaction!(app.db, |tx| ask_later(tx, row.id, Some(now + MINUTE_MS)).await)?;
                return Ok(0);
            }
        }
    }
    Ok(open.len())
}

async fn ask_later(tx: &Tx, id: i64, at: Option<i64>) -> Result<()> {
    let update = delivery::Entity::update_many().col_expr(delivery::Column::AskMs, Expr::value(at));
    update.filter(delivery::Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Nobody can be asked about this message any more.
async fn lose_sight(tx: &Tx, row: &delivery::Model, now: i64) -> Result<()> {
    use delivery::Column;
    if row.state != State::Sending {
        return ask_later(tx, row.id, None).await;
    }
    let update = delivery::Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Unknown))
        .col_expr(Column::AskMs, Expr::value(Option::<i64>::None))
        .col_expr(Column::EscalateMs, Expr::col(Column::EscalateMs).if_null(now + DOUBT_MS))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(State::Sending))
        .filter(Column::DueMs.is_null());
    update.exec(tx.conn()).await?;
    Ok(())
}

/// Notes what a provider says of messages, by its own ids of them; what it says of others is left alone.
pub async fn told(app: &App, channel: Channel, fates: &[(String, Option<String>, Fate)]) -> Result<()> {
    use delivery::{Column, Entity};
    for (id, key, fate) in fates {
        // What has not been sent yet has no id either.
        let of_id = Entity::find().filter(Column::Channel.eq(channel)).filter(is_known_as(channel, id)).filter(Column::ProviderId.ne(""));
        let by_id = of_id.one(app.db.read()).await?;
        let found = match (by_id, key.as_ref().and_then(|key| key.parse::<i64>().ok())) {
            (Some(row), _) => Some(row),
            (None, Some(own)) => Entity::find_by_id(own).filter(Column::Channel.eq(channel)).one(app.db.read()).await?,
            (None, None) => None,
        };
        if let Some(row) = found {
            note(app, row.id, id, fate).await?;
        }
    }
    Ok(())
}

/// That a message has this id with its provider, be it kept in the way of former versions.
fn is_known_as(channel: Channel, id: &str) -> SimpleExpr {
    delivery::Column::ProviderId.is_in([provider_id(channel, id), id.to_owned()])
}

/// How far along a state is: what a provider says late takes nothing back.
fn rank(state: State) -> u8 {
    match state {
        State::Queued | State::Failed | State::Sending | State::Unknown => 0,
        State::Sent => 1,
        State::Delivered => 2,
        State::Read => 3,
        State::Passed | State::Dead => 4,
    }
}

/// Notes how a message fares, and what follows from it for others.
pub(super) async fn note(app: &App, id: i64, of: &str, fate: &Fate) -> Result<()> {
    let Some(row) = note_state(app, id, of, fate).await? else { return Ok(()) };
    if matches!(fate, Fate::Underway | Fate::Delivered | Fate::Read) && row.state == State::Sending && row.due_ms.is_none() {
        note_found(app, &row).await?;
    }
    match fate {
        Fate::Delivered | Fate::Read => match row.message_id {
            Some(line) => messages::note_delivered(app, super::decide::first_line(&row.facts).unwrap_or(line), line).await,
            None => Ok(()),
        },
        // It was taken, and found out only later that nobody is there.
        Fate::Gone { why } if !matches!(row.state, State::Delivered | State::Read) => {
            if let Some(address) = returns::address_of(app, &row).await? {
                return ways::note_dead(app, row.channel, &address, why).await;
            }
            match row.user_id.filter(|_| row.channel.is_linked_by_code()) {
                Some(user) => ways::note_dead_of(app, row.channel, user, why).await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Notes what a message costs of which nobody knew whether it had been taken.
async fn note_found(app: &App, row: &delivery::Model) -> Result<()> {
    use delivery::{Column, Entity};
    let Some(line) = app.lines.get(row.channel) else { return Ok(()) };
    let to = returns::address_of(app, row).await?.unwrap_or_default();
    let Some(sent) = line.client.found(&row.provider_id, &to).await else { return Ok(()) };
    let update = || {
        Entity::update_many()
            .col_expr(Column::ProviderId, Expr::value(provider_id(row.channel, &sent.id)))
            .col_expr(Column::CostMinor, Expr::value(sent.cost_minor))
            .col_expr(Column::Parts, Expr::value(i64::from(sent.parts)))
            .filter(Column::Id.eq(row.id))
            .filter(Column::ProviderId.eq(&row.provider_id))
    };
    store::transaction!(app.db, |tx| update().exec(tx.conn()).await.map(drop))?;
    Ok(())
}

/// Notes how a message fares; the message as it was before, if there is one of which that can be said.
async fn note_state(app: &App, id: i64, of: &str, fate: &Fate) -> Result<Option<delivery::Model>> {
    let now = app.clock.now_ms();
    store::transaction!(app.db, |tx| {
        let row = delivery::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
        // One that was not tried yet, or is to be tried anew from the beginning: that is said of an earlier time.
        let Some(row) = row.filter(|row| row.state != State::Queued) else { return Ok(None) };
        let age = now - row.sent_ms.unwrap_or(row.created_ms);
        let state = row.state;
        let mut known = row.clone().into_active_model();
        if row.provider_id.is_empty() {
            known.provider_id = Set(provider_id(row.channel, of));
        }
        match fate {
            Fate::Underway => {
                // Less and less often: after a minute, two, four …
                let next = (age / 2).clamp(MINUTE_MS / 2, 60 * MINUTE_MS);
                known.ask_ms = Set((age < CURIOUS_MS && row.ask_ms.is_some()).then_some(now + next));
                if rank(state) == 0 {
                    known.state = Set(State::Sent);
                    // It was taken, be it that we heard no answer: it is not sent again.
                    known.due_ms = Set(None);
                    known.sent_ms = Set(row.sent_ms.or(Some(now)));
                }
            }
            Fate::Delivered | Fate::Read => {
                let reached = if *fate == Fate::Read { State::Read } else { State::Delivered };
                known.ask_ms = Set(None);
                known.escalate_ms = Set(None);
                known.due_ms = Set(None);
                if rank(reached) > rank(state) {
                    known.state = Set(reached);
                }
                known.sent_ms = Set(row.sent_ms.or(Some(now)));
                known.delivered_ms = Set(row.delivered_ms.or(Some(now)));
                if *fate == Fate::Read {
                    known.read_ms = Set(row.read_ms.or(Some(now)));
                }
            }
            Fate::Lost { why } | Fate::Gone { why } if rank(state) < 2 => {
                cascade::pass_on(tx, id, why, now, cascade::Until::End).await?;
                return Ok(Some(row));
            }
            Fate::Unknown if state == State::Sending && (now - row.created_ms >= CURIOUS_MS || cascade::is_passed_on(tx, &row).await?) => {
                cascade::pass_on(tx, id, "never taken", now, cascade::Until::End).await?;
                return Ok(Some(row));
            }
            // It was never taken, so it is sent as if for the first time.
            Fate::Unknown if state == State::Sending && row.due_ms.is_none() => {
                known.state = Set(State::Failed);
                known.due_ms = Set(Some(now));
                known.ask_ms = Set(None);
                known.answer = Set(cut("never taken"));
            }
            Fate::Lost { .. } | Fate::Gone { .. } | Fate::Unknown => known.ask_ms = Set(None),
        }
        known.update(tx.conn()).await?;
        Ok(Some(row))
    })
}

/// Has the provider asked at once how a message fares.
pub async fn ask_soon(app: &App, channel: Channel, id: &str) -> Result<()> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    let update = || {
        Entity::update_many().col_expr(Column::AskMs, Expr::value(now)).filter(Column::Channel.eq(channel)).filter(is_known_as(channel, id))
    };
    store::transaction!(app.db, |tx| update().exec(tx.conn()).await.map(drop))?;
    Ok(())
}
