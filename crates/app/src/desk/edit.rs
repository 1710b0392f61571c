//! Changing what an order says.

use super::create::{described, priorities};
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::OrderId,
    orders::{self, Order, OrderChange, Priority, policy, query, told},
    services,
    text::{form_time, format::When, money::typed_money},
    web::{
        Page, Posted, Shell,
        page::{Form, form_again, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

#[derive(Template)]
#[template(path = "desk/edit.html")]
struct Edit {
    shell: Shell,
    form: Form,
    id: OrderId,
    number: String,
    zone: String,
    version: i64,
    services: Vec<(String, String)>,
    changed: Option<told::LastChange>,
}

pub async fn edit(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<OrderId>) -> Result<Page> {
    let order = query::find(app.db.read(), &actor, id).await?;
    if !policy::may_edit(&actor, &order) {
        return Err(Error::conflict("order_not_open"));
    }
    let form = filled(&shell, &order);
    page(&app, shell, form, &order, order.version, None).await
}

pub async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    posted: Posted<OrderChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| Ok(orders::edit(change, id, command.version, to.clone()).await?.id)),
        Err(e) => Err(e),
    };
    let error = match result {
        Ok(id) => return Ok(see_other_with(&format!("/orders/{id}"), "flash-order-changed")),
        Err(error) => error,
    };
    let order = query::find(app.db.read(), &actor, id).await?;
    if matches!(error, Error::Stale) {
        let when = When::new(shell.language, zone_named(&order.zone), app.clock.now_ms());
        let changed = told::last_change(app.db.read(), &actor, id, &when).await?;
        return Ok((StatusCode::PRECONDITION_FAILED, page(&app, shell, form, &order, order.version, changed).await?).into_response());
    }
    let seen = command.version.unwrap_or(order.version);
    Ok(unprocessable(page(&app, shell, form_again(error, form)?, &order, seen, None).await?))
}

async fn page(app: &App, shell: Shell, form: Form, order: &Order, version: i64, changed: Option<told::LastChange>) -> Result<Page> {
    let mut offered = services::active(app.db.read()).await?;
    if !offered.iter().any(|service| service.id == order.service_id) {
        offered.insert(0, services::find(app.db.read(), order.service_id).await?);
    }
    let services = offered.iter().map(|service| (service.id.to_string(), described(shell.language, service))).collect();
    Page::of(&Edit { form, id: order.id, number: order.number.clone(), zone: order.zone.clone(), version, services, changed, shell })
}

/// The form as the order stands.
fn filled(shell: &Shell, order: &Order) -> Form {
    let zone = zone_named(&order.zone);
    let time = |ms: Option<i64>| ms.map(|ms| form_time::time_input_value(ms, &zone)).unwrap_or_default();
    let degrees = |value: Option<f64>| value.map(|degrees| degrees.to_string()).unwrap_or_default();
    Form::filled(
        shell.language,
        [
            ("service_id", order.service_id.to_string()),
            ("address.text", order.address.clone()),
            ("address.district", order.district.clone()),
            ("address.entrance", order.entrance.clone()),
            ("address.floor", order.floor.clone()),
            ("address.flat", order.flat.clone()),
            ("address.intercom", order.intercom.clone()),
            ("address.lat", degrees(order.lat)),
            ("address.lon", degrees(order.lon)),
            ("description", order.description.clone()),
            ("requirements", order.requirements.clone()),
            ("desired_from", time(order.desired_from_ms)),
            ("desired_to", time(order.desired_to_ms)),
            ("priority", order.priority.to_string()),
            ("price_minor", order.price_minor.map(typed_money).unwrap_or_default()),
        ],
    )
}

impl Edit {
    fn priorities(&self) -> Vec<(Priority, String)> {
        priorities(self.shell.language)
    }

    fn see_url(&self) -> String {
        format!("/orders/{}", self.id)
    }

    fn other_faults(&self) -> Vec<String> {
        let shown: Vec<&str> = super::create::FIELDS.to_vec();
        self.form.errors_outside(&shown)
    }
}
