//! What people do to orders and visits in the browser, whoever may: one button or one short form each.
//!
//! `POST` carries it out and leads back to where it was asked; `GET` of the same address asks for what is missing,
//! such as a reason. The pages that show these buttons belong to the office, the worker and the customer.

use super::{Deed, Order, OrderAction, VisitAction, form::Reason, policy, query, told, visits};
use crate::{
    access::{Access, Actor},
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::{OrderId, VisitId},
    text::{
        format::When,
        i18n::{has, t},
    },
    web::{
        Page, Posted, Routes, Shell,
        page::{Form, own_path, referring_path, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

const ORDER_DEEDS: [(&str, OrderAction); 7] = [
    ("/orders/{id}/confirmation", OrderAction::Confirm),
    ("/orders/{id}/cancellation", OrderAction::Cancel),
    ("/orders/{id}/hold", OrderAction::Hold),
    ("/orders/{id}/resumption", OrderAction::Resume),
    ("/orders/{id}/acceptance", OrderAction::Accept),
    ("/orders/{id}/return", OrderAction::Return),
    ("/orders/{id}/reopening", OrderAction::Reopen),
];

const VISIT_DEEDS: [(&str, VisitAction); 12] = [
    ("/visits/{id}/offer", VisitAction::Offer),
    ("/visits/{id}/acceptance", VisitAction::Accept),
    ("/visits/{id}/decline", VisitAction::Decline),
    ("/visits/{id}/departure", VisitAction::Depart),
    ("/visits/{id}/arrival", VisitAction::Arrive),
    ("/visits/{id}/pause", VisitAction::Pause),
    ("/visits/{id}/resumption", VisitAction::Resume),
    ("/visits/{id}/completion", VisitAction::Finish),
    ("/visits/{id}/failure", VisitAction::Fail),
    ("/visits/{id}/check", VisitAction::Check),
    ("/visits/{id}/return", VisitAction::Return),
    ("/visits/{id}/cancellation", VisitAction::Cancel),
];

/// The usual reasons why a visit comes to nothing, by their words.
pub const REASONS: [&str; 7] = ["no_answer", "no_access", "not_ready", "no_material", "other_crew", "weather", "other"];

pub fn routes() -> Routes {
    let routes = ORDER_DEEDS.into_iter().fold(Routes::new(), |routes, (path, action)| order_deed(routes, path, action));
    VISIT_DEEDS.into_iter().fold(routes, |routes, (path, action)| visit_deed(routes, path, action))
}

fn order_deed(routes: Routes, path: &'static str, action: OrderAction) -> Routes {
    let ask = async move |State(app): State<App>, actor: Actor, shell: Shell, headers: HeaderMap, Path(id): Path<OrderId>| {
        let target = Target::of_order(&app, &actor, id, action, path).await?;
        target.refuse_impossible()?;
        let back = referring_path(&headers).unwrap_or_else(|| target.home(&actor));
        let form = Form::empty(shell.language);
        Ok::<_, Error>(Ask::new(&app, &actor, shell, form, back, target, None).page()?.into_response())
    };
    let create = async move |State(app): State<App>,
                             actor: Actor,
                             shell: Shell,
                             headers: HeaderMap,
                             Path(id): Path<OrderId>,
                             posted: Posted<Reason>| {
        let (input, form, command) = posted.into_parts();
        let result = match input {
            Ok(Reason { reason, until_ms, .. }) => {
                let deed = Deed { action, version: command.version, reason, until_ms };
                once!(app, &actor, &command => |change| Ok(super::act(change, id, &deed).await?.status))
            }
            Err(e) => Err(e),
        };
        let asked_only = action == OrderAction::Cancel && result.as_ref().is_ok_and(|status| status.is_open());
        let flash = if asked_only { "flash-order-cancellation-asked".to_owned() } else { format!("flash-order-{}", noun(path)) };
        let target = async || Target::of_order(&app, &actor, id, action, path).await;
        answer(&app, &actor, shell, &headers, form, result.map(drop), &flash, target).await
    };
    routes.get(path, Access::SignedIn, ask).post(path, Access::SignedIn, create)
}

fn visit_deed(routes: Routes, path: &'static str, action: VisitAction) -> Routes {
    let ask = async move |State(app): State<App>, actor: Actor, shell: Shell, headers: HeaderMap, Path(id): Path<VisitId>| {
        let target = Target::of_visit(&app, &actor, id, action, path).await?;
        target.refuse_impossible()?;
        let back = referring_path(&headers).unwrap_or_else(|| target.home(&actor));
        let form = Form::empty(shell.language);
        Ok::<_, Error>(Ask::new(&app, &actor, shell, form, back, target, None).page()?.into_response())
    };
    let create = async move |State(app): State<App>,
                             actor: Actor,
                             shell: Shell,
                             headers: HeaderMap,
                             Path(id): Path<VisitId>,
                             posted: Posted<Reason>| {
        let (input, form, command) = posted.into_parts();
        let result = match input {
            Ok(Reason { reason, reason_code, .. }) => {
                let step = visits::Step { action, version: command.version, reason, reason_code };
                once!(app, &actor, &command => |change| Ok(visits::act(change, id, &step).await?.id))
            }
            Err(e) => Err(e),
        };
        let flash = format!("flash-visit-{}", noun(path));
        // A visit that was declined exists no longer for the one who declined it.
        let gone = action == VisitAction::Decline && actor.worker_id().is_some() && result.is_ok();
        if gone {
            return Ok(see_other_with("/visits", &flash));
        }
        let target = async || Target::of_visit(&app, &actor, id, action, path).await;
        answer(&app, &actor, shell, &headers, form, result.map(drop), &flash, target).await
    };
    routes.get(path, Access::SignedIn, ask).post(path, Access::SignedIn, create)
}

/// The address at which this is done to an order.
pub fn order_url(action: OrderAction, id: OrderId) -> String {
    let path = ORDER_DEEDS.iter().find(|(_, deed)| *deed == action).map_or("/orders/{id}", |(path, _)| path);
    path.replace("{id}", &id.to_string())
}

/// The address at which this is done to a visit; moving has a page of its own.
pub fn visit_url(action: VisitAction, id: VisitId) -> String {
    let path = VISIT_DEEDS.iter().find(|(_, deed)| *deed == action).map_or("/visits/{id}/edit", |(path, _)| path);
    path.replace("{id}", &id.to_string())
}

/// The key of the words on the button of this deed.
pub fn order_label(action: OrderAction) -> String {
    let path = ORDER_DEEDS.iter().find(|(_, deed)| *deed == action).map_or("", |(path, _)| path);
    format!("order-action-{}", noun(path))
}

/// The key of the words on the button of this deed.
pub fn visit_label(actor: &Actor, action: VisitAction) -> String {
    match VISIT_DEEDS.iter().find(|(_, deed)| *deed == action) {
        Some((path, _)) if visits::policy::on_behalf(actor, action) => format!("visit-behalf-{}", noun(path)),
        Some((path, _)) => format!("visit-action-{}", noun(path)),
        None => "action-reschedule".into(),
    }
}

/// The last word of a deed's address, which names its texts.
fn noun(path: &'static str) -> &'static str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Leads back after a deed; asks again when something is missing or somebody was first.
#[expect(clippy::too_many_arguments, reason = "the two doors' common end: all of it is the request")]
async fn answer(
    app: &App,
    actor: &Actor,
    shell: Shell,
    headers: &HeaderMap,
    form: Form,
    result: Result<()>,
    flash: &str,
    target: impl AsyncFnOnce() -> Result<Target>,
) -> Result<Response> {
    let asked_back = own_path(&form.value("back")).or_else(|| referring_path(headers));
    let error = match result {
        Ok(()) => {
            let back = match asked_back {
                Some(back) => back,
                None => target().await.map_or_else(|_| "/".into(), |target| target.home(actor)),
            };
            return Ok(see_other_with(&back, flash));
        }
        Err(error) => error,
    };
    if !matches!(error, Error::Invalid(_) | Error::Stale) {
        return Err(error);
    }
    let target = target().await?;
    let back = asked_back.unwrap_or_else(|| target.home(actor));
    match error {
        Error::Invalid(errors) => {
            let ask = Ask::new(app, actor, shell, form.with_errors(errors), back, target, None);
            Ok(unprocessable(ask.page()?))
        }
        _ => {
            let changed = told::last_change(app.db.read(), actor, target.order.id, &target.when(app, actor)).await?;
            let ask = Ask::new(app, actor, shell, form, back, target, changed);
            Ok((StatusCode::PRECONDITION_FAILED, ask.page()?).into_response())
        }
    }
}

/// What is to be done to which order or visit, as it now stands.
struct Target {
    order: Order,
    visit: Option<visits::Visit>,
    /// `order-cancellation`: the key of its texts.
    key: String,
    url: String,
    version: i64,
    possible: bool,
    needs_reason: bool,
    usual_reasons: bool,
    on_behalf: bool,
    holds: bool,
}

impl Target {
    async fn of_order(app: &App, actor: &Actor, id: OrderId, action: OrderAction, path: &'static str) -> Result<Self> {
        let order = actor.may(action, query::find(app.db.read(), actor, id).await?)?.into_inner();
        Ok(Self {
            key: format!("order-{}", noun(path)),
            url: path.replace("{id}", &id.to_string()),
            version: order.version,
            // A customer who cancels too late asks the office to do it.
            possible: action.from().contains(&order.status)
                || (action == OrderAction::Cancel && !actor.is_staff() && order.status.is_open()),
            needs_reason: policy::needs_reason(action),
            usual_reasons: false,
            on_behalf: false,
            holds: action == OrderAction::Hold,
            order,
            visit: None,
        })
    }

    async fn of_visit(app: &App, actor: &Actor, id: VisitId, action: VisitAction, path: &'static str) -> Result<Self> {
        let visit = actor.may(action, visits::find(app.db.read(), actor, id).await?)?.into_inner();
        let on_behalf = visits::policy::on_behalf(actor, action);
        Ok(Self {
            order: query::find(app.db.read(), actor, visit.order_id).await?,
            key: format!("visit-{}", noun(path)),
            url: path.replace("{id}", &id.to_string()),
            version: visit.version,
            possible: action.from().contains(&visit.status),
            needs_reason: visits::policy::needs_reason(action) || on_behalf,
            usual_reasons: action == VisitAction::Fail,
            on_behalf,
            holds: false,
            visit: Some(visit),
        })
    }

    fn refuse_impossible(&self) -> Result<()> {
        if self.possible { Ok(()) } else { Err(Error::conflict("not_now")) }
    }

    /// The page of the thing for this person.
    fn home(&self, actor: &Actor) -> String {
        match (&self.visit, actor.worker_id()) {
            (Some(visit), Some(_)) => format!("/visits/{}", visit.id),
            _ if actor.is_staff() => format!("/orders/{}", self.order.id),
            _ => format!("/my/orders/{}", self.order.id),
        }
    }

    fn when(&self, app: &App, actor: &Actor) -> When {
        When::new(actor.lang, zone_named(&self.order.zone), app.clock.now_ms())
    }
}

/// The page that asks for a reason, or once more after somebody was first.
struct Ask {
    shell: Shell,
    form: Form,
    back: String,
    target: Target,
    title: String,
    about: String,
    hint: String,
    reasons: Vec<(&'static str, String)>,
    changed: Option<told::LastChange>,
    is_staff: bool,
}

#[derive(Template)]
#[template(path = "orders/ask_office.html")]
struct AskOffice<'a> {
    shell: &'a Shell,
    ask: &'a Ask,
}

#[derive(Template)]
#[template(path = "orders/ask_phone.html")]
struct AskPhone<'a> {
    shell: &'a Shell,
    ask: &'a Ask,
}

impl Ask {
    fn new(app: &App, actor: &Actor, shell: Shell, form: Form, back: String, target: Target, changed: Option<told::LastChange>) -> Self {
        let lang = actor.lang;
        let (kind, noun) = target.key.split_once('-').unwrap_or_default();
        let what = if target.on_behalf { "behalf" } else { "action" };
        let title = t(lang, &format!("{kind}-{what}-{noun}")).into_owned();
        let number = shell.ta("order-number", &[("number", &target.order.number)]);
        let when = target.visit.as_ref().map(|visit| target.when(app, actor).window(visit.starts_ms, visit.ends_ms));
        let hint_key = if target.on_behalf { "ask-on-behalf".to_owned() } else { format!("ask-{}", target.key) };
        let hint = if has(&hint_key) { t(lang, &hint_key).into_owned() } else { String::new() };
        let usual = if target.usual_reasons { REASONS.as_slice() } else { &[] };
        let reasons = usual.iter().map(|code| (*code, t(lang, &format!("reason-{}", code.replace('_', "-"))).into_owned())).collect();
        let about = [Some(number), when].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Self { is_staff: actor.is_staff(), about, hint, reasons, title, shell, form, back, target, changed }
    }

    /// Whether saying yes takes something away.
    fn dangerous(&self) -> bool {
        matches!(self.target.key.as_str(), "order-cancellation" | "visit-cancellation")
    }

    fn page(&self) -> Result<Page> {
        let (shell, ask) = (&self.shell, self);
        if self.is_staff { Page::of(&AskOffice { shell, ask }) } else { Page::of(&AskPhone { shell, ask }) }
    }

    /// Faults that belong to no field of this form: what a report still lacks.
    fn other_faults(&self) -> Vec<String> {
        self.form.errors_outside(&["reason", "reason_code", "until", "note"])
    }
}
