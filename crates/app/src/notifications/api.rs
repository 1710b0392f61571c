//! The API of channels and of the delivery log.

use super::{
    Channel, State, WayState,
    log::{self, Filter, Line},
    ways::{self, Link},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{OrderId, UserId},
    orders::view::rfc3339,
    web::{ApiBody, Choice, Fields, Input, Routes, doc, input::Query, paging::List},
};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::StatusCode,
};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/me/channels", Access::SignedIn, doc("List the channels you can be reached through", index))
        .post("/api/v1/me/channels", Access::SignedIn, doc("Get a code that links a messenger", create))
        .delete("/api/v1/me/channels/{channel}", Access::SignedIn, doc("Unlink a messenger", destroy))
        .get("/api/v1/notifications", Access::Administrator, doc("List the messages that were sent, and how they fared", lines))
        .post("/api/v1/notifications/{id}/retry", Access::Administrator, doc("Try a message again that was given up", retry))
}

#[derive(Serialize, ToSchema)]
struct ChannelView {
    channel: Channel,
    /// Whether the company has set it up.
    available: bool,
    /// Nothing when it is not linked.
    state: Option<WayState>,
    /// The name there.
    name: Option<String>,
}

async fn index(Extract(app): Extract<App>, actor: Actor) -> Result<Json<List<ChannelView>>> {
    let ways = ways::own(&app, &actor).await?;
    let view = |channel: &Channel| {
        let way = ways.iter().find(|way| way.channel == *channel);
        let available = app.config.telegram_bot_token.is_some();
        ChannelView { channel: *channel, available, state: way.map(|way| way.state), name: way.map(|way| way.name.clone()) }
    };
    Ok(Json(List { items: Channel::ALL.iter().map(view).collect(), next_cursor: None }))
}

struct NewLink;

impl Input for NewLink {
    fn read(fields: &mut Fields) -> Self {
        if fields.optional_choice::<Channel>("channel").is_none() && !fields.is_faulty("channel") {
            fields.error("channel", "required_choice");
        }
        Self
    }
}

async fn create(Extract(app): Extract<App>, actor: Actor, _: ApiBody<NewLink>) -> Result<(StatusCode, Json<Link>)> {
    let bot = app.telegram().name.ok_or_else(|| Error::conflict("channel_off"))?;
    Ok((StatusCode::CREATED, Json(ways::link(&app, &actor, &bot).await?)))
}

async fn destroy(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>) -> Result<StatusCode> {
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    change!(app, &actor => |change| ways::unlink(change, channel).await)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct NotificationView {
    id: i64,
    #[schema(value_type = i64)]
    order_id: OrderId,
    #[schema(value_type = i64)]
    user_id: UserId,
    channel: Channel,
    /// Which wording.
    wording: String,
    state: State,
    attempts: i64,
    /// What the provider said last.
    answer: String,
    created_at: String,
    sent_at: Option<String>,
}

impl From<Line> for NotificationView {
    fn from(line: Line) -> Self {
        Self {
            id: line.id,
            order_id: line.order_id,
            user_id: line.user_id,
            channel: line.channel,
            wording: line.wording,
            state: line.state,
            attempts: line.attempts,
            answer: line.answer,
            created_at: rfc3339(line.created_ms),
            sent_at: line.sent_ms.map(rfc3339),
        }
    }
}

async fn lines(Extract(app): Extract<App>, Query(filter): Query<Filter>) -> Result<Json<List<NotificationView>>> {
    Ok(Json(log::list(&app, &filter).await?.map(NotificationView::from)))
}

async fn retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, body: ApiBody<()>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| log::retry(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}
