//! One order with everything that the office's page shows of it, in four statements however many visits it has.

use super::{
    Event, event,
    files::File,
    query::{COLUMNS, Listed, TABLES},
    reports::{self, Missing, Report},
    visits::{CrewMember, Visit},
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::OrderId,
    services::Service,
    workers::WorkerKind,
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use store::Cells;

/// The newest lines of the history that a page shows.
const LINES: u64 = 200;

/// An order with its service, visits, reports, files and history.
pub struct Whole {
    pub listed: Listed,
    pub service: Service,
    /// Orders of the same customer, this one included.
    pub customer_orders: i64,
    /// Secret links that still open it.
    pub links: i64,
    pub visits: Vec<WholeVisit>,
    pub files: Vec<File>,
    pub events: Vec<Event>,
}

/// A visit with its crew (the lead first) and report.
pub struct WholeVisit {
    pub visit: Visit,
    pub crew: Vec<CrewMember>,
    /// What the lead is: contractors are paid by the visit.
    pub lead_kind: WorkerKind,
    pub report: Option<Report>,
}

impl WholeVisit {
    /// What the report lacks of what the service requires.
    pub fn missing(&self, whole: &Whole) -> Missing {
        let empty = Report::empty(self.visit.id);
        reports::missing(&whole.service, self.report.as_ref().unwrap_or(&empty), &whole.files)
    }
}

struct Head {
    listed: Listed,
    service: Service,
    customer_orders: i64,
    links: i64,
}

impl FromQueryResult for Head {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            listed: Listed::read(&mut Cells::of(row))?,
            service: Service::from_query_result(row, "s_")?,
            customer_orders: row.try_get(prefix, "customer_orders")?,
            links: row.try_get(prefix, "links")?,
        })
    }
}

struct CrewRow {
    visit: Visit,
    member: CrewMember,
    kind: WorkerKind,
    report: Option<Report>,
}

impl FromQueryResult for CrewRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let reported: Option<i64> = row.try_get("r_", "visit_id")?;
        Ok(Self {
            visit: Visit::from_query_result(row, prefix)?,
            member: CrewMember::from_query_result(row, "m_")?,
            kind: row.try_get("m_", "kind")?,
            report: reported.map(|_| Report::from_query_result(row, "r_")).transpose()?,
        })
    }
}

/// The order for the office's page.
///
/// # Errors
/// [`Error::NotFound`] for an id that was never given, and for everybody outside the office.
pub async fn find(app: &App, actor: &Actor, id: OrderId) -> Result<Whole> {
    if !actor.is_staff() {
        return Err(Error::NotFound);
    }
    let Head { listed, service, customer_orders, links } = head(app, id).await?;
    let visits = visits(app, id).await?;
    let text = "SELECT * FROM files WHERE order_id = ? ORDER BY id";
    let files = File::find_by_statement(store::sql(app.db.engine(), text, [id.0.into()])).all(app.db.read()).await?;
    let events = event::history(app.db.read(), actor, id, LINES).await?;
    Ok(Whole { listed, service, customer_orders, links, visits, files, events })
}

async fn head(app: &App, id: OrderId) -> Result<Head> {
    let text = format!(
        "SELECT {COLUMNS}, (1 = 1), s.id AS s_id, s.name AS s_name, s.name_folded AS s_name_folded, s.duration_minutes AS s_duration_minutes, \
         s.checklist AS s_checklist, s.photos_before AS s_photos_before, s.photos_after AS s_photos_after, s.signature_required AS s_signature_required, \
         s.price_minor AS s_price_minor, s.active AS s_active, s.version AS s_version, \
         (SELECT COUNT(*) FROM orders twin WHERE twin.customer_id = orders.customer_id) AS customer_orders, \
         (SELECT COUNT(*) FROM order_links l WHERE l.order_id = orders.id AND l.revoked_ms IS NULL) AS links \
         FROM orders {TABLES} WHERE orders.id = ?"
    );
    Head::find_by_statement(store::sql(app.db.engine(), &text, [id.0.into()])).one(app.db.read()).await?.ok_or(Error::NotFound)
}

async fn visits(app: &App, id: OrderId) -> Result<Vec<WholeVisit>> {
    let text = "SELECT v.*, vw.visit_id AS m_visit_id, vw.worker_id AS m_worker_id, w.user_id AS m_user_id, w.kind AS m_kind, u.name AS m_name, \
        COALESCE(w.contact_phone, u.phone) AS m_phone, r.visit_id AS r_visit_id, r.body AS r_body, r.checklist AS r_checklist, \
        r.signed_by AS r_signed_by, r.updated_ms AS r_updated_ms, r.version AS r_version \
        FROM visits v JOIN visit_workers vw ON vw.visit_id = v.id JOIN workers w ON w.id = vw.worker_id JOIN users u ON u.id = w.user_id \
        LEFT JOIN reports r ON r.visit_id = v.id WHERE v.order_id = ? \
        ORDER BY v.starts_ms DESC, v.id DESC, CASE WHEN v.lead_id = vw.worker_id THEN 0 ELSE 1 END, u.name_folded, vw.worker_id";
    let rows = CrewRow::find_by_statement(store::sql(app.db.engine(), text, [id.0.into()])).all(app.db.read()).await?;
    let mut visits: Vec<WholeVisit> = vec![];
    for row in rows {
        match visits.last_mut() {
            Some(last) if last.visit.id == row.visit.id => last.crew.push(row.member),
            _ => visits.push(WholeVisit { lead_kind: row.kind, crew: vec![row.member], report: row.report, visit: row.visit }),
        }
    }
    Ok(visits)
}
