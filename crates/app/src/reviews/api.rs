//! The API of reviews.

use super::{Filter, Listed, Review, ReviewForm, list, put};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::OrderId,
    orders::view::rfc3339,
    web::{ApiBody, Routes, Versioned, api::HasVersion, doc, input::Query, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new()
        .put(
            "/api/v1/orders/{id}/review",
            Access::SignedIn,
            doc("Review a completed order, or change the review within thirty days", update),
        )
        .get("/api/v1/reviews", Access::SignedIn, doc("List the reviews you may see, newest first", index))
}

/// A review as its customer gets it back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReviewView {
    #[schema(value_type = i64)]
    pub order_id: OrderId,
    pub stars: i64,
    pub text: String,
    pub created_at: String,
    pub updated_at: String,
    pub version: i64,
}

impl HasVersion for ReviewView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        Self {
            order_id: review.order_id,
            stars: review.stars,
            text: review.body,
            created_at: rfc3339(review.created_ms),
            updated_at: rfc3339(review.updated_ms),
            version: review.version,
        }
    }
}

/// A review in a list; workers are not told whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedReview {
    pub id: i64,
    #[schema(value_type = i64)]
    pub order_id: OrderId,
    pub order_number: String,
    pub service: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Who was sent last; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    pub stars: i64,
    pub text: String,
    pub created_at: String,
    pub updated_at: String,
    pub version: i64,
}

impl ListedReview {
    fn of(actor: &Actor, row: Listed) -> Self {
        Self {
            id: row.id,
            order_id: row.order_id,
            order_number: row.order_number,
            service: row.service,
            customer: Some(row.customer).filter(|_| actor.worker_id().is_none()),
            worker: row.lead.filter(|_| actor.is_staff()),
            stars: row.stars,
            text: row.body,
            created_at: rfc3339(row.created_ms),
            updated_at: rfc3339(row.updated_ms),
            version: row.version,
        }
    }
}

async fn update(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<ReviewForm>) -> Result<Versioned<ReviewView>> {
    let version = body.command.version;
    Ok(Versioned(once!(app, &actor, &body.command => |change| Ok(put(change, id, version, &body.input).await?.into()))?))
}

async fn index(State(app): State<App>, actor: Actor, Query(filter): Query<Filter>) -> Result<Json<List<ListedReview>>> {
    Ok(Json(list(&app, &actor, &filter).await?.map(|row| ListedReview::of(&actor, row))))
}
