//! What the customer says of a visit's time: it suits them, or they ask for another.

use super::{Visit, find};
use crate::{
    access::Who,
    error::{Error, Result},
    ids::{OrderId, VisitId},
    orders::{self, Detail, Event, EventKind, VisitStatus},
    web::{Change, Fields, Input},
};

/// When somebody may come instead, in the customer's words.
#[derive(Clone, Debug)]
pub struct Wish {
    pub wish: String,
}

impl Input for Wish {
    fn read(fields: &mut Fields) -> Self {
        Self { wish: fields.text("wish", 500) }
    }
}

/// The visit of an order whose time the customer may still speak of: the next one that somebody has accepted.
pub async fn next_of(
    conn: &impl sea_orm::ConnectionTrait,
    actor: &crate::access::Actor,
    order: OrderId,
    now: i64,
) -> Result<Option<Visit>> {
    let visits = super::of_order(conn, actor, order).await?;
    Ok(visits.into_iter().find(|visit| is_awaited(visit, now)))
}

/// Whether somebody is to come, so that the customer may still speak of the time.
pub fn is_awaited(visit: &Visit, now: i64) -> bool {
    visit.status == VisitStatus::Accepted && visit.starts_ms > now
}

/// How far back it is looked what the customer said of a time.
const SEEN_OF_HISTORY: u64 = 200;

/// Whether the customer has said of this visit's time that it suits them, and has not asked for another since. `events` are the
/// history, newest first.
pub fn is_confirmed(events: &[Event], visit: &Visit) -> bool {
    let spoken = |event: &&Event| event.visit_id == Some(visit.id) && matches!(event.kind, EventKind::TimeFits | EventKind::MoveWanted);
    let last = events.iter().find(spoken);
    last.is_some_and(|event| event.kind == EventKind::TimeFits && event.particulars().starts_ms == Some(visit.starts_ms))
}

/// The time suits the customer: it stands in the history, where the office sees it, once for each time. `seen_ms` is the start that
/// they were shown, where that may be an earlier one.
///
/// # Errors
/// `NotFound` for anybody but the order's customer; a conflict when nobody is to come any more; stale when the time is another now.
pub async fn fits(change: &Change, id: VisitId, seen_ms: Option<i64>) -> Result<OrderId> {
    answer(change, id, EventKind::TimeFits, "", seen_ms).await
}

/// The customer asks for another time; the office is told, and moves the visit if it can.
///
/// # Errors
/// As [`fits`].
pub async fn want_move(change: &Change, id: VisitId, wish: &str) -> Result<OrderId> {
    answer(change, id, EventKind::MoveWanted, wish, None).await
}

async fn answer(change: &Change, id: VisitId, kind: EventKind, wish: &str, seen_ms: Option<i64>) -> Result<OrderId> {
    let visit: Visit = find(change.tx.conn(), &change.actor, id).await?;
    if !matches!(change.actor.who, Who::Customer(_) | Who::Link(_)) {
        return Err(Error::NotFound);
    }
    let order = orders::hold_row(&change.tx, visit.order_id).await?;
    let visit = find(change.tx.conn(), &change.actor, id).await?;
    if !is_awaited(&visit, change.now) {
        return Err(Error::conflict("not_now"));
    }
    if seen_ms.is_some_and(|seen| seen != visit.starts_ms) {
        return Err(Error::Stale);
    }
    let conn = change.tx.conn();
    if kind == EventKind::TimeFits && is_confirmed(&orders::history(conn, &change.actor, order.id, SEEN_OF_HISTORY).await?, &visit) {
        return Ok(order.id);
    }
    let detail = Detail { reason: wish.to_owned(), starts_ms: Some(visit.starts_ms), ends_ms: Some(visit.ends_ms), ..Detail::default() };
    orders::record(change, &order, Some(&visit), kind, detail).await?;
    Ok(order.id)
}
