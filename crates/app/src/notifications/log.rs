//! The delivery log: every message with how it fared, whom it concerns, and trying those again that did not arrive.

use super::{Channel, State, Wording, decide::facts_of, row::delivery};
use crate::{
    accounts::audit,
    app::App,
    customers,
    error::{Error, Result},
    ids::{CustomerId, OrderId, UserId},
    text::fold::{digits, words},
    web::{
        Change, Choice, Fields, Input,
        paging::{List, Paging},
    },
};
use sea_orm::{FromQueryResult, QuerySelect, UpdateMany, entity::prelude::*};

/// For how long a message that did not arrive is called to the administrator's attention: three days, in ms.
const UNDELIVERED_MS: i64 = 3 * 24 * 3_600_000;
/// So many messages are tried again at once; who has more presses once more.
pub const MOST_AT_ONCE: u64 = 500;
/// A name that more people have than this is no name to search by.
const MOST_PEOPLE: u64 = 1000;
/// The order's number without its year is sought in so many years.
const YEARS: i64 = 10;
/// The digits of an order's number behind the year.
const NUMBER_DIGITS: usize = 6;

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub channel: Option<Channel>,
    pub order_id: Option<OrderId>,
    /// Those alone that the administrator is called to.
    pub undelivered: bool,
    /// The name of whom they are for, or the number of the order they tell of.
    pub q: String,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            state: fields.optional_choice("state"),
            channel: fields.optional_choice("channel"),
            order_id: fields.optional_id("order_id"),
            undelivered: fields.flag("undelivered"),
            q: fields.optional_text("q", 200),
            from_ms: fields.optional_bound("from", false),
            to_ms: fields.optional_bound("to", true),
            paging: Paging::read(fields),
        }
    }
}

/// A line of the log. People are named by reference: the log keeps no address and no phone.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub order_id: Option<OrderId>,
    pub order_number: Option<String>,
    pub user_id: Option<UserId>,
    pub customer_id: Option<CustomerId>,
    pub who: Option<String>,
    pub channel: Channel,
    pub wording: Wording,
    pub facts: String,
    pub state: State,
    pub attempts: i64,
    pub answer: String,
    pub cost_minor: Option<i64>,
    pub parts: i64,
    pub created_ms: i64,
    pub due_ms: Option<i64>,
    pub sent_ms: Option<i64>,
    pub delivered_ms: Option<i64>,
    pub read_ms: Option<i64>,
}

impl Entry {
    /// Whether it put other words into a message that had come.
    pub fn is_revision(&self) -> bool {
        facts_of(&self.facts).revises.is_some()
    }
}

/// That nobody else will take care of a message that did not arrive, or of which nobody knows whether it did; as a condition on its row.
const UNDELIVERED: &str = "(state = 'dead' OR (state = 'unknown' AND escalate_ms IS NULL))";

/// A condition with its values.
pub(super) type Condition = (String, Vec<Value>);

/// A page of the log, newest first; one statement, and one more to find whose name was typed.
pub async fn list(app: &App, filter: &Filter) -> Result<List<Entry>> {
    let about = about(app, &filter.q).await?;
    let (text, values) = list_sql(filter, about)?;
    let lines = Entry::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(filter.paging.page(lines, |line| [line.created_ms, line.id]))
}

/// The statement of [`list`], apart so that its plan can be looked at.
pub(super) fn list_sql(filter: &Filter, about: Condition) -> Result<Condition> {
    let (mut condition, mut values) = wanted(filter, about);
    if let Some([at, id]) = filter.paging.after::<2>()? {
        condition.push_str(" AND n.created_ms <= ? AND (n.created_ms < ? OR n.id < ?)");
        values.extend([at.into(), at.into(), id.into()]);
    }
    let text = format!(
        "SELECT n.id, n.order_id, o.number AS order_number, n.user_id, n.customer_id, COALESCE(u.name, c.name) AS who, n.channel, n.wording, n.facts, n.state, \
         n.attempts, n.answer, n.cost_minor, n.parts, n.created_ms, n.due_ms, n.sent_ms, n.delivered_ms, n.read_ms FROM deliveries n \
         LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN users u ON u.id = n.user_id LEFT JOIN customers c ON c.id = n.customer_id \
         WHERE {condition} ORDER BY n.created_ms DESC, n.id DESC LIMIT {}",
        filter.paging.fetch()
    );
    Ok((text, values))
}

/// What the filter asks of a message, wherever the page begins.
fn wanted(filter: &Filter, (about, of_about): Condition) -> Condition {
    let mut parts = vec![about];
    let mut values = of_about;
    let mut ask = |part: &str, value: Value| {
        parts.push(part.to_owned());
        values.push(value);
    };
    if let Some(state) = filter.state {
        ask("n.state = ?", state.code().into());
    }
    if let Some(channel) = filter.channel {
        ask("n.channel = ?", channel.code().into());
    }
    if let Some(order) = filter.order_id {
        ask("n.order_id = ?", order.into());
    }
    if let Some(from) = filter.from_ms {
        ask("n.created_ms >= ?", from.into());
    }
    if let Some(to) = filter.to_ms {
        ask("n.created_ms < ?", to.into());
    }
    if filter.undelivered {
        parts.push(UNDELIVERED.to_owned());
    }
    (parts.join(" AND "), values)
}

/// Whose messages, or those of which order, what was typed asks for; nothing typed asks for all. One statement where it is a name.
pub(super) async fn about(app: &App, typed: &str) -> Result<Condition> {
    if typed.is_empty() {
        return Ok(("1 = 1".into(), vec![]));
    }
    let now = jiff::Timestamp::from_millisecond(app.clock.now_ms()).map_err(anyhow::Error::from)?;
    let numbers = order_numbers(typed, app.company().zone().to_datetime(now).year().into());
    if !numbers.is_empty() {
        let places = vec!["?"; numbers.len()].join(", ");
        let values = numbers.into_iter().map(Value::from).collect();
        return Ok((format!("n.order_id IN (SELECT id FROM orders WHERE number IN ({places}))"), values));
    }
    let (text, values) = people_sql(typed);
    let rows = app.db.read().query_all_raw(store::sql(app.db.engine(), &text, values)).await?;
    let mut people = vec![];
    for row in rows {
        people.push(format!("'{}{}'", row.try_get_by_index::<String>(0)?, row.try_get_by_index::<i64>(1)?));
    }
    Ok((if people.is_empty() { "1 = 0".into() } else { format!("n.person IN ({})", people.join(", ")) }, vec![]))
}

/// The numbers that an order may have of which somebody typed `26-123` or the 123 alone; none for anything else.
fn order_numbers(typed: &str, year: i64) -> Vec<String> {
    let typed = typed.trim().trim_start_matches('№').trim();
    let is_tail = |text: &str| !text.is_empty() && text.len() <= NUMBER_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    match typed.split_once('-') {
        Some((of, tail)) if of.len() == 2 && is_tail(of) && is_tail(tail) => vec![format!("{of}-{tail:0>NUMBER_DIGITS$}")],
        None if is_tail(typed) => (year - YEARS..=year).map(|year| format!("{:02}-{typed:0>NUMBER_DIGITS$}", year % 100)).collect(),
        _ => vec![],
    }
}

/// The people who are called so, as messages name them; customers by their phone, too.
pub(super) fn people_sql(typed: &str) -> Condition {
    let names = words(typed);
    let staff = vec!["INSTR(u.name_folded, ?) > 0"; names.len()].join(" AND ");
    let staff = if digits(typed).is_empty() && !names.is_empty() { staff } else { "1 = 0".into() };
    let mut values: Vec<Value> = if staff == "1 = 0" { vec![] } else { names.into_iter().map(Value::from).collect() };
    let (customers, of_customers) = customers::search::condition(typed);
    values.extend(of_customers.iter().chain(&of_customers).cloned());
    // Whoever got a login later has been written to without one.
    let text = format!(
        "SELECT 'u', u.id FROM users u WHERE u.role IN ('administrator', 'dispatcher', 'specialist', 'contractor') AND {staff} \
         UNION ALL SELECT 'c', customers.id FROM customers WHERE {customers} \
         UNION ALL SELECT 'u', customers.user_id FROM customers WHERE customers.user_id IS NOT NULL AND {customers} LIMIT {MOST_PEOPLE}"
    );
    (text, values)
}

/// How many messages of the last days did not arrive, as far as is known, and were not tried again since.
pub async fn undelivered(app: &App) -> Result<u32> {
    use delivery::{Column, Entity};
    let since = app.clock.now_ms() - UNDELIVERED_MS;
    let count = Entity::find().filter(Expr::cust(UNDELIVERED)).filter(Column::CreatedMs.gt(since)).count(app.db.read()).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The update that puts messages into the queue anew.
fn again(now: i64) -> UpdateMany<delivery::Entity> {
    use delivery::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Queued))
        .col_expr(Column::DueMs, Expr::value(now))
        .col_expr(Column::Attempts, Expr::value(0))
        // What is said of the earlier try says nothing of this one.
        .col_expr(Column::ProviderId, Expr::value(""))
        .col_expr(Column::AddressMark, Expr::value(Option::<String>::None))
        .col_expr(Column::ReturnedMs, Expr::value(Option::<i64>::None))
        // Its day of patience begins anew.
        .col_expr(Column::CreatedMs, Expr::value(now))
}

/// Tries a message once more that was given up, or of which nobody knows whether it arrived.
///
/// # Errors
/// A conflict for any other.
pub async fn retry(change: &Change, id: i64) -> Result<()> {
    use delivery::{Column, Entity};
    let row = Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)?;
    if !matches!(row.state, State::Dead | State::Unknown) {
        return Err(Error::conflict("not_now"));
    }
    again(change.now).filter(Column::Id.eq(id)).exec(change.tx.conn()).await?;
    note_retried(change, 1).await
}

async fn note_retried(change: &Change, tried: u64) -> Result<()> {
    audit::record(change, "notices.retried", "company", None, &tried.to_string()).await
}

/// Those of the filter's messages that [`retry_all`] would try again now, the newest first. Of one that may have arrived somebody
/// decides by itself.
async fn given_up(app: &App, conn: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<i64>> {
    let dead = Filter { state: Some(State::Dead), undelivered: false, ..filter.clone() };
    let (condition, values) = wanted(&dead, about(app, &filter.q).await?);
    let text = format!("SELECT n.id FROM deliveries n WHERE {condition} ORDER BY n.created_ms DESC, n.id DESC LIMIT {}", MOST_AT_ONCE + 1);
    let rows = conn.query_all_raw(store::sql(app.db.engine(), &text, values)).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// How many messages [`retry_all`] would try again, and whether there are more than it does at once.
pub async fn count_given_up(app: &App, filter: &Filter) -> Result<(u64, bool)> {
    let found = given_up(app, app.db.read(), filter).await?.len() as u64;
    Ok((found.min(MOST_AT_ONCE), found > MOST_AT_ONCE))
}

/// Tries all messages of the filter again that were given up, [`MOST_AT_ONCE`] at most, and tells how many they were.
pub async fn retry_all(change: &Change, filter: &Filter) -> Result<u64> {
    use delivery::Column;
    let mut ids = given_up(&change.app, change.tx.conn(), filter).await?;
    ids.truncate(usize::try_from(MOST_AT_ONCE).unwrap_or(usize::MAX));
    if ids.is_empty() {
        return Ok(0);
    }
    let those = again(change.now).filter(Column::Id.is_in(ids)).filter(Column::State.eq(State::Dead));
    let tried = those.exec(change.tx.conn()).await?.rows_affected;
    note_retried(change, tried).await?;
    Ok(tried)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_known_by_its_number_or_the_end_of_it() {
        assert_eq!(order_numbers("26-000123", 2026), ["26-000123"]);
        assert_eq!(order_numbers(" № 26-123", 2026), ["26-000123"]);
        let short = order_numbers("123", 2026);
        assert_eq!((short.len(), &short[10][..], &short[0][..]), (11, "26-000123", "16-000123"));
        for other in ["Ольга", "+7 912 000-11-22", "9120001122", "26-", "-12", "2026-12", "26-1234567", "26-12-3"] {
            assert!(order_numbers(other, 2026).is_empty(), "{other}");
        }
    }
}
