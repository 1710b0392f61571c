//! The API of services.

use super::{NewService, ServiceChange, ServiceView};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::ServiceId,
    web::{ApiBody, Created, Fields, Input, Routes, Versioned, input::Query, openapi::doc, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/services", Access::SignedIn, doc("List the kinds of work", index))
        .post("/api/v1/services", Access::Administrator, doc("Add a kind of work", create))
        .get("/api/v1/services/{id}", Access::SignedIn, doc("Show a kind of work", show))
        .patch("/api/v1/services/{id}", Access::Administrator, doc("Change a kind of work, or put it into the archive", update))
}

/// Which services are wanted.
struct Filter {
    active: Option<bool>,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        let active = fields.has("active").then(|| fields.flag("active"));
        Self { active }
    }
}

/// The whole catalogue: it is as long as a price list, so it comes in one page.
async fn index(State(app): State<App>, actor: Actor, Query(filter): Query<Filter>) -> Result<Json<List<ServiceView>>> {
    let services = super::list(app.db.read(), &actor, filter.active).await?;
    let company = app.company();
    let items = services.iter().map(|service| ServiceView::of(&actor, &company, service)).collect();
    Ok(Json(List { items, next_cursor: None }))
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<ServiceId>) -> Result<Versioned<ServiceView>> {
    let service = super::show(app.db.read(), &actor, id).await?;
    Ok(Versioned(ServiceView::of(&actor, &app.company(), &service)))
}

async fn create(State(app): State<App>, actor: Actor, body: ApiBody<NewService>) -> Result<Created<ServiceView>> {
    let view = once!(app, &actor, &body.command => |change| {
        let service = super::create(change, &body.input).await?;
        Ok(ServiceView::of(&change.actor, &change.app.company(), &service))
    })?;
    Ok(Created(format!("/api/v1/services/{}", view.id), view))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<ServiceId>,
    body: ApiBody<ServiceChange>,
) -> Result<Versioned<ServiceView>> {
    let view = once!(app, &actor, &body.command => |change| {
        let service = super::edit(change, id, body.command.version, &body.input).await?;
        Ok(ServiceView::of(&change.actor, &change.app.company(), &service))
    })?;
    Ok(Versioned(view))
}
