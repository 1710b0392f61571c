//! The API of reports.

use super::{Missing, Report, ReportForm, may_write, missing, of_visit, save};
use crate::{
    access::{Access, Actor, Who},
    app::App,
    error::{Error, Result},
    ids::VisitId,
    orders::{
        self, VisitStatus, files,
        visits::{self, Visit},
    },
    services,
    web::{ApiBody, Routes, Versioned, api::HasVersion, doc},
};
use axum::extract::{Path, State};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new().get("/api/v1/visits/{id}/report", Access::SignedIn, doc("Show the report of a visit", show)).put(
        "/api/v1/visits/{id}/report",
        Access::SignedIn,
        doc("Write the report of a visit", update),
    )
}

/// A report as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct ReportView {
    #[schema(value_type = i64)]
    visit_id: VisitId,
    text: String,
    /// The lines to tick off, as the service has them.
    checklist_lines: Vec<String>,
    /// The places of the ticked lines, from 0.
    checklist: Vec<i64>,
    /// Left out for those who may not know the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<String>,
    /// What the visit still lacks before it can be finished.
    missing: Missing,
    /// Whether the caller may write it now.
    writable: bool,
    version: i64,
}

impl HasVersion for ReportView {
    fn version(&self) -> i64 {
        self.version
    }
}

/// The customer reads the report once the work is done; until then it is the crew's draft.
pub(super) fn may_read(actor: &Actor, visit: &Visit) -> bool {
    match actor.who {
        Who::Customer(_) | Who::Link(_) => matches!(visit.status, VisitStatus::Done | VisitStatus::Checked | VisitStatus::Returned),
        Who::Contractor(_) => visit.status != VisitStatus::Offered,
        _ => true,
    }
}

async fn view(conn: &impl ConnectionTrait, actor: &Actor, visit: &Visit, report: Report) -> Result<ReportView> {
    if !may_read(actor, visit) {
        return Err(Error::NotFound);
    }
    let order = orders::query::find(conn, actor, visit.order_id).await?;
    let service = services::find(conn, order.service_id).await?;
    let knows_customer = !matches!(actor.who, Who::Contractor(_)) || visit.status.contractor_knows();
    Ok(ReportView {
        visit_id: visit.id,
        checklist_lines: service.checklist(),
        checklist: report.ticked(),
        missing: missing(&service, &report, &files::of_visit(conn, visit.id).await?),
        text: report.body,
        signed_by: knows_customer.then_some(report.signed_by),
        writable: may_write(actor, visit),
        version: report.version,
    })
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<VisitId>) -> Result<Versioned<ReportView>> {
    let conn = app.db.read();
    let visit = visits::find(conn, &actor, id).await?;
    let report = of_visit(conn, id).await?;
    Ok(Versioned(view(conn, &actor, &visit, report).await?))
}

async fn update(State(app): State<App>, actor: Actor, Path(id): Path<VisitId>, body: ApiBody<ReportForm>) -> Result<Versioned<ReportView>> {
    let version = body.command.version;
    Ok(Versioned(once!(app, &actor, &body.command => |change| {
        let report = save(change, id, version, &body.input).await?;
        let visit = visits::find(change.tx.conn(), &change.actor, id).await?;
        view(change.tx.conn(), &change.actor, &visit, report).await
    })?))
}
