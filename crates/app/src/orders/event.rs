//! What happened to an order: one line of its history, one entry of the outbox, one signal to open pages.

use super::{Order, visits::Visit};
use crate::{
    error::Result,
    ids::{OrderId, UserId, VisitId, WorkerId},
    live::Audience,
    web::Change,
    words::words,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

pub(super) mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use super::{EventKind, Reader};
    use crate::ids::{OrderId, UserId, VisitId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub order_id: OrderId,
        pub visit_id: Option<VisitId>,
        pub at_ms: i64,
        pub user_id: Option<UserId>,
        pub who: String,
        pub role: String,
        pub kind: EventKind,
        pub audience: Reader,
        pub detail: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Model as Event;

words! {
    /// Everything that can happen to an order. `notifications` decides for each who is told.
    EventKind {
        OrderCreated = "order.created",
        OrderChanged = "order.changed",
        OrderConfirmed = "order.confirmed",
        OrderScheduled = "order.scheduled",
        OrderUnscheduled = "order.unscheduled",
        OrderStarted = "order.started",
        OrderFinished = "order.finished",
        OrderCompleted = "order.completed",
        OrderReturned = "order.returned",
        OrderHeld = "order.held",
        OrderResumed = "order.resumed",
        OrderCancelled = "order.cancelled",
        CancellationRequested = "order.cancellation_requested",
        OrderReopened = "order.reopened",
        OrderReviewed = "order.reviewed",
        LinkMade = "order.link_made",
        LinksRevoked = "order.links_revoked",
        VisitPlanned = "visit.planned",
        VisitMoved = "visit.moved",
        VisitOffered = "visit.offered",
        VisitAccepted = "visit.accepted",
        VisitDeclined = "visit.declined",
        VisitExpired = "visit.expired",
        VisitDeparted = "visit.departed",
        VisitArrived = "visit.arrived",
        VisitPaused = "visit.paused",
        VisitResumed = "visit.resumed",
        VisitDone = "visit.done",
        VisitNotDone = "visit.not_done",
        VisitChecked = "visit.checked",
        VisitReturned = "visit.returned",
        VisitCancelled = "visit.cancelled",
        /// The customer says that the visit's time suits them.
        TimeFits = "visit.time_fits",
        /// The customer asks for another time.
        MoveWanted = "visit.move_wanted",
        OverlapOverridden = "visit.overlap_overridden",
        ReportSaved = "report.saved",
        FileAdded = "file.added",
        FileRemoved = "file.removed",
        NoteAdded = "note.added",
    }
}

words! {
    /// Who may read a line of the history besides staff.
    Reader {
        /// Dispatchers and administrators only.
        Staff = "staff",
        /// Also the workers of the visit.
        Worker = "worker",
        /// Also the customer.
        Customer = "customer",
        /// Workers and the customer.
        All = "all",
    }
}

impl EventKind {
    /// Who may read this line besides staff.
    pub fn reader(self) -> Reader {
        match self {
            Self::OrderCreated
            | Self::OrderConfirmed
            | Self::OrderScheduled
            | Self::OrderStarted
            | Self::OrderFinished
            | Self::OrderCompleted => Reader::Customer,
            Self::OrderHeld
            | Self::OrderResumed
            | Self::OrderCancelled
            | Self::OrderReopened
            | Self::CancellationRequested
            | Self::OrderReviewed
            | Self::TimeFits
            | Self::MoveWanted => Reader::Customer,
            Self::VisitAccepted | Self::VisitDeparted | Self::VisitArrived | Self::VisitDone => Reader::All,
            Self::VisitOffered
            | Self::VisitMoved
            | Self::VisitPaused
            | Self::VisitResumed
            | Self::VisitNotDone
            | Self::VisitChecked
            | Self::VisitReturned => Reader::Worker,
            Self::VisitCancelled | Self::ReportSaved | Self::FileAdded | Self::FileRemoved => Reader::Worker,
            Self::OrderReturned => Reader::All,
            Self::OrderChanged | Self::OrderUnscheduled | Self::LinkMade | Self::LinksRevoked | Self::VisitPlanned => Reader::Staff,
            Self::VisitDeclined | Self::VisitExpired | Self::OverlapOverridden | Self::NoteAdded => Reader::Staff,
        }
    }
}

/// What a line of history tells besides its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Detail {
    /// The reason given, or a note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// One of the usual reasons, by its word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason_code: String,
    /// The workers concerned, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<String>,
    /// A visit's time, ms UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<i64>,
    /// The fields that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// A wake-up or other date, ms UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// What an added or removed file is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_kind: Option<super::files::FileKind>,
    /// Stars, number of files and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// What leaves through the outbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Published {
    pub event_id: i64,
    pub kind: EventKind,
    pub order_id: OrderId,
    pub visit_id: Option<VisitId>,
    pub by: Option<UserId>,
    pub detail: Detail,
    /// Of a visit that was moved, the crew that knew of it before.
    #[serde(default)]
    pub crew_before: Vec<WorkerId>,
}

/// Writes the history line and the outbox entry, and tells open pages after commit.
pub async fn record(change: &Change, order: &Order, visit: Option<&Visit>, kind: EventKind, detail: Detail) -> Result<()> {
    record_move(change, order, visit, kind, detail, &[]).await
}

/// [`record`], of a visit that was moved away from the crew that knew of it.
pub(in crate::orders) async fn record_move(
    change: &Change,
    order: &Order,
    visit: Option<&Visit>,
    kind: EventKind,
    detail: Detail,
    crew_before: &[WorkerId],
) -> Result<()> {
    let visit_id = visit.map(|v| v.id);
    let line = row::ActiveModel {
        order_id: Set(order.id),
        visit_id: Set(visit_id),
        at_ms: Set(change.now),
        user_id: Set(change.actor.user_id),
        who: Set(change.actor.name.clone()),
        role: Set(change.actor.role_code().to_owned()),
        kind: Set(kind),
        audience: Set(kind.reader()),
        detail: Set(serde_json::to_string(&detail).map_err(anyhow::Error::from)?),
        ..Default::default()
    };
    let event_id = row::Entity::insert(line).exec(change.tx.conn()).await?.last_insert_id;
    change
        .publish(
            crate::web::Choice::code(kind),
            &Published {
                event_id,
                kind,
                order_id: order.id,
                visit_id,
                by: change.actor.user_id,
                detail,
                crew_before: crew_before.to_vec(),
            },
        )
        .await?;
    tell_open_pages(change, order, visit_id).await
}

#[derive(FromQueryResult)]
struct Watcher {
    user_id: i64,
}

/// Staff, the customer, and the workers who see the order hear that it changed, and so does the crew of the visit that
/// it is about, which may just have lost it; nobody else does.
pub(super) async fn tell_open_pages(change: &Change, order: &Order, visit_id: Option<VisitId>) -> Result<()> {
    let seen = super::query::quoted(super::VisitStatus::worker_sees);
    let text = format!(
        "SELECT c.user_id AS user_id FROM customers c WHERE c.id = ? AND c.user_id IS NOT NULL \
        UNION SELECT w.user_id FROM visits v JOIN visit_workers vw ON vw.visit_id = v.id JOIN workers w ON w.id = vw.worker_id WHERE v.order_id = ? AND (v.status IN ({seen}) OR (v.id = ? AND v.status <> 'planned'))"
    );
    let watchers = Watcher::find_by_statement(store::sql(
        change.tx.engine(),
        &text,
        [order.customer_id.into(), order.id.into(), visit_id.map_or(0, |id| id.0).into()],
    ))
    .all(change.tx.conn())
    .await?;
    let mut topics = vec![format!("order-{}", order.id), "board".to_owned()];
    topics.extend(visit_id.map(|id| format!("visit-{id}")));
    change.signal(topics, Audience { staff: true, users: watchers.into_iter().map(|w| w.user_id).collect(), order: Some(order.id.0) });
    Ok(())
}

impl Event {
    /// Why somebody stood in for a worker, or why a visit came to nothing, is between the office and its workers; who comes is the lead.
    fn cut_for_customer(&mut self) {
        let mut detail = self.particulars();
        detail.workers.truncate(1);
        if self.visit_id.is_some() {
            detail.reason.clear();
            detail.reason_code.clear();
        }
        self.detail = serde_json::to_string(&detail).unwrap_or_default();
    }

    /// The line's particulars.
    pub fn particulars(&self) -> Detail {
        serde_json::from_str(&self.detail).unwrap_or_default()
    }
}

/// The history of an order that the caller may already see, newest first, cut to what they may read.
pub async fn history(conn: &impl ConnectionTrait, actor: &crate::access::Actor, order_id: OrderId, limit: u64) -> Result<Vec<Event>> {
    let mut lines = row::Entity::find().filter(row::Column::OrderId.eq(order_id)).order_by_desc(row::Column::Id).limit(limit);
    if !actor.is_staff() {
        let own = if actor.worker_id().is_some() { Reader::Worker } else { Reader::Customer };
        lines = lines.filter(row::Column::Audience.is_in([own, Reader::All]));
    }
    if let Some(worker_id) = actor.worker_id() {
        let own_visits = format!("visit_id IN (SELECT visit_id FROM visit_workers WHERE worker_id = {})", worker_id.0);
        lines = lines.filter(sea_orm::sea_query::Expr::cust(own_visits));
    }
    let mut lines = lines.all(conn).await?;
    if !actor.is_staff() && actor.worker_id().is_none() {
        lines.iter_mut().for_each(Event::cut_for_customer);
    }
    Ok(lines)
}
