//! Orders that go over to another record of the same customer.

use super::{Detail, EventKind, event, row, search};
use crate::{customers::Customer, error::Result, ids::CustomerId, web::Change};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

/// Gives all orders of `from` to `to`, each with a line in its history, and tells how many they were.
pub async fn hand_over(change: &Change, from: CustomerId, to: &Customer) -> Result<usize> {
    let conn = change.tx.conn();
    let of_old = row::Column::CustomerId.eq(from);
    let ids: Vec<_> = row::Entity::find().filter(of_old.clone()).all(conn).await?.into_iter().map(|order| order.id).collect();
    let update = row::Entity::update_many()
        .col_expr(row::Column::CustomerId, to.id.into())
        .col_expr(row::Column::Version, Expr::col(row::Column::Version).add(1));
    update.filter(of_old).exec(conn).await?;
    search::index_customer(&change.tx, to).await?;
    for order in row::Entity::find().filter(row::Column::Id.is_in(ids.clone())).all(conn).await? {
        let detail = Detail { fields: vec!["customer".into()], ..Detail::default() };
        event::record(change, &order, None, EventKind::OrderChanged, detail).await?;
    }
    Ok(ids.len())
}
