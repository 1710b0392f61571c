//! Keeping what came in: the file first, its row after it, each command once.

use super::{
    Arrived, File, FileKind, FileView, NewFile, row,
    upload::{self, Upload, refused},
};
use crate::{
    access::{Actor, Who},
    app::App,
    error::{Error, FieldErrors, Result},
    ids::{MessageId, OrderId, VisitId},
    orders::{
        self, Detail, EventKind, Order, Reader, reports,
        visits::{self, Visit},
    },
    web::{Change, Command, Door, command::fingerprint},
};
use axum::http::HeaderMap;
use media::{Checked, Key};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};

/// The most files that one visit, or one order beside its visits, holds.
const MOST_FILES: u64 = 100;

/// What a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Order(OrderId),
    Visit(VisitId),
}

/// Takes in a whole multipart body: the files of its field `file`, each kept with what the other fields say.
///
/// A page's form may bring several; its hidden `_key` makes each of them come once. A program brings one, with `Idempotency-Key`.
///
/// # Errors
/// `NotFound` and `Forbidden` before the body is read, `Invalid` at `file` for what is not taken.
pub async fn take_in(app: &App, actor: &Actor, place: Place, door: Door, headers: &HeaderMap, body: Upload) -> Result<Vec<FileView>> {
    look_up(app.db.read(), actor, place).await?;
    let of_program = match door {
        Door::Api => Some(crate::web::api::command_of(app, Some(actor), headers, &[])?),
        Door::Page => None,
    };
    let uploaded = upload::read(app, body).await?;
    let mut new: NewFile = uploaded.input(app, door)?;
    if !actor.is_staff() {
        new.audience = None;
    }
    let command = of_program.unwrap_or_else(|| Command::of_form("", &uploaded.texts, &[]));
    let files: Vec<Arrived> = uploaded.files.into_iter().filter(|file| file.field == "file").collect();
    if files.is_empty() {
        return Err(Error::field("file", "required"));
    }
    if door == Door::Api && files.len() > 1 {
        return Err(too_many(1));
    }
    let mut kept = Vec::with_capacity(files.len());
    for (place_in_body, file) in files.into_iter().enumerate() {
        let mut command = command.clone();
        if place_in_body > 0 {
            command.key = command.key.map(|key| format!("{key}:{place_in_body}"));
        }
        kept.push(keep(app, actor, place, &new, file, command).await?);
    }
    Ok(kept)
}

/// Keeps one file that has come in. The same key again gives the same file.
///
/// # Errors
/// `Invalid` at the file's field for what is not taken; otherwise as its visit or order refuses.
pub async fn keep(app: &App, actor: &Actor, place: Place, new: &NewFile, file: Arrived, mut command: Command) -> Result<FileView> {
    let place_name = format!("{place:?}");
    let sent = file.received.sha256();
    command.fingerprint = fingerprint(&[place_name.as_bytes(), new.kind.to_string().as_bytes(), &sent]);
    let content = store(app, new.kind, file).await?;
    let result: Result<Kept> = once!(app, actor, &command => |change| write(change, place, new, &content).await);
    match result {
        Ok(kept) => {
            if kept.key != content.original.as_str() {
                content.discard(app).await;
            }
            Ok(kept.view)
        }
        Err(error) => {
            // After a database error the row may have been written all the same; then the sweep decides.
            if !matches!(error, Error::Db(_)) {
                content.discard(app).await;
            }
            Err(error)
        }
    }
}

/// The answer kept for repeats: the key tells whose file the row names.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    view: FileView,
}

/// A file that lies in the store, with what its row will say.
#[derive(Debug)]
pub struct Content {
    name: String,
    media_type: &'static str,
    bytes: u64,
    size: Option<(u32, u32)>,
    sha256: [u8; 32],
    original: Key,
    display: Option<Key>,
    thumbnail: Option<Key>,
}

impl Content {
    /// Whether this row tells of it.
    pub fn is_of(&self, file: &File) -> bool {
        file.stored_key == self.original.as_str()
    }

    /// Removes what got no row.
    pub async fn discard(&self, app: &App) {
        for key in [Some(&self.original), self.display.as_ref(), self.thumbnail.as_ref()].into_iter().flatten() {
            if let Err(error) = app.files.remove(key).await {
                tracing::warn!(%error, "a file that nobody needs stays until the next sweep");
            }
        }
    }
}

/// Looks at a file that came in and puts it into the store. It has no row yet: the caller gives it one or discards it.
///
/// # Errors
/// `Invalid` at the file's field for what is not taken.
pub async fn store(app: &App, kind: FileKind, file: Arrived) -> Result<Content> {
    let Arrived { field, name, received } = file;
    let fault = |error| refused(&field, error);
    let picture_wanted = matches!(kind, FileKind::Before | FileKind::After | FileKind::Signature);
    match received.check(&name).await.map_err(fault)? {
        Checked::Picture(picture) if kind == FileKind::Signature => {
            let kept = app.pictures.keep_signature(&app.files, picture).await.map_err(fault)?;
            let size = Some((kept.width, kept.height));
            Ok(Content::of(&name, media::Kind::Png, size, kept.stored, None))
        }
        Checked::Picture(picture) => {
            let kept = app.pictures.keep(&app.files, picture).await.map_err(fault)?;
            Ok(Content::of(&name, kept.kind, Some((kept.width, kept.height)), kept.original, Some((kept.display.key, kept.thumbnail.key))))
        }
        Checked::Document(_) if picture_wanted => Err(Error::field(&field, "file_not_picture")),
        Checked::Document(document) => {
            let kind = document.kind();
            Ok(Content::of(&name, kind, None, app.files.keep(document).await?, None))
        }
    }
}

impl Content {
    fn of(client_name: &str, kind: media::Kind, size: Option<(u32, u32)>, original: media::Stored, smaller: Option<(Key, Key)>) -> Self {
        let (display, thumbnail) = smaller.unzip();
        Self {
            name: media::name_for(client_name, kind),
            media_type: kind.media_type(),
            bytes: original.size,
            size,
            sha256: original.sha256,
            original: original.key,
            display,
            thumbnail,
        }
    }
}

/// What the file belongs to, if this person may add to it now.
async fn look_up(conn: &impl ConnectionTrait, actor: &Actor, place: Place) -> Result<(OrderId, Option<Visit>)> {
    match place {
        Place::Visit(id) => {
            let visit = visits::find(conn, actor, id).await?;
            if !actor.is_staff() && actor.worker_id().is_none() {
                return Err(Error::Forbidden);
            }
            reports::refuse_closed(actor, &visit)?;
            Ok((visit.order_id, Some(visit)))
        }
        Place::Order(id) => {
            let order = orders::query::find(conn, actor, id).await?;
            match actor.who {
                Who::Administrator | Who::Dispatcher | Who::System => Ok((order.id, None)),
                Who::Customer(_) | Who::Link(_) if order.status.is_open() => Ok((order.id, None)),
                Who::Customer(_) | Who::Link(_) => Err(Error::conflict("order_not_open")),
                Who::Specialist(_) | Who::Contractor(_) => Err(Error::Forbidden),
            }
        }
    }
}

async fn write(change: &Change, place: Place, new: &NewFile, content: &Content) -> Result<Kept> {
    // The order first, held until the end: two uploads count one after the other, and a visit cannot be finished meanwhile.
    let (order_id, _) = look_up(change.tx.conn(), &change.actor, place).await?;
    let order = orders::hold_row(&change.tx, order_id).await?;
    let (_, visit) = look_up(change.tx.conn(), &change.actor, place).await?;
    if visit.is_none() && new.kind == FileKind::Signature {
        return Err(Error::field("kind", "not_in_list"));
    }
    refuse_too_many(change, place).await?;
    let file = insert(change, &order, visit.as_ref(), new, content).await?;
    let detail = Detail { count: Some(1), file_kind: Some(file.kind), ..Detail::default() };
    orders::record(change, &order, visit.as_ref(), EventKind::FileAdded, detail).await?;
    Ok(Kept { key: file.stored_key.clone(), view: file.into() })
}

async fn refuse_too_many(change: &Change, place: Place) -> Result<()> {
    let beside = row::Entity::find();
    let beside = match place {
        Place::Visit(id) => beside.filter(row::Column::VisitId.eq(id)),
        Place::Order(id) => beside.filter(row::Column::OrderId.eq(id)).filter(row::Column::VisitId.is_null()),
    };
    if beside.limit(MOST_FILES).count(change.tx.conn()).await? >= MOST_FILES { Err(too_many(MOST_FILES)) } else { Ok(()) }
}

fn too_many(max: u64) -> Error {
    let mut errors = FieldErrors::default();
    errors.add_with("file", "too_many_files", vec![("max", max.to_string())]);
    errors.into()
}

async fn insert(change: &Change, order: &Order, visit: Option<&Visit>, new: &NewFile, content: &Content) -> Result<File> {
    let audience = new.audience.unwrap_or_else(|| usual_audience(&change.actor, visit, new.kind));
    let row = row::ActiveModel {
        order_id: Set(Some(order.id)),
        visit_id: Set(visit.map(|visit| visit.id)),
        kind: Set(new.kind),
        audience: Set(audience),
        taken_ms: Set(new.taken_ms.filter(|taken| *taken <= change.now)),
        ..row_of(change, content)
    };
    Ok(row.insert(change.tx.conn()).await?)
}

/// Gives a message a file.
pub async fn attach(change: &Change, message: MessageId, content: &Content) -> Result<File> {
    // The audience is the message's; this word keeps the file from whoever does not see the message.
    let row = row::ActiveModel {
        message_id: Set(Some(message)),
        kind: Set(FileKind::Other),
        audience: Set(Reader::Staff),
        ..row_of(change, content)
    };
    Ok(row.insert(change.tx.conn()).await?)
}

/// What a row says of its content.
fn row_of(change: &Change, content: &Content) -> row::ActiveModel {
    row::ActiveModel {
        name: Set(content.name.clone()),
        media_type: Set(content.media_type.to_owned()),
        bytes: Set(i64::try_from(content.bytes).unwrap_or(i64::MAX)),
        width: Set(content.size.map(|size| size.0.into())),
        height: Set(content.size.map(|size| size.1.into())),
        sha256: Set(content.sha256.iter().map(|byte| format!("{byte:02x}")).collect()),
        stored_key: Set(content.original.to_string()),
        display_key: Set(content.display.as_ref().map(ToString::to_string)),
        thumbnail_key: Set(content.thumbnail.as_ref().map(ToString::to_string)),
        uploaded_by: Set(change.actor.user_id),
        created_ms: Set(change.now),
        ..Default::default()
    }
}

/// The photos of the work are for the customer too; what the office adds to an order is its own until it says otherwise.
fn usual_audience(actor: &Actor, visit: Option<&Visit>, kind: FileKind) -> Reader {
    match (visit, kind) {
        (Some(_), FileKind::Before | FileKind::After) => Reader::All,
        (Some(_), _) => Reader::Worker,
        (None, _) if actor.is_staff() => Reader::Staff,
        (None, _) => Reader::All,
    }
}
