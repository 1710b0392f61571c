//! Who could go: every worker with whether they are free then, able, and at work, and if not, why.

use super::plan::{Against, Busy, busy};
use crate::{
    access::Access,
    app::App,
    error::Result,
    ids::{ServiceId, SkillId, VisitId, WorkerId},
    orders::view::rfc3339,
    services,
    web::{Fields, Input, Routes, input::Query, openapi::doc, paging::List},
    workers::{self, Listed, Wanted, WorkerKind, WorkerView},
};
use axum::{Json, extract::State};
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

const DAY_MS: i64 = 24 * 3_600_000;

/// A worker as one who could go.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub worker: Listed,
    /// Their visits at that time; none when they are free.
    pub busy: Vec<Busy>,
    /// The time lies outside their working hours.
    pub outside_hours: bool,
    /// The skills of the service that they lack, by name.
    pub missing_skills: Vec<String>,
    /// How many visits they have that day already.
    pub load: i64,
}

impl Candidate {
    /// Free, at work, and able.
    pub fn is_available(&self) -> bool {
        self.is_free() && self.missing_skills.is_empty()
    }

    /// Free and at work, able or not.
    pub fn is_free(&self) -> bool {
        self.busy.is_empty() && !self.outside_hours
    }

    fn rank(&self) -> (bool, bool, bool, i64) {
        (!self.is_available(), !self.is_free(), !self.missing_skills.is_empty(), self.load)
    }
}

/// Every worker for whom visits may be planned, the most suitable first: those who are free and have every skill, then
/// those who are free, then the busy ones; among equals who has least to do that day. Five statements however many there are.
///
/// `window` is from and to in ms UTC; `except` is the visit that is being moved.
pub async fn candidates(app: &App, window: (i64, i64), service_id: Option<ServiceId>, except: Option<VisitId>) -> Result<Vec<Candidate>> {
    let (conn, engine, company) = (app.db.read(), app.db.engine(), app.company());
    let zone = company.zone();
    let needs = match service_id {
        Some(id) => services::needs(conn, id).await?,
        None => vec![],
    };
    let workers = workers::list(conn, Wanted::AT_WORK).await?;
    let ids: Vec<WorkerId> = workers.iter().map(|worker| worker.id).collect();
    let mut taken: HashMap<WorkerId, Vec<Busy>> = HashMap::new();
    for visit in busy(conn, engine, &ids, window, except.unwrap_or(VisitId(0)), Against::All).await? {
        taken.entry(visit.worker_id).or_default().push(visit);
    }
    let loads = loads(app, window, except).await?;
    let usual = company.working_hours();
    let mut found: Vec<Candidate> = workers
        .into_iter()
        .map(|worker| Candidate {
            busy: taken.remove(&worker.id).unwrap_or_default(),
            outside_hours: worker.hours.as_ref().or(usual.as_ref()).is_some_and(|hours| !hours.cover(window, &zone)),
            missing_skills: missing(&needs, &worker),
            load: loads.get(&worker.id).copied().unwrap_or(0),
            worker,
        })
        .collect();
    found.sort_by_key(Candidate::rank);
    Ok(found)
}

fn missing(needs: &[(SkillId, String)], worker: &Listed) -> Vec<String> {
    let lacks = |skill: &SkillId| worker.skills.iter().all(|(has, _)| has != skill);
    needs.iter().filter(|(skill, _)| lacks(skill)).map(|(_, name)| name.clone()).collect()
}

#[derive(FromQueryResult)]
struct Load {
    worker_id: WorkerId,
    visits: i64,
}

/// How many visits everybody has on the days of the window.
async fn loads(app: &App, (from_ms, to_ms): (i64, i64), except: Option<VisitId>) -> Result<HashMap<WorkerId, i64>> {
    let zone = app.company().zone();
    let day = |ms: i64| zone.to_datetime(jiff::Timestamp::from_millisecond(ms).unwrap_or_default()).date();
    let start = |date| crate::text::form_time::day_start(date, &zone).unwrap_or(from_ms);
    let (first, last) = (start(day(from_ms)), start(day(to_ms)) + DAY_MS);
    let text = "SELECT worker_id, COUNT(*) AS visits FROM visit_workers WHERE live = 1 AND ends_ms > ? AND starts_ms < ? AND visit_id <> ? GROUP BY worker_id";
    let values = [first.into(), last.into(), except.map_or(0, |id| id.0).into()];
    let rows = Load::find_by_statement(store::sql(app.db.engine(), text, values)).all(app.db.read()).await?;
    Ok(rows.into_iter().map(|row| (row.worker_id, row.visits)).collect())
}

/// Who could go, as the API is asked.
struct Question {
    window: (i64, i64),
    service_id: Option<ServiceId>,
    except: Option<VisitId>,
}

impl Input for Question {
    fn read(fields: &mut Fields) -> Self {
        let bound = |fields: &mut Fields, name: &str| {
            let text = fields.text(name, 40);
            let moment = text.replace(' ', "+").parse::<jiff::Timestamp>().map(|t| t.as_millisecond()).ok();
            if text.is_empty() { None } else { moment.or_else(|| fields.local_bound(name, &text, name == "to")) }
        };
        let (from, to) = (bound(fields, "from"), bound(fields, "to"));
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            fields.error("to", "date_order");
        }
        Self {
            window: (from.unwrap_or(0), to.unwrap_or(0)),
            service_id: fields.optional_id("service_id"),
            except: fields.optional_id("except_visit_id"),
        }
    }
}

/// A worker who could go, with why not.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct CandidateView {
    #[serde(flatten)]
    worker: CandidateWorker,
    /// Free then, at work, and able.
    available: bool,
    /// `busy`, `outside_hours`, `skill_missing`: why not; empty when available.
    reasons: Vec<&'static str>,
    busy: Vec<BusyView>,
    missing_skills: Vec<String>,
    /// Visits of that day.
    load: i64,
}

/// Who a candidate is.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct CandidateWorker {
    #[schema(value_type = i64)]
    id: WorkerId,
    #[schema(value_type = i64)]
    worker_id: WorkerId,
    name: String,
    kind: WorkerKind,
    phone: Option<String>,
    skills: Vec<String>,
    zones: Vec<String>,
}

/// The visit that keeps a worker busy.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BusyView {
    /// The order's number.
    order_number: String,
    starts_at: String,
    ends_at: String,
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        let why = [
            ("busy", !candidate.busy.is_empty()),
            ("outside_hours", candidate.outside_hours),
            ("skill_missing", !candidate.missing_skills.is_empty()),
        ];
        let view = WorkerView::from(&candidate.worker);
        Self {
            available: candidate.is_available(),
            reasons: why.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect(),
            busy: candidate.busy.iter().map(BusyView::from).collect(),
            missing_skills: candidate.missing_skills,
            load: candidate.load,
            worker: CandidateWorker {
                id: view.id,
                worker_id: view.id,
                name: view.name,
                kind: view.kind,
                phone: view.phone,
                skills: view.skills,
                zones: view.zones,
            },
        }
    }
}

impl From<&Busy> for BusyView {
    fn from(busy: &Busy) -> Self {
        Self { order_number: busy.number.clone(), starts_at: rfc3339(busy.starts_ms), ends_at: rfc3339(busy.ends_ms) }
    }
}

pub fn routes() -> Routes {
    Routes::new().get(
        "/api/v1/workers/available",
        Access::Staff,
        doc("List the workers with who is free at a time, and why the others are not", index),
    )
}

async fn index(State(app): State<App>, Query(asked): Query<Question>) -> Result<Json<List<CandidateView>>> {
    if let Some(id) = asked.service_id {
        services::find(app.db.read(), id).await.map_err(|e| e.at_field("service_id", "not_found"))?;
    }
    let found = candidates(&app, asked.window, asked.service_id, asked.except).await?;
    Ok(Json(List { items: found.into_iter().map(CandidateView::from).collect(), next_cursor: None }))
}

#[cfg(test)]
#[path = "available_tests.rs"]
mod tests;
