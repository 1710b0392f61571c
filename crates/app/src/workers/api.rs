//! The API of workers. Who is free when is asked of `orders::visits::available`, which knows the visits.

use super::{Presence, Wanted, WorkerChange, WorkerKind, WorkerView, form::Skills, list, roster};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::{SkillId, WorkerId},
    web::{ApiBody, Command, Fields, Input, Routes, Versioned, input::Query, openapi::doc, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/workers", Access::Staff, doc("List the workers", index))
        .get("/api/v1/workers/{id}", Access::Staff, doc("Show a worker", show))
        .patch("/api/v1/workers/{id}", Access::Administrator, doc("Change a worker's card", update))
        .put("/api/v1/workers/{id}/skills", Access::Administrator, doc("Say what a worker can do", update_skills))
}

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        let active = fields.has("active").then(|| fields.flag("active"));
        let presence = match active {
            Some(true) => Presence::Active,
            Some(false) => Presence::Away,
            None => fields.optional_choice("presence").unwrap_or(Presence::All),
        };
        Self { presence, kind: fields.optional_choice::<WorkerKind>("kind"), skill_id: fields.optional_id::<SkillId>("skill_id") }
    }
}

/// All workers by name: a company has tens of them, so they come in one page.
async fn index(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Json<List<WorkerView>>> {
    let workers = list(app.db.read(), wanted).await?;
    Ok(Json(List { items: workers.iter().map(WorkerView::from).collect(), next_cursor: None }))
}

async fn show(State(app): State<App>, Path(id): Path<WorkerId>) -> Result<Versioned<WorkerView>> {
    Ok(Versioned((&roster::show(app.db.read(), id).await?).into()))
}

async fn edit(app: &App, actor: &Actor, id: WorkerId, command: &Command, to: &WorkerChange) -> Result<Versioned<WorkerView>> {
    let view = once!(app, actor, command => |change| Ok(WorkerView::from(&super::edit(change, id, command.version, to).await?)))?;
    Ok(Versioned(view))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<WorkerId>,
    body: ApiBody<WorkerChange>,
) -> Result<Versioned<WorkerView>> {
    edit(&app, &actor, id, &body.command, &body.input).await
}

async fn update_skills(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<WorkerId>,
    body: ApiBody<Skills>,
) -> Result<Versioned<WorkerView>> {
    let to = WorkerChange { skills: Some(body.input.0), ..WorkerChange::default() };
    edit(&app, &actor, id, &body.command, &to).await
}
