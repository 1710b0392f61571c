//! What changed and deleted messages said before, for the administrator.

use super::{
    Thread, inbox,
    page::{Attached, attached},
    revise,
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::MessageId,
    orders::files,
    text::format::When,
    web::{Page, Routes, Shell},
};
use askama::Template;
use axum::extract::{Path, State};

pub fn routes() -> Routes {
    Routes::new().get("/messages/{id}/versions", Access::Administrator, index)
}

/// What it said until a moment.
struct Version {
    body: String,
    until: String,
}

#[derive(Template)]
#[template(path = "messages/versions.html")]
struct Index {
    shell: Shell,
    /// The chat in which it stands.
    back: String,
    who: String,
    written: String,
    deleted: bool,
    /// What it says now.
    body: String,
    /// The oldest first.
    versions: Vec<Version>,
    files: Vec<Attached>,
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<MessageId>) -> Result<Page> {
    let conn = app.db.read();
    let (thread, message) = Thread::of_message(&app, conn, &actor, id).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    // Only its author changes a message.
    let versions = revise::versions(conn, id).await?.into_iter();
    let versions = versions.map(|version| Version { body: version.body, until: when.day_time(version.until_ms) }).collect();
    let files = files::of_messages(conn, vec![id]).await?.into_iter().map(|file| attached(&shell, "/messages", id, file)).collect();
    let (order, worker) = (thread.order().map(|order| order.id), thread.worker_id());
    let back = inbox::at(&inbox::url(order, thread.visit.as_ref().map(|visit| visit.id), worker, thread.audience), id);
    let written = when.day_time(message.created_ms);
    let (who, body, deleted) = (message.who, message.body, message.deleted_ms.is_some());
    Page::of(&Index { shell, back, who, written, deleted, body, versions, files })
}
