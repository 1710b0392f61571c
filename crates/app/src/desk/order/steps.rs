//! The bar of an order's steps with the times at which they were taken or are expected.

use crate::{
    desk::card::{status_label, visit_label},
    orders::{EventKind, OrderStatus, VisitStatus, whole::Whole},
    text::{format::When, i18n::Lang},
};

/// One step of the bar.
pub struct Step {
    pub label: String,
    pub when: String,
    /// `past`, `current` or empty.
    pub state: &'static str,
    pub tone: &'static str,
}

const STEPS: [(OrderStatus, Option<EventKind>, &str); 6] = [
    (OrderStatus::New, None, "violet"),
    (OrderStatus::Confirmed, Some(EventKind::OrderConfirmed), "amber"),
    (OrderStatus::Scheduled, Some(EventKind::OrderScheduled), "blue"),
    (OrderStatus::InProgress, Some(EventKind::OrderStarted), "orange"),
    (OrderStatus::Acceptance, Some(EventKind::OrderFinished), "amber"),
    (OrderStatus::Completed, Some(EventKind::OrderCompleted), "green"),
];

/// The steps of this order.
pub fn of(lang: Lang, when: &When, whole: &Whole) -> Vec<Step> {
    let order = &whole.listed.order;
    let stands = match order.status {
        OrderStatus::OnHold => order.held_status.unwrap_or(OrderStatus::New),
        status => status,
    };
    let current = STEPS.iter().position(|(status, ..)| *status == stands);
    let steps = STEPS.iter().enumerate().map(|(place, (status, kind, tone))| {
        let happened = match kind {
            None => Some(order.created_ms),
            Some(kind) => whole.events.iter().find(|event| event.kind == *kind).map(|event| event.at_ms),
        };
        // A cancelled order has been where its history says.
        let past = current.map_or(happened.is_some(), |current| place < current || stands == OrderStatus::Completed);
        let is_current = !past && current == Some(place);
        let on_the_way = is_current && whole.listed.visit_status == Some(VisitStatus::EnRoute);
        Step {
            label: if on_the_way { visit_label(lang, VisitStatus::EnRoute) } else { status_label(lang, *status) },
            when: if past || is_current {
                happened.map(|ms| when.day_time(ms)).unwrap_or_default()
            } else {
                expected(when, whole, *status)
            },
            state: if past {
                "past"
            } else if is_current {
                "current"
            } else {
                ""
            },
            tone: if on_the_way { "teal" } else { tone },
        }
    });
    steps.collect()
}

/// When a step is to be expected, from the times of the visit.
fn expected(when: &When, whole: &Whole, status: OrderStatus) -> String {
    let listed = &whole.listed;
    let time = match status {
        OrderStatus::InProgress => listed.visit_starts_ms,
        OrderStatus::Acceptance => listed.visit_ends_ms,
        _ => None,
    };
    let coming = listed.visit_status.is_some_and(VisitStatus::is_busy);
    time.filter(|_| coming).map(|ms| format!("≈ {}", when.day_time(ms))).unwrap_or_default()
}
