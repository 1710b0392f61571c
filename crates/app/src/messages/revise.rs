//! Second thoughts: the author changes a message or takes it back, for a while. What it said before is kept.

use super::{Message, REVISED, Revised, Thread, WRITTEN, Written, chats, is_mine, mentions, row, search, tell};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::MessageId,
    web::{Change, Fields, Input},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

/// For so long after sending.
const WHILE_MS: i64 = 15 * 60_000;

/// What a message is to say instead.
#[derive(Clone, Debug)]
pub struct NewText(pub String);

impl Input for NewText {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.text("text", 4000))
    }
}

/// Whether the actor may still change this message or take it back.
pub(super) fn may_revise(actor: &Actor, message: &Message, now_ms: i64) -> bool {
    is_mine(actor, message) && message.deleted_ms.is_none() && now_ms - message.created_ms < WHILE_MS
}

/// Changes what a message says.
///
/// # Errors
/// [`Error::NotFound`] for one that does not exist for the actor, [`Error::Forbidden`] for somebody else's, a conflict when it is
/// too late or the message was taken back, [`Error::Stale`] after a change that the actor has not seen.
pub async fn edit(change: &Change, id: MessageId, version: Option<i64>, NewText(text): &NewText) -> Result<Message> {
    revise(change, id, version, Some(text)).await
}

/// Takes a message back: its place stays, its text and its files go. They are kept for the administrator alone.
///
/// # Errors
/// As [`edit`].
pub async fn delete(change: &Change, id: MessageId, version: Option<i64>) -> Result<Message> {
    revise(change, id, version, None).await
}

async fn revise(change: &Change, id: MessageId, version: Option<i64>, text: Option<&String>) -> Result<Message> {
    let conn = change.tx.conn();
    let (thread, _) = Thread::of_message(&change.app, conn, &change.actor, id).await?;
    // The chat is held before the message, as when sending.
    let chat = chats::hold(change, &thread).await?;
    let message = row::message::Entity::find_by_id(id).lock_exclusive().one(conn).await?.ok_or(Error::NotFound)?;
    if !is_mine(&change.actor, &message) {
        return Err(Error::Forbidden);
    }
    if message.deleted_ms.is_some() {
        return Err(Error::conflict("message_deleted"));
    }
    if !may_revise(&change.actor, &message, change.now) {
        return Err(Error::conflict("message_too_old"));
    }
    change.expect_version(version, message.version)?;
    if text == Some(&message.body) {
        return Ok(message);
    }
    let before = row::version::ActiveModel {
        message_id: Set(id),
        body: Set(message.body.clone()),
        until_ms: Set(change.now),
        user_id: Set(change.actor.user_id),
        ..Default::default()
    };
    before.insert(conn).await?;
    let mut row = row::message::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(id),
        body: Set(text.cloned().unwrap_or_default()),
        version: Set(message.version + 1),
        ..Default::default()
    };
    match text {
        Some(_) => row.edited_ms = Set(Some(change.now)),
        None => row.deleted_ms = Set(Some(change.now)),
    }
    let message = row.update(conn).await?;
    search::index(&change.tx, &message).await?;
    let named = mentions::of(conn, &thread, vec![id]).await?;
    let mut mentions = mentions::keep(change, &thread, &message).await?;
    mentions.retain(|user| !named.iter().any(|one| one.user_id == *user));
    if !mentions.is_empty() {
        change.publish(WRITTEN, &Written { message_id: id, chat_id: message.chat_id, mentions, is_again: true }).await?;
    }
    change.publish(REVISED, &Revised { message_id: id }).await?;
    if text.is_none() {
        chats::look_again(change, chat).await?;
    }
    tell(change, &thread, message.visit_id, true).await?;
    Ok(message)
}

/// What a message said before, the oldest first.
pub(super) async fn versions(conn: &impl ConnectionTrait, id: MessageId) -> Result<Vec<row::version::Model>> {
    use row::version::{Column, Entity};
    Ok(Entity::find().filter(Column::MessageId.eq(id)).order_by_asc(Column::Id).all(conn).await?)
}
