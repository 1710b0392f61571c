//! What each role is shown of an order and its visits: the one place where fields are left out.

use super::{Event, OrderAction, OrderStatus, Priority, Problem, Source, VisitAction, VisitStatus, policy, query::Listed, visits};
use crate::{
    access::{Actor, Who},
    app::App,
    company::Company,
    ids::{CustomerId, OrderId, ServiceId, UserId, VisitId, WorkerId},
    web::{Choice, api::HasVersion},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A moment as RFC 3339 in UTC.
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// What this person may know of an order.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// Name, phone, exact address, description.
    pub customer: bool,
    pub price: bool,
    /// Reasons, marks, sources: the company's own business.
    pub internal: bool,
}

impl Sight {
    /// PRODUCT's table «who sees what», for orders. `known`: a contractor has accepted and the visit is not checked yet.
    pub fn of(actor: &Actor, company: &Company, known: bool) -> Self {
        let internal = actor.is_staff() || actor.who == Who::System;
        let price = match actor.who {
            Who::Administrator | Who::Dispatcher | Who::System | Who::Customer(_) | Who::Link(_) => true,
            Who::Specialist(_) => company.specialist_sees_price,
            Who::Contractor(_) => false,
        };
        Self { customer: known || !matches!(actor.who, Who::Contractor(_)), price, internal }
    }
}

/// An order as the API gives it; fields that the caller may not see are left out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    #[schema(value_type = i64)]
    pub id: OrderId,
    pub number: String,
    pub status: OrderStatus,
    #[schema(value_type = i64)]
    pub service_id: ServiceId,
    pub service: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerBrief>,
    pub address: AddressView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirements: Option<String>,
    pub desired_from: Option<String>,
    pub desired_to: Option<String>,
    pub priority: Priority,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<String>,
    /// The visit that matters now: under way, else next, else last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitBrief>,
    pub created_at: String,
    pub completed_at: Option<String>,
    /// What the caller may do now.
    pub actions: Vec<OrderAction>,
    pub version: i64,
}

/// The customer of an order, as far as the caller may know them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CustomerBrief {
    #[schema(value_type = i64)]
    pub id: CustomerId,
    pub name: String,
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Where the work is done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AddressView {
    /// Left out for those who may know the district only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub district: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intercom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    pub zone: String,
}

/// The visit that a list shows beside its order.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VisitBrief {
    #[schema(value_type = i64)]
    pub id: VisitId,
    pub status: VisitStatus,
    pub starts_at: String,
    pub ends_at: String,
    pub lead: Option<String>,
}

impl HasVersion for OrderView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl OrderView {
    /// Cuts an order to what `actor` may see.
    pub fn of(app: &App, actor: &Actor, listed: &Listed) -> Self {
        let sight = Sight::of(actor, &app.company(), listed.known);
        let order = &listed.order;
        let known = |text: &str| sight.customer.then(|| text.to_owned());
        Self {
            id: order.id,
            number: order.number.clone(),
            status: order.status,
            service_id: order.service_id,
            service: listed.service_name.clone(),
            customer: sight.customer.then(|| CustomerBrief {
                id: order.customer_id,
                name: listed.customer_name.clone(),
                phone: listed.customer_phone.clone(),
                email: listed.customer_email.clone().filter(|_| actor.worker_id().is_none()),
            }),
            address: AddressView {
                text: known(&order.address),
                district: order.district.clone(),
                entrance: known(&order.entrance),
                floor: known(&order.floor),
                flat: known(&order.flat),
                intercom: known(&order.intercom),
                lat: order.lat.filter(|_| sight.customer),
                lon: order.lon.filter(|_| sight.customer),
                zone: order.zone.clone(),
            },
            description: known(&order.description),
            requirements: known(&order.requirements),
            desired_from: order.desired_from_ms.map(rfc3339),
            desired_to: order.desired_to_ms.map(rfc3339),
            priority: order.priority,
            price_minor: order.price_minor.filter(|_| sight.price),
            source: sight.internal.then_some(order.source),
            problem: order.problem.filter(|_| sight.internal),
            reason: Some(order.reason.clone()).filter(|reason| !reason.is_empty() && (sight.internal || actor.worker_id().is_none())),
            hold_until: order.wake_ms.map(rfc3339),
            visit: visit_brief(actor, listed),
            created_at: rfc3339(order.created_ms),
            completed_at: order.completed_ms.map(rfc3339),
            actions: policy::possible(actor, order),
            version: order.version,
        }
    }
}

/// Workers see their own visits apart; a customer sees one only once it is agreed.
fn visit_brief(actor: &Actor, listed: &Listed) -> Option<VisitBrief> {
    let (id, status) = (listed.order.visit_id?, listed.visit_status?);
    let visible = match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => true,
        Who::Customer(_) | Who::Link(_) => status.customer_sees(),
        Who::Specialist(_) | Who::Contractor(_) => false,
    };
    let (starts, ends) = (listed.visit_starts_ms?, listed.visit_ends_ms?);
    visible.then(|| VisitBrief { id, status, starts_at: rfc3339(starts), ends_at: rfc3339(ends), lead: listed.lead_name.clone() })
}

/// A visit as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VisitView {
    #[schema(value_type = i64)]
    pub id: VisitId,
    #[schema(value_type = i64)]
    pub order_id: OrderId,
    pub status: VisitStatus,
    #[schema(value_type = i64)]
    pub lead_id: WorkerId,
    pub crew: Vec<CrewView>,
    pub starts_at: String,
    pub ends_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub offer_until: Option<String>,
    pub accepted_at: Option<String>,
    pub departed_at: Option<String>,
    pub arrived_at: Option<String>,
    pub finished_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout_minor: Option<i64>,
    /// What the caller may do now.
    pub actions: Vec<VisitAction>,
    pub version: i64,
}

/// One of those who go.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CrewView {
    #[schema(value_type = i64)]
    pub worker_id: WorkerId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl HasVersion for VisitView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl VisitView {
    /// Cuts a visit to what `actor` may see; `crew` may hold other visits' crews too.
    pub fn of(actor: &Actor, visit: &visits::Visit, crew: &[visits::CrewMember]) -> Self {
        let staff = actor.is_staff() || actor.who == Who::System;
        let worker = actor.worker_id().is_some();
        let inside = staff || worker;
        let member =
            |m: &visits::CrewMember| CrewView { worker_id: m.worker_id, name: m.name.clone(), phone: m.phone.clone().filter(|_| staff) };
        // The note may tell what a contractor learns only by accepting.
        let knows = staff || matches!(actor.who, Who::Specialist(_)) || (worker && visit.status.contractor_knows());
        let text = |shown: bool, text: &str| Some(text.to_owned()).filter(|text| shown && !text.is_empty());
        let possible = <VisitAction as Choice>::ALL
            .iter()
            .copied()
            .filter(|action| actor.can(*action, visit) && action.from().contains(&visit.status));
        Self {
            id: visit.id,
            order_id: visit.order_id,
            status: visit.status,
            lead_id: visit.lead_id,
            crew: crew.iter().filter(|m| m.visit_id == visit.id).map(member).collect(),
            starts_at: rfc3339(visit.starts_ms),
            ends_at: rfc3339(visit.ends_ms),
            note: text(knows, &visit.note),
            offer_until: visit.offer_until_ms.filter(|_| inside).map(rfc3339),
            accepted_at: visit.accepted_ms.filter(|_| inside).map(rfc3339),
            departed_at: visit.departed_ms.map(rfc3339),
            arrived_at: visit.arrived_ms.map(rfc3339),
            finished_at: visit.finished_ms.map(rfc3339),
            reason: text(inside, &visit.reason),
            reason_code: text(inside, &visit.reason_code),
            override_reason: text(staff, &visit.override_reason),
            payout_minor: visit.payout_minor.filter(|_| inside),
            actions: possible.collect(),
            version: visit.version,
        }
    }
}

/// One line of an order's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    pub id: i64,
    pub kind: super::EventKind,
    pub at: String,
    #[schema(value_type = Option<i64>)]
    pub visit_id: Option<VisitId>,
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub who: String,
    pub role: String,
    pub detail: super::Detail,
}

impl EventView {
    /// A line that `actor` may read, without what is only the office's business.
    pub fn of(actor: &Actor, event: &Event) -> Self {
        let mut detail = event.particulars();
        let staff = actor.is_staff();
        if actor.customer_id().is_some() || matches!(actor.who, Who::Link(_)) {
            detail.workers.truncate(1);
        }
        Self {
            id: event.id,
            kind: event.kind,
            at: rfc3339(event.at_ms),
            visit_id: event.visit_id,
            user_id: event.user_id.filter(|_| staff),
            // A contractor may know the customer's name only between accepting and the check; the history leaves it out for all workers.
            who: if actor.worker_id().is_some() && event.role == "customer" { String::new() } else { event.who.clone() },
            role: event.role.clone(),
            detail,
        }
    }
}
