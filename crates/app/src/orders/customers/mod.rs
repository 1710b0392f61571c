//! Customers as the office works with them: their cards together with their orders.

mod api;
mod pages;
#[cfg(test)]
mod tests;

use crate::{
    customers::{self, Customer, CustomerChange},
    error::Result,
    ids::CustomerId,
    orders::search,
    web::{Change, Routes},
};

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
