//! What those who tell of messages need to know of one.

use super::{Audience, Files, NewFile, NewMessage, Thread, write};
use crate::{
    access::{Actor, Role},
    app::App,
    error::Result,
    ids::{ChatId, MessageId, OrderId, UserId, VisitId, WorkerId},
    live::Audience as Listeners,
    web::{Change, Command},
};
use sea_orm::{FromQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

/// The topic under which each new message stands in the outbox.
pub const WRITTEN: &str = "message.written";

/// What leaves through the outbox when somebody has written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Written {
    pub message_id: MessageId,
    pub chat_id: ChatId,
    /// The colleagues who are named in it.
    #[serde(default)]
    pub mentions: Vec<UserId>,
}

/// A line of chat, seen from outside.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub chat_id: ChatId,
    pub audience: Audience,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
    /// Whoever wrote it.
    pub user_id: Option<UserId>,
    pub who: String,
    /// The role in which they wrote.
    pub role: String,
    pub body: String,
    /// Whoever of the office has taken the chat on.
    pub taken_by: Option<UserId>,
    /// The worker with whom the chat is, outside any order.
    pub worker_id: Option<WorkerId>,
    pub worker_user: Option<UserId>,
}

impl Line {
    /// Whether the company wrote it: the office, or to a customer also a specialist.
    pub fn is_by_company(&self) -> bool {
        !Role::parse(&self.role).is_some_and(|role| self.audience.is_outside(role))
    }
}

/// A line of chat, unless it was taken back.
pub async fn line(conn: &impl ConnectionTrait, engine: store::Engine, id: MessageId) -> Result<Option<Line>> {
    let text = "SELECT m.chat_id, c.audience, c.order_id, m.visit_id, m.user_id, m.who, m.role, m.body, c.taken_by, c.worker_id, w.user_id AS worker_user \
        FROM chat_messages m JOIN chats c ON c.id = m.chat_id LEFT JOIN workers w ON w.id = c.worker_id WHERE m.id = ? AND m.deleted_ms IS NULL";
    Ok(Line::find_by_statement(store::sql(engine, text, [id.into()])).one(conn).await?)
}

/// Notes that a message came through a messenger: answers go back there.
pub async fn note_way(change: &Change, id: MessageId, channel: &str) -> Result<()> {
    let text = "UPDATE chat_messages SET channel = ? WHERE id = ?";
    change.tx.conn().execute_raw(store::sql(change.tx.engine(), text, [channel.into(), id.into()])).await?;
    Ok(())
}

/// Notes that a message has come to somebody's messenger, and shows it on the pages of the office and of whoever wrote it.
pub async fn note_delivered(app: &App, id: MessageId) -> Result<()> {
    change!(app, &Actor::system("notifications") => |change| {
        let (conn, engine) = (change.tx.conn(), change.tx.engine());
        let text = "UPDATE chat_messages SET delivered_ms = ? WHERE id = ? AND delivered_ms IS NULL";
        let noted = conn.execute_raw(store::sql(engine, text, [change.now.into(), id.into()])).await?;
        if noted.rows_affected() == 0 {
            return Ok(());
        }
        let Some(line) = line(conn, engine, id).await? else { return Ok(()) };
        let place = line.order_id.map_or_else(|| format!("worker-{}", line.worker_id.map_or(0, |id| id.0)), |order| order.to_string());
        let users = line.user_id.into_iter().map(|user| user.0).collect();
        change.signal(vec![format!("chat-{place}-{}", line.audience)], Listeners { staff: true, users, order: None });
        Ok(())
    })
}

/// Through what the person wrote last in this chat: a messenger's word, or nothing for a page.
pub async fn last_way(conn: &impl ConnectionTrait, engine: store::Engine, chat: ChatId, user: UserId) -> Result<Option<String>> {
    let text = "SELECT channel FROM chat_messages WHERE chat_id = ? AND user_id = ? ORDER BY id DESC LIMIT 1";
    let row = conn.query_one_raw(store::sql(engine, text, [chat.into(), user.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<String>>(0)).transpose()?.flatten())
}

/// Whether the person has read the chat up to this message.
pub async fn has_read(conn: &impl ConnectionTrait, engine: store::Engine, user: UserId, chat: ChatId, id: MessageId) -> Result<bool> {
    let text = "SELECT 1 FROM chat_reads WHERE user_id = ? AND chat_id = ? AND last_id >= ?";
    Ok(conn.query_one_raw(store::sql(engine, text, [user.into(), chat.into(), id.into()])).await?.is_some())
}

/// Writes what somebody said and sent in a messenger into a chat; answers go back there. The same command twice writes it once.
///
/// # Errors
/// A fault at `files` for what is not taken.
pub async fn write_from_messenger(
    app: &App,
    actor: &Actor,
    command: &Command,
    thread: &Thread,
    new: NewMessage,
    files: Vec<NewFile>,
    channel: &str,
) -> Result<()> {
    let files = Files::take_new(app, files).await?;
    let written: Result<MessageId> = once!(app, actor, command => |change| {
        let message = write(change, thread, &new, &files).await?;
        note_way(change, message.id, channel).await?;
        Ok(message.id)
    });
    files.settle_by(app, &written, |id| Some(*id)).await;
    written.map(drop)
}
