//! A secret link to one order, which the office gives to the customer.

use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::OrderId,
    orders::{links, query},
    web::{Page, Posted, Shell, page::see_other_with},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

#[derive(Template)]
#[template(path = "desk/link.html")]
struct Link {
    shell: Shell,
    id: OrderId,
    number: String,
    alive: u64,
    /// The link just made; it is shown this once.
    made: Option<String>,
}

pub async fn new(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<OrderId>) -> Result<Page> {
    page(&app, &actor, shell, id, None).await
}

/// Not remembered for a repeat of the request: the secret would have to be stored.
pub async fn create(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<OrderId>, _: Posted<()>) -> Result<Page> {
    let made = change!(app, &actor => |change| links::make(change, id).await)?;
    page(&app, &actor, shell, id, Some(made.url)).await
}

pub async fn destroy(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| links::revoke(change, id).await)?;
    Ok(see_other_with(&format!("/orders/{id}"), "flash-links-revoked"))
}

async fn page(app: &App, actor: &Actor, shell: Shell, id: OrderId, made: Option<String>) -> Result<Page> {
    let order = query::find(app.db.read(), actor, id).await?;
    let alive = links::alive(app, id).await?;
    Page::of(&Link { shell, id, number: order.number, alive, made })
}
