//! The API of messages.

use super::{
    Audience, Files, NewMessage, Shown, Thread,
    chats::{Deed, settle},
    conversations::{self, ConversationView, Wanted},
    mark_read,
    revise::{self, NewText},
    search::{self, Found},
    show, typing, write,
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{ChatId, FileId, MessageId, OrderId, UserId, VisitId, WorkerId},
    orders::{
        files::{self, ApiFiles, Arrived, File},
        view::rfc3339,
    },
    web::{
        ApiBody, Change, Command, Created, Fields, Input, Routes, Versioned,
        api::HasVersion,
        doc,
        input::Query,
        paging::{List, Paging},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/orders/{id}/messages", Access::SignedIn, doc("List the messages of one of an order's chats, newest first", index))
        .post("/api/v1/orders/{id}/messages", Access::SignedIn, doc("Send a message to one of an order's chats", create))
        .put("/api/v1/orders/{id}/messages/reading", Access::SignedIn, doc("Say up to which message you have read", update_reading))
        .put(
            "/api/v1/visits/{id}/messages/reading",
            Access::Crew,
            doc("Say up to which message to or from a crew you have read", update_reading_of_visit),
        )
        .put(
            "/api/v1/workers/{id}/messages/reading",
            Access::Crew,
            doc("Say up to which message outside any order you have read", update_reading_of_worker),
        )
        .post(
            "/api/v1/orders/{id}/messages/typing",
            Access::SignedIn,
            doc("Say that you are typing in one of an order's chats", create_typing),
        )
        .post(
            "/api/v1/visits/{id}/messages/typing",
            Access::Crew,
            doc("Say that you are typing to or from a crew", create_typing_for_visit),
        )
        .post(
            "/api/v1/workers/{id}/messages/typing",
            Access::Crew,
            doc("Say that you are typing outside any order", create_typing_for_worker),
        )
        .get(
            "/api/v1/visits/{id}/messages",
            Access::Crew,
            doc("List the messages between the office and a visit's crew, newest first", index_of_visit),
        )
        .post("/api/v1/visits/{id}/messages", Access::Crew, doc("Send a message to a visit's crew, or from it", create_for_visit))
        .get(
            "/api/v1/workers/{id}/messages",
            Access::Crew,
            doc("List the messages between the office and a worker outside any order, newest first", index_of_worker),
        )
        .post(
            "/api/v1/workers/{id}/messages",
            Access::Crew,
            doc("Send a message to a worker, or from them to the office", create_for_worker),
        )
        .get("/api/v1/messages", Access::SignedIn, doc("Search by words in the conversations you are in, newest first", search_all))
        .patch("/api/v1/messages/{id}", Access::SignedIn, doc("Change your message, for 15 minutes", update))
        .delete("/api/v1/messages/{id}", Access::SignedIn, doc("Take your message back, for 15 minutes", delete))
        .get(
            "/api/v1/messages/{id}/versions",
            Access::Administrator,
            doc("List what a message said before, the oldest first", index_of_versions),
        )
        .get(
            "/api/v1/conversations",
            Access::Staff,
            doc("List the office's chats, the latest first; or those that wait for an answer, the longest first", index_of_conversations),
        )
        .put("/api/v1/conversations/{id}/taking", Access::Staff, doc("Take on a chat that waits for an answer", take))
        .delete("/api/v1/conversations/{id}/taking", Access::Staff, doc("Give a chat back that you have taken on", release))
        .post("/api/v1/conversations/{id}/dismissal", Access::Staff, doc("Say that a chat needs no answer", dismiss))
        .delete("/api/v1/conversations/{id}/dismissal", Access::Staff, doc("Say that a chat needs an answer after all", recall))
}

/// A message as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    #[schema(value_type = i64)]
    pub id: MessageId,
    /// Null in a chat outside any order.
    #[schema(value_type = Option<i64>)]
    pub order_id: Option<OrderId>,
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
    /// Whether those on the other side have read it; always false for what others wrote.
    pub read: bool,
    /// Whether it has come to somebody's messenger; always false for what others wrote.
    pub delivered: bool,
    /// Empty once the message was taken back, and of a message of files alone.
    pub text: String,
    /// None once the message was taken back.
    #[serde(default)]
    pub files: Vec<AttachedView>,
    /// Who of the office is named in it by «@».
    #[serde(default)]
    pub mentions: Vec<MentionView>,
    pub reply_to: Option<AnsweredView>,
    pub created_at: String,
    pub edited_at: Option<String>,
    pub deleted: bool,
    /// Whether the caller may still change it or take it back.
    pub may_change: bool,
    pub version: i64,
}

/// The message that another one answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AnsweredView {
    #[schema(value_type = i64)]
    pub id: MessageId,
    pub who: String,
    pub text: String,
    /// How many files it has.
    #[serde(default)]
    pub files: usize,
}

/// A file of a message.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttachedView {
    #[schema(value_type = i64)]
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    /// As seen, of pictures.
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub url: String,
    /// Of pictures.
    pub thumbnail_url: Option<String>,
}

impl AttachedView {
    fn of(message: MessageId, file: File) -> Self {
        let url = format!("/api/v1/messages/{message}/files/{}", file.id);
        Self {
            id: file.id,
            thumbnail_url: file.is_picture().then(|| format!("{url}/thumbnail")),
            url,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            width: file.width,
            height: file.height,
        }
    }
}

/// Somebody of the office who is named in a message.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MentionView {
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// As it stands in the text behind the «@».
    pub name: String,
}

impl HasVersion for MessageView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl MessageView {
    fn of(actor: &Actor, thread: &Thread, shown: Shown) -> Self {
        let Shown { message, mine, read, delivered, answers, files, mentions, may_revise } = shown;
        let staff = actor.is_staff();
        Self {
            id: message.id,
            order_id: thread.order().map(|order| order.id),
            visit_id: message.visit_id.filter(|_| actor.customer_id().is_none()),
            audience: thread.audience,
            user_id: message.user_id.filter(|_| staff),
            mine,
            read,
            delivered,
            who: message.who,
            role: message.role,
            text: message.body,
            files: files.into_iter().map(|file| AttachedView::of(message.id, file)).collect(),
            mentions: mentions
                .into_iter()
                .map(|one| MentionView { user_id: Some(one.user_id).filter(|_| staff), name: one.name })
                .collect(),
            reply_to: answers.map(|one| AnsweredView {
                id: one.message.id,
                who: one.message.who,
                text: one.message.body,
                files: one.files,
            }),
            created_at: rfc3339(message.created_ms),
            edited_at: message.edited_ms.map(rfc3339),
            deleted: message.deleted_ms.is_some(),
            may_change: may_revise,
            version: message.version,
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
    let found = thread.list(app.db.read(), before, paging.fetch()).await?;
    let List { items, next_cursor } = paging.page(found, |message| [message.id.0]);
    let items = show(app, app.db.read(), actor, thread, items).await?;
    Ok(Json(List { items: items.into_iter().map(|shown| MessageView::of(actor, thread, shown)).collect(), next_cursor }))
}

async fn index(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<List<MessageView>>> {
    let thread = Thread::of_order(&app, app.db.read(), &actor, id, chosen.audience(&actor)).await?;
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
    body: ApiFiles<Sent>,
) -> Result<Created<MessageView>> {
    let audience = body.input.audience.or(chosen.audience).unwrap_or_else(|| own_audience(&actor));
    let thread = Thread::of_order(&app, app.db.read(), &actor, id, audience).await?;
    let view = say(&app, &actor, &body.command, &thread, &body.input.message, body.files).await?;
    Ok(Created(format!("/api/v1/orders/{id}/messages?audience={audience}"), view))
}

async fn create_for_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    body: ApiFiles<NewMessage>,
) -> Result<Created<MessageView>> {
    let thread = Thread::of_visit(app.db.read(), &actor, id).await?;
    let view = say(&app, &actor, &body.command, &thread, &body.input, body.files).await?;
    Ok(Created(format!("/api/v1/visits/{id}/messages"), view))
}

async fn index_of_worker(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<WorkerId>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<List<MessageView>>> {
    let thread = Thread::of_worker(&app, app.db.read(), &actor, id).await?;
    page(&app, &actor, &thread, &chosen.paging).await
}

async fn create_for_worker(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<WorkerId>,
    body: ApiFiles<NewMessage>,
) -> Result<Created<MessageView>> {
    let thread = Thread::of_worker(&app, app.db.read(), &actor, id).await?;
    let view = say(&app, &actor, &body.command, &thread, &body.input, body.files).await?;
    Ok(Created(format!("/api/v1/workers/{id}/messages"), view))
}

async fn update(State(app): State<App>, actor: Actor, Path(id): Path<MessageId>, body: ApiBody<NewText>) -> Result<Versioned<MessageView>> {
    let view = once!(app, &actor, &body.command => |change| {
        revise::edit(change, id, body.command.version, &body.input).await?;
        view(change, id).await
    })?;
    Ok(Versioned(view))
}

async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<MessageId>, body: ApiBody<()>) -> Result<Versioned<MessageView>> {
    let view = once!(app, &actor, &body.command => |change| {
        revise::delete(change, id, body.command.version).await?;
        view(change, id).await
    })?;
    Ok(Versioned(view))
}

/// Which words are sought.
struct Asked {
    q: String,
    paging: Paging,
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        Self { q: fields.text("q", 200), paging: Paging::read(fields) }
    }
}

/// A message that was found, with where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct FoundView {
    #[schema(value_type = i64)]
    id: MessageId,
    audience: Audience,
    #[schema(value_type = Option<i64>)]
    order_id: Option<OrderId>,
    order_number: Option<String>,
    /// The worker, in a chat outside any order.
    #[schema(value_type = Option<i64>)]
    worker_id: Option<WorkerId>,
    who: String,
    role: String,
    text: String,
    created_at: String,
}

async fn search_all(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Result<Json<List<FoundView>>> {
    let found = search::search(&app, &actor, &asked.q, &asked.paging).await?;
    let view = |one: Found| FoundView {
        id: one.id,
        audience: one.audience,
        order_id: one.order_id,
        order_number: one.number,
        worker_id: one.worker_id,
        who: one.who,
        role: one.role,
        text: one.body,
        created_at: rfc3339(one.created_ms),
    };
    Ok(Json(found.map(view)))
}

/// What a message said until a moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct VersionView {
    text: String,
    /// They are the same in all versions, and still here when the message was taken back.
    files: Vec<AttachedView>,
    until: String,
    #[schema(value_type = Option<i64>)]
    changed_by: Option<UserId>,
}

async fn index_of_versions(State(app): State<App>, actor: Actor, Path(id): Path<MessageId>) -> Result<Json<List<VersionView>>> {
    Thread::of_message(&app, app.db.read(), &actor, id).await?;
    let versions = revise::versions(app.db.read(), id).await?;
    let files: Vec<_> = files::of_messages(app.db.read(), vec![id]).await?.into_iter().map(|file| AttachedView::of(id, file)).collect();
    let view = |one: super::row::version::Model| VersionView {
        text: one.body,
        files: files.clone(),
        until: rfc3339(one.until_ms),
        changed_by: one.user_id,
    };
    Ok(Json(List { items: versions.into_iter().map(view).collect(), next_cursor: None }))
}

/// Writes a message once for each command.
async fn say(app: &App, actor: &Actor, command: &Command, thread: &Thread, new: &NewMessage, arrived: Vec<Arrived>) -> Result<MessageView> {
    let files = Files::take(app, arrived).await?;
    let done: Result<MessageView> = once!(app, actor, command => |change| {
        let message = write(change, thread, new, &files).await?;
        view(change, message.id).await
    });
    files.settle_by(app, &done, |view| Some(view.id)).await;
    done
}

/// A message as the change leaves it.
async fn view(change: &Change, id: MessageId) -> Result<MessageView> {
    let (thread, message) = Thread::of_message(&change.app, change.tx.conn(), &change.actor, id).await?;
    let shown = show(&change.app, change.tx.conn(), &change.actor, &thread, vec![message]).await?;
    shown.into_iter().next().map(|shown| MessageView::of(&change.actor, &thread, shown)).ok_or(Error::NotFound)
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
        let thread = Thread::of_order(&change.app, change.tx.conn(), &change.actor, id, audience).await?;
        mark_read(change, &thread, last_id).await
    })?;
    Ok(Json(ReadingView { audience, last_id }))
}

/// Up to which message of the only chat at an address.
struct ReadingHere(MessageId);

impl Input for ReadingHere {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.id("last_id"))
    }
}

async fn update_reading_of_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    body: ApiBody<ReadingHere>,
) -> Result<Json<ReadingView>> {
    let last_id = body.input.0;
    once!(app, &actor, &body.command => |change| {
        let thread = Thread::of_visit(change.tx.conn(), &change.actor, id).await?;
        mark_read(change, &thread, last_id).await
    })?;
    Ok(Json(ReadingView { audience: Audience::Worker, last_id }))
}

async fn update_reading_of_worker(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<WorkerId>,
    body: ApiBody<ReadingHere>,
) -> Result<Json<ReadingView>> {
    let last_id = body.input.0;
    once!(app, &actor, &body.command => |change| {
        let thread = Thread::of_worker(&change.app, change.tx.conn(), &change.actor, id).await?;
        mark_read(change, &thread, last_id).await
    })?;
    Ok(Json(ReadingView { audience: Audience::Direct, last_id }))
}

/// In which chat of an order.
struct Where(Option<Audience>);

impl Input for Where {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.optional_choice("audience"))
    }
}

async fn create_typing(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<Where>) -> Result<StatusCode> {
    let audience = body.input.0.unwrap_or_else(|| own_audience(&actor));
    typing(&app, &actor, &Thread::of_order(&app, app.db.read(), &actor, id, audience).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn create_typing_for_visit(State(app): State<App>, actor: Actor, Path(id): Path<VisitId>, _: ApiBody<()>) -> Result<StatusCode> {
    typing(&app, &actor, &Thread::of_visit(app.db.read(), &actor, id).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn create_typing_for_worker(State(app): State<App>, actor: Actor, Path(id): Path<WorkerId>, _: ApiBody<()>) -> Result<StatusCode> {
    typing(&app, &actor, &Thread::of_worker(&app, app.db.read(), &actor, id).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn index_of_conversations(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<ConversationView>>> {
    Ok(Json(conversations::list(&app, &actor, &wanted).await?.map(ConversationView::from)))
}

/// A chat after somebody of the office did something about its waiting.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct WaitingView {
    #[schema(value_type = i64)]
    id: ChatId,
    waiting_since: Option<String>,
    #[schema(value_type = Option<i64>)]
    taken_by: Option<UserId>,
}

async fn settled(app: App, actor: Actor, id: ChatId, body: ApiBody<()>, deed: Deed) -> Result<Json<WaitingView>> {
    let view = once!(app, &actor, &body.command => |change| {
        let chat = settle(change, id, deed).await?;
        Ok(WaitingView { id, waiting_since: chat.waiting_ms.map(rfc3339), taken_by: chat.taken_by })
    })?;
    Ok(Json(view))
}

async fn take(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, body: ApiBody<()>) -> Result<Json<WaitingView>> {
    settled(app, actor, id, body, Deed::Take).await
}

async fn release(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, body: ApiBody<()>) -> Result<Json<WaitingView>> {
    settled(app, actor, id, body, Deed::Release).await
}

async fn dismiss(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, body: ApiBody<()>) -> Result<Json<WaitingView>> {
    settled(app, actor, id, body, Deed::Dismiss).await
}

async fn recall(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, body: ApiBody<()>) -> Result<Json<WaitingView>> {
    settled(app, actor, id, body, Deed::Recall).await
}
