//! What those who tell of messages need to know of one.

use super::{Audience, Files, NewFile, NewMessage, Thread, thread::topic, write};
use crate::{
    access::{Actor, Role},
    app::App,
    error::Result,
    ids::{ChatId, MessageId, OrderId, UserId, VisitId, WorkerId},
    live::Audience as Listeners,
    web::{Change, Command},
};
use sea_orm::{FromQueryResult, Value, entity::prelude::*};
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
    /// Whether it was told before, and names somebody now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_again: bool,
}

/// The topic under which each second thought about a message stands in the outbox.
pub const REVISED: &str = "message.revised";

/// What leaves through the outbox when somebody has changed a message or taken it back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Revised {
    pub message_id: MessageId,
}

/// A line of chat, seen from outside.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: MessageId,
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
    /// How many files it has.
    pub files: i64,
    /// What tells its chat from all others.
    pub place: String,
    /// Whoever has taken the chat on, while they are of the office.
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
    let text = "SELECT m.id, m.chat_id, c.audience, c.place, c.order_id, m.visit_id, m.user_id, m.who, m.role, m.body, tu.id AS taken_by, c.worker_id, \
        w.user_id AS worker_user, (SELECT COUNT(*) FROM files f WHERE f.message_id = m.id) AS files FROM chat_messages m JOIN chats c ON c.id = m.chat_id \
        LEFT JOIN workers w ON w.id = c.worker_id LEFT JOIN users tu ON tu.id = c.taken_by AND tu.blocked_ms IS NULL AND tu.role IN ('administrator', 'dispatcher') WHERE m.id = ? AND m.deleted_ms IS NULL";
    Ok(Line::find_by_statement(store::sql(engine, text, [id.into()])).one(conn).await?)
}

/// Notes that a message came through a messenger: answers go back there.
pub async fn note_way(change: &Change, id: MessageId, channel: &str) -> Result<()> {
    let text = "UPDATE chat_messages SET channel = ? WHERE id = ?";
    change.tx.conn().execute_raw(store::sql(change.tx.engine(), text, [channel.into(), id.into()])).await?;
    Ok(())
}

/// Notes that the lines of a chat from `first` to `last` have come to somebody's messenger, as far as those wrote them who wrote the
/// last, and shows it on the pages of the office and of whoever that was.
pub async fn note_delivered(app: &App, first: MessageId, last: MessageId) -> Result<()> {
    change!(app, &Actor::system("notifications") => |change| {
        let (conn, engine) = (change.tx.conn(), change.tx.engine());
        let Some(Told { chat_id, role }) = Told::find_by_statement(store::sql(engine, Told::SQL, [last.into()])).one(conn).await? else {
            return Ok(());
        };
        let text = "UPDATE chat_messages SET delivered_ms = ? WHERE chat_id = ? AND id >= ? AND id <= ? AND role = ? AND deleted_ms IS NULL AND delivered_ms IS NULL";
        let values = [change.now.into(), chat_id.into(), first.into(), last.into(), role.into()];
        let noted = conn.execute_raw(store::sql(engine, text, values)).await?;
        if noted.rows_affected() == 0 {
            return Ok(());
        }
        let Some(line) = line(conn, engine, last).await? else { return Ok(()) };
        let users = line.user_id.into_iter().map(|user| user.0).collect();
        change.signal(vec![topic(&line.place)], Listeners { staff: true, users, order: None });
        Ok(())
    })
}

#[derive(FromQueryResult)]
struct Told {
    chat_id: ChatId,
    role: String,
}

impl Told {
    const SQL: &str = "SELECT chat_id, role FROM chat_messages WHERE id = ?";
}

/// The newest line of a chat from `first` to `last` that `reader` has neither written nor read and that was not taken back; of whoever has
/// no account none is known to be read but by a link.
///
/// # Errors
/// Why there is nothing to tell, in a word for the log.
pub async fn untold(
    conn: &impl ConnectionTrait,
    engine: store::Engine,
    chat: ChatId,
    (first, last): (MessageId, MessageId),
    reader: Option<UserId>,
) -> Result<std::result::Result<Line, &'static str>> {
    let read = match reader {
        Some(_) => "COALESCE((SELECT r.last_id FROM chat_reads r WHERE r.chat_id = m.chat_id AND r.user_id = ?), 0)",
        None => "(SELECT c.link_read_id + 0 * ? FROM chats c WHERE c.id = m.chat_id)",
    };
    let text = format!(
        "SELECT m.id, CASE WHEN m.id > {read} THEN 0 ELSE 1 END AS is_read FROM chat_messages m WHERE m.chat_id = ? AND m.id >= ? AND m.id <= ? \
         AND m.deleted_ms IS NULL AND (m.user_id IS NULL OR m.user_id <> ?) ORDER BY m.id DESC LIMIT 1"
    );
    let reader = reader.map_or(0, |user| user.0);
    let values = [reader.into(), chat.into(), first.into(), last.into(), reader.into()];
    let Some(newest) = Newest::find_by_statement(store::sql(engine, &text, values)).one(conn).await? else { return Ok(Err("taken back")) };
    if newest.is_read == 1 {
        return Ok(Err("read already"));
    }
    Ok(line(conn, engine, newest.id).await?.ok_or("taken back"))
}

#[derive(FromQueryResult)]
struct Newest {
    id: MessageId,
    is_read: i64,
}

/// Through what the person wrote last in this chat: a messenger's word, or nothing for a page.
pub async fn last_way(conn: &impl ConnectionTrait, engine: store::Engine, chat: ChatId, user: UserId) -> Result<Option<String>> {
    last_way_where(conn, engine, "c.id = ?", [chat.into(), user.into()]).await
}

/// Through what the customer wrote last about an order, likewise.
pub async fn last_way_of_order(conn: &impl ConnectionTrait, engine: store::Engine, order: OrderId, user: UserId) -> Result<Option<String>> {
    last_way_where(conn, engine, "c.order_id = ? AND c.audience = 'customer'", [order.into(), user.into()]).await
}

async fn last_way_where(conn: &impl ConnectionTrait, engine: store::Engine, chats: &str, of: [Value; 2]) -> Result<Option<String>> {
    let text = format!(
        "SELECT m.channel FROM chats c JOIN chat_messages m ON m.chat_id = c.id WHERE {chats} AND m.user_id = ? ORDER BY m.id DESC LIMIT 1"
    );
    let row = conn.query_one_raw(store::sql(engine, &text, of)).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<String>>(0)).transpose()?.flatten())
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
