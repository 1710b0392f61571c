//! The customer's chat with the office about one order.

use super::{Frame, door::AtOrder};
use crate::{
    app::App,
    error::Result,
    ids::{FileId, MessageId},
    messages::{
        Audience, Thread,
        page::{Chat, Pick, Posted as Sent, Writing, answer},
        show_file,
    },
    orders::files::{PostedFiles, serve::Size},
    web::{
        Fragment, Page, Shell,
        input::Query,
        page::{Form, form_again, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};

#[derive(Template)]
#[template(path = "portal/chat.html")]
struct Show {
    shell: Shell,
    frame: Frame,
    chat: Chat,
}

pub async fn index(State(app): State<App>, at: AtOrder, Query(pick): Query<Pick>) -> Result<Page> {
    page(&app, at, pick, None).await
}

async fn page(app: &App, at: AtOrder, pick: Pick, form: Option<Form>) -> Result<Page> {
    let thread = Thread::of_order(app, app.db.read(), &at.actor, at.id, Audience::Customer).await?;
    let chat = Chat::of(app, &at.actor, &at.shell, &thread, format!("{}/messages", at.base), pick, form).await?;
    let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
    Page::of(&Show { frame: at.frame(app, &number), chat, shell: at.shell })
}

pub async fn create(State(app): State<App>, at: AtOrder, fragment: Fragment, posted: PostedFiles<Sent>) -> Result<Response> {
    let (sent, form) = posted.into_parts();
    let thread = Thread::of_order(&app, app.db.read(), &at.actor, at.id, Audience::Customer).await?;
    match answer(&app, &at.actor, &thread, sent, fragment, &format!("{}/messages", at.base)).await {
        Ok(response) => Ok(response),
        Err(e) => Ok(unprocessable(page(&app, at, Pick::default(), Some(form_again(e, form)?)).await?)),
    }
}

/// A file of a message for whoever holds the link; the signed in get theirs at `/messages/{id}/files/{file}`.
pub async fn show_of_message(
    State(app): State<App>,
    at: AtOrder,
    Path((_, id, file)): Path<(String, MessageId, FileId)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response> {
    show_file(&app, &at.actor, id, file, size, &headers).await
}

pub async fn show_thumbnail_of_message(
    State(app): State<App>,
    at: AtOrder,
    Path((_, id, file)): Path<(String, MessageId, FileId)>,
    headers: HeaderMap,
) -> Result<Response> {
    show_file(&app, &at.actor, id, file, Size::Thumbnail, &headers).await
}
