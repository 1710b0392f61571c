//! The life of a visit from the offer to the check.

use super::{CrewMember, Visit, crews, find, find_to_change, plan, policy, row};
use crate::{
    access::{Actor, Allowed},
    error::{Error, Result},
    ids::{OrderId, VisitId, WorkerId},
    orders::{self, Detail, EventKind, Order, Problem, VisitAction, VisitStatus},
    web::Change,
    workers::WorkerKind,
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, QuerySelect, entity::prelude::*};

const MINUTE_MS: i64 = 60_000;

/// One step in the life of a visit, as somebody asks for it.
#[derive(Clone, Debug)]
pub struct Step {
    pub action: VisitAction,
    /// The version of the visit that they saw.
    pub version: Option<i64>,
    /// Why, or on whose word when it is done on a worker's behalf.
    pub reason: String,
    /// One of the usual reasons, by its word.
    pub reason_code: String,
}

impl Step {
    pub fn new(action: VisitAction) -> Self {
        Self { action, version: None, reason: String::new(), reason_code: String::new() }
    }
}

/// Takes one step with a visit and moves its order along.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, a conflict when the state does not allow it or the crew is busy, `Invalid` when
/// a reason, a photo, a tick or a signature is missing.
pub async fn act(change: &Change, id: VisitId, step: &Step) -> Result<Visit> {
    act_after(change, id, step, &[]).await
}

/// Offers a visit that was just moved; `crew_before` knew of it before.
pub(super) async fn offer_moved(change: &Change, id: VisitId, crew_before: &[WorkerId]) -> Result<Visit> {
    act_after(change, id, &Step::new(VisitAction::Offer), crew_before).await
}

async fn act_after(change: &Change, id: VisitId, step: &Step, crew_before: &[WorkerId]) -> Result<Visit> {
    let order_id = find(change.tx.conn(), &change.actor, id).await?.order_id;
    // Always the order first, then its visits: two changes of one order wait for each other and never deadlock.
    let order = orders::hold_row(&change.tx, order_id).await?;
    let visit = find_to_change(&change.tx, &change.actor, id).await?;
    let allowed = change.actor.may(step.action, visit)?;
    change.expect_version(step.version, allowed.item().version)?;
    allowed.carry_out(change, &order, step, crew_before).await
}

impl Allowed<VisitAction> {
    async fn carry_out(self, change: &Change, order: &Order, step: &Step, crew_before: &[WorkerId]) -> Result<Visit> {
        let action = self.action;
        let visit = self.into_inner();
        if !action.from().contains(&visit.status) || action == VisitAction::Move {
            return Err(Error::conflict("not_now"));
        }
        if !order.status.is_open() || order.status == orders::OrderStatus::OnHold {
            return Err(Error::conflict("order_not_open"));
        }
        if step.reason.is_empty()
            && step.reason_code.is_empty()
            && (policy::needs_reason(action) || policy::on_behalf(&change.actor, action))
        {
            return Err(Error::field("reason", "required"));
        }
        let team = crews(change.tx.conn(), change.tx.engine(), &[visit.id]).await?;
        if matches!(action, VisitAction::Offer | VisitAction::Accept) {
            plan::refuse_overlap(change, &ids(&team), &visit, plan::Against::Unforced).await?;
        }
        if action == VisitAction::Finish {
            super::super::reports::refuse_unfinished(change, order, &visit).await?;
        }
        let visit = apply(change, visit, action, step).await?;
        orders::record_move(change, order, Some(&visit), event_of(action), detail(&visit, &team, step), crew_before).await?;
        let visit = if action == VisitAction::Offer { accept_at_once(change, order, visit, &team).await? } else { visit };
        orders::follow_visits(change, order.id, problem_of(action)).await?;
        Ok(visit)
    }
}

async fn apply(change: &Change, visit: Visit, action: VisitAction, step: &Step) -> Result<Visit> {
    let now = change.now;
    let version = visit.version;
    let starts_ms = visit.starts_ms;
    let mut row = visit.into_active_model();
    match action {
        VisitAction::Offer => {
            row.offered_ms = Set(Some(now));
            row.offer_until_ms = Set(Some(offer_deadline(change, starts_ms)));
        }
        VisitAction::Accept => row.accepted_ms = Set(Some(now)),
        VisitAction::Depart => row.departed_ms = Set(Some(now)),
        VisitAction::Arrive => row.arrived_ms = Set(Some(now)),
        VisitAction::Finish | VisitAction::Fail => row.finished_ms = Set(Some(now)),
        _ => {}
    }
    if policy::needs_reason(action) {
        row.reason = Set(step.reason.clone());
        row.reason_code = Set(step.reason_code.clone());
    }
    let status = target(action);
    row.status = Set(status);
    row.version = Set(version + 1);
    let visit = row.update(change.tx.conn()).await?;
    set_live(change, &visit).await?;
    Ok(visit)
}

/// The crew is taken up at the visit's time, or free again.
pub(super) async fn set_live(change: &Change, visit: &Visit) -> Result<()> {
    use row::crew::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::Live, visit.status.is_busy().into())
        .col_expr(Column::StartsMs, visit.starts_ms.into())
        .col_expr(Column::EndsMs, visit.ends_ms.into())
        .filter(Column::VisitId.eq(visit.id))
        .exec(change.tx.conn())
        .await?;
    Ok(())
}

fn target(action: VisitAction) -> VisitStatus {
    match action {
        VisitAction::Offer => VisitStatus::Offered,
        VisitAction::Accept => VisitStatus::Accepted,
        VisitAction::Decline => VisitStatus::Declined,
        VisitAction::Depart => VisitStatus::EnRoute,
        VisitAction::Arrive | VisitAction::Resume => VisitStatus::OnSite,
        VisitAction::Pause => VisitStatus::Paused,
        VisitAction::Finish => VisitStatus::Done,
        VisitAction::Fail => VisitStatus::NotDone,
        VisitAction::Check => VisitStatus::Checked,
        VisitAction::Return => VisitStatus::Returned,
        VisitAction::Cancel => VisitStatus::Cancelled,
        VisitAction::Move => VisitStatus::Planned,
    }
}

fn event_of(action: VisitAction) -> EventKind {
    match action {
        VisitAction::Offer => EventKind::VisitOffered,
        VisitAction::Accept => EventKind::VisitAccepted,
        VisitAction::Decline => EventKind::VisitDeclined,
        VisitAction::Depart => EventKind::VisitDeparted,
        VisitAction::Arrive => EventKind::VisitArrived,
        VisitAction::Pause => EventKind::VisitPaused,
        VisitAction::Resume => EventKind::VisitResumed,
        VisitAction::Finish => EventKind::VisitDone,
        VisitAction::Fail => EventKind::VisitNotDone,
        VisitAction::Check => EventKind::VisitChecked,
        VisitAction::Return => EventKind::VisitReturned,
        VisitAction::Cancel => EventKind::VisitCancelled,
        VisitAction::Move => EventKind::VisitMoved,
    }
}

/// The mark that this action leaves on the order; `Some(None)` takes an older one away.
fn problem_of(action: VisitAction) -> Option<Option<Problem>> {
    match action {
        VisitAction::Decline => Some(Some(Problem::Declined)),
        VisitAction::Fail => Some(Some(Problem::NotDone)),
        VisitAction::Offer | VisitAction::Accept | VisitAction::Finish => Some(None),
        _ => None,
    }
}

fn ids(team: &[CrewMember]) -> Vec<WorkerId> {
    team.iter().map(|member| member.worker_id).collect()
}

pub(super) fn detail(visit: &Visit, team: &[CrewMember], step: &Step) -> Detail {
    Detail {
        reason: step.reason.clone(),
        reason_code: step.reason_code.clone(),
        workers: team.iter().map(|member| member.name.clone()).collect(),
        starts_ms: Some(visit.starts_ms),
        ends_ms: Some(visit.ends_ms),
        ..Detail::default()
    }
}

/// Until when an offer stands: the company's time for answering, but not past the visit's start, and never less than five minutes.
fn offer_deadline(change: &Change, starts_ms: i64) -> i64 {
    let usual = change.now + change.app.company().offer_minutes * MINUTE_MS;
    usual.min(starts_ms).max(change.now + 5 * MINUTE_MS)
}

/// Where the company says so, a specialist's visit is accepted with the offer.
async fn accept_at_once(change: &Change, order: &Order, visit: Visit, team: &[CrewMember]) -> Result<Visit> {
    let lead = crate::workers::named(change.tx.conn(), change.tx.engine(), &[visit.lead_id]).await?;
    if !change.app.company().auto_accept || !lead.iter().any(|worker| worker.kind == WorkerKind::Specialist) {
        return Ok(visit);
    }
    let step = Step::new(VisitAction::Accept);
    let visit = apply(change, visit, VisitAction::Accept, &step).await?;
    orders::record(change, order, Some(&visit), EventKind::VisitAccepted, detail(&visit, team, &step)).await?;
    Ok(visit)
}

/// Cancels what has not begun of an order's visits: the order was cancelled.
pub async fn cancel_all(change: &Change, order: &Order, reason: &str) -> Result<()> {
    for visit in live_of(change, order.id).await? {
        if VisitAction::Cancel.from().contains(&visit.status) && visit.status != VisitStatus::NotDone {
            end(change, order, visit, VisitAction::Cancel, reason).await?;
        }
    }
    Ok(())
}

/// Ends all of an order's visits, because the order is held: who is at the address leaves it not done, the rest is cancelled.
pub async fn break_off_all(change: &Change, order: &Order, reason: &str) -> Result<()> {
    for visit in live_of(change, order.id).await? {
        if matches!(visit.status, VisitStatus::OnSite | VisitStatus::Paused) {
            end(change, order, visit, VisitAction::Fail, reason).await?;
        }
    }
    cancel_all(change, order, reason).await
}

async fn end(change: &Change, order: &Order, visit: Visit, action: VisitAction, reason: &str) -> Result<()> {
    let step = Step { reason: reason.to_owned(), ..Step::new(action) };
    let visit = apply(change, visit, action, &step).await?;
    orders::record(change, order, Some(&visit), event_of(action), detail(&visit, &[], &step)).await
}

/// Marks the done visits of an accepted order as checked.
pub async fn finish_all(change: &Change, order: &Order) -> Result<()> {
    for visit in live_of(change, order.id).await? {
        if visit.status == VisitStatus::Done {
            let visit = apply(change, visit, VisitAction::Check, &Step::new(VisitAction::Check)).await?;
            orders::record(change, order, Some(&visit), EventKind::VisitChecked, Detail::default()).await?;
        }
    }
    Ok(())
}

/// Returns the last done visit of an order to its crew.
///
/// # Errors
/// A conflict when there is none.
pub async fn return_last(change: &Change, order: &Order, reason: &str) -> Result<()> {
    let mut done: Vec<Visit> =
        live_of(change, order.id).await?.into_iter().filter(|v| matches!(v.status, VisitStatus::Done | VisitStatus::Checked)).collect();
    done.sort_by_key(|visit| (visit.finished_ms, visit.id));
    let visit = done.pop().ok_or_else(|| Error::conflict("nothing_to_return"))?;
    let step = Step { reason: reason.to_owned(), ..Step::new(VisitAction::Return) };
    let visit = apply(change, visit, VisitAction::Return, &step).await?;
    orders::record(change, order, Some(&visit), EventKind::VisitReturned, Detail { reason: reason.to_owned(), ..Detail::default() }).await
}

async fn live_of(change: &Change, order_id: OrderId) -> Result<Vec<Visit>> {
    Ok(row::visit::Entity::find().filter(row::visit::Column::OrderId.eq(order_id)).lock_exclusive().all(change.tx.conn()).await?)
}

/// Ends the offers whose time is over; returns how many.
pub async fn expire_due(app: &crate::app::App) -> Result<usize> {
    use row::visit::{Column, Entity};
    let due = Entity::find()
        .filter(Column::Status.eq(VisitStatus::Offered))
        .filter(Column::OfferUntilMs.lt(app.clock.now_ms()))
        .limit(200)
        .all(app.db.read())
        .await?;
    let mut expired = 0;
    for visit in due {
        expired += usize::from(change!(app, &Actor::system("offer") => |change| expire(change, visit.order_id, visit.id).await)?);
    }
    Ok(expired)
}

async fn expire(change: &Change, order_id: OrderId, id: VisitId) -> Result<bool> {
    let order = orders::hold_row(&change.tx, order_id).await?;
    let visit = find_to_change(&change.tx, &change.actor, id).await?;
    if visit.status != VisitStatus::Offered || visit.offer_until_ms.is_none_or(|until| until >= change.now) {
        return Ok(false);
    }
    let version = visit.version;
    let mut row = visit.into_active_model();
    row.status = Set(VisitStatus::Expired);
    row.version = Set(version + 1);
    let visit = row.update(change.tx.conn()).await?;
    set_live(change, &visit).await?;
    let team = crews(change.tx.conn(), change.tx.engine(), &[visit.id]).await?;
    orders::record(change, &order, Some(&visit), EventKind::VisitExpired, detail(&visit, &team, &Step::new(VisitAction::Offer))).await?;
    orders::follow_visits(change, order_id, Some(Some(Problem::Expired))).await?;
    Ok(true)
}
