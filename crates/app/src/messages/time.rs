//! The customer speaks of the time at which somebody comes: it suits them, or they ask for another, which is also a line of chat
//! that waits for the office's answer.

use super::{Audience, Files, NewMessage, Thread, note_way, write};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{OrderId, VisitId},
    orders::{
        query,
        view::OrderView,
        visits::{self, Wish},
    },
    text::i18n::ta,
    web::{ApiBody, Change, Routes, Versioned, doc},
};
use axum::extract::{Path, State};

pub fn routes() -> Routes {
    Routes::new().post("/api/v1/orders/{id}/time-confirmation", Access::Customer, doc("Say that the visit's time suits you", confirm)).post(
        "/api/v1/orders/{id}/time-request",
        Access::Customer,
        doc("Ask for another time of the visit", request),
    )
}

/// The time of the order's next visit suits the customer.
///
/// # Errors
/// A conflict when nobody is to come.
pub async fn time_fits(change: &Change, order: OrderId) -> Result<()> {
    let visit = next(change, order).await?;
    visits::fits(change, visit, None).await.map(drop)
}

/// The customer asks for another time of the order's next visit.
///
/// # Errors
/// A conflict when nobody is to come.
pub async fn ask_for_time(change: &Change, order: OrderId, wish: &str) -> Result<()> {
    let visit = next(change, order).await?;
    ask_to_move(change, visit, wish, None).await
}

async fn next(change: &Change, order: OrderId) -> Result<VisitId> {
    query::find(change.tx.conn(), &change.actor, order).await?;
    let visit = visits::next_of(change.tx.conn(), &change.actor, order, change.now).await?;
    visit.map(|visit| visit.id).ok_or_else(|| Error::conflict("not_now"))
}

/// [`ask_for_time`] of one visit, from a page or from the messenger with this name.
pub async fn ask_to_move(change: &Change, visit: VisitId, wish: &str, messenger: Option<&str>) -> Result<()> {
    let order = visits::want_move(change, visit, wish).await?;
    let body = ta(change.actor.lang, "messages-move-wanted", &[("wish", wish.into())]);
    let thread = Thread::of_order(&change.app, change.tx.conn(), &change.actor, order, Audience::Customer).await?;
    let message = write(change, &thread, &NewMessage { body, ..NewMessage::default() }, &Files::default()).await?;
    match messenger {
        Some(channel) => note_way(change, message.id, channel).await,
        None => Ok(()),
    }
}

async fn confirm(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<()>) -> Result<Versioned<OrderView>> {
    once!(app, &actor, &body.command => |change| time_fits(change, id).await)?;
    Ok(Versioned(OrderView::of(&app, &actor, &query::show(&app, &actor, id).await?)))
}

async fn request(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<Wish>) -> Result<Versioned<OrderView>> {
    once!(app, &actor, &body.command => |change| ask_for_time(change, id, &body.input.wish).await)?;
    Ok(Versioned(OrderView::of(&app, &actor, &query::show(&app, &actor, id).await?)))
}
