//! A new order by its customer: a short form.

use super::Call;
use crate::{
    access::Actor,
    app::App,
    error::Result,
    orders::{self, form::OrderForm},
    services,
    text::{format::duration, i18n::Lang, money::money},
    web::{
        Page, Posted, Shell,
        page::{Form, form_again, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

/// A kind of work to choose.
pub(super) struct Choice {
    pub id: i64,
    pub name: String,
    /// «48 900 ₽ · 3 ч».
    pub hint: String,
}

/// The kinds of work that can be ordered.
pub(super) async fn choices(app: &App, lang: Lang) -> Result<Vec<Choice>> {
    let active = services::active(app.db.read()).await?;
    let choice = |service: services::Service| {
        let price = service.price_minor.map(|price| money(lang, price));
        let time = Some(duration(lang, service.duration_minutes));
        Choice { id: service.id.0, name: service.name, hint: price.into_iter().chain(time).collect::<Vec<_>>().join(" · ") }
    };
    Ok(active.into_iter().map(choice).collect())
}

#[derive(Template)]
#[template(path = "portal/new.html")]
struct New {
    shell: Shell,
    form: Form,
    services: Vec<Choice>,
    call: Option<Call>,
    key: String,
}

pub async fn new(State(app): State<App>, shell: Shell) -> Result<Page> {
    let services = choices(&app, shell.language).await?;
    let only = match services.as_slice() {
        [one] => one.id.to_string(),
        _ => String::new(),
    };
    let form = Form::filled(shell.language, [("service_id", only)]);
    let key = shell.key("order");
    Page::of(&New { form, services, call: Call::of(&app.company()), key, shell })
}

pub async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<OrderForm>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(input) => once!(app, &actor, &command => |change| Ok(orders::create(change, input.clone()).await?.id)),
        Err(e) => Err(e),
    };
    match result {
        Ok(id) => Ok(see_other_with(&format!("/my/orders/{id}"), "flash-order-sent")),
        Err(e) => {
            let form = form_again(e, form)?;
            let services = choices(&app, shell.language).await?;
            // The key was used by nothing: a refused form made no command.
            let key = command.key.unwrap_or_else(|| shell.key("order"));
            Ok(unprocessable(Page::of(&New { form, services, call: Call::of(&app.company()), key, shell })?).into_response())
        }
    }
}
