//! Planning a visit: who goes and when, and that nobody is in two places at once.

use super::{Step, Visit, act, crews, find_to_change, lifecycle, row};
use crate::{
    error::{Error, Result},
    ids::{OrderId, VisitId, WorkerId},
    orders::{self, Detail, EventKind, Order, OrderStatus, VisitAction, VisitStatus},
    services,
    web::{Change, Fields, Input},
    workers,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, IntoActiveModel, entity::prelude::*};

const MINUTE_MS: i64 = 60_000;
const LONGEST_MS: i64 = 14 * 24 * 60 * MINUTE_MS;

/// Who goes and when, as the dispatcher says it.
#[derive(Clone, Debug)]
pub struct NewVisit {
    pub worker_ids: Vec<WorkerId>,
    /// The lead; the first worker when none is named.
    pub lead_id: Option<WorkerId>,
    pub starts_ms: i64,
    /// The end; the service's usual duration when none is named.
    pub ends_ms: Option<i64>,
    pub note: String,
    /// Offer it at once.
    pub offer: bool,
    /// Plan it although somebody is busy then, for this reason.
    pub override_reason: String,
    pub payout_minor: Option<i64>,
}

impl Input for NewVisit {
    fn read(fields: &mut Fields) -> Self {
        let new = Self {
            worker_ids: fields.ids("worker_ids"),
            lead_id: fields.optional_id("lead_id"),
            starts_ms: fields.instant("starts_at"),
            ends_ms: fields.optional_instant("ends_at"),
            note: fields.optional_text("note", 2000),
            offer: fields.flag("offer"),
            override_reason: fields.optional_text("override_reason", 1000),
            payout_minor: fields.optional_money("payout_minor"),
        };
        if new.worker_ids.is_empty() && !fields.is_faulty("worker_ids") {
            fields.error("worker_ids", "required");
        }
        if new.lead_id.is_some_and(|lead| !new.worker_ids.contains(&lead)) {
            fields.error("lead_id", "lead_not_in_crew");
        }
        if new.ends_ms.is_some_and(|ends| ends <= new.starts_ms || ends - new.starts_ms > LONGEST_MS) && !fields.is_faulty("starts_at") {
            fields.error("ends_at", "date_order");
        }
        new
    }
}

/// Plans a visit for an order, and offers it at once if asked to.
pub async fn plan(change: &Change, order_id: OrderId, new: &NewVisit) -> Result<Visit> {
    let order = orders::find_to_change(&change.tx, &change.actor, order_id).await?;
    if !change.actor.is_staff() {
        return Err(Error::Forbidden);
    }
    refuse_closed(&order)?;
    let service = services::find(change.tx.conn(), order.service_id).await?;
    let row = row::visit::ActiveModel {
        order_id: Set(order.id),
        status: Set(VisitStatus::Planned),
        lead_id: Set(new.lead_id.unwrap_or(new.worker_ids[0])),
        starts_ms: Set(new.starts_ms),
        ends_ms: Set(new.ends_ms.unwrap_or(new.starts_ms + service.duration_minutes * MINUTE_MS)),
        note: Set(new.note.clone()),
        offer_until_ms: Set(None),
        offered_ms: Set(None),
        accepted_ms: Set(None),
        departed_ms: Set(None),
        arrived_ms: Set(None),
        finished_ms: Set(None),
        reason: Set(String::new()),
        reason_code: Set(String::new()),
        override_reason: Set(new.override_reason.clone()),
        payout_minor: Set(new.payout_minor),
        created_by: Set(change.actor.user_id),
        created_ms: Set(change.now),
        version: Set(1),
        ..Default::default()
    };
    workers::hold(&change.tx, &new.worker_ids).await?;
    let visit = row.insert(change.tx.conn()).await?;
    refuse_overlap(change, &new.worker_ids, &visit, Against::All).await?;
    put_crew(change, &visit, &new.worker_ids).await?;
    note_event(change, &order, &visit, EventKind::VisitPlanned, &[]).await?;
    if new.offer {
        return act(change, visit.id, &Step::new(VisitAction::Offer)).await;
    }
    orders::follow_visits(change, order.id, None).await?;
    Ok(visit)
}

/// Gives a visit another time or crew. One that was offered or accepted is offered anew.
pub async fn move_to(change: &Change, id: VisitId, version: Option<i64>, new: &NewVisit) -> Result<Visit> {
    let order_id = super::find(change.tx.conn(), &change.actor, id).await?.order_id;
    let order = orders::hold_row(&change.tx, order_id).await?;
    let visit = find_to_change(&change.tx, &change.actor, id).await?;
    let visit = change.actor.may(VisitAction::Move, visit)?.into_inner();
    change.expect_version(version, visit.version)?;
    if !VisitAction::Move.from().contains(&visit.status) {
        return Err(Error::conflict("not_now"));
    }
    refuse_closed(&order)?;
    workers::hold(&change.tx, &new.worker_ids).await?;
    // Now, while those who no longer go are still of the crew and see it.
    orders::tell_open_pages(change, &order, Some(visit.id)).await?;
    let offer_again = visit.status != VisitStatus::Planned || new.offer;
    let crew_before = if visit.status.worker_sees() { crew_of(change, &visit).await? } else { vec![] };
    let length = visit.ends_ms - visit.starts_ms;
    let mut row = visit.clone().into_active_model();
    row.status = Set(VisitStatus::Planned);
    row.lead_id = Set(new.lead_id.unwrap_or(new.worker_ids[0]));
    row.starts_ms = Set(new.starts_ms);
    row.ends_ms = Set(new.ends_ms.unwrap_or(new.starts_ms + length));
    row.note = Set(new.note.clone());
    row.override_reason = Set(new.override_reason.clone());
    row.payout_minor = Set(new.payout_minor.or(visit.payout_minor));
    row.version = Set(visit.version + 1);
    let visit = row.update(change.tx.conn()).await?;
    refuse_overlap(change, &new.worker_ids, &visit, Against::All).await?;
    // Told before the crew changes, so that those who no longer go hear of it too.
    note_event(change, &order, &visit, EventKind::VisitMoved, &crew_before).await?;
    put_crew(change, &visit, &new.worker_ids).await?;
    if offer_again {
        return lifecycle::offer_moved(change, visit.id, &crew_before).await;
    }
    orders::follow_visits(change, order.id, None).await?;
    Ok(visit)
}

async fn crew_of(change: &Change, visit: &Visit) -> Result<Vec<WorkerId>> {
    let team = crews(change.tx.conn(), change.tx.engine(), &[visit.id]).await?;
    Ok(team.iter().map(|member| member.worker_id).collect())
}

fn refuse_closed(order: &Order) -> Result<()> {
    match order.status {
        OrderStatus::New => Err(Error::conflict("not_confirmed")),
        OrderStatus::Confirmed | OrderStatus::Scheduled | OrderStatus::InProgress | OrderStatus::Acceptance => Ok(()),
        OrderStatus::Completed | OrderStatus::Cancelled | OrderStatus::OnHold => Err(Error::conflict("order_not_open")),
    }
}

/// Puts these workers on a visit in place of whoever is on it; who stays is on it as long as before.
async fn put_crew(change: &Change, visit: &Visit, workers: &[WorkerId]) -> Result<()> {
    let of_visit = row::crew::Column::VisitId.eq(visit.id);
    let before = row::crew::Entity::find().filter(of_visit.clone()).all(change.tx.conn()).await?;
    row::crew::Entity::delete_many().filter(of_visit).exec(change.tx.conn()).await?;
    let joined = |id: WorkerId| before.iter().find(|member| member.worker_id == id).map_or(change.now, |member| member.joined_ms);
    let rows = workers.iter().map(|worker_id| row::crew::ActiveModel {
        visit_id: Set(visit.id),
        worker_id: Set(*worker_id),
        live: Set(visit.status.is_busy()),
        starts_ms: Set(visit.starts_ms),
        ends_ms: Set(visit.ends_ms),
        joined_ms: Set(joined(*worker_id)),
    });
    row::crew::Entity::insert_many(rows).exec_without_returning(change.tx.conn()).await?;
    Ok(())
}

async fn note_event(change: &Change, order: &Order, visit: &Visit, kind: EventKind, crew_before: &[WorkerId]) -> Result<()> {
    let team = crews(change.tx.conn(), change.tx.engine(), &[visit.id]).await?;
    let detail = lifecycle::detail(visit, &team, &Step::new(VisitAction::Move));
    orders::record_move(change, order, Some(visit), kind, detail, crew_before).await?;
    if !visit.override_reason.is_empty() {
        let detail = Detail {
            reason: visit.override_reason.clone(),
            starts_ms: Some(visit.starts_ms),
            ends_ms: Some(visit.ends_ms),
            ..Detail::default()
        };
        orders::record(change, order, Some(visit), EventKind::OverlapOverridden, detail).await?;
    }
    Ok(())
}

/// Another visit at the same time.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Busy {
    pub worker_id: WorkerId,
    pub worker: String,
    pub number: String,
    pub starts_ms: i64,
    pub ends_ms: i64,
}

/// Which other visits count as being in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    All,
    /// Not those that a dispatcher put over a taken time on purpose: the visit that was there first goes on.
    Unforced,
}

/// The live visits of these workers that overlap the window, `except` this visit.
pub async fn busy(
    conn: &impl ConnectionTrait,
    engine: store::Engine,
    workers: &[WorkerId],
    window: (i64, i64),
    except: VisitId,
    against: Against,
) -> Result<Vec<Busy>> {
    if workers.is_empty() {
        return Ok(vec![]);
    }
    let marks = vec!["?"; workers.len()].join(", ");
    let forced = if against == Against::All { "" } else { "AND v.override_reason = ''" };
    let text = format!(
        "SELECT vw.worker_id, u.name AS worker, o.number, vw.starts_ms, vw.ends_ms FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id JOIN orders o ON o.id = v.order_id \
         JOIN workers w ON w.id = vw.worker_id JOIN users u ON u.id = w.user_id \
         WHERE vw.worker_id IN ({marks}) AND vw.live = 1 AND vw.ends_ms > ? AND vw.starts_ms < ? AND vw.visit_id <> ? {forced} ORDER BY vw.starts_ms, vw.visit_id"
    );
    let values = workers.iter().map(|id| id.0.into()).chain([window.0.into(), window.1.into(), except.0.into()]);
    Ok(Busy::find_by_statement(store::sql(engine, &text, values)).all(conn).await?)
}

/// Refuses a visit whose crew is somewhere else at that time, unless the dispatcher overrode it.
///
/// The workers' rows must be held, or be held here, so that of two who plan at once one waits and then sees the other.
pub(super) async fn refuse_overlap(change: &Change, crew: &[WorkerId], visit: &Visit, against: Against) -> Result<()> {
    if !visit.override_reason.is_empty() {
        return Ok(());
    }
    workers::hold(&change.tx, crew).await?;
    let clashes = busy(change.tx.conn(), change.tx.engine(), crew, (visit.starts_ms, visit.ends_ms), visit.id, against).await?;
    let Some(first) = clashes.first() else { return Ok(()) };
    if !change.actor.is_staff() {
        return Err(Error::conflict("busy_then"));
    }
    let when =
        crate::text::format::When::new(change.actor.lang, change.app.company().zone(), change.now).window(first.starts_ms, first.ends_ms);
    Err(Error::Conflict("overlap", vec![("worker", first.worker.clone()), ("number", first.number.clone()), ("when", when)]))
}
