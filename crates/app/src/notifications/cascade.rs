//! On to the next channel: when one leads nowhere, or a message that must arrive has not arrived in time.

use super::{
    Channel, State,
    decide::Facts,
    deliver::{LEASE_MS, cut},
    row::delivery,
};
use crate::{app::App, error::Result};
use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};
use store::Tx;

const MINUTE_MS: i64 = 60_000;
const AT_ONCE: u64 = 100;

/// What becomes of the message that is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// It ends.
    End,
    /// Nobody knows whether it arrived, and it stays so where no channel is left.
    Doubt,
    /// It may still arrive.
    Arrival,
}

/// Hands a message on to the next channel of the person; where there is none it is given up, which the office sees.
pub(super) async fn pass_on(tx: &Tx, id: i64, why: &str, now: i64, until: Until) -> Result<()> {
    let Some(row) = delivery::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await? else { return Ok(()) };
    let rest = Channel::list(&row.rest);
    let (next, is_passed_on) = next_of(tx, &row, &rest).await?;
    let facts: Facts = serde_json::from_str(&row.facts).unwrap_or_default();
    let next = next.filter(|_| !facts.is_over(row.wording, row.created_ms, now));
    let mut ended = row.clone().into_active_model();
    ended.escalate_ms = Set(None);
    ended.rest = Set(String::new());
    let left = match until {
        Until::End => Some(State::Dead),
        Until::Doubt => Some(State::Unknown),
        Until::Arrival => None,
    };
    if let Some(left) = left {
        ended.state = Set(if next.is_some() || is_passed_on { State::Passed } else { left });
        ended.due_ms = Set(None);
        ended.ask_ms = Set(None);
        ended.answer = Set(cut(why));
        ended.attempts = Set(row.attempts + i64::from(row.state == State::Sending));
    }
    ended.update(tx.conn()).await?;
    let Some((channel, rest)) = next else { return Ok(()) };
    let wait = row.escalate_ms.map(|at| (at - row.due_ms.unwrap_or(row.created_ms)).clamp(MINUTE_MS, 24 * 60 * MINUTE_MS));
    let further = delivery::ActiveModel {
        turn: Set(row.turn),
        wording: Set(row.wording),
        channel: Set(channel),
        person: Set(row.person),
        user_id: Set(row.user_id),
        customer_id: Set(row.customer_id),
        thread: Set(row.thread),
        order_id: Set(row.order_id),
        visit_id: Set(row.visit_id),
        message_id: Set(row.message_id),
        facts: Set(row.facts),
        escalate_ms: Set(wait.filter(|_| !rest.is_empty()).map(|wait| now + wait)),
        rest: Set(Channel::stored(&rest)),
        state: Set(State::Queued),
        attempts: Set(0),
        due_ms: Set(Some(now)),
        provider_id: Set(String::new()),
        answer: Set(String::new()),
        parts: Set(0),
        created_ms: Set(now),
        ..Default::default()
    };
    delivery::Entity::insert(further).exec_without_returning(tx.conn()).await?;
    Ok(())
}

type Next = Option<(Channel, Vec<Channel>)>;

/// The next channel that this message was not tried through, with what is left after it; and whether one was tried after this row's.
async fn next_of(tx: &Tx, row: &delivery::Model, rest: &[Channel]) -> Result<(Next, bool)> {
    let tried = delivery::Entity::find().filter(delivery::Column::Turn.eq(row.turn)).filter(delivery::Column::Person.eq(&row.person));
    let tried = tried.all(tx.conn()).await?;
    let left: Vec<Channel> = rest.iter().copied().filter(|channel| tried.iter().all(|one| one.channel != *channel)).collect();
    let next = left.split_first().map(|(next, rest)| (*next, rest.to_vec()));
    Ok((next, tried.iter().any(|one| one.id > row.id)))
}

/// Passes on what must have arrived by now, and says how many there were.
pub async fn escalate(app: &App) -> Result<usize> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    let late = || Entity::find().filter(Column::EscalateMs.lte(now)).order_by_asc(Column::EscalateMs).limit(AT_ONCE);
    let late = late().all(app.db.read()).await?;
    for row in &late {
        store::transaction!(app.db, |tx| {
            let Some(held) = Entity::find_by_id(row.id).lock_exclusive().one(tx.conn()).await? else { return Ok(()) };
            // Settled or passed on by another node since.
            if held.escalate_ms != row.escalate_ms {
                return Ok(());
            }
            let is_on_its_way = held.state == State::Sending && held.due_ms.is_some_and(|until| until > now && until <= now + LEASE_MS);
            match held.state {
                // In a moment it is known how it ended.
                State::Sending if is_on_its_way => {
                    let mut later = held.into_active_model();
                    later.escalate_ms = Set(Some(now + MINUTE_MS));
                    later.update(tx.conn()).await?;
                    Ok(())
                }
                State::Queued | State::Failed | State::Sending => pass_on(tx, held.id, "not in time", now, Until::End).await,
                State::Unknown => pass_on(tx, held.id, &held.answer, now, Until::Doubt).await,
                State::Sent => pass_on(tx, held.id, "", now, Until::Arrival).await,
                State::Delivered | State::Read | State::Passed | State::Dead => {
                    let mut done = held.into_active_model();
                    done.escalate_ms = Set(None);
                    done.update(tx.conn()).await?;
                    Ok(())
                }
            }
        })?;
    }
    Ok(late.len())
}
