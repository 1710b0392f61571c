//! The chats of the whole company for the office, and counts of what has not been read for everybody.

use super::{Audience, answers_customers, inbox};
use crate::{
    access::{Actor, Who},
    app::App,
    error::Result,
    ids::{ChatId, OrderId, UserId, VisitId, WorkerId},
    orders::view::rfc3339,
    web::{
        Fields, Input,
        paging::{List, Paging},
    },
    words::words,
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

words! {
    /// Which chats.
    Show {
        /// Those in which somebody outside the office waits for an answer, the longest first.
        Waiting = "waiting",
        /// Those in which the caller is named and has not read it yet, the latest first.
        Named = "named",
        /// All, the latest first.
        All = "all",
    }
}

/// Which chats are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub show: Option<Show>,
    pub paging: Paging,
}

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self { show: fields.optional_choice("show"), paging: Paging::read(fields) }
    }
}

impl Wanted {
    pub fn show(&self) -> Show {
        self.show.unwrap_or(Show::All)
    }
}

/// A chat with its last message.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: ChatId,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
    pub number: Option<String>,
    pub customer: Option<String>,
    pub worker_id: Option<WorkerId>,
    /// The worker; in the chat with a crew its lead.
    pub worker: Option<String>,
    pub audience: Audience,
    pub waiting_ms: Option<i64>,
    pub taken_by: Option<UserId>,
    pub taken_name: Option<String>,
    pub last_id: i64,
    pub who: String,
    pub body: String,
    pub deleted_ms: Option<i64>,
    pub created_ms: i64,
    /// How many files the last message has.
    pub files: i64,
    pub unread: i64,
    /// How many messages the reader has not read name them.
    pub named: i64,
}

/// A chat in the list of chats, with its last message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationView {
    #[schema(value_type = i64)]
    pub id: ChatId,
    /// Null in a chat outside any order.
    #[schema(value_type = Option<i64>)]
    pub order_id: Option<OrderId>,
    pub order_number: Option<String>,
    /// With whose crew the chat is.
    #[schema(value_type = Option<i64>)]
    pub visit_id: Option<VisitId>,
    pub customer: Option<String>,
    /// The worker, in a chat outside any order.
    #[schema(value_type = Option<i64>)]
    pub worker_id: Option<WorkerId>,
    /// The worker's name; in the chat with a crew its lead's.
    pub worker: Option<String>,
    pub audience: Audience,
    /// Since when somebody outside the office waits for an answer.
    pub waiting_since: Option<String>,
    /// Who of the office has taken it on.
    #[schema(value_type = Option<i64>)]
    pub taken_by: Option<UserId>,
    pub unread: bool,
    /// How many messages that the caller has not read name them by «@».
    pub unread_mentions: i64,
    pub last_message_id: i64,
    pub last_who: String,
    pub last_text: String,
    /// How many files the last message has.
    pub last_files: i64,
    pub last_at: String,
}

impl From<Row> for ConversationView {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            order_id: row.order_id,
            order_number: row.number,
            visit_id: row.visit_id,
            customer: row.customer,
            worker_id: row.worker_id,
            worker: row.worker,
            audience: row.audience,
            waiting_since: row.waiting_ms.map(rfc3339),
            taken_by: row.taken_by,
            unread: row.unread == 1,
            unread_mentions: row.named,
            last_message_id: row.last_id,
            last_who: row.who,
            last_text: row.body,
            last_files: row.files,
            last_at: rfc3339(row.created_ms),
        }
    }
}

/// A page of the company's chats for a member of the staff. One statement.
pub async fn list(app: &App, actor: &Actor, wanted: &Wanted) -> Result<List<Row>> {
    let (text, values) = list_sql(app.db.engine(), actor, wanted)?;
    let rows = Row::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(match wanted.show() {
        Show::Waiting => wanted.paging.page(rows, |row| [row.waiting_ms.unwrap_or(0), row.id.0]),
        Show::Named | Show::All => wanted.paging.page(rows, |row| [row.last_id]),
    })
}

/// The statement of [`list`], apart so that its plan can be looked at.
pub(super) fn list_sql(engine: store::Engine, actor: &Actor, wanted: &Wanted) -> Result<(String, Vec<Value>)> {
    let me = actor.user_id.map_or(0, |id| id.0);
    let mut values = vec![me.into(), me.into()];
    let named = "SELECT COUNT(*) FROM chat_mentions n WHERE n.user_id = ? AND n.chat_id = c.id AND n.message_id > COALESCE(mr.last_id, 0)";
    let (condition, order) = match wanted.show() {
        Show::Waiting => match wanted.paging.after::<2>()? {
            Some([since, id]) => {
                values.extend([since.into(), since.into(), id.into()]);
                ("c.waiting_ms >= ? AND (c.waiting_ms > ? OR c.id > ?)", "c.waiting_ms, c.id")
            }
            None => ("c.waiting_ms IS NOT NULL", "c.waiting_ms, c.id"),
        },
        Show::Named => {
            values.push(me.into());
            let last_id = wanted.paging.after::<1>()?.map_or(i64::MAX, |[last_id]| last_id);
            values.push(last_id.into());
            (
                "c.id IN (SELECT n.chat_id FROM chat_mentions n LEFT JOIN chat_reads r ON r.user_id = n.user_id AND r.chat_id = n.chat_id \
                 WHERE n.user_id = ? AND n.message_id > COALESCE(r.last_id, 0)) AND c.last_id < ?",
                "c.last_id DESC",
            )
        }
        Show::All => match wanted.paging.after::<1>()? {
            Some([last_id]) => {
                values.push(last_id.into());
                ("c.last_id < ?", "c.last_id DESC")
            }
            None => ("1 = 1", "c.last_id DESC"),
        },
    };
    // MariaDB would rather sort all chats as long as they fill few pages.
    let hint = engine.pick("", if wanted.show() == Show::All { "FORCE INDEX FOR ORDER BY (ix_chats_last_id)" } else { "" });
    // Joined from the left, so that both engines begin with the chats; the last message is always there.
    let text = format!(
        "SELECT ({named}) AS named, (SELECT COUNT(*) FROM files f WHERE f.message_id = c.last_id) AS files, c.id, c.order_id, c.visit_id, o.number, cu.name AS customer, c.worker_id, wu.name AS worker, c.audience, c.waiting_ms, c.taken_by, \
         tu.name AS taken_name, c.last_id, m.who, m.body, m.deleted_ms, m.created_ms, CASE WHEN c.last_id > COALESCE(mr.last_id, 0) THEN 1 ELSE 0 END AS unread \
         FROM chats c {hint} LEFT JOIN chat_messages m ON m.id = c.last_id LEFT JOIN chat_reads mr ON mr.user_id = ? AND mr.chat_id = c.id \
         LEFT JOIN orders o ON o.id = c.order_id LEFT JOIN customers cu ON cu.id = o.customer_id \
         LEFT JOIN visits v ON v.id = c.visit_id LEFT JOIN workers w ON w.id = COALESCE(c.worker_id, v.lead_id) LEFT JOIN users wu ON wu.id = w.user_id LEFT JOIN users tu ON tu.id = c.taken_by \
         WHERE {condition} ORDER BY {order} LIMIT {}",
        wanted.paging.fetch()
    );
    Ok((text, values))
}

/// In how many chats the actor is named and has not read it yet.
pub async fn count_named(app: &App, actor: &Actor) -> Result<u32> {
    let text = "SELECT COUNT(DISTINCT n.chat_id) AS count FROM chat_mentions n LEFT JOIN chat_reads r ON r.user_id = n.user_id AND r.chat_id = n.chat_id \
                WHERE n.user_id = ? AND n.message_id > COALESCE(r.last_id, 0)";
    let me = actor.user_id.map_or(0, |id| id.0);
    let found = Count::find_by_statement(store::sql(app.db.engine(), text, [me.into()])).one(app.db.read()).await?;
    Ok(found.map_or(0, |row| u32::try_from(row.count).unwrap_or(u32::MAX)))
}

/// In how many chats each of the office is named and has not read it yet, beside those in which somebody waits for an answer: these are
/// counted for everybody.
pub async fn named(app: &App) -> Result<HashMap<UserId, u32>> {
    let text = "SELECT n.user_id, COUNT(DISTINCT n.chat_id) AS count FROM chat_mentions n JOIN chats c ON c.id = n.chat_id AND c.waiting_ms IS NULL \
                LEFT JOIN chat_reads r ON r.user_id = n.user_id AND r.chat_id = n.chat_id WHERE n.message_id > COALESCE(r.last_id, 0) GROUP BY n.user_id";
    let found = OfUser::find_by_statement(store::sql(app.db.engine(), text, [])).all(app.db.read()).await?;
    Ok(found.into_iter().map(|row| (row.user_id, u32::try_from(row.count).unwrap_or(u32::MAX))).collect())
}

#[derive(FromQueryResult)]
struct OfUser {
    user_id: UserId,
    count: i64,
}

/// Somebody outside the office who waits for an answer about an order.
pub struct Waits {
    pub order_id: OrderId,
    /// The page of that chat.
    pub url: String,
    /// Since when, ms UTC.
    pub since_ms: i64,
}

/// Who waits for an answer about an order, the longest first, in at most `most` chats. One statement.
pub async fn waiting(app: &App, actor: &Actor, most: u64) -> Result<Vec<Waits>> {
    let waits = |row: Row| {
        let url = inbox::url(row.order_id, row.visit_id, row.worker_id, row.audience);
        Some(Waits { order_id: row.order_id?, url, since_ms: row.waiting_ms? })
    };
    Ok(waiting_chats(app, actor, most).await?.into_iter().filter_map(waits).collect())
}

/// The chats in which somebody outside the office waits for an answer, the longest first. One statement.
pub async fn waiting_chats(app: &App, actor: &Actor, most: u64) -> Result<Vec<Row>> {
    Ok(list(app, actor, &Wanted { show: Some(Show::Waiting), paging: Paging::first(most) }).await?.items)
}

/// Who is in a chat that was said to need no answer, as long as that may be taken back: nothing has been written since.
pub async fn settled(app: &App, id: ChatId) -> Result<Option<String>> {
    let text = "SELECT o.number, COALESCE(cu.name, wu.name, '') AS name FROM chats c LEFT JOIN orders o ON o.id = c.order_id \
        LEFT JOIN customers cu ON cu.id = o.customer_id AND c.audience = 'customer' LEFT JOIN visits v ON v.id = c.visit_id \
        LEFT JOIN workers w ON w.id = COALESCE(c.worker_id, v.lead_id) LEFT JOIN users wu ON wu.id = w.user_id \
        WHERE c.id = ? AND c.waiting_ms IS NULL AND c.settled_id = c.last_id";
    let found = Settled::find_by_statement(store::sql(app.db.engine(), text, [id.into()])).one(app.db.read()).await?;
    Ok(found.map(|Settled { name, number }| number.map_or_else(|| name.clone(), |number| format!("{name}, № {number}"))))
}

#[derive(FromQueryResult)]
struct Settled {
    name: String,
    number: Option<String>,
}

/// In how many chats somebody waits for an answer.
pub async fn count_waiting(app: &App) -> Result<u32> {
    let text = "SELECT COUNT(*) AS count FROM chats WHERE waiting_ms IS NOT NULL";
    let found = Count::find_by_statement(store::sql(app.db.engine(), text, [])).one(app.db.read()).await?;
    Ok(found.map_or(0, |row| u32::try_from(row.count).unwrap_or(u32::MAX)))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// What a worker has not read.
#[derive(Clone, Debug, Default)]
pub struct OwnUnread(Vec<OfOne>);

#[derive(Clone, Debug, FromQueryResult)]
struct OfOne {
    audience: Audience,
    visit_id: Option<VisitId>,
    order_id: Option<OrderId>,
    count: i64,
}

impl OwnUnread {
    /// In the chat with the office outside any order.
    pub fn direct(&self) -> u32 {
        u32::try_from(self.sum(|of| of.audience == Audience::Direct)).unwrap_or(u32::MAX)
    }

    /// In the chat with the office about a visit.
    pub fn of_visit(&self, id: VisitId) -> i64 {
        self.sum(|of| of.visit_id == Some(id))
    }

    /// In the chat with the customer of an order.
    pub fn of_customer(&self, id: OrderId) -> i64 {
        self.sum(|of| of.audience == Audience::Customer && of.order_id == Some(id))
    }

    fn sum(&self, wanted: impl Fn(&OfOne) -> bool) -> i64 {
        self.0.iter().filter(|of| wanted(of)).map(|of| of.count).sum()
    }
}

/// How much a worker has not read in the chats of these visits, which they see, and outside any order. One statement; nothing for anybody
/// else.
pub async fn own_unread(app: &App, actor: &Actor, visits: &[(VisitId, OrderId)]) -> Result<OwnUnread> {
    let (Some(user), Some(worker)) = (actor.user_id, actor.worker_id()) else { return Ok(OwnUnread::default()) };
    let places = |count: usize| if count == 0 { "0".to_owned() } else { vec!["?"; count].join(", ") };
    let count = places(visits.len());
    let customer = if answers_customers(app, actor) { " OR c.audience = 'customer'" } else { "" };
    let text = format!(
        "SELECT c.audience, c.visit_id, c.order_id, COUNT(*) AS count FROM chats c LEFT JOIN chat_reads r ON r.user_id = ? AND r.chat_id = c.id \
         JOIN chat_messages m ON m.chat_id = c.id AND m.id > COALESCE(r.last_id, 0) LEFT JOIN visit_workers vw ON vw.visit_id = c.visit_id AND vw.worker_id = ? \
         WHERE (c.order_id IN ({count}) OR c.worker_id = ?) AND (c.audience = 'direct' OR c.visit_id IN ({count}){customer}) \
         AND m.deleted_ms IS NULL AND m.created_ms >= COALESCE(vw.joined_ms, 0) AND (m.user_id IS NULL OR m.user_id <> ?) \
         GROUP BY c.audience, c.visit_id, c.order_id"
    );
    let ids = |of: fn(&(VisitId, OrderId)) -> i64| visits.iter().map(of).map(Value::from).collect::<Vec<_>>();
    let (orders, visits) = (ids(|(_, order)| order.0), ids(|(visit, _)| visit.0));
    let values = [vec![user.into(), worker.into()], orders, vec![worker.into()], visits, vec![user.into()]].concat();
    Ok(OwnUnread(OfOne::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?))
}

/// How many messages a customer has not read, by order. One statement; nothing for anybody else.
pub async fn unread_by_order(app: &App, actor: &Actor) -> Result<HashMap<OrderId, i64>> {
    let (Some(user), Some(customer)) = (actor.user_id, actor.customer_id()) else { return Ok(HashMap::new()) };
    let text = "SELECT c.order_id, COUNT(*) AS count FROM chats c JOIN orders o ON o.id = c.order_id \
        LEFT JOIN chat_reads r ON r.user_id = ? AND r.chat_id = c.id JOIN chat_messages m ON m.chat_id = c.id AND m.id > COALESCE(r.last_id, 0) \
        WHERE o.customer_id = ? AND c.audience = 'customer' AND m.role <> 'customer' AND m.deleted_ms IS NULL GROUP BY c.order_id";
    let found = OfOrder::find_by_statement(store::sql(app.db.engine(), text, [user.into(), customer.into()]));
    Ok(found.all(app.db.read()).await?.into_iter().map(|of| (of.order_id, of.count)).collect())
}

#[derive(FromQueryResult)]
struct OfOrder {
    order_id: OrderId,
    count: i64,
}

/// How many messages of an order's chats, or of all a customer's orders, the actor has not read. The caller sees the chats.
pub async fn unread(
    conn: &impl ConnectionTrait,
    engine: store::Engine,
    actor: &Actor,
    order: Option<OrderId>,
    audience: Audience,
) -> Result<i64> {
    let (user, customer) = (actor.user_id.map_or(0, |id| id.0), actor.customer_id());
    let (place, id) = match (order, customer) {
        (Some(order), _) => ("c.order_id = ?", order.0),
        (None, Some(customer)) => ("c.order_id IN (SELECT o.id FROM orders o WHERE o.customer_id = ?)", customer.0),
        (None, None) => return Ok(0),
    };
    // A customer's own may have come by a link.
    let is_link = matches!(actor.who, Who::Link(_));
    let foreign = if customer.is_some() || is_link { " AND m.role <> 'customer'" } else { "" };
    let read = if is_link { "c.link_read_id" } else { "COALESCE(r.last_id, 0)" };
    let text = format!(
        "SELECT COUNT(*) AS count FROM chats c LEFT JOIN chat_reads r ON r.user_id = ? AND r.chat_id = c.id \
         JOIN chat_messages m ON m.chat_id = c.id AND m.id > {read} \
         WHERE {place} AND c.audience = ?{foreign} AND m.deleted_ms IS NULL AND (m.user_id IS NULL OR m.user_id <> ?)"
    );
    let values = [user.into(), id.into(), crate::web::Choice::code(audience).into(), user.into()];
    let found = Count::find_by_statement(store::sql(engine, &text, values)).one(conn).await?;
    Ok(found.map_or(0, |row| row.count))
}
