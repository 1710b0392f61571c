//! A customer whom the office recorded by phone and who then signed up: two records until the office joins them.

use crate::{
    accounts::audit,
    app::App,
    customers::{self, Customer},
    error::{Error, Result},
    ids::{CustomerId, UserId},
    orders,
    web::{Change, Fields, Input},
};

/// The record to be joined to the account.
#[derive(Clone, Copy, Debug)]
pub struct Join {
    pub customer_id: CustomerId,
}

impl Input for Join {
    fn read(fields: &mut Fields) -> Self {
        Self { customer_id: fields.id("customer_id") }
    }
}

/// The record without a login that has this account's phone, if there is one.
pub async fn twin_of(app: &App, phone: Option<&str>) -> Result<Option<Customer>> {
    let Some(phone) = phone else { return Ok(None) };
    Ok(customers::with_phone(app.db.read(), phone).await?.filter(|customer| customer.user_id.is_none()))
}

/// Joins a record without a login to the account of the same person: the orders, the phone and the note go over.
///
/// # Errors
/// A fault at `customer_id` for a record that has a login or does not exist; `NotFound` for a user who is no customer.
pub async fn join(change: &Change, user_id: UserId, Join { customer_id }: Join) -> Result<Customer> {
    let conn = change.tx.conn();
    let own = customers::of_user(conn, user_id).await?.ok_or(Error::NotFound)?;
    let twin = customers::find(conn, customer_id).await.map_err(|e| e.at_field("customer_id", "not_in_list"))?;
    if twin.user_id.is_some() {
        return Err(Error::field("customer_id", "not_in_list"));
    }
    orders::hand_over(change, twin.id, &own).await?;
    let joined = customers::absorb(change, twin, &own).await?;
    orders::search::index_customer(&change.tx, &joined).await?;
    audit::record(change, "customer.joined", "user", Some(user_id.0), &customer_id.to_string()).await?;
    Ok(joined)
}
