//! Assigning: who goes, and when. The same page plans a new visit and moves one that is planned.

use super::card::Face;
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::{Error, FieldErrors, Result},
    ids::{OrderId, VisitId},
    orders::{
        self, Deed, Order, OrderAction, OrderStatus,
        query::{self, Listed},
        told,
        visits::{
            self, NewVisit, Visit,
            available::{Candidate, candidates},
        },
    },
    services,
    text::{
        form_time,
        format::{When, duration},
        i18n::{Lang, t, ta, tn},
        money::typed_money,
    },
    web::{
        Fields, Input, Page, Posted, Shell,
        input::Query,
        page::{Form, see_other_with},
    },
    workers::WorkerKind,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

#[derive(Template)]
#[template(path = "desk/assign.html")]
struct Assign {
    shell: Shell,
    form: Form,
    number: String,
    about: String,
    zone: String,
    url: String,
    back: String,
    version: Option<i64>,
    length: String,
    is_new_order: bool,
    candidates: Vec<Choice>,
    /// What the plan runs into; the dispatcher may go on with a reason.
    clash: String,
    changed: Option<told::LastChange>,
}

/// A worker to choose.
struct Choice {
    id: String,
    face: Face,
    about: String,
    is_free: bool,
    is_suitable: bool,
    why: Vec<String>,
    load: String,
}

/// Who goes and when; or only the question who would be free then.
pub struct Planned {
    visit: NewVisit,
}

impl Input for Planned {
    fn read(fields: &mut Fields) -> Self {
        Self { visit: NewVisit::read(fields) }
    }
}

/// What the page may be opened with.
pub struct Wish {
    starts_at: String,
}

impl Input for Wish {
    fn read(fields: &mut Fields) -> Self {
        Self { starts_at: fields.optional_text("starts_at", 20) }
    }
}

pub async fn new(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<OrderId>, Query(wish): Query<Wish>) -> Result<Page> {
    let listed = query::show(&app, &actor, id).await?;
    let plan = Plan::new(&app, shell.language, listed, None).await?;
    let usual = form_time::time_input_value(plan.usual(&app).0, &plan.zone());
    let starts_at = if wish.starts_at.is_empty() { usual } else { wish.starts_at };
    let values = [("starts_at", starts_at), ("offer", "1".to_owned())];
    let form = Form::filled(shell.language, values);
    plan.page(&app, shell, form, String::new(), None).await
}

pub async fn create(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    posted: Posted<Planned>,
) -> Result<Response> {
    let listed = query::show(&app, &actor, id).await?;
    let (input, form, command) = posted.into_parts();
    let plan = Plan::new(&app, shell.language, listed, None).await?;
    if form.has("look", "1") {
        return Ok(plan.page(&app, shell, form.with_errors(FieldErrors::default()), String::new(), None).await?.into_response());
    }
    let result = match input {
        Ok(Planned { visit }) => once!(app, &actor, &command => |change| {
            // To assign somebody to a new order is to confirm it.
            if orders::find_to_change(&change.tx, &change.actor, id).await?.status == OrderStatus::New {
                orders::act(change, id, &Deed::new(OrderAction::Confirm)).await?;
            }
            Ok(visits::plan(change, id, &visit).await?.id)
        }),
        Err(e) => Err(e),
    };
    plan.answer(&app, &actor, shell, form, result.map(drop), "flash-visit-planned").await
}

pub async fn edit(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<VisitId>) -> Result<Page> {
    let visit = visits::find(app.db.read(), &actor, id).await?;
    let listed = query::show(&app, &actor, visit.order_id).await?;
    let zone = zone_named(&listed.order.zone);
    let crew = visits::crews(app.db.read(), app.db.engine(), &[id]).await?;
    let values = [
        ("starts_at", form_time::time_input_value(visit.starts_ms, &zone)),
        ("lead_id", visit.lead_id.to_string()),
        ("note", visit.note.clone()),
        ("override_reason", visit.override_reason.clone()),
        ("payout_minor", visit.payout_minor.map(typed_money).unwrap_or_default()),
    ];
    let mut form = Form::filled(shell.language, values);
    let ids = crew.iter().map(|member| serde_json::Value::String(member.worker_id.to_string())).collect();
    form.values.insert("worker_ids".into(), serde_json::Value::Array(ids));
    let plan = Plan::new(&app, shell.language, listed, Some(visit)).await?;
    plan.page(&app, shell, form, String::new(), None).await
}

pub async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<VisitId>,
    posted: Posted<Planned>,
) -> Result<Response> {
    let visit = visits::find(app.db.read(), &actor, id).await?;
    let listed = query::show(&app, &actor, visit.order_id).await?;
    let (input, form, command) = posted.into_parts();
    let plan = Plan::new(&app, shell.language, listed, Some(visit)).await?;
    if form.has("look", "1") {
        return Ok(plan.page(&app, shell, form.with_errors(FieldErrors::default()), String::new(), None).await?.into_response());
    }
    let result = match input {
        Ok(planned) => {
            once!(app, &actor, &command => |change| Ok(visits::move_to(change, id, command.version, &planned.visit).await?.id))
        }
        Err(e) => Err(e),
    };
    plan.answer(&app, &actor, shell, form, result.map(drop), "flash-visit-moved").await
}

/// What is being planned.
struct Plan {
    listed: Listed,
    visit: Option<Visit>,
    minutes: i64,
    lang: Lang,
}

impl Plan {
    async fn new(app: &App, lang: Lang, listed: Listed, visit: Option<Visit>) -> Result<Self> {
        let minutes = match &visit {
            Some(visit) => (visit.ends_ms - visit.starts_ms) / MINUTE_MS,
            None => services::find(app.db.read(), listed.order.service_id).await?.duration_minutes,
        };
        Ok(Self { listed, visit, minutes, lang })
    }

    fn order(&self) -> &Order {
        &self.listed.order
    }

    fn zone(&self) -> jiff::tz::TimeZone {
        zone_named(&self.order().zone)
    }

    fn when(&self, app: &App) -> When {
        When::new(self.lang, self.zone(), app.clock.now_ms())
    }

    /// The time to begin with: what the customer wished, else the next full hour but one, for as long as the work takes.
    fn usual(&self, app: &App) -> (i64, i64) {
        let now = app.clock.now_ms();
        let start = self.order().desired_from_ms.filter(|from| *from > now).unwrap_or((now / HOUR_MS + 2) * HOUR_MS);
        (start, start + self.minutes * MINUTE_MS)
    }

    /// The window as typed; the usual one where it cannot be read.
    fn window(&self, app: &App, form: &Form) -> (i64, i64) {
        let zone = self.zone();
        let read = |name: &str| form_time::parse_local(&form.value(name), &zone).ok();
        match (read("starts_at"), read("ends_at")) {
            (Some(start), Some(end)) if end > start => (start, end),
            (Some(start), _) => (start, start + self.minutes * MINUTE_MS),
            _ => self.usual(app),
        }
    }

    async fn page(&self, app: &App, shell: Shell, form: Form, clash: String, changed: Option<told::LastChange>) -> Result<Page> {
        let window = self.window(app, &form);
        let except = self.visit.as_ref().map(|visit| visit.id);
        let found = candidates(app, window, Some(self.order().service_id), except).await?;
        let when = self.when(app);
        let candidates = found.iter().map(|candidate| Choice::of(self.lang, &when, candidate)).collect();
        let number = ta(self.lang, "order-number", &[("number", self.order().number.as_str().into())]);
        let url = match &self.visit {
            None => format!("/orders/{}/visits", self.order().id),
            Some(visit) => format!("/visits/{}/edit", visit.id),
        };
        Page::of(&Assign {
            number: self.order().number.clone(),
            about: [number, self.listed.service_name.clone(), super::card::full_address(self.lang, self.order())].join(" · "),
            zone: self.order().zone.clone(),
            url,
            back: format!("/orders/{}", self.order().id),
            version: self.visit.as_ref().map(|visit| visit.version),
            length: duration(self.lang, self.minutes),
            is_new_order: self.order().status == OrderStatus::New,
            candidates,
            clash,
            changed,
            form,
            shell,
        })
    }

    async fn answer(self, app: &App, actor: &Actor, shell: Shell, form: Form, result: Result<()>, flash: &str) -> Result<Response> {
        let lang = self.lang;
        let (status, form, clash, changed) = match result {
            Ok(()) => return Ok(see_other_with(&format!("/orders/{}", self.order().id), flash)),
            Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with_errors(errors), String::new(), None),
            Err(error @ Error::Conflict("overlap", _)) => (StatusCode::CONFLICT, form, error.hint(lang), None),
            Err(Error::Stale) => {
                let changed = told::last_change(app.db.read(), actor, self.order().id, &self.when(app)).await?;
                (StatusCode::PRECONDITION_FAILED, form, String::new(), changed)
            }
            Err(error) => return Err(error),
        };
        Ok((status, self.page(app, shell, form, clash, changed).await?).into_response())
    }
}

impl Choice {
    fn of(lang: Lang, when: &When, candidate: &Candidate) -> Self {
        let worker = &candidate.worker;
        let mut about = worker.skill_names();
        if worker.kind == WorkerKind::Contractor {
            about.insert(0, t(lang, "role-contractor").into_owned());
        }
        let busy = candidate.busy.iter().map(|busy| {
            ta(lang, "desk-busy", &[("when", when.window(busy.starts_ms, busy.ends_ms).into()), ("number", busy.number.as_str().into())])
        });
        let mut why: Vec<String> = busy.collect();
        if candidate.outside_hours {
            why.push(t(lang, "desk-outside-hours").into_owned());
        }
        if !candidate.missing_skills.is_empty() {
            why.push(ta(lang, "desk-missing-skills", &[("skills", candidate.missing_skills.join(", ").into())]));
        }
        Self {
            id: worker.id.to_string(),
            face: Face::new(&worker.name, worker.user_id.0),
            about: about.join(", "),
            is_free: candidate.busy.is_empty(),
            is_suitable: candidate.is_available(),
            why,
            load: if candidate.load > 0 { tn(lang, "desk-load", candidate.load) } else { String::new() },
        }
    }
}

impl Assign {
    /// Whether the field for the reason of an override is wanted.
    fn asks_override(&self) -> bool {
        !self.clash.is_empty() || !self.form.value("override_reason").is_empty()
    }

    /// Makes a field of the time fetch anew who is free then.
    fn looks(&self) -> String {
        format!(
            "hx-post=\"{}\" hx-trigger=change hx-include=\"closest form\" hx-vals='{{\"look\":\"1\"}}' hx-target=\"next .candidates\" \
             hx-select=.candidates hx-swap=outerHTML",
            self.url
        )
    }

    fn workers_error(&self) -> String {
        self.form.error("worker_ids")
    }

    fn other_faults(&self) -> Vec<String> {
        self.form.errors_outside(&["worker_ids", "lead_id", "starts_at", "ends_at", "note", "override_reason", "payout_minor", "offer"])
    }
}
