//! A report («Отчёт»): what the crew brings back from a visit; a visit cannot be finished without what its service requires.

pub mod api;
mod missing;
mod row;

use super::{
    Detail, EventKind, VisitStatus, event,
    visits::{self, Visit},
};
use crate::{
    access::{Actor, Who},
    error::{Error, Result},
    ids::VisitId,
    services,
    web::{Change, Fields, Input},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, entity::prelude::*};

pub use missing::{Missing, missing};
pub use row::Model as Report;

pub(super) use missing::refuse_unfinished;

/// A report as typed: what is not named stays.
#[derive(Clone, Debug)]
pub struct ReportForm {
    pub body: Option<String>,
    /// The lines of the checklist that are ticked, by their place in the service's list.
    pub ticked: Option<Vec<i64>>,
    /// Who signed on the customer's side, by name: the way of signing without glass.
    pub signed_by: Option<String>,
}

impl Input for ReportForm {
    fn read(fields: &mut Fields) -> Self {
        let given = |fields: &Fields, name: &str| fields.has(name) || fields.door() == crate::web::Door::Page;
        let (body, ticked, signed) = (given(fields, "text"), given(fields, "checklist"), given(fields, "signed_by"));
        Self {
            body: Some(fields.optional_text("text", 8000)).filter(|_| body),
            ticked: Some(fields.places("checklist")).filter(|_| ticked),
            signed_by: Some(fields.optional_text("signed_by", 200)).filter(|_| signed),
        }
    }
}

impl Report {
    /// The report before anything was written.
    pub fn empty(visit_id: VisitId) -> Self {
        Self {
            visit_id,
            body: String::new(),
            checklist: "[]".into(),
            signed_by: String::new(),
            updated_by: None,
            updated_ms: 0,
            version: 0,
        }
    }

    /// The ticked lines of the checklist.
    pub fn ticked(&self) -> Vec<i64> {
        serde_json::from_str(&self.checklist).unwrap_or_default()
    }
}

/// The report of a visit; an empty one before anything was written. The caller must already see the visit.
pub async fn of_visit(conn: &impl ConnectionTrait, id: VisitId) -> Result<Report> {
    Ok(row::Entity::find_by_id(id).one(conn).await?.unwrap_or_else(|| Report::empty(id)))
}

/// The reports of several visits; one statement.
pub async fn of_visits(conn: &impl ConnectionTrait, ids: &[VisitId]) -> Result<Vec<Report>> {
    Ok(row::Entity::find().filter(row::Column::VisitId.is_in(ids.iter().copied())).all(conn).await?)
}

/// Whether this person may write the visit's report as it stands.
pub fn may_write(actor: &Actor, visit: &Visit) -> bool {
    let while_going = matches!(
        visit.status,
        VisitStatus::Accepted | VisitStatus::EnRoute | VisitStatus::OnSite | VisitStatus::Paused | VisitStatus::Returned
    );
    (actor.worker_id().is_some() && while_going) || (actor.is_staff() && (while_going || visit.status == VisitStatus::Done))
}

/// Saves what was written of a visit's report so far. A version that only the same person has overtaken is not stale:
/// their page saves by itself while they write.
pub async fn save(change: &Change, id: VisitId, version: Option<i64>, form: &ReportForm) -> Result<Report> {
    let order_id = visits::find(change.tx.conn(), &change.actor, id).await?.order_id;
    let order = super::hold_row(&change.tx, order_id).await?;
    let visit = visits::find(change.tx.conn(), &change.actor, id).await?;
    refuse_closed(&change.actor, &visit)?;
    let service = services::find(change.tx.conn(), order.service_id).await?;
    let lines = i64::try_from(service.checklist().len()).unwrap_or(0);
    if form.ticked.as_ref().is_some_and(|ticked| ticked.iter().any(|place| *place < 0 || *place >= lines)) {
        return Err(Error::field("checklist", "not_in_list"));
    }
    let before = of_visit(change.tx.conn(), id).await?;
    if before.updated_by != change.actor.user_id {
        change.expect_version(version, before.version)?;
    }
    let exists = before.version > 0;
    let first_save = !exists;
    let mut row = before.clone().into_active_model();
    row.visit_id = Set(id);
    row.body = Set(form.body.clone().unwrap_or(before.body));
    row.checklist = Set(match &form.ticked {
        Some(ticked) => serde_json::to_string(ticked).map_err(anyhow::Error::from)?,
        None => before.checklist,
    });
    row.signed_by = Set(form.signed_by.clone().unwrap_or(before.signed_by));
    row.updated_by = Set(change.actor.user_id);
    row.updated_ms = Set(change.now);
    row.version = Set(before.version + 1);
    if exists {
        row::Entity::update(row).exec(change.tx.conn()).await?;
    } else {
        row::Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    }
    if first_save {
        event::record(change, &order, Some(&visit), EventKind::ReportSaved, Detail::default()).await?;
    } else {
        event::tell_open_pages(change, &order, Some(id)).await?;
    }
    of_visit(change.tx.conn(), id).await
}

/// Refuses to change the report of a visit that is over or not begun.
pub(super) fn refuse_closed(actor: &Actor, visit: &Visit) -> Result<()> {
    match actor.who {
        // Nobody but the company writes one, at any time.
        Who::Customer(_) | Who::Link(_) => Err(Error::NotFound),
        _ if may_write(actor, visit) => Ok(()),
        _ => Err(Error::conflict("report_closed")),
    }
}
