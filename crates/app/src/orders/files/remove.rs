//! Taking a file away: by who added it or by staff, while what it belongs to is still being written.

use super::{File, find, row};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::FileId,
    orders::{
        self, Detail, EventKind, Order, reports,
        visits::{self, Visit},
    },
    web::Change,
};
use sea_orm::entity::prelude::*;

/// Whether this person may take the file away from a visit that they can see.
pub fn may_remove(actor: &Actor, file: &File, visit: Option<&Visit>) -> bool {
    is_theirs(actor, file) && visit.is_none_or(|visit| reports::may_write(actor, visit))
}

fn is_theirs(actor: &Actor, file: &File) -> bool {
    actor.is_staff() || (actor.user_id.is_some() && file.uploaded_by == actor.user_id)
}

/// Takes a file away; what lies on disk goes after the commit.
///
/// # Errors
/// `NotFound`, `Forbidden` for somebody else's, a conflict when the report or the order is closed.
pub async fn remove(change: &Change, id: FileId) -> Result<()> {
    let order_id = find(change.tx.conn(), &change.actor, id).await?.order_id.ok_or(Error::NotFound)?;
    let order = orders::hold_row(&change.tx, order_id).await?;
    let file = find(change.tx.conn(), &change.actor, id).await?;
    if !is_theirs(&change.actor, &file) {
        return Err(Error::Forbidden);
    }
    let visit = match file.visit_id {
        Some(visit_id) => Some(visits::find(change.tx.conn(), &change.actor, visit_id).await?),
        None => None,
    };
    refuse_closed(&change.actor, &order, visit.as_ref())?;
    row::Entity::delete_by_id(file.id).exec(change.tx.conn()).await?;
    let detail = Detail { count: Some(1), file_kind: Some(file.kind), ..Detail::default() };
    orders::record(change, &order, visit.as_ref(), EventKind::FileRemoved, detail).await?;
    let store = change.app.files.clone();
    change.tx.after_commit(move || drop(tokio::spawn(async move { erase(&store, &file).await })));
    Ok(())
}

fn refuse_closed(actor: &Actor, order: &Order, visit: Option<&Visit>) -> Result<()> {
    match visit {
        Some(visit) => reports::refuse_closed(actor, visit),
        None if actor.is_staff() || order.status.is_open() => Ok(()),
        None => Err(Error::conflict("order_not_open")),
    }
}

async fn erase(store: &media::Store, file: &File) {
    for key in [Some(&file.stored_key), file.display_key.as_ref(), file.thumbnail_key.as_ref()].into_iter().flatten() {
        let Ok(key) = key.parse() else { continue };
        if let Err(error) = store.remove(&key).await {
            tracing::warn!(%error, "a removed file stays on disk until the next sweep");
        }
    }
}
