//! Photos and papers of messages. Who sees a message sees its files; when it was taken back, the administrator alone.

use super::{MessageId, Thread};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::FileId,
    orders::files::{self, Arrived, Content, FILES, File, FileKind, serve},
    web::{Change, Routes, doc, input::Query},
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};

pub fn routes() -> Routes {
    Routes::new()
        .get(
            "/api/v1/messages/{id}/files/{file}",
            Access::SignedIn,
            doc("Get a file of a message: as it came, or smaller for a screen", show),
        )
        .get(
            "/api/v1/messages/{id}/files/{file}/thumbnail",
            Access::SignedIn,
            doc("Get the thumbnail of a picture of a message", show_thumbnail).media("image/jpeg"),
        )
        .get("/messages/{id}/files/{file}", Access::SignedIn, show)
        .get("/messages/{id}/files/{file}/thumbnail", Access::SignedIn, show_thumbnail)
}

/// A file that the program itself got from elsewhere.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// What the sender calls it.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The files of a message that is about to be written: looked at and in the store, but nobody's yet.
#[derive(Debug, Default)]
pub struct Files(Vec<Content>);

impl Files {
    /// Looks at files that came in and stores them, outside any transaction because pictures take their time.
    ///
    /// # Errors
    /// A fault at `files` for what is not taken; then nothing of them stays.
    pub async fn take(app: &App, arrived: Vec<Arrived>) -> Result<Self> {
        let mut stored = Self::default();
        for file in arrived {
            match files::store(app, FileKind::Other, file).await {
                Ok(content) => stored.0.push(content),
                Err(error) => {
                    stored.settle(app, None).await;
                    return Err(error);
                }
            }
        }
        Ok(stored)
    }

    /// The same for files that the program itself got from elsewhere.
    ///
    /// # Errors
    /// As [`Files::take`].
    pub async fn take_new(app: &App, new: Vec<NewFile>) -> Result<Self> {
        let mut arrived = vec![];
        for file in new {
            arrived.push(Arrived::of_bytes(app, FILES, file.name, &file.bytes).await?);
        }
        Self::take(app, arrived).await
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives them to a message.
    pub(super) async fn attach(&self, change: &Change, id: MessageId) -> Result<()> {
        for content in &self.0 {
            files::attach(change, id, content).await?;
        }
        Ok(())
    }

    /// Removes those that did not become files of this message: the command was a repeat, or was refused.
    pub async fn settle(self, app: &App, made: Option<MessageId>) {
        if self.is_empty() {
            return;
        }
        let Ok(rows) = files::of_messages(app.db.read(), made.into_iter().collect()).await else {
            // Not known: the sweep decides.
            return;
        };
        for content in self.0.iter().filter(|content| !rows.iter().any(|row| content.is_of(row))) {
            content.discard(app).await;
        }
    }

    /// [`Files::settle`] by how the command ended.
    pub(super) async fn settle_by<T>(self, app: &App, done: &Result<T>, made: impl FnOnce(&T) -> Option<MessageId>) {
        match done {
            Ok(done) => self.settle(app, made(done)).await,
            // After a fault of the database the rows may have been written all the same; then the sweep decides.
            Err(Error::Db(_)) => {}
            Err(_) => self.settle(app, None).await,
        }
    }
}

/// Answers with a file of a message that exists for `actor`.
///
/// # Errors
/// [`Error::NotFound`] for all others.
pub async fn show_file(app: &App, actor: &Actor, id: MessageId, file: FileId, size: serve::Size, asked: &HeaderMap) -> Result<Response> {
    let (_, message) = Thread::of_message(app, app.db.read(), actor, id).await?;
    if message.deleted_ms.is_some() && !actor.is_administrator() {
        return Err(Error::NotFound);
    }
    let files = files::of_messages(app.db.read(), vec![id]).await?;
    let file: &File = files.iter().find(|one| one.id == file).ok_or(Error::NotFound)?;
    serve::give(app, file, size, asked).await
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Path((id, file)): Path<(MessageId, FileId)>,
    Query(size): Query<serve::Size>,
    headers: HeaderMap,
) -> Result<Response> {
    show_file(&app, &actor, id, file, size, &headers).await
}

async fn show_thumbnail(
    State(app): State<App>,
    actor: Actor,
    Path((id, file)): Path<(MessageId, FileId)>,
    headers: HeaderMap,
) -> Result<Response> {
    show_file(&app, &actor, id, file, serve::Size::Thumbnail, &headers).await
}
