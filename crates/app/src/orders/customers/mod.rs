//! Customers as the office works with them: their cards together with their orders.

mod api;
mod pages;
#[cfg(test)]
mod tests;

use crate::{
    app::App,
    customers::{self, Customer, CustomerChange},
    error::Result,
    ids::CustomerId,
    orders::search,
    web::{Change, Routes},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// Customers, in both doors.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// Changes a customer's card, and lets their orders be found by the new name and phone.
pub async fn edit(change: &Change, id: CustomerId, version: Option<i64>, to: CustomerChange) -> Result<Customer> {
    let before = customers::find(change.tx.conn(), id).await?;
    let after = customers::edit(change, id, version, to).await?;
    if (&before.name, &before.phone) != (&after.name, &after.phone) {
        search::index_customer(&change.tx, &after).await?;
    }
    Ok(after)
}

/// How many orders a customer has.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Count {
    customer_id: CustomerId,
    orders: i64,
    opened: i64,
}

/// How many orders these customers have; one statement.
async fn counts(app: &App, customers: &[Customer]) -> Result<HashMap<CustomerId, Count>> {
    if customers.is_empty() {
        return Ok(HashMap::new());
    }
    let marks = vec!["?"; customers.len()].join(", ");
    let text = format!(
        "SELECT customer_id, COUNT(*) AS orders, COALESCE(CAST(SUM(CASE WHEN open = 1 THEN 1 ELSE 0 END) AS {int}), 0) AS opened \
         FROM orders WHERE customer_id IN ({marks}) GROUP BY customer_id",
        int = app.db.engine().pick("INTEGER", "SIGNED"),
    );
    let values = customers.iter().map(|customer| customer.id.0.into());
    let rows = Count::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(rows.into_iter().map(|row| (row.customer_id, row)).collect())
}
