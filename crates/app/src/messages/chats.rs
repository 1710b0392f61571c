//! The chats themselves: which there are, who waits for an answer since when, and who of the office has taken it on.

use super::{
    Message, row,
    row::chat::{ActiveModel, Column, Entity, Model as Chat},
    thread::{About, Thread},
};
use crate::{
    error::{Error, Result},
    ids::{ChatId, UserId},
    live::Audience as Listeners,
    web::{Change, Choice},
};
use sea_orm::{ActiveValue::Set, FromQueryResult, QuerySelect, entity::prelude::*};

/// The topic on which the list of chats listens.
pub(super) const LIST: &str = "conversations";

/// The chat at this place, if anybody has written there.
pub(super) async fn at(conn: &impl ConnectionTrait, place: &str) -> Result<Option<ChatId>> {
    Ok(Entity::find().filter(Column::Place.eq(place)).one(conn).await?.map(|chat| chat.id))
}

/// Somebody waits for an answer in a chat.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Waits {
    pub id: ChatId,
    /// Since when, ms UTC.
    pub since_ms: i64,
    /// Who of the office has taken it on.
    pub taken_name: Option<String>,
}

/// Who waits in a chat, if anybody does.
pub(super) async fn waits(conn: &impl ConnectionTrait, engine: store::Engine, chat: ChatId) -> Result<Option<Waits>> {
    let text = "SELECT c.id, c.waiting_ms AS since_ms, u.name AS taken_name FROM chats c LEFT JOIN users u ON u.id = c.taken_by \
        WHERE c.id = ? AND c.waiting_ms IS NOT NULL";
    Ok(Waits::find_by_statement(store::sql(engine, text, [chat.into()])).one(conn).await?)
}

/// The chat's row, held until the transaction ends; made with the first message.
pub(super) async fn hold(change: &Change, thread: &Thread) -> Result<Chat> {
    let conn = change.tx.conn();
    let place = thread.place();
    if thread.chat.is_none() {
        let (order, worker) = match &thread.about {
            About::Order(order) => (Some(order.id), None),
            About::Worker { id, .. } => (None, Some(*id)),
        };
        let visit = thread.visit.as_ref().map(|visit| visit.id);
        // Two may write the first message at once.
        let engine = change.tx.engine();
        let text = engine.pick(
            "INSERT INTO chats (place, order_id, visit_id, worker_id, audience, last_id) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
            "INSERT INTO chats (place, order_id, visit_id, worker_id, audience, last_id) VALUES (?, ?, ?, ?, ?, 0) ON DUPLICATE KEY UPDATE last_id = last_id",
        );
        let [order, visit, worker] = [order.map(|id| id.0), visit.map(|id| id.0), worker.map(|id| id.0)];
        let values = [place.as_str().into(), order.into(), visit.into(), worker.into(), thread.audience.code().into()];
        conn.execute_raw(store::sql(engine, text, values)).await?;
    }
    Entity::find().filter(Column::Place.eq(place)).lock_exclusive().one(conn).await?.ok_or(Error::NotFound)
}

/// A chat that the office sees, held until the transaction ends.
pub(super) async fn hold_by_id(change: &Change, id: ChatId) -> Result<Chat> {
    if !change.actor.is_staff() {
        return Err(Error::NotFound);
    }
    Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)
}

/// Notes a new message: whoever writes from outside waits from now on, unless they wait already; the office's answer ends that.
pub(super) async fn note(change: &Change, chat: Chat, message: &Message) -> Result<()> {
    let waits = change.actor.role().is_some_and(|role| chat.audience.is_outside(role));
    let waiting_ms = if waits { chat.waiting_ms.or(Some(message.created_ms)) } else { None };
    let taken_by = chat.taken_by.filter(|_| waits);
    let row = ActiveModel { last_id: Set(message.id.0), waiting_ms: Set(waiting_ms), taken_by: Set(taken_by), ..of(&chat) };
    row.update(change.tx.conn()).await?;
    Ok(())
}

/// Finds out anew who waits since when, after a message was taken back: whoever was answered by it waits again.
pub(super) async fn look_again(change: &Change, chat: Chat) -> Result<Chat> {
    use row::message::{Column as Of, Entity as Messages};
    let outside = chat.audience.outsiders();
    if outside.is_empty() {
        return Ok(chat);
    }
    let conn = change.tx.conn();
    let there = || Messages::find().filter(Of::ChatId.eq(chat.id)).filter(Of::DeletedMs.is_null());
    let answered = there().filter(Of::Role.is_not_in(outside.clone())).select_only().column_as(Of::Id.max(), "id");
    let answered: Option<i64> = answered.into_tuple::<Option<i64>>().one(conn).await?.flatten();
    let settled = answered.unwrap_or(0).max(chat.settled_id);
    let asked = there().filter(Of::Role.is_in(outside)).filter(Of::Id.gt(settled));
    let since: Option<i64> =
        asked.select_only().column_as(Of::CreatedMs.min(), "since").into_tuple::<Option<i64>>().one(conn).await?.flatten();
    let row = ActiveModel { waiting_ms: Set(since), taken_by: Set(chat.taken_by.filter(|_| since.is_some())), ..of(&chat) };
    Ok(row.update(conn).await?)
}

/// What somebody of the office does about a chat that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Take,
    Release,
    /// It needs no answer.
    Dismiss,
    /// It needs one after all.
    Recall,
}

/// Takes a waiting chat on, gives it back, or says that it needs no answer.
///
/// # Errors
/// [`Error::NotFound`] outside the office; a conflict when nobody waits there, or when a colleague has taken it.
pub async fn settle(change: &Change, id: ChatId, deed: Deed) -> Result<Chat> {
    let chat = hold_by_id(change, id).await?;
    let me = change.actor.user_id;
    let mut row = of(&chat);
    match deed {
        Deed::Recall => return recall(change, chat).await,
        _ if chat.waiting_ms.is_none() => return Err(Error::conflict("nobody_waits")),
        Deed::Take if chat.taken_by.is_some() && chat.taken_by != me => return Err(Error::conflict("chat_taken")),
        Deed::Take => row.taken_by = Set(me),
        Deed::Release => row.taken_by = Set(None),
        Deed::Dismiss => {
            row.settled_id = Set(chat.last_id);
            row.settled_before = Set(chat.settled_id);
            row.waiting_ms = Set(None);
            row.taken_by = Set(None);
        }
    }
    let chat = row.update(change.tx.conn()).await?;
    signal(change);
    Ok(chat)
}

/// Gives back all chats that somebody has taken on who leaves the office.
pub async fn give_back(change: &Change, user: UserId) -> Result<()> {
    let theirs = Entity::update_many().col_expr(Column::TakenBy, Expr::value(Option::<i64>::None)).filter(Column::TakenBy.eq(user));
    if theirs.exec(change.tx.conn()).await?.rows_affected > 0 {
        signal(change);
    }
    Ok(())
}

/// Whoever was said to need no answer waits for one again, as long as they did, unless somebody has answered since.
async fn recall(change: &Change, chat: Chat) -> Result<Chat> {
    if chat.waiting_ms.is_some() {
        return Ok(chat);
    }
    let chat = ActiveModel { settled_id: Set(chat.settled_before), ..of(&chat) }.update(change.tx.conn()).await?;
    let chat = look_again(change, chat).await?;
    signal(change);
    Ok(chat)
}

/// Tells the open lists of chats.
fn signal(change: &Change) {
    change.signal(vec![LIST.to_owned()], Listeners { staff: true, ..Listeners::default() });
}

fn of(chat: &Chat) -> ActiveModel {
    ActiveModel { id: sea_orm::ActiveValue::Unchanged(chat.id), ..Default::default() }
}
