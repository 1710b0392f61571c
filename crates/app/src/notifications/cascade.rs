//! On to the next channel: when one leads nowhere, or a message that must arrive has not arrived in time.

use super::{
    Channel, State,
    decide::facts_of,
    deliver::{LEASE_MS, cut},
    row::delivery,
    rules,
};
use crate::{app::App, error::Result, web::Choice};
use sea_orm::{ActiveValue::Set, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect, Select, entity::prelude::*};
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
    let facts = facts_of(&row.facts);
    let next = next.filter(|_| !facts.is_over(row.wording, row.created_ms, now));
    let mut ended = row.clone().into_active_model();
    ended.escalate_ms = Set(None);
    ended.rest = Set(String::new());
    let left = match until {
        // That a line says something else now need not arrive: it was told.
        Until::End if facts.revises.is_some() => Some(State::Passed),
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
    let patience = rules::rule(tx.conn(), row.wording.side(), row.wording.kind()).await?.patience_ms();
    let further = delivery::ActiveModel {
        channel: Set(channel),
        escalate_ms: Set((!rest.is_empty()).then_some(now + patience)),
        rest: Set(Channel::stored(&rest)),
        ..row.anew(now)
    };
    delivery::Entity::insert(further).exec_without_returning(tx.conn()).await?;
    Ok(())
}

type Next = Option<(Channel, Vec<Channel>)>;

/// The next channel that this message was not tried through, with what is left after it; and whether one was tried after this row's.
async fn next_of(tx: &Tx, row: &delivery::Model, rest: &[Channel]) -> Result<(Next, bool)> {
    let tried = of_the_same(row).all(tx.conn()).await?;
    let left: Vec<Channel> = rest.iter().copied().filter(|channel| tried.iter().all(|one| one.channel != *channel)).collect();
    let next = left.split_first().map(|(next, rest)| (*next, rest.to_vec()));
    Ok((next, tried.iter().any(|one| one.id > row.id)))
}

/// The rows of one message, a row for each channel: one event tells each person one thing.
fn of_the_same(row: &delivery::Model) -> Select<delivery::Entity> {
    use delivery::{Column, Entity};
    Entity::find().filter(Column::Turn.eq(row.turn)).filter(Column::Person.eq(&row.person))
}

/// Whether another channel has taken the message on since this row was written.
pub(super) async fn is_passed_on(tx: &Tx, row: &delivery::Model) -> Result<bool> {
    Ok(of_the_same(row).filter(delivery::Column::Id.gt(row.id)).one(tx.conn()).await?.is_some())
}

/// Passes on what has not gone or not arrived by now, and says how many there were.
pub async fn escalate(app: &App) -> Result<usize> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    let late = Entity::find().filter(Column::EscalateMs.lte(now)).order_by_asc(Column::EscalateMs).limit(AT_ONCE);
    let late = late.all(app.db.read()).await?;
    for row in &late {
        store::transaction!(app.db, |tx| {
            let Some(held) = Entity::find_by_id(row.id).lock_exclusive().one(tx.conn()).await? else { return Ok(()) };
            // Settled or passed on by another node since.
            if held.escalate_ms != row.escalate_ms {
                return Ok(());
            }
            let rule = rules::rule(tx.conn(), held.wording.side(), held.wording.kind()).await?;
            let is_on_its_way = held.state == State::Sending && held.due_ms.is_some_and(|until| until > now && until <= now + LEASE_MS);
            let next_look = match held.state {
                // Put off, perhaps till the morning: it has not had its time yet.
                State::Queued if held.due_ms.is_some_and(|due| due > now) => held.due_ms.map(|due| due + rule.patience_ms()),
                // In a moment it is known how it ended; what need not arrive goes nowhere else while that is not known.
                State::Sending if is_on_its_way || !rule.must_reach => Some(now + MINUTE_MS),
                // Its provider is being asked about it, which goes on.
                State::Sending if held.due_ms.is_none() => return pass_on(tx, held.id, "", now, Until::Arrival).await,
                State::Queued | State::Failed | State::Sending => return pass_on(tx, held.id, "not in time", now, Until::End).await,
                State::Unknown => return pass_on(tx, held.id, &held.answer, now, Until::Doubt).await,
                State::Sent if rule.must_reach => return pass_on(tx, held.id, "", now, Until::Arrival).await,
                State::Sent | State::Delivered | State::Read | State::Passed | State::Dead => None,
            };
            let mut held = held.into_active_model();
            held.escalate_ms = Set(next_look);
            held.update(tx.conn()).await?;
            Ok(())
        })?;
    }
    Ok(late.len() + clear_lines_that_are_off(app, now).await?)
}

/// Passes on what waits for a channel that the company has switched off.
async fn clear_lines_that_are_off(app: &App, now: i64) -> Result<usize> {
    use delivery::{Column, Entity};
    let off: Vec<Channel> = Channel::ALL.iter().copied().filter(|channel| !app.lines.has(*channel)).collect();
    // What may be on its way was taken up by a program that still had the channel.
    let is_free = Column::State.ne(State::Sending).or(Column::DueMs.lte(now));
    let stuck = Entity::find().filter(Column::Channel.is_in(off)).filter(Column::DueMs.gt(0)).filter(is_free).limit(AT_ONCE);
    let stuck = stuck.all(app.db.read()).await?;
    for row in &stuck {
        store::transaction!(app.db, |tx| {
            match Entity::find_by_id(row.id).lock_exclusive().one(tx.conn()).await? {
                Some(held) if held.due_ms == row.due_ms => pass_on(tx, held.id, "the channel is off", now, Until::End).await,
                _ => Ok(()),
            }
        })?;
    }
    Ok(stuck.len())
}
