//! The life of an order: what people do to it, and how it follows its visits.

use super::{
    Detail, EventKind, Order, OrderAction, OrderStatus, Problem, VisitStatus, derived, event, policy, query::find_to_change, row, visits,
};
use crate::{
    access::{Actor, Allowed},
    error::{Error, Result},
    ids::{OrderId, VisitId},
    web::Change,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, IntoActiveModel, QuerySelect, entity::prelude::*};

/// Something done to an order, as somebody asks for it.
#[derive(Clone, Debug)]
pub struct Deed {
    pub action: OrderAction,
    /// The version of the order that they saw.
    pub version: Option<i64>,
    pub reason: String,
    /// For a hold: when it ends by itself, ms UTC.
    pub until_ms: Option<i64>,
}

impl Deed {
    pub fn new(action: OrderAction) -> Self {
        Self { action, version: None, reason: String::new(), until_ms: None }
    }
}

/// Does something to an order.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, a conflict when the state does not allow it, `Invalid` when a reason is missing.
pub async fn act(change: &Change, id: OrderId, deed: &Deed) -> Result<Order> {
    let order = find_to_change(&change.tx, &change.actor, id).await?;
    let allowed = change.actor.may(deed.action, order)?;
    change.expect_version(deed.version, allowed.item().version)?;
    allowed.carry_out(change, deed).await
}

impl Allowed<OrderAction> {
    async fn carry_out(self, change: &Change, deed: &Deed) -> Result<Order> {
        let action = self.action;
        let order = self.into_inner();
        let late_cancel = action == OrderAction::Cancel
            && !change.actor.is_staff()
            && (order.status == OrderStatus::InProgress || is_under_way(change, &order).await?);
        if late_cancel {
            return request_cancellation(change, order, &deed.reason).await;
        }
        if !action.from().contains(&order.status) {
            return Err(Error::conflict("not_now"));
        }
        if deed.reason.is_empty() && policy::needs_reason(action) {
            return Err(Error::field("reason", "required"));
        }
        match action {
            OrderAction::Confirm => set(change, order, OrderStatus::Confirmed, EventKind::OrderConfirmed, deed, |_| {}).await,
            OrderAction::Cancel => {
                visits::cancel_all(change, &order, &deed.reason).await?;
                let reason = deed.reason.clone();
                set(change, order, OrderStatus::Cancelled, EventKind::OrderCancelled, deed, |row| row.reason = Set(reason)).await
            }
            OrderAction::Hold => hold(change, order, deed).await,
            OrderAction::Resume => resume(change, order, deed).await,
            OrderAction::Accept => {
                visits::finish_all(change, &order).await?;
                set(change, order, OrderStatus::Completed, EventKind::OrderCompleted, deed, |_| {}).await
            }
            OrderAction::Return => {
                visits::return_last(change, &order, &deed.reason).await?;
                set(change, order, OrderStatus::Scheduled, EventKind::OrderReturned, deed, |_| {}).await
            }
            OrderAction::Reopen => {
                set(change, order, OrderStatus::Confirmed, EventKind::OrderReopened, deed, |row| row.completed_ms = Set(None)).await
            }
        }
    }
}

async fn set(
    change: &Change,
    order: Order,
    status: OrderStatus,
    kind: EventKind,
    deed: &Deed,
    more: impl FnOnce(&mut row::ActiveModel),
) -> Result<Order> {
    let version = order.version;
    let mut row = order.into_active_model();
    row.status = Set(status);
    row.open = Set(status.is_open());
    row.status_ms = Set(change.now);
    row.version = Set(version + 1);
    if status == OrderStatus::Completed {
        row.completed_ms = Set(Some(change.now));
    }
    if !status.is_open() {
        row.problem = Set(None);
        row.problem_ms = Set(None);
    }
    more(&mut row);
    let order = row.update(change.tx.conn()).await?;
    event::record(change, &order, None, kind, Detail { reason: deed.reason.clone(), until_ms: deed.until_ms, ..Detail::default() }).await?;
    point_at_visit(change, order).await
}

async fn hold(change: &Change, order: Order, deed: &Deed) -> Result<Order> {
    if deed.until_ms.is_some_and(|until| until <= change.now) {
        return Err(Error::field("until", "date_past"));
    }
    visits::break_off_all(change, &order, &deed.reason).await?;
    let (held, reason, until) = (order.status, deed.reason.clone(), deed.until_ms);
    let store = |row: &mut row::ActiveModel| {
        row.held_status = Set(Some(held));
        row.reason = Set(reason);
        row.wake_ms = Set(until);
    };
    set(change, order, OrderStatus::OnHold, EventKind::OrderHeld, deed, store).await
}

async fn resume(change: &Change, order: Order, deed: &Deed) -> Result<Order> {
    let back = if order.held_status == Some(OrderStatus::New) { OrderStatus::New } else { OrderStatus::Confirmed };
    let clear = |row: &mut row::ActiveModel| {
        row.held_status = Set(None);
        row.wake_ms = Set(None);
        row.reason = Set(String::new());
    };
    let id = order.id;
    let order = set(change, order, back, EventKind::OrderResumed, deed, clear).await?;
    // Work that was done before the hold still counts.
    match follow_visits(change, id, None).await? {
        Some(followed) => Ok(followed),
        None => Ok(order),
    }
}

/// Too late to cancel alone: the dispatcher is asked.
async fn request_cancellation(change: &Change, order: Order, reason: &str) -> Result<Order> {
    if reason.is_empty() {
        return Err(Error::field("reason", "required"));
    }
    if !matches!(order.status, OrderStatus::Scheduled | OrderStatus::InProgress) {
        return Err(Error::conflict("not_now"));
    }
    let version = order.version;
    let mut row = order.into_active_model();
    row.problem = Set(Some(Problem::CancellationRequested));
    row.problem_ms = Set(Some(change.now));
    row.cancel_requested_by = Set(change.actor.user_id);
    row.version = Set(version + 1);
    let order = row.update(change.tx.conn()).await?;
    event::record(change, &order, None, EventKind::CancellationRequested, Detail { reason: reason.to_owned(), ..Detail::default() })
        .await?;
    Ok(order)
}

#[derive(FromQueryResult)]
struct VisitState {
    id: VisitId,
    status: VisitStatus,
    starts_ms: i64,
    finished_ms: Option<i64>,
}

async fn visit_states(change: &Change, order_id: OrderId) -> Result<Vec<VisitState>> {
    let text = "SELECT id, status, starts_ms, finished_ms FROM visits WHERE order_id = ? ORDER BY starts_ms, id";
    Ok(VisitState::find_by_statement(store::sql(change.tx.engine(), text, [order_id.into()])).all(change.tx.conn()).await?)
}

async fn is_under_way(change: &Change, order: &Order) -> Result<bool> {
    Ok(visit_states(change, order.id).await?.iter().any(|visit| visit.status.is_under_way()))
}

/// Moves the order to where its visits have brought it. `problem` sets or takes away the mark; `None` leaves it.
///
/// Returns the order when it changed.
pub(crate) async fn follow_visits(change: &Change, id: OrderId, problem: Option<Option<Problem>>) -> Result<Option<Order>> {
    let order = super::hold_row(&change.tx, id).await?;
    let states = visit_states(change, id).await?;
    let statuses: Vec<VisitStatus> = states.iter().map(|visit| visit.status).collect();
    let next = derived(order.status, &statuses);
    let before = order.clone();
    let mut row = order.into_active_model();
    if let Some(status) = next {
        row.status = Set(status);
        row.status_ms = Set(change.now);
    }
    if let Some(problem) = problem
        && before.problem != Some(Problem::CancellationRequested)
        && before.problem != problem
    {
        row.problem = Set(problem);
        row.problem_ms = Set(problem.map(|_| change.now));
    }
    point(&mut row, &states);
    let order = if row.is_changed() {
        row.version = Set(before.version + 1);
        row.update(change.tx.conn()).await?
    } else {
        before.clone()
    };
    if let Some(status) = next {
        event::record(change, &order, None, event_of(before.status, status), Detail::default()).await?;
    }
    let checked = !statuses.contains(&VisitStatus::Done) && statuses.contains(&VisitStatus::Checked);
    if order.status == OrderStatus::Acceptance && checked {
        return set(change, order, OrderStatus::Completed, EventKind::OrderCompleted, &Deed::new(OrderAction::Accept), |_| {})
            .await
            .map(Some);
    }
    Ok((order != before).then_some(order))
}

fn event_of(from: OrderStatus, to: OrderStatus) -> EventKind {
    match (from, to) {
        (_, OrderStatus::InProgress) => EventKind::OrderStarted,
        (_, OrderStatus::Acceptance) => EventKind::OrderFinished,
        (OrderStatus::Acceptance, OrderStatus::Scheduled) => EventKind::OrderReturned,
        (_, OrderStatus::Scheduled) => EventKind::OrderScheduled,
        _ => EventKind::OrderUnscheduled,
    }
}

/// The visit that lists show: one under way, else the next to come, else the last one done.
fn point(row: &mut row::ActiveModel, states: &[VisitState]) {
    let under_way = states.iter().find(|visit| visit.status.is_under_way());
    let coming = || states.iter().find(|visit| visit.status.is_busy() || visit.status == VisitStatus::Returned);
    let past = || states.iter().filter(|visit| !visit.status.is_void()).max_by_key(|visit| (visit.finished_ms, visit.starts_ms));
    let shown = under_way.or_else(coming).or_else(past);
    let visit_id = shown.map(|visit| visit.id);
    let due_ms = shown.map_or(super::NO_DATE_MS, |visit| visit.starts_ms);
    if row.visit_id.as_ref() != &visit_id {
        row.visit_id = Set(visit_id);
    }
    if row.due_ms.as_ref() != &due_ms {
        row.due_ms = Set(due_ms);
    }
}

async fn point_at_visit(change: &Change, order: Order) -> Result<Order> {
    let states = visit_states(change, order.id).await?;
    let mut row = order.clone().into_active_model();
    point(&mut row, &states);
    if row.is_changed() { Ok(row.update(change.tx.conn()).await?) } else { Ok(order) }
}

/// Wakes the held orders whose date has come; returns how many.
pub async fn wake_due(app: &crate::app::App) -> Result<usize> {
    let due = row::Entity::find()
        .filter(row::Column::Status.eq(OrderStatus::OnHold))
        .filter(row::Column::WakeMs.lte(app.clock.now_ms()))
        .limit(200)
        .all(app.db.read())
        .await?;
    let mut woken = 0;
    for order in due {
        let deed = Deed { version: Some(order.version), ..Deed::new(OrderAction::Resume) };
        let result = change!(app, &Actor::system("hold") => |change| act(change, order.id, &deed).await);
        match result {
            Ok(_) => woken += 1,
            // Somebody was quicker.
            Err(Error::Stale | Error::Conflict(..)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(woken)
}
