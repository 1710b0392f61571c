//! Search by words in the conversations that one is in.

use super::{Audience, Message, answers_customers};
use crate::{
    access::{Actor, Who},
    app::App,
    error::Result,
    ids::{MessageId, OrderId, VisitId, WorkerId},
    orders::{
        VisitStatus,
        query::{quoted, visibility},
    },
    search::{Sought, WordIndex, shortened},
    text::fold::{stem, words, words_within},
    web::paging::{List, Paging},
};
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, Value, entity::prelude::*};
use store::Tx;

const INDEX: WordIndex = WordIndex { table: "message_words", key: "message_id", of: "chat_messages" };
/// All of the longest message, were each of its words a letter.
const MOST_WORDS: usize = 2000;
/// Messages in one transaction, when all are written anew.
const AT_ONCE: u64 = 500;

/// Writes a message's words anew; one that was taken back has none.
pub(super) async fn index(tx: &Tx, message: &Message) -> Result<()> {
    let words = words_within(&message.body, MOST_WORDS);
    INDEX.write(tx, message.id.0, words.iter().map(|word| shortened(word)).collect()).await
}

/// Writes the words of messages from before there was a search. From the newest to the oldest, so that a fill that was cut off is
/// taken up where it ended.
pub async fn fill(app: &App) -> Result<()> {
    use super::row::message::{Column, Entity};
    let filled = app.db.read().query_one_raw(store::sql(app.db.engine(), "SELECT MIN(message_id) FROM message_words", [])).await?;
    let mut from = filled.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(i64::MAX);
    loop {
        let some = Entity::find().filter(Column::Id.lt(from)).order_by_desc(Column::Id).limit(AT_ONCE).all(app.db.read()).await?;
        let Some(oldest) = some.last() else { return Ok(()) };
        from = oldest.id.0;
        change!(app, &Actor::system("search") => |change| {
            for message in &some {
                index(&change.tx, message).await?;
            }
            Ok(())
        })?;
    }
}

/// A message that was found, with where it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    pub id: MessageId,
    pub audience: Audience,
    pub order_id: Option<OrderId>,
    pub number: Option<String>,
    pub customer: Option<String>,
    pub worker_id: Option<WorkerId>,
    pub worker: Option<String>,
    pub visit_id: Option<VisitId>,
    pub who: String,
    pub role: String,
    pub body: String,
    pub created_ms: i64,
}

/// The newest messages with all these words that exist for `actor`. One statement, and one more for each part that is looked through.
pub async fn search(app: &App, actor: &Actor, typed: &str, paging: &Paging) -> Result<List<Found>> {
    let beginnings: Vec<String> = words(typed).into_iter().map(|word| stem(&word)).collect();
    let sought = Sought::words(beginnings, INDEX.blocks(app).await?);
    let before = paging.after::<1>()?.map(|[id]| id);
    let (visible, of_visible) = visible(app, actor);
    let mut rows = vec![];
    for part in sought.parts(before) {
        let (Some((wanted, of_wanted)), left @ 1..) = (part.condition(&INDEX, "m.id"), paging.left(rows.len())) else { break };
        let after = if before.is_some() { " AND m.id < ?" } else { "" };
        let text = format!(
            "SELECT m.id, c.audience, c.order_id, o.number, cu.name AS customer, c.worker_id, wu.name AS worker, m.visit_id, m.who, m.role, m.body, m.created_ms \
             FROM chat_messages m JOIN chats c ON c.id = m.chat_id LEFT JOIN orders o ON o.id = c.order_id \
             LEFT JOIN customers cu ON cu.id = o.customer_id LEFT JOIN workers w ON w.id = c.worker_id LEFT JOIN users wu ON wu.id = w.user_id \
             WHERE {visible} AND {wanted}{after} ORDER BY m.id DESC LIMIT {left}"
        );
        let values = of_visible.iter().cloned().chain(of_wanted).chain(before.map(Value::from));
        rows.extend(Found::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?);
    }
    Ok(paging.page(rows, |row| [row.id.0]))
}

/// Which messages exist for the actor, as a condition on `chat_messages m` in `chats c`.
fn visible(app: &App, actor: &Actor) -> (String, Vec<Value>) {
    match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => ("1 = 1".into(), vec![]),
        Who::Specialist(worker) | Who::Contractor(worker) => {
            let seen = quoted(VisitStatus::worker_sees);
            let of_crews = "SELECT 1 FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id WHERE vw.worker_id = ? AND vw.visit_id = c.visit_id \
                AND vw.joined_ms <= m.created_ms";
            let mut text = format!("c.worker_id = ? OR EXISTS ({of_crews} AND v.status IN ({seen}))");
            let mut values = vec![worker.0.into(), worker.0.into()];
            if answers_customers(app, actor) {
                let own = "SELECT v.order_id FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id WHERE vw.worker_id = ?";
                text = format!("{text} OR c.audience = 'customer' AND c.order_id IN ({own} AND v.status IN ({seen}))");
                values.push(worker.0.into());
            }
            (format!("({text})"), values)
        }
        Who::Customer(_) | Who::Link(_) => {
            let own = visibility(actor);
            (format!("c.audience = 'customer' AND c.order_id IN (SELECT orders.id FROM orders WHERE {})", own.0), own.1)
        }
    }
}
