//! Reviews («Отзывы»): one to five stars and words from the customer, once the order is completed.

mod api;
mod pages;
mod query;
mod row;
#[cfg(test)]
mod tests;

use crate::{
    access::Who,
    error::{Error, Result},
    ids::OrderId,
    orders::{self, Detail, EventKind, OrderStatus},
    web::{Change, Fields, Input, Routes},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, entity::prelude::*};

pub use query::{Filter, Listed, Rating, list, ratings, summary};
pub use row::Model as Review;

/// For how long a review may be changed, ms.
pub const OPEN_MS: i64 = 30 * 86_400_000;

/// Reading and writing reviews.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// A review as typed.
#[derive(Clone, Debug)]
pub struct ReviewForm {
    pub stars: i64,
    pub body: String,
}

impl Input for ReviewForm {
    fn read(fields: &mut Fields) -> Self {
        if !fields.has("stars") {
            fields.error("stars", "stars_required");
        }
        Self { stars: fields.optional_whole("stars", 1..=5).unwrap_or(1), body: fields.optional_text("text", 4000) }
    }
}

/// Writes the customer's review of a completed order, or changes it while it is young.
///
/// # Errors
/// `Forbidden` for anybody but the customer; a conflict before completion and after [`OPEN_MS`].
pub async fn put(change: &Change, id: OrderId, version: Option<i64>, form: &ReviewForm) -> Result<Review> {
    let order = orders::find_to_change(&change.tx, &change.actor, id).await?;
    if !matches!(change.actor.who, Who::Customer(_) | Who::Link(_)) {
        return Err(Error::Forbidden);
    }
    if order.status != OrderStatus::Completed {
        return Err(Error::conflict("not_completed"));
    }
    let before = of_order(change.tx.conn(), id).await?;
    change.expect_version(version, before.as_ref().map_or(0, |review| review.version))?;
    let review = match before {
        Some(review) if review.stars == form.stars && review.body == form.body => return Ok(review),
        Some(review) if !is_open(&review, change.now) => return Err(Error::conflict("review_closed")),
        Some(review) => {
            let version = review.version;
            let mut row = review.into_active_model();
            row.stars = Set(form.stars);
            row.body = Set(form.body.clone());
            row.updated_ms = Set(change.now);
            row.version = Set(version + 1);
            row.update(change.tx.conn()).await?
        }
        None => {
            let row = row::ActiveModel {
                order_id: Set(id),
                stars: Set(form.stars),
                body: Set(form.body.clone()),
                user_id: Set(change.actor.user_id),
                created_ms: Set(change.now),
                updated_ms: Set(change.now),
                version: Set(1),
                ..Default::default()
            };
            row.insert(change.tx.conn()).await?
        }
    };
    orders::record(change, &order, None, EventKind::OrderReviewed, Detail { count: Some(form.stars), ..Detail::default() }).await?;
    Ok(review)
}

/// Whether a review may still be changed.
pub fn is_open(review: &Review, now_ms: i64) -> bool {
    now_ms - review.created_ms <= OPEN_MS
}

/// The review of an order that the caller may already see.
pub async fn of_order(conn: &impl ConnectionTrait, id: OrderId) -> Result<Option<Review>> {
    Ok(row::Entity::find().filter(row::Column::OrderId.eq(id)).one(conn).await?)
}
