//! What has not been read: the chats of the whole company for the office, counts for everybody.

use super::Audience;
use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::OrderId,
    orders::view::rfc3339,
    web::{
        Fields, Input,
        paging::{List, Paging},
    },
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;

/// Which page of the chats.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub paging: Paging,
}

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self { paging: Paging::read(fields) }
    }
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub order_id: OrderId,
    pub number: String,
    pub customer: String,
    pub audience: Audience,
    pub last_id: i64,
    pub who: String,
    pub body: String,
    pub created_ms: i64,
    pub unread: i64,
}

/// A chat in the list of chats, with its last message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationView {
    #[schema(value_type = i64)]
    pub order_id: OrderId,
    pub order_number: String,
    pub customer: String,
    pub audience: Audience,
    pub unread: bool,
    pub last_message_id: i64,
    pub last_who: String,
    pub last_text: String,
    pub last_at: String,
}

impl From<Row> for ConversationView {
    fn from(row: Row) -> Self {
        Self {
            order_id: row.order_id,
            order_number: row.number,
            customer: row.customer,
            audience: row.audience,
            unread: row.unread == 1,
            last_message_id: row.last_id,
            last_who: row.who,
            last_text: row.body,
            last_at: rfc3339(row.created_ms),
        }
    }
}

/// A page of all chats for a member of the staff: those with something unread first, then the latest.
pub async fn list(app: &App, actor: &Actor, paging: &Paging) -> Result<List<Row>> {
    const UNREAD: &str = "CASE WHEN t.last_id > COALESCE(mr.last_id, 0) THEN 1 ELSE 0 END";
    let mut values = vec![actor.user_id.map_or(0, |id| id.0).into()];
    let mut after = "";
    if let Some([unread, last_id]) = paging.after::<2>()? {
        after = "WHERE (page.unread < ? OR (page.unread = ? AND page.last_id < ?))";
        values.extend([unread.into(), unread.into(), last_id.into()]);
    }
    let text = format!(
        "SELECT * FROM (SELECT t.order_id, o.number, c.name AS customer, t.audience, t.last_id, m.who, m.body, m.created_ms, {UNREAD} AS unread \
         FROM (SELECT order_id, audience, MAX(id) AS last_id FROM messages GROUP BY order_id, audience) t \
         JOIN messages m ON m.id = t.last_id JOIN orders o ON o.id = t.order_id JOIN customers c ON c.id = o.customer_id \
         LEFT JOIN message_reads mr ON mr.user_id = ? AND mr.order_id = t.order_id AND mr.audience = t.audience) page \
         {after} ORDER BY page.unread DESC, page.last_id DESC LIMIT {}",
        paging.fetch()
    );
    let rows = Row::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(paging.page(rows, |row| [row.unread, row.last_id]))
}

/// The orders in whose chats with the customer or the workers the member of the staff has something to read, the latest
/// first, at most `most` chats. One statement.
pub async fn waiting(app: &App, actor: &Actor, most: u64) -> Result<Vec<(OrderId, Audience)>> {
    let found = list(app, actor, &Paging::first(most)).await?;
    let is_outside = |row: &Row| row.unread == 1 && row.audience != Audience::Internal;
    Ok(found.items.into_iter().filter(is_outside).map(|row| (row.order_id, row.audience)).collect())
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many messages of an order's chats the actor has not read; 0 for whoever holds a link. The caller sees the chats.
pub async fn unread(
    conn: &impl ConnectionTrait,
    engine: store::Engine,
    actor: &Actor,
    order: Option<OrderId>,
    audience: Audience,
) -> Result<i64> {
    let (Some(user), customer) = (actor.user_id, actor.customer_id()) else { return Ok(0) };
    let (place, id) = match (order, customer) {
        (Some(order), _) => ("m.order_id = ?", order.0),
        (None, Some(customer)) => ("m.order_id IN (SELECT o.id FROM orders o WHERE o.customer_id = ?)", customer.0),
        (None, None) => return Ok(0),
    };
    // A customer's own may have come by a link.
    let foreign = if customer.is_some() { " AND m.role <> 'customer'" } else { "" };
    let text = format!(
        "SELECT COUNT(*) AS count FROM messages m WHERE {place} AND m.audience = ?{foreign} AND (m.user_id IS NULL OR m.user_id <> ?) \
         AND m.id > COALESCE((SELECT mr.last_id FROM message_reads mr WHERE mr.user_id = ? AND mr.order_id = m.order_id AND mr.audience = m.audience), 0)"
    );
    let values = [id.into(), crate::web::Choice::code(audience).into(), user.into(), user.into()];
    let found = Count::find_by_statement(store::sql(engine, &text, values)).one(conn).await?;
    Ok(found.map_or(0, |row| row.count))
}
