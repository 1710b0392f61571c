//! Messages («Сообщения»): the chats of an order, one for each of three audiences, which must never mix.

mod api;
mod conversations;
mod office;
pub mod page;
mod row;
#[cfg(test)]
mod tests;
mod thread;
mod worker;

use crate::{
    access::{Actor, Role},
    error::Result,
    ids::{MessageId, OrderId},
    live::Audience as Listeners,
    web::{Change, Fields, Input, Routes},
    words::words,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};

pub use conversations::{unread, waiting};
pub use row::message::Model as Message;
pub use thread::Thread;

words! {
    /// Who reads a message besides its author.
    Audience {
        /// Dispatchers and administrators.
        Internal = "internal",
        /// Staff and the crew of the visit.
        Worker = "worker",
        /// Staff and the customer.
        Customer = "customer",
    }
}

/// Both doors of the office's and the workers' chats; the customer's pages are the portal's.
pub fn routes() -> Routes {
    api::routes().merge(office::routes()).merge(worker::routes())
}

/// A message as typed.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub body: String,
}

impl Input for NewMessage {
    fn read(fields: &mut Fields) -> Self {
        Self { body: fields.text("text", 4000) }
    }
}

/// Adds a message to a chat that the actor is in; the author has read everything up to it.
pub async fn send(change: &Change, thread: &Thread, new: &NewMessage) -> Result<Message> {
    let visit_id = thread.visit_to_write()?;
    let row = row::message::ActiveModel {
        order_id: Set(thread.order.id),
        visit_id: Set(visit_id),
        audience: Set(thread.audience),
        user_id: Set(change.actor.user_id),
        who: Set(change.actor.name.clone()),
        role: Set(change.actor.role_code().to_owned()),
        body: Set(new.body.clone()),
        created_ms: Set(change.now),
        ..Default::default()
    };
    let message = row.insert(change.tx.conn()).await?;
    mark_read(change, thread, message.id).await?;
    let listeners = listeners(change, thread, &message).await?;
    change.signal(vec![thread.topic(), "conversations".to_owned()], listeners);
    Ok(message)
}

#[derive(FromQueryResult)]
struct Listener {
    user_id: i64,
}

/// Who hears of a message: its audience and nobody else.
async fn listeners(change: &Change, thread: &Thread, message: &Message) -> Result<Listeners> {
    let (text, id) = match (thread.audience, message.visit_id) {
        (Audience::Internal, _) | (Audience::Worker, None) => return Ok(Listeners { staff: true, ..Listeners::default() }),
        (Audience::Worker, Some(visit)) => {
            ("SELECT w.user_id FROM visit_workers vw JOIN workers w ON w.id = vw.worker_id WHERE vw.visit_id = ?", visit.0)
        }
        (Audience::Customer, _) => {
            ("SELECT c.user_id FROM customers c WHERE c.id = ? AND c.user_id IS NOT NULL", thread.order.customer_id.0)
        }
    };
    let statement = store::sql(change.tx.engine(), text, [id.into()]);
    let found = Listener::find_by_statement(statement).all(change.tx.conn()).await?;
    let order = (thread.audience == Audience::Customer).then_some(thread.order.id.0);
    Ok(Listeners { staff: true, users: found.into_iter().map(|listener| listener.user_id).collect(), order })
}

/// The newest messages of a chat, newest first, after those behind `before`.
pub async fn list(conn: &impl ConnectionTrait, thread: &Thread, before: Option<i64>, limit: u64) -> Result<Vec<Message>> {
    use row::message::{Column, Entity};
    let mut lines = Entity::find().filter(Column::OrderId.eq(thread.order.id)).filter(Column::Audience.eq(thread.audience));
    if let Some(visits) = &thread.only_visits {
        lines = lines.filter(Column::VisitId.is_in(visits.iter().copied()));
    }
    if let Some(before) = before {
        lines = lines.filter(Column::Id.lt(before));
    }
    Ok(lines.order_by_desc(Column::Id).limit(limit).all(conn).await?)
}

/// Remembers that the actor has read a chat up to this message. A link's holder has nothing to remember it by.
pub async fn mark_read(change: &Change, thread: &Thread, last: MessageId) -> Result<()> {
    let Some(user_id) = change.actor.user_id else { return Ok(()) };
    let engine = change.tx.engine();
    let text = engine.pick(
        "INSERT INTO message_reads (user_id, order_id, audience, last_id) VALUES (?, ?, ?, ?) \
         ON CONFLICT (user_id, order_id, audience) DO UPDATE SET last_id = MAX(last_id, excluded.last_id)",
        "INSERT INTO message_reads (user_id, order_id, audience, last_id) VALUES (?, ?, ?, ?) \
         ON DUPLICATE KEY UPDATE last_id = GREATEST(last_id, VALUES(last_id))",
    );
    let values = [user_id.into(), thread.order.id.into(), crate::web::Choice::code(thread.audience).into(), last.into()];
    change.tx.conn().execute_raw(store::sql(engine, text, values)).await?;
    Ok(())
}

/// Whether the actor wrote it. A customer may have written it signed in or by a link: the role tells them.
fn is_mine(actor: &Actor, message: &Message) -> bool {
    match actor.role() {
        Some(Role::Customer) => message.role == Role::Customer.code(),
        _ => message.user_id.is_some() && message.user_id == actor.user_id,
    }
}

/// The topic on which open pages hear of new messages of a chat.
pub fn topic(order: OrderId, audience: Audience) -> String {
    format!("chat-{order}-{audience}")
}
