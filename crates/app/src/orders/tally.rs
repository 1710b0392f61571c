//! Counting orders: the numbers above the boards and on the start page.

use super::{
    OrderStatus,
    query::{Condition, Filter, visibility},
};
use crate::{access::Actor, app::App, error::Result};
use sea_orm::{FromQueryResult, Value};

/// Numbers above the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult, serde::Serialize, utoipa::ToSchema)]
pub struct Sums {
    pub active: i64,
    /// With a visit that starts between the two moments given.
    pub today: i64,
    pub unassigned: i64,
    pub attention: i64,
    pub price_minor: i64,
}

/// Counts the open orders that `actor` can see; `today` is the day's bounds in ms UTC. One statement.
pub async fn sums(app: &App, actor: &Actor, today: (i64, i64)) -> Result<Sums> {
    let now = app.clock.now_ms();
    let asked = async {
        let (text, values) = sums_sql(app.db.engine(), actor, today, now);
        Ok(Sums::find_by_statement(store::sql(app.db.engine(), &text, values)).one(app.db.read()).await?.unwrap_or_default())
    };
    // The office sees all orders, so its sums are everybody's, and one answer serves until an order changes.
    if actor.is_staff() { app.sums.get(&app.hub, now, today, asked).await } else { asked.await }
}

/// The statement of [`sums`], apart so that its plan can be looked at.
pub(super) fn sums_sql(engine: store::Engine, actor: &Actor, today: (i64, i64), now_ms: i64) -> (String, Vec<Value>) {
    let Condition(visible, more) = visibility(actor);
    let text = format!(
        "SELECT COUNT(*) AS active, COALESCE(CAST(SUM(CASE WHEN due_ms >= ? AND due_ms < ? THEN 1 ELSE 0 END) AS {int}), 0) AS today, \
         COALESCE(CAST(SUM(CASE WHEN status IN ('new', 'confirmed') THEN 1 ELSE 0 END) AS {int}), 0) AS unassigned, \
         COALESCE(CAST(SUM(CASE WHEN status IN ('new', 'acceptance') OR problem IS NOT NULL OR (status = 'scheduled' AND due_ms < ?) THEN 1 ELSE 0 END) AS {int}), 0) AS attention, \
         COALESCE(CAST(SUM(COALESCE(price_minor, 0)) AS {int}), 0) AS price_minor FROM orders WHERE open = 1 AND {visible}",
        int = engine.pick("INTEGER", "SIGNED"),
    );
    (text, [today.0.into(), today.1.into(), now_ms.into()].into_iter().chain(more).collect())
}

/// How many orders stand in each state.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize, utoipa::ToSchema)]
pub struct StatusCount {
    pub status: OrderStatus,
    pub count: i64,
}

/// Counts by state what `actor` can see.
pub async fn by_status(app: &App, actor: &Actor) -> Result<Vec<StatusCount>> {
    let Condition(visible, values) = visibility(actor);
    let text = format!("SELECT status, COUNT(*) AS count FROM orders WHERE {visible} GROUP BY status");
    Ok(StatusCount::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?)
}

/// A column of the kanban: how many orders it has and what they are worth.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Column {
    pub status: OrderStatus,
    pub count: i64,
    pub price_minor: i64,
}

/// The kanban's columns for this filter. One statement, and one more for a search.
pub async fn columns(app: &App, actor: &Actor, filter: &Filter) -> Result<Vec<Column>> {
    let sought = filter.sought(app).await?;
    let (Condition(visible, mut values), Condition(wanted, more)) = (visibility(actor), filter.conditions(&sought, app.clock.now_ms()));
    values.extend(more);
    let text = format!(
        "SELECT status, COUNT(*) AS count, COALESCE(CAST(SUM(COALESCE(price_minor, 0)) AS {int}), 0) AS price_minor FROM orders \
         WHERE {visible} AND {wanted} GROUP BY status",
        int = app.db.engine().pick("INTEGER", "SIGNED"),
    );
    Ok(Column::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?)
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many orders of this filter were created after a moment. One statement, and one more for a search.
pub async fn newer(app: &App, actor: &Actor, filter: &Filter, since_ms: i64) -> Result<i64> {
    let sought = filter.sought(app).await?;
    let (Condition(visible, mut values), Condition(wanted, more)) = (visibility(actor), filter.conditions(&sought, app.clock.now_ms()));
    values.extend(more);
    values.push(since_ms.into());
    let text = format!("SELECT COUNT(*) AS count FROM orders WHERE {visible} AND {wanted} AND orders.created_ms > ?");
    let found = Count::find_by_statement(store::sql(app.db.engine(), &text, values)).one(app.db.read()).await?;
    Ok(found.map_or(0, |row| row.count))
}

/// The orders completed in one week.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Week {
    /// Whole weeks since the beginning of the first one.
    pub week: i64,
    pub count: i64,
    /// Of those completed since the beginning of the month: how many, and how long they took together.
    pub month_count: i64,
    pub month_ms: i64,
}

/// Completed orders by week from `first_ms` on, a week being seven times 24 hours. One statement.
pub async fn completed_by_week(app: &App, actor: &Actor, first_ms: i64, month_ms: i64) -> Result<Vec<Week>> {
    const WEEK_MS: i64 = 7 * 24 * 3_600_000;
    let (int, div) = (app.db.engine().pick("INTEGER", "SIGNED"), app.db.engine().pick("/", "DIV"));
    let Condition(visible, more) = visibility(actor);
    let text = format!(
        "SELECT (completed_ms - ?) {div} {WEEK_MS} AS week, COUNT(*) AS count, \
         CAST(SUM(CASE WHEN completed_ms >= ? THEN 1 ELSE 0 END) AS {int}) AS month_count, \
         CAST(SUM(CASE WHEN completed_ms >= ? THEN completed_ms - created_ms ELSE 0 END) AS {int}) AS month_ms \
         FROM orders WHERE completed_ms >= ? AND status = 'completed' AND {visible} GROUP BY 1 ORDER BY 1"
    );
    let values = [first_ms.into(), month_ms.into(), month_ms.into(), first_ms.min(month_ms).into()].into_iter().chain(more);
    Ok(Week::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?)
}
