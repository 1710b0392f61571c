//! The API of messages.

use super::{
    Audience, Message, NewMessage, Thread,
    conversations::{self, ConversationView, Wanted},
    is_mine, list, mark_read, send,
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::{MessageId, OrderId, UserId, VisitId},
    orders::view::rfc3339,
    web::{
        ApiBody, Change, Created, Fields, Input, Routes,
        api::HasVersion,
        doc,
        input::Query,
        paging::{List, Paging},
    },
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/orders/{id}/messages", Access::SignedIn, doc("List the messages of one of an order's chats, newest first", index))
        .post("/api/v1/orders/{id}/messages", Access::SignedIn, doc("Send a message to one of an order's chats", create))
        .put("/api/v1/orders/{id}/messages/reading", Access::SignedIn, doc("Say up to which message you have read", update_reading))
        .get(
            "/api/v1/visits/{id}/messages",
            Access::Crew,
            doc("List the messages between the office and a visit's crew, newest first", index_of_visit),
        )
        .post("/api/v1/visits/{id}/messages", Access::Crew, doc("Send a message to a visit's crew, or from it", create_for_visit))
        .get(
            "/api/v1/conversations",
            Access::Staff,
            doc("List all chats: those with something you have not read first, then the latest", index_of_conversations),
        )
}

/// A message as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    #[schema(value_type = i64)]
    pub id: MessageId,
    #[schema(value_type = i64)]
    pub order_id: OrderId,
    #[schema(value_type = Option<i64>)]
    pub visit_id: Option<VisitId>,
    pub audience: Audience,
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub who: String,
    pub role: String,
    /// Whether the caller wrote it.
    pub mine: bool,
    pub text: String,
    pub created_at: String,
}

impl HasVersion for MessageView {
    /// A message never changes.
    fn version(&self) -> i64 {
        1
    }
}

impl MessageView {
    fn of(actor: &Actor, message: Message) -> Self {
        Self {
            id: message.id,
            order_id: message.order_id,
            visit_id: message.visit_id.filter(|_| actor.customer_id().is_none()),
            audience: message.audience,
            user_id: message.user_id.filter(|_| actor.is_staff()),
            mine: is_mine(actor, &message),
            who: message.who,
            role: message.role,
            text: message.body,
            created_at: rfc3339(message.created_ms),
        }
    }
}

/// Which chat of an order; without a word, the caller's own.
struct Chosen {
    audience: Option<Audience>,
    paging: Paging,
}

impl Input for Chosen {
    fn read(fields: &mut Fields) -> Self {
        Self { audience: fields.optional_choice("audience"), paging: Paging::read(fields) }
    }
}

impl Chosen {
    fn audience(&self, actor: &Actor) -> Audience {
        self.audience.unwrap_or_else(|| own_audience(actor))
    }
}

/// The chat a person has with the office; the office's own is the internal one.
fn own_audience(actor: &Actor) -> Audience {
    match actor.role() {
        Some(role) if role.is_worker() => Audience::Worker,
        Some(crate::access::Role::Customer) => Audience::Customer,
        _ => Audience::Internal,
    }
}

async fn page(app: &App, actor: &Actor, thread: &Thread, paging: &Paging) -> Result<Json<List<MessageView>>> {
    let before = paging.after::<1>()?.map(|[id]| id);
    let found = list(app.db.read(), thread, before, paging.fetch()).await?;
    Ok(Json(paging.page(found, |message| [message.id.0]).map(|message| MessageView::of(actor, message))))
}

async fn index(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<List<MessageView>>> {
    let thread = Thread::of_order(app.db.read(), &actor, id, chosen.audience(&actor)).await?;
    page(&app, &actor, &thread, &chosen.paging).await
}

async fn index_of_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<List<MessageView>>> {
    let thread = Thread::of_visit(app.db.read(), &actor, id).await?;
    page(&app, &actor, &thread, &chosen.paging).await
}

/// A message with the chat it goes to, in the address or the body.
struct Sent {
    message: NewMessage,
    audience: Option<Audience>,
}

impl Input for Sent {
    fn read(fields: &mut Fields) -> Self {
        Self { message: NewMessage::read(fields), audience: fields.optional_choice("audience") }
    }
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    Query(chosen): Query<Chosen>,
    body: ApiBody<Sent>,
) -> Result<Created<MessageView>> {
    let audience = body.input.audience.or(chosen.audience).unwrap_or_else(|| own_audience(&actor));
    let view = once!(app, &actor, &body.command => |change| {
        let thread = Thread::of_order(change.tx.conn(), &change.actor, id, audience).await?;
        kept(change, &thread, &body.input.message).await
    })?;
    Ok(Created(format!("/api/v1/orders/{id}/messages?audience={audience}"), view))
}

async fn create_for_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    body: ApiBody<NewMessage>,
) -> Result<Created<MessageView>> {
    let view = once!(app, &actor, &body.command => |change| {
        let thread = Thread::of_visit(change.tx.conn(), &change.actor, id).await?;
        kept(change, &thread, &body.input).await
    })?;
    Ok(Created(format!("/api/v1/visits/{id}/messages"), view))
}

async fn kept(change: &Change, thread: &Thread, message: &NewMessage) -> Result<MessageView> {
    Ok(MessageView::of(&change.actor, send(change, thread, message).await?))
}

/// Up to which message of which chat.
struct Reading {
    audience: Option<Audience>,
    last_id: MessageId,
}

impl Input for Reading {
    fn read(fields: &mut Fields) -> Self {
        Self { audience: fields.optional_choice("audience"), last_id: fields.id("last_id") }
    }
}

/// The mark as it now is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct ReadingView {
    audience: Audience,
    #[schema(value_type = i64)]
    last_id: MessageId,
}

async fn update_reading(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    body: ApiBody<Reading>,
) -> Result<Json<ReadingView>> {
    let audience = body.input.audience.unwrap_or_else(|| own_audience(&actor));
    let last_id = body.input.last_id;
    once!(app, &actor, &body.command => |change| {
        let thread = Thread::of_order(change.tx.conn(), &change.actor, id, audience).await?;
        mark_read(change, &thread, last_id).await
    })?;
    Ok(Json(ReadingView { audience, last_id }))
}

async fn index_of_conversations(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<ConversationView>>> {
    Ok(Json(conversations::list(&app, &actor, &wanted.paging).await?.map(ConversationView::from)))
}
