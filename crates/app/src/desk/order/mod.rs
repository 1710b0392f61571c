//! The office's page of one order: what it is, what is next, and everything that happened.

mod deeds;
mod history;
mod place;
mod steps;
mod visit;

use super::card::{Face, full_address, status_label, visit_label};
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::Result,
    ids::OrderId,
    orders::{
        Order, OrderStatus, VisitStatus, policy,
        whole::{self, Whole},
    },
    text::{
        format::When,
        i18n::{Lang, t, ta, tn},
        money::money,
        phone::Phone,
    },
    web::{Choice as _, Fields, Input, Page, Shell, input::Query},
};
use askama::Template;
use axum::extract::{Path, State};
use deeds::Deeds;
use history::{Line, Shown};
use place::Place;
use steps::Step;
use visit::VisitCard;

/// What of the history is wanted.
pub struct Wanted {
    history: Shown,
}

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self { history: fields.optional_choice("history").unwrap_or(Shown::All) }
    }
}

#[derive(Template)]
#[template(path = "desk/order.html")]
struct Show {
    shell: Shell,
    id: OrderId,
    number: String,
    service: String,
    status: &'static str,
    /// The state of a crew on its way, which says more than the order's; else empty.
    visit_status: &'static str,
    status_label: String,
    problem: Option<String>,
    reason: String,
    about: String,
    steps: Vec<Step>,
    deeds: Deeds,
    customer: CustomerCard,
    place: Place,
    wishes: Wishes,
    visits: Vec<VisitCard>,
    may_edit: bool,
    shown: Shown,
    lines: Vec<Line>,
}

struct CustomerCard {
    id: i64,
    face: Face,
    phone: String,
    phone_link: String,
    email: String,
    orders: String,
    has_others: bool,
}

struct Wishes {
    description: String,
    requirements: String,
    desired: String,
    price: String,
    priority: String,
    source: String,
    duration: String,
}

pub async fn show(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    Query(Wanted { history }): Query<Wanted>,
) -> Result<Page> {
    let whole = whole::find(&app, &actor, id).await?;
    Page::of(&Show::of(&app, &actor, shell, &whole, history))
}

impl Show {
    fn of(app: &App, actor: &Actor, shell: Shell, whole: &Whole, shown: Shown) -> Self {
        let (lang, now) = (shell.language, app.clock.now_ms());
        let order = &whole.listed.order;
        let when = When::new(lang, zone_named(&order.zone), now);
        let on_the_way =
            whole.listed.visit_status.filter(|status| *status == VisitStatus::EnRoute && order.status == OrderStatus::Scheduled);
        Self {
            id: order.id,
            number: order.number.clone(),
            service: whole.service.name.clone(),
            status: order.status.code(),
            visit_status: on_the_way.map_or("", |status| status.code()),
            status_label: on_the_way.map_or_else(|| status_label(lang, order.status), |status| visit_label(lang, status)),
            problem: order.problem.map(|problem| t(lang, &format!("desk-problem-{}", problem.code().replace('_', "-"))).into_owned()),
            reason: reason(lang, &when, order),
            about: about(lang, &when, whole),
            steps: steps::of(lang, &when, whole),
            deeds: Deeds::of(actor, &shell, whole),
            customer: CustomerCard::of(lang, whole),
            place: Place::of(lang, order),
            wishes: Wishes::of(lang, &when, whole),
            visits: whole.visits.iter().map(|visit| VisitCard::of(actor, &shell, &when, whole, visit)).collect(),
            may_edit: policy::may_edit(actor, order),
            lines: history::lines(lang, &when, &whole.events, shown),
            shown,
            shell,
        }
    }

    /// The addresses of the parts of the history.
    fn history_tabs(&self) -> Vec<(String, String, bool)> {
        let tab = |shown: &Shown| {
            let url = format!("/orders/{}?history={shown}#history", self.id);
            (url, self.shell.t(&format!("desk-history-{shown}")).into_owned(), *shown == self.shown)
        };
        <Shown as crate::web::Choice>::ALL.iter().map(tab).collect()
    }
}

/// Why it was held or cancelled, and until when.
fn reason(lang: Lang, when: &When, order: &Order) -> String {
    let until = order.wake_ms.map(|ms| ta(lang, "desk-until", &[("date", when.day_time(ms).into())]));
    let parts = [
        Some(order.reason.clone())
            .filter(|reason| !reason.is_empty() && matches!(order.status, OrderStatus::OnHold | OrderStatus::Cancelled)),
        until,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The line under the title: number, customer, address, time.
fn about(lang: Lang, when: &When, whole: &Whole) -> String {
    let order = &whole.listed.order;
    let window = whole.listed.visit_starts_ms.zip(whole.listed.visit_ends_ms).map(|(start, end)| when.window(start, end));
    let number = format!("№ {}", order.number);
    let parts = [Some(number), Some(whole.listed.customer_name.clone()), Some(full_address(lang, order)), window];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl CustomerCard {
    fn of(lang: Lang, whole: &Whole) -> Self {
        let listed = &whole.listed;
        let phone = listed.customer_phone.clone().unwrap_or_default();
        Self {
            id: listed.order.customer_id.0,
            face: Face::new(&listed.customer_name, listed.order.customer_id.0),
            phone_link: if phone.is_empty() { String::new() } else { format!("tel:{phone}") },
            phone: if phone.is_empty() { phone } else { Phone::stored(&phone).to_string() },
            email: listed.customer_email.clone().unwrap_or_default(),
            orders: tn(lang, "count-orders", whole.customer_orders),
            has_others: whole.customer_orders > 1,
        }
    }
}

impl Wishes {
    fn of(lang: Lang, when: &When, whole: &Whole) -> Self {
        let order = &whole.listed.order;
        let desired = match (order.desired_from_ms, order.desired_to_ms) {
            (Some(from), Some(to)) => when.window(from, to),
            (Some(from), None) => when.day_time(from),
            (None, Some(to)) => ta(lang, "desk-to-day", &[("day", when.day_time(to).into())]),
            (None, None) => String::new(),
        };
        Self {
            description: order.description.clone(),
            requirements: order.requirements.clone(),
            desired,
            price: order.price_minor.map(|kopecks| money(lang, kopecks)).unwrap_or_default(),
            priority: t(lang, &format!("priority-{}", order.priority)).into_owned(),
            source: t(lang, &format!("source-{}", order.source)).into_owned(),
            duration: crate::text::format::duration(lang, whole.service.duration_minutes),
        }
    }
}
