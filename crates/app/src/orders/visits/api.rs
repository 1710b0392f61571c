//! The API of lists of visits.

use super::{
    crews,
    list::{Filter, list},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    orders::{
        query,
        view::{OrderView, VisitView},
    },
    web::{Routes, doc, input::Query, paging::List},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new().get("/api/v1/visits", Access::Crew, doc("List visits: a worker's own, everybody's for the office", index))
}

/// A visit together with its order, cut to what the caller may see of both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VisitWithOrder {
    #[serde(flatten)]
    pub visit: VisitView,
    pub order: OrderView,
}

async fn index(State(app): State<App>, actor: Actor, Query(filter): Query<Filter>) -> Result<Json<List<VisitWithOrder>>> {
    let visits = list(&app, &actor, &filter).await?;
    Ok(Json(List { items: with_orders(&app, &actor, &visits.items).await?, next_cursor: visits.next_cursor }))
}

/// These visits with their orders; two statements for all.
pub async fn with_orders(app: &App, actor: &Actor, visits: &[super::Visit]) -> Result<Vec<VisitWithOrder>> {
    let ids: Vec<_> = visits.iter().map(|visit| visit.id).collect();
    let crew = crews(app.db.read(), app.db.engine(), &ids).await?;
    let mut order_ids: Vec<_> = visits.iter().map(|visit| visit.order_id).collect();
    order_ids.sort_unstable();
    order_ids.dedup();
    let orders = query::show_several(app, actor, &order_ids).await?;
    let together = visits.iter().filter_map(|visit| {
        let order = orders.iter().find(|listed| listed.order.id == visit.order_id)?;
        Some(VisitWithOrder { visit: VisitView::of(actor, visit, &crew), order: OrderView::of(app, actor, order) })
    });
    Ok(together.collect())
}
