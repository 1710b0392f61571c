//! What can be done to the order now: the one next step, and the rest.

use crate::{
    access::Actor,
    orders::{
        OrderAction, OrderStatus, VisitAction, VisitStatus, pages, policy, visits,
        whole::{Whole, WholeVisit},
    },
    web::Shell,
};

/// A button: posted at once, or a link to a page that asks for more.
pub struct Deed {
    pub url: String,
    pub label: String,
    pub icon: &'static str,
    /// The version that the person saw, when the button posts by itself.
    pub post: Option<i64>,
    pub dangerous: bool,
}

impl Deed {
    fn post(shell: &Shell, url: String, label: &str, icon: &'static str, version: i64) -> Self {
        Self { url, label: shell.t(label).into_owned(), icon, post: Some(version), dangerous: false }
    }

    pub fn ask(shell: &Shell, url: String, label: &str, icon: &'static str) -> Self {
        Self { url, label: shell.t(label).into_owned(), icon, post: None, dangerous: false }
    }
}

/// The buttons of an order's head.
pub struct Deeds {
    pub next: Option<Deed>,
    pub rest: Vec<Deed>,
}

impl Deeds {
    pub fn of(actor: &Actor, shell: &Shell, whole: &Whole) -> Self {
        let order = &whole.listed.order;
        let mut rest: Vec<Deed> = policy::possible(actor, order).into_iter().map(|action| of_order(shell, whole, action)).collect();
        let assign = Deed::ask(shell, format!("/orders/{}/visits/new", order.id), "action-assign", "user-plus");
        let next = match order.status {
            OrderStatus::New => take(&mut rest, &pages::order_url(OrderAction::Confirm, order.id)),
            OrderStatus::Confirmed => Some(assign),
            OrderStatus::Scheduled | OrderStatus::InProgress => of_visit_now(actor, shell, whole).or(Some(assign)),
            OrderStatus::Acceptance => take(&mut rest, &pages::order_url(OrderAction::Accept, order.id)),
            OrderStatus::OnHold => take(&mut rest, &pages::order_url(OrderAction::Resume, order.id)),
            OrderStatus::Completed | OrderStatus::Cancelled => None,
        };
        rest.insert(0, Deed::ask(shell, format!("/orders/{}/links/new", order.id), "desk-link", "link"));
        Self { next, rest }
    }
}

fn take(deeds: &mut Vec<Deed>, url: &str) -> Option<Deed> {
    let place = deeds.iter().position(|deed| deed.url == url)?;
    Some(deeds.remove(place))
}

fn of_order(shell: &Shell, whole: &Whole, action: OrderAction) -> Deed {
    let order = &whole.listed.order;
    let (url, label) = (pages::order_url(action, order.id), pages::order_label(action));
    let icon = match action {
        OrderAction::Confirm | OrderAction::Accept => "check",
        OrderAction::Cancel => "circle-x",
        OrderAction::Hold => "clock-pause",
        OrderAction::Resume | OrderAction::Reopen => "refresh",
        OrderAction::Return => "arrow-back-up",
    };
    let mut deed = if policy::needs_reason(action) {
        Deed::ask(shell, url, &label, icon)
    } else {
        Deed::post(shell, url, &label, icon, order.version)
    };
    deed.dangerous = action == OrderAction::Cancel;
    deed
}

/// The next step of the visit that matters now.
fn of_visit_now(actor: &Actor, shell: &Shell, whole: &Whole) -> Option<Deed> {
    let now = whole.visits.iter().find(|visit| Some(visit.visit.id) == whole.listed.order.visit_id)?;
    let action = match now.visit.status {
        VisitStatus::Planned => VisitAction::Offer,
        VisitStatus::Offered => VisitAction::Accept,
        VisitStatus::Accepted => VisitAction::Depart,
        VisitStatus::EnRoute | VisitStatus::Returned => VisitAction::Arrive,
        VisitStatus::OnSite => VisitAction::Finish,
        VisitStatus::Paused => VisitAction::Resume,
        VisitStatus::Done => VisitAction::Check,
        _ => return None,
    };
    of_visit(actor, shell, now).into_iter().find(|deed| deed.url == pages::visit_url(action, now.visit.id))
}

/// Everything that can be done to a visit.
pub fn of_visit(actor: &Actor, shell: &Shell, whole: &WholeVisit) -> Vec<Deed> {
    let visit = &whole.visit;
    let possible = <VisitAction as crate::web::Choice>::ALL.iter().copied();
    let possible = possible.filter(|action| actor.can(*action, visit) && action.from().contains(&visit.status));
    let deed = |action: VisitAction| {
        let (url, label) = (pages::visit_url(action, visit.id), pages::visit_label(actor, action));
        let asks = visits::policy::needs_reason(action) || visits::policy::on_behalf(actor, action) || action == VisitAction::Move;
        let icon = icon_of(action);
        let mut deed = if asks { Deed::ask(shell, url, &label, icon) } else { Deed::post(shell, url, &label, icon, visit.version) };
        deed.dangerous = action == VisitAction::Cancel;
        deed
    };
    let mut deeds: Vec<Deed> = possible.map(deed).collect();
    deeds.sort_by_key(|deed| deed.dangerous);
    deeds
}

fn icon_of(action: VisitAction) -> &'static str {
    match action {
        VisitAction::Offer => "send",
        VisitAction::Accept => "user-check",
        VisitAction::Decline => "user-x",
        VisitAction::Depart => "car",
        VisitAction::Arrive => "map-pin",
        VisitAction::Pause => "player-pause",
        VisitAction::Resume => "player-play",
        VisitAction::Finish | VisitAction::Check => "check",
        VisitAction::Fail => "alert-triangle",
        VisitAction::Return => "arrow-back-up",
        VisitAction::Cancel => "circle-x",
        VisitAction::Move => "calendar-time",
    }
}
