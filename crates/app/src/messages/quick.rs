//! Quick replies («Быстрые ответы»): ready answers for each kind of chat, kept by the office for the office.

use super::{Audience, row};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::QuickReplyId,
    web::{
        ApiBody, Change, Choice, Created, Fields, Input, Page, Posted, Routes, Shell, Versioned,
        api::HasVersion,
        openapi::doc,
        page::{Form, form_again, see_other_with, unprocessable},
        paging::List,
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use row::reply::{ActiveModel, Column, Entity, Model as QuickReply};
use sea_orm::{ActiveValue::Set, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// More would be slower to find than to type.
const MOST: u64 = 20;
/// The kinds of chats, in the order of the page.
const AUDIENCES: [Audience; 4] = [Audience::Customer, Audience::Worker, Audience::Direct, Audience::Internal];

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/quick-replies", Access::Staff, doc("List the ready answers", index))
        .post("/api/v1/quick-replies", Access::Staff, doc("Add a ready answer", create))
        .patch("/api/v1/quick-replies/{id}", Access::Staff, doc("Change a ready answer", update))
        .delete("/api/v1/quick-replies/{id}", Access::Staff, doc("Remove a ready answer", delete))
        .get("/quick-replies", Access::Staff, page_index)
        .post("/quick-replies", Access::Staff, page_create)
        .post("/quick-replies/{id}", Access::Staff, page_update)
        .post("/quick-replies/{id}/removal", Access::Staff, page_remove)
}

/// A ready answer as typed.
#[derive(Clone, Debug)]
pub struct NewReply {
    audience: Audience,
    body: String,
    /// Where it stood, of one that was removed; otherwise it goes behind the others.
    place: Option<i64>,
}

impl Input for NewReply {
    fn read(fields: &mut Fields) -> Self {
        Self { audience: fields.choice("audience"), body: fields.text("text", 500), place: fields.optional_whole("place", 1..=1_000_000) }
    }
}

/// What a ready answer is to say instead.
#[derive(Clone, Debug)]
pub struct NewBody(String);

impl Input for NewBody {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.text("text", 500))
    }
}

/// A ready answer as the API gives it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
struct ReplyView {
    #[schema(value_type = i64)]
    id: QuickReplyId,
    audience: Audience,
    text: String,
    /// Its place among those of its audience.
    place: i64,
    version: i64,
}

impl HasVersion for ReplyView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<QuickReply> for ReplyView {
    fn from(reply: QuickReply) -> Self {
        Self { id: reply.id, audience: reply.audience, text: reply.body, place: reply.place, version: reply.version }
    }
}

/// The texts for one kind of chat, in their order.
pub(super) async fn texts(conn: &impl ConnectionTrait, audience: Audience) -> Result<Vec<String>> {
    let found = Entity::find().filter(Column::Audience.eq(audience)).order_by_asc(Column::Place).order_by_asc(Column::Id).limit(MOST);
    Ok(found.all(conn).await?.into_iter().map(|reply| reply.body).collect())
}

async fn all(conn: &impl ConnectionTrait) -> Result<Vec<QuickReply>> {
    Ok(Entity::find().order_by_asc(Column::Place).order_by_asc(Column::Id).all(conn).await?)
}

/// Adds a ready answer, behind the others or in the place that it had.
///
/// # Errors
/// A fault at `text` when there are too many.
async fn add(change: &Change, new: &NewReply) -> Result<QuickReply> {
    let conn = change.tx.conn();
    let of_it = || Entity::find().filter(Column::Audience.eq(new.audience));
    if of_it().count(conn).await? >= MOST {
        let mut errors = crate::error::FieldErrors::default();
        errors.add_with("text", "too_many", vec![("max", MOST.to_string())]);
        return Err(errors.into());
    }
    let last = of_it().order_by_desc(Column::Place).one(conn).await?.map_or(0, |reply| reply.place);
    let row = ActiveModel {
        audience: Set(new.audience),
        body: Set(new.body.clone()),
        place: Set(new.place.unwrap_or(last + 1)),
        version: Set(1),
        ..Default::default()
    };
    Ok(row.insert(conn).await?)
}

async fn hold(change: &Change, id: QuickReplyId) -> Result<QuickReply> {
    Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)
}

async fn edit(change: &Change, id: QuickReplyId, version: Option<i64>, NewBody(body): &NewBody) -> Result<QuickReply> {
    let reply = hold(change, id).await?;
    change.expect_version(version, reply.version)?;
    let row = ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(id),
        body: Set(body.clone()),
        version: Set(reply.version + 1),
        ..Default::default()
    };
    Ok(row.update(change.tx.conn()).await?)
}

async fn remove(change: &Change, id: QuickReplyId) -> Result<QuickReply> {
    let reply = hold(change, id).await?;
    Entity::delete_by_id(id).exec(change.tx.conn()).await?;
    Ok(reply)
}

async fn index(State(app): State<App>) -> Result<Json<List<ReplyView>>> {
    Ok(Json(List { items: all(app.db.read()).await?.into_iter().map(ReplyView::from).collect(), next_cursor: None }))
}

async fn create(State(app): State<App>, actor: Actor, body: ApiBody<NewReply>) -> Result<Created<ReplyView>> {
    let view = once!(app, &actor, &body.command => |change| add(change, &body.input).await.map(ReplyView::from))?;
    Ok(Created(format!("/api/v1/quick-replies/{}", view.id), view))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<QuickReplyId>,
    body: ApiBody<NewBody>,
) -> Result<Versioned<ReplyView>> {
    let view =
        once!(app, &actor, &body.command => |change| edit(change, id, body.command.version, &body.input).await.map(ReplyView::from))?;
    Ok(Versioned(view))
}

async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<QuickReplyId>, body: ApiBody<()>) -> Result<Versioned<ReplyView>> {
    let view = once!(app, &actor, &body.command => |change| remove(change, id).await.map(ReplyView::from))?;
    Ok(Versioned(view))
}

/// The ready answers of one kind of chat on the page.
struct Group {
    code: &'static str,
    title: String,
    replies: Vec<QuickReply>,
}

#[derive(Template)]
#[template(path = "messages/quick.html")]
struct Index {
    shell: Shell,
    groups: Vec<Group>,
    /// The form that was refused: a new answer, or a changed one.
    form: Form,
    /// Which answer it would have changed.
    refused: Option<QuickReplyId>,
    /// One that was just removed and may be put back.
    removed: Option<ReplyView>,
    key: String,
}

impl Index {
    fn is_refused(&self, id: &QuickReplyId) -> bool {
        self.refused == Some(*id)
    }
}

async fn page(app: &App, shell: Shell, refused: Option<QuickReplyId>, form: Option<Form>, removed: Option<ReplyView>) -> Result<Page> {
    let replies = all(app.db.read()).await?;
    let group = |audience: Audience| Group {
        code: audience.code(),
        title: shell.t(&format!("messages-quick-{}", audience.code())).into_owned(),
        replies: replies.iter().filter(|reply| reply.audience == audience).cloned().collect(),
    };
    let groups = AUDIENCES.into_iter().map(group).collect();
    let form = form.unwrap_or_else(|| Form::empty(shell.language));
    Page::of(&Index { groups, refused, removed, form, key: shell.key("quick-reply"), shell })
}

async fn page_index(State(app): State<App>, shell: Shell) -> Result<Page> {
    page(&app, shell, None, None, None).await
}

async fn page_create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<NewReply>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match &input {
        Ok(new) => once!(app, &actor, &command => |change| add(change, new).await.map(drop)),
        Err(e) => Err(e.clone()),
    };
    match result {
        Ok(()) => Ok(see_other_with("/quick-replies", "flash-quick-replies-saved")),
        Err(e) => Ok(unprocessable(page(&app, shell, None, Some(form_again(e, form)?), None).await?)),
    }
}

async fn page_update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<QuickReplyId>,
    posted: Posted<NewBody>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match &input {
        Ok(body) => once!(app, &actor, &command => |change| edit(change, id, command.version, body).await.map(drop)),
        Err(e) => Err(e.clone()),
    };
    match result {
        Ok(()) => Ok(see_other_with("/quick-replies", "flash-quick-replies-saved")),
        Err(e) => Ok(unprocessable(page(&app, shell, Some(id), Some(form_again(e, form)?), None).await?)),
    }
}

/// The page without it, which offers to put it back.
async fn page_remove(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<QuickReplyId>, posted: Posted<()>) -> Result<Page> {
    let ((), command) = posted.input()?;
    let removed = once!(app, &actor, &command => |change| remove(change, id).await.map(ReplyView::from))?;
    page(&app, shell, None, None, Some(removed)).await
}
