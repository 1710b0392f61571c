//! Through which channel a customer hears of an answer in a chat: the office sees it before it writes.

use super::{Channel, Kind, reach};
use crate::{
    access::Access,
    app::App,
    customers,
    error::Result,
    ids::{CustomerId, OrderId},
    messages,
    web::{Fields, Input, Page, Routes, Shell, doc, input::Query},
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new().get("/customers/{id}/channel", Access::Staff, show).get(
        "/api/v1/customers/{id}/channel",
        Access::Staff,
        doc("Show through which channel a customer hears of an answer in a chat", api_show),
    )
}

/// In the chat of which order, where it matters.
struct Asked {
    order: Option<OrderId>,
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        Self { order: fields.optional_id("order_id") }
    }
}

/// How a customer hears of an answer.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct HearsView {
    /// The channel that is tried first; nothing when none leads to them.
    channel: Option<Channel>,
    /// Whether a phone, a mailbox or a messenger of theirs is known.
    known_anywhere: bool,
}

/// Back through the messenger in which they wrote last about this order, as answers go.
async fn hears(app: &App, id: CustomerId, order: Option<OrderId>) -> Result<HearsView> {
    let conn = app.db.read();
    customers::find(conn, id).await?;
    let Some(mut person) = reach::any_customer(app, conn, Kind::Chat, id).await? else {
        return Ok(HearsView { channel: None, known_anywhere: false });
    };
    let way = match (order, person.user_id) {
        (Some(order), Some(user)) => messages::last_way_of_order(conn, app.db.engine(), order, user).await?,
        _ => None,
    };
    person.answer_by(way.as_deref());
    Ok(HearsView { channel: person.channels.first().copied(), known_anywhere: person.is_known_anywhere })
}

async fn api_show(State(app): State<App>, Path(id): Path<CustomerId>, Query(asked): Query<Asked>) -> Result<Json<HearsView>> {
    Ok(Json(hears(&app, id, asked.order).await?))
}

#[derive(Template)]
#[template(path = "notifications/hears.html")]
struct Show {
    shell: Shell,
    /// The channel's name; nothing when none leads to them.
    channel: Option<String>,
    known_anywhere: bool,
}

async fn show(State(app): State<App>, shell: Shell, Path(id): Path<CustomerId>, Query(asked): Query<Asked>) -> Result<Page> {
    let HearsView { channel, known_anywhere } = hears(&app, id, asked.order).await?;
    let channel = channel.map(|channel| shell.t(&format!("channel-{channel}")).into_owned());
    Page::of(&Show { shell, channel, known_anywhere })
}
