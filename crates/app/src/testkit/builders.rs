//! Orders and visits in any state, brought there over the API as people would.

use super::{HOUR, NOW, Person, TestApp};
use crate::orders::{VisitStatus, view::rfc3339};
use serde_json::{Value, json};

/// An order to be made.
#[must_use = "an order is made by .make().await"]
pub struct OrderBuilder {
    app: TestApp,
    by: Option<Person>,
    confirmed: bool,
    body: Value,
}

impl OrderBuilder {
    pub(super) fn new(app: TestApp) -> Self {
        let body = json!({
            "service_id": app.services().window,
            "address": {
                "text": "ул. Ленина, 5", "district": "Тверской", "entrance": "2", "floor": "7", "flat": "67", "intercom": "67К",
                "lat": 55.75, "lon": 37.62
            },
            "description": "Окно на кухне, второе слева",
            "requirements": "Бахилы",
        });
        Self { app, by: None, confirmed: false, body }
    }

    /// The customer who orders; Olga unless said otherwise.
    pub fn by(mut self, customer: &Person) -> Self {
        self.by = Some(customer.clone());
        self
    }

    /// Confirmed by the dispatcher.
    pub fn confirmed(mut self) -> Self {
        self.confirmed = true;
        self
    }

    /// For this service.
    pub fn service(self, id: i64) -> Self {
        self.with("service_id", json!(id))
    }

    /// Any field of the API's body.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.body[field] = value;
        self
    }

    /// The body of `POST /api/v1/orders`, without sending it.
    pub fn body(&self) -> Value {
        self.body.clone()
    }

    /// Makes the order and gives its id.
    pub async fn make(self) -> i64 {
        let people = self.app.people();
        let customer = self.by.unwrap_or(people.olga);
        let id = customer.post("/api/v1/orders", self.body).await.expect(201).id();
        if self.confirmed {
            people.dispatcher.post(&format!("/api/v1/orders/{id}/confirmation"), json!({})).await.expect(200);
        }
        id
    }
}

/// A visit to be made.
#[must_use = "a visit is made by .make().await"]
pub struct VisitBuilder {
    app: TestApp,
    order: Option<i64>,
    crew: Vec<Person>,
    status: VisitStatus,
    starts_ms: i64,
    extra: Value,
}

impl VisitBuilder {
    pub(super) fn new(app: TestApp) -> Self {
        Self { app, order: None, crew: vec![], status: VisitStatus::Planned, starts_ms: NOW + 4 * HOUR, extra: json!({}) }
    }

    /// For this order; a new confirmed one of Olga's unless said otherwise.
    pub fn order(mut self, id: i64) -> Self {
        self.order = Some(id);
        self
    }

    /// Who goes: the first is the lead; Ivan unless said otherwise.
    pub fn of(mut self, worker: &Person) -> Self {
        self.crew.push(worker.clone());
        self
    }

    /// When it starts, ms UTC; four hours from [`NOW`] unless said otherwise. It lasts two hours.
    pub fn at(mut self, starts_ms: i64) -> Self {
        self.starts_ms = starts_ms;
        self
    }

    /// Any field of the API's body.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.extra[field] = value;
        self
    }

    /// Brought into this state.
    pub fn status(mut self, status: VisitStatus) -> Self {
        self.status = status;
        self
    }
    pub fn offered(self) -> Self {
        self.status(VisitStatus::Offered)
    }
    pub fn accepted(self) -> Self {
        self.status(VisitStatus::Accepted)
    }
    pub fn on_site(self) -> Self {
        self.status(VisitStatus::OnSite)
    }
    pub fn done(self) -> Self {
        self.status(VisitStatus::Done)
    }

    /// Makes the visit and gives `(order, visit)`.
    pub async fn make(self) -> (i64, i64) {
        let people = self.app.people();
        let order = match self.order {
            Some(id) => id,
            None => self.app.order().confirmed().make().await,
        };
        let crew = if self.crew.is_empty() { vec![people.ivan.clone()] } else { self.crew };
        let mut body = json!({
            "worker_ids": crew.iter().map(|worker| worker.worker_id).collect::<Vec<_>>(),
            "lead_id": crew[0].worker_id,
            "starts_at": rfc3339(self.starts_ms),
            "ends_at": rfc3339(self.starts_ms + 2 * HOUR),
        });
        for (field, value) in self.extra.as_object().unwrap() {
            body[field] = value.clone();
        }
        let visit = people.dispatcher.post(&format!("/api/v1/orders/{order}/visits"), body).await.expect(201).id();
        for step in way_to(self.status) {
            let office = matches!(*step, "offer" | "check" | "return" | "cancellation");
            let person = if office { &people.dispatcher } else { &crew[0] };
            match *step {
                "expiry" => self.app.pass(3 * HOUR).await,
                _ => drop(person.post(&format!("/api/v1/visits/{visit}/{step}"), json!({ "reason": "так вышло" })).await.expect(200)),
            }
        }
        (order, visit)
    }
}

/// The steps from a planned visit to this state.
fn way_to(status: VisitStatus) -> &'static [&'static str] {
    match status {
        VisitStatus::Planned => &[],
        VisitStatus::Offered => &["offer"],
        VisitStatus::Accepted => &["offer", "acceptance"],
        VisitStatus::EnRoute => &["offer", "acceptance", "departure"],
        VisitStatus::OnSite => &["offer", "acceptance", "departure", "arrival"],
        VisitStatus::Paused => &["offer", "acceptance", "departure", "arrival", "pause"],
        VisitStatus::Done => &["offer", "acceptance", "departure", "arrival", "completion"],
        VisitStatus::NotDone => &["offer", "acceptance", "departure", "arrival", "failure"],
        VisitStatus::Checked => &["offer", "acceptance", "departure", "arrival", "completion", "check"],
        VisitStatus::Returned => &["offer", "acceptance", "departure", "arrival", "completion", "return"],
        VisitStatus::Declined => &["offer", "decline"],
        VisitStatus::Expired => &["offer", "expiry"],
        VisitStatus::Cancelled => &["cancellation"],
    }
}
