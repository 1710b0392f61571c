//! Messages («Сообщения»): the chats of an order, one for each of three audiences, which must never mix, and the office's chat
//! with each worker outside any order.

mod api;
mod chats;
mod conversations;
mod counts;
#[cfg(test)]
mod crews_tests;
mod files;
#[cfg(test)]
mod files_tests;
mod inbox;
mod mentions;
mod office;
mod own_search;
pub mod page;
mod quick;
mod revise;
mod row;
pub mod search;
#[cfg(test)]
mod talk_tests;
#[cfg(test)]
mod tests;
mod thread;
mod time;
mod told;
mod versions;
mod worker;

use crate::{
    access::{Actor, Role, Who},
    app::App,
    error::{Error, Result},
    ids::{MessageId, VisitId},
    live::{Audience as Listeners, Typist},
    orders::{self, files::File},
    web::{Change, Fields, Input, Routes},
    words::words,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};

pub use chats::give_back;
pub use conversations::{Row as Conversation, Waits, count_waiting, named, own_unread, unread, unread_by_order, waiting, waiting_chats};
pub use counts::menu_unread;
pub use files::{Files, NewFile, show_file};
pub use row::{mention::Model as Mention, message::Model as Message};
pub use thread::{About, Thread, answers_customers};
pub use time::{ask_for_time, ask_to_move, time_fits};
pub use told::{
    Line, REVISED, Revised, WRITTEN, Written, last_way, last_way_of_order, line, note_delivered, note_way, untold, write_from_messenger,
};

words! {
    /// Who reads a message besides its author.
    Audience {
        /// Dispatchers and administrators.
        Internal = "internal",
        /// Staff and the crew of the visit.
        Worker = "worker",
        /// Staff and the customer.
        Customer = "customer",
        /// Staff and one worker, outside any order.
        Direct = "direct",
    }
}

/// Both doors of the office's and the workers' chats; the customer's pages are the portal's.
pub fn routes() -> Routes {
    api::routes()
        .merge(office::routes())
        .merge(worker::routes())
        .merge(inbox::routes())
        .merge(quick::routes())
        .merge(files::routes())
        .merge(own_search::routes())
        .merge(time::routes())
        .merge(counts::routes())
        .merge(versions::routes())
}

/// A message as typed.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// May be empty when files come along.
    pub body: String,
    /// The message of the same chat that it answers.
    pub reply_to: Option<MessageId>,
}

impl Input for NewMessage {
    fn read(fields: &mut Fields) -> Self {
        let body = if fields.bring_files() { fields.optional_text("text", 4000) } else { fields.text("text", 4000) };
        Self { body, reply_to: fields.optional_id("reply_to") }
    }
}

/// Adds a message with its files to a chat that the actor is in; the author has read everything up to it.
///
/// # Errors
/// A fault at `text` when there is neither a text nor a file, and at `reply_to` for a message that does not exist here for the actor.
pub async fn write(change: &Change, thread: &Thread, new: &NewMessage, files: &Files) -> Result<Message> {
    if new.body.is_empty() && files.is_empty() {
        return Err(Error::field("text", "required"));
    }
    let visit_id = thread.visit_to_write()?;
    let chat = chats::hold(change, thread).await?;
    let thread = &thread.clone().opened(chat.id);
    let answered = thread.some(change.tx.conn(), new.reply_to.into_iter().collect()).await?;
    if answered.len() != usize::from(new.reply_to.is_some()) {
        return Err(Error::field("reply_to", "not_in_list"));
    }
    let row = row::message::ActiveModel {
        chat_id: Set(chat.id),
        visit_id: Set(visit_id),
        user_id: Set(change.actor.user_id),
        who: Set(change.actor.name.clone()),
        role: Set(change.actor.role_code().to_owned()),
        body: Set(new.body.clone()),
        reply_to: Set(new.reply_to),
        created_ms: Set(change.now),
        version: Set(1),
        ..Default::default()
    };
    let message = row.insert(change.tx.conn()).await?;
    files.attach(change, message.id).await?;
    chats::note(change, chat, &message).await?;
    search::index(&change.tx, &message).await?;
    let mentions = mentions::keep(change, thread, &message).await?;
    change.publish(WRITTEN, &Written { message_id: message.id, chat_id: message.chat_id, mentions, is_again: false }).await?;
    mark(change, thread, message.id).await?;
    tell(change, thread, message.visit_id, true).await?;
    Ok(message)
}

#[derive(FromQueryResult)]
struct Listener {
    user_id: i64,
}

/// After commit, tells the open pages of a chat that it changed, and the lists of chats if `list`.
async fn tell(change: &Change, thread: &Thread, visit: Option<VisitId>, list: bool) -> Result<()> {
    let of_order = thread.order_topic().filter(|topic| *topic != thread.topic());
    let topics = std::iter::once(thread.topic()).chain(of_order).chain(list.then(|| chats::LIST.to_owned())).collect();
    change.signal(topics, listeners(&change.app, change.tx.conn(), thread, visit).await?);
    Ok(())
}

/// The specialists who are in an order's chat with the customer, where the company lets them: those with a visit of it.
fn specialists() -> String {
    let seen = orders::query::quoted(orders::VisitStatus::worker_sees);
    format!(
        "SELECT w.user_id FROM visits v JOIN visit_workers vw ON vw.visit_id = v.id JOIN workers w ON w.id = vw.worker_id \
         JOIN users u ON u.id = w.user_id WHERE v.order_id = ? AND v.status IN ({seen}) AND u.role = 'specialist'"
    )
}

/// Who hears of a message: its audience and nobody else.
async fn listeners(app: &App, conn: &impl ConnectionTrait, thread: &Thread, visit: Option<VisitId>) -> Result<Listeners> {
    let (text, ids) = match (&thread.about, thread.audience, visit) {
        (About::Worker { user_id, .. }, ..) => return Ok(Listeners { staff: true, users: vec![user_id.0], order: None }),
        (About::Order(order), Audience::Customer, _) => {
            let customer = "SELECT c.user_id FROM customers c WHERE c.id = ? AND c.user_id IS NOT NULL";
            match app.company().specialist_in_customer_chat {
                true => (format!("{customer} UNION {}", specialists()), vec![order.customer_id.0, order.id.0]),
                false => (customer.to_owned(), vec![order.customer_id.0]),
            }
        }
        (About::Order(_), Audience::Worker, Some(visit)) => {
            let crew = "SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id WHERE vw.visit_id = ?";
            (crew.to_owned(), vec![visit.0])
        }
        (About::Order(_), Audience::Internal | Audience::Worker | Audience::Direct, _) => {
            return Ok(Listeners { staff: true, ..Listeners::default() });
        }
    };
    let found = Listener::find_by_statement(store::sql(app.db.engine(), &text, ids.into_iter().map(Into::into))).all(conn).await?;
    let order = thread.order().filter(|_| thread.audience == Audience::Customer).map(|order| order.id.0);
    Ok(Listeners { staff: true, users: found.into_iter().map(|listener| listener.user_id).collect(), order })
}

/// Tells those who would read it that the actor is typing a message.
///
/// # Errors
/// A conflict where a message would reach nobody.
pub async fn typing(app: &App, actor: &Actor, thread: &Thread) -> Result<()> {
    let visit = thread.visit_to_write()?;
    let audience = listeners(app, app.db.read(), thread, visit).await?;
    let user_id = match actor.who {
        Who::Link(order) => orders::links::viewer_id(order),
        _ => actor.user_id.map_or(0, |id| id.0),
    };
    app.hub.type_in(thread.topic(), Typist { user_id, name: actor.name.clone() }, audience, app.clock.now_ms());
    Ok(())
}

/// Remembers that the actor has read a chat up to this message; those on the other side see it.
pub async fn mark_read(change: &Change, thread: &Thread, last: MessageId) -> Result<()> {
    // Nobody is told of a mark that did not move: open pages would answer each other for ever.
    if mark(change, thread, last).await? {
        let visit = thread.visit_to_write().ok().flatten();
        tell(change, thread, visit, false).await?;
    }
    Ok(())
}

/// Moves the actor's mark forward, never back; whether it moved.
async fn mark(change: &Change, thread: &Thread, last: MessageId) -> Result<bool> {
    let (conn, engine) = (change.tx.conn(), change.tx.engine());
    let Some(chat) = thread.chat else { return Ok(false) };
    if matches!(change.actor.who, Who::Link(_)) {
        let text = "UPDATE chats SET link_read_id = CASE WHEN last_id < ? THEN last_id ELSE ? END WHERE id = ? AND link_read_id < ? AND link_read_id < last_id";
        let values = [last.into(), last.into(), chat.into(), last.into()];
        return Ok(conn.execute_raw(store::sql(engine, text, values)).await?.rows_affected() > 0);
    }
    let Some(user_id) = change.actor.user_id else { return Ok(false) };
    // Never past the end, or what comes later would count as read. A mark that stays makes no row: MariaDB counts one that was written anew
    // with the same value.
    let text = engine.pick(
        "INSERT INTO chat_reads (user_id, chat_id, last_id) SELECT ?, c.id, MIN(?, c.last_id) FROM chats c \
         LEFT JOIN chat_reads r ON r.user_id = ? AND r.chat_id = c.id WHERE c.id = ? AND MIN(?, c.last_id) > COALESCE(r.last_id, 0) \
         ON CONFLICT (user_id, chat_id) DO UPDATE SET last_id = excluded.last_id WHERE excluded.last_id > chat_reads.last_id",
        "INSERT INTO chat_reads (user_id, chat_id, last_id) SELECT ?, c.id, LEAST(?, c.last_id) FROM chats c \
         LEFT JOIN chat_reads r ON r.user_id = ? AND r.chat_id = c.id WHERE c.id = ? AND LEAST(?, c.last_id) > COALESCE(r.last_id, 0) \
         ON DUPLICATE KEY UPDATE last_id = GREATEST(chat_reads.last_id, VALUES(last_id))",
    );
    let values = [user_id.into(), last.into(), user_id.into(), chat.into(), last.into()];
    Ok(conn.execute_raw(store::sql(engine, text, values)).await?.rows_affected() > 0)
}

/// Up to which message those on the other side have read the chat; 0 if nobody has.
async fn read_by_others(conn: &impl ConnectionTrait, engine: store::Engine, actor: &Actor, thread: &Thread) -> Result<i64> {
    let Some(chat) = thread.chat else { return Ok(0) };
    let side = match (thread.audience, actor.role().is_some_and(|role| thread.audience.is_outside(role))) {
        (Audience::Internal, _) => String::new(),
        (_, is_outside) => {
            let not = if is_outside { "NOT" } else { "" };
            format!(" AND u.role {not} IN ('{}')", thread.audience.outsiders().join("', '"))
        }
    };
    let text = format!(
        "SELECT MAX(r.last_id), (SELECT c.link_read_id FROM chats c WHERE c.id = ?) FROM chat_reads r JOIN users u ON u.id = r.user_id \
         WHERE r.chat_id = ? AND u.id <> ?{side}"
    );
    let values = [chat.into(), chat.into(), actor.user_id.map_or(0, |id| id.0).into()];
    let Some(row) = conn.query_one_raw(store::sql(engine, &text, values)).await? else { return Ok(0) };
    let mark = |index| row.try_get_by_index::<Option<i64>>(index).map(|mark| mark.unwrap_or(0));
    // Whoever holds the link is the customer.
    Ok(mark(0)?.max(if actor.customer_id().is_none() && !matches!(actor.who, Who::Link(_)) { mark(1)? } else { 0 }))
}

/// A message with what the actor is to know of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub message: Message,
    pub mine: bool,
    /// Whether those on the other side have read it; known of one's own alone.
    pub read: bool,
    /// Whether it has come to somebody's messenger; known of one's own alone.
    pub delivered: bool,
    /// What it answers, if that exists for the actor.
    pub answers: Option<Answered>,
    /// Its files, unless it was taken back.
    pub files: Vec<File>,
    /// Who of the office is named in it.
    pub mentions: Vec<Mention>,
    /// Whether the actor may still change it or take it back.
    pub may_revise: bool,
}

/// A message that another one answers.
#[derive(Clone, Debug)]
pub struct Answered {
    pub message: Message,
    /// How many files it has.
    pub files: usize,
}

/// These messages of a chat as the actor sees them. At most four statements.
pub async fn show(app: &App, conn: &impl ConnectionTrait, actor: &Actor, thread: &Thread, found: Vec<Message>) -> Result<Vec<Shown>> {
    let answered = thread.some(conn, found.iter().filter_map(|message| message.reply_to).collect()).await?;
    let read = read_by_others(conn, app.db.engine(), actor, thread).await?;
    let there = || found.iter().filter(|message| message.deleted_ms.is_none()).map(|message| message.id);
    let quoted = answered.iter().filter(|message| message.deleted_ms.is_none()).map(|message| message.id);
    let files = orders::files::of_messages(conn, there().chain(quoted).collect()).await?;
    let mentions = mentions::of(conn, thread, there().collect()).await?;
    let now = app.clock.now_ms();
    let of = |id: MessageId| files.iter().filter(move |file| file.message_id == Some(id));
    let answers = |id: MessageId| {
        let message = answered.iter().find(|one| one.id == id)?.clone();
        Some(Answered { files: of(id).count(), message })
    };
    let shown = |message: &Message| {
        let mine = is_mine(actor, message);
        Shown {
            mine,
            read: mine && message.id.0 <= read,
            delivered: mine && message.delivered_ms.is_some(),
            answers: message.reply_to.and_then(answers),
            files: of(message.id).cloned().collect(),
            mentions: mentions.iter().filter(|mention| mention.message_id == message.id).cloned().collect(),
            may_revise: revise::may_revise(actor, message, now),
            message: message.clone(),
        }
    };
    Ok(found.iter().map(shown).collect())
}

/// Whether the actor wrote it. A customer may have written it signed in or by a link: the role tells them.
fn is_mine(actor: &Actor, message: &Message) -> bool {
    match actor.role() {
        Some(Role::Customer) => message.role == Role::Customer.code(),
        _ => message.user_id.is_some() && message.user_id == actor.user_id,
    }
}
