//! The messages of one order, for the office: who was told what, over which channel, and how it fared.

use super::{
    log::{self, Filter},
    log_page::{NotificationView, Row},
};
use crate::{
    access::{Access, Actor},
    app::App,
    company::zone_named,
    error::Result,
    ids::OrderId,
    orders::{Order, query},
    text::format::When,
    web::{
        Fields, Fragment, Input, Page, Routes, Shell, doc,
        input::Query,
        paging::{List, Paging},
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
};

pub fn routes() -> Routes {
    Routes::new().get("/orders/{id}/notifications", Access::Staff, index).get(
        "/api/v1/orders/{id}/notifications",
        Access::Staff,
        doc("List the messages that were sent about an order, and how they fared", api_index),
    )
}

/// Which part of the list is wanted.
struct Wanted(Paging);

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self(Paging::read(fields))
    }
}

/// The order with a page of its messages, the newest first.
async fn list(app: &App, actor: &Actor, id: OrderId, paging: Paging) -> Result<(Order, List<log::Entry>)> {
    let order = query::find(app.db.read(), actor, id).await?;
    let page = log::list(app, &Filter { order_id: Some(id), paging, ..Filter::default() }).await?;
    Ok((order, page))
}

async fn api_index(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    Query(Wanted(paging)): Query<Wanted>,
) -> Result<Json<List<NotificationView>>> {
    Ok(Json(list(&app, &actor, id, paging).await?.1.map(NotificationView::from)))
}

/// The list alone, which the order's page loads by itself.
#[derive(Template)]
#[template(path = "notifications/_of_order.html")]
struct Part<'a> {
    shell: &'a Shell,
    id: OrderId,
    rows: &'a [Row],
    /// Where older messages are.
    next: &'a Option<String>,
}

#[derive(Template)]
#[template(path = "notifications/of_order.html")]
struct Whole<'a> {
    shell: &'a Shell,
    id: OrderId,
    number: &'a str,
    rows: &'a [Row],
    next: &'a Option<String>,
}

async fn index(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Fragment(is_part): Fragment,
    Path(id): Path<OrderId>,
    Query(Wanted(paging)): Query<Wanted>,
) -> Result<Page> {
    let (order, page) = list(&app, &actor, id, paging).await?;
    let when = When::new(shell.language, zone_named(&order.zone), app.clock.now_ms());
    let next = &page.next_cursor.map(|cursor| format!("/orders/{id}/notifications?cursor={cursor}"));
    let rows: Vec<Row> = page.items.into_iter().map(|line| Row::of(&shell, &when, line)).collect();
    let (shell, rows) = (&shell, rows.as_slice());
    if is_part { Page::of(&Part { shell, id, rows, next }) } else { Page::of(&Whole { shell, id, number: &order.number, rows, next }) }
}
