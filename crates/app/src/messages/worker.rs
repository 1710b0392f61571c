//! The worker's chat with the office about one visit.

use super::{
    Thread,
    page::{Chat, Posted as Sent, Said, post},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::VisitId,
    web::{
        Fragment, Page, Posted, Routes, Shell,
        page::{Form, form_again, see_other, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/visits/{id}/messages", Access::Worker, index).post("/visits/{id}/messages", Access::Worker, create)
}

#[derive(Template)]
#[template(path = "messages/worker.html")]
struct Worker {
    shell: Shell,
    id: VisitId,
    number: String,
    chat: Chat,
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<VisitId>) -> Result<Page> {
    page(&app, &actor, shell, id, None).await
}

async fn page(app: &App, actor: &Actor, shell: Shell, id: VisitId, form: Option<Form>) -> Result<Page> {
    let thread = Thread::of_visit(app.db.read(), actor, id).await?;
    let chat = Chat::of(app, actor, &shell, &thread, format!("/visits/{id}/messages"), form).await?;
    Page::of(&Worker { shell, id, number: thread.order.number.clone(), chat })
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Fragment(partial): Fragment,
    Path(id): Path<VisitId>,
    posted: Posted<Sent>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let thread = Thread::of_visit(app.db.read(), &actor, id).await?;
    let result = match &input {
        Ok(sent) => post(&app, &actor, &command, &thread, &sent.said).await,
        Err(e) => Err(e.clone()),
    };
    match result {
        Ok(()) if partial && input.is_ok_and(|sent| matches!(sent.said, Said::Read(_))) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(()) => Ok(see_other(&format!("/visits/{id}/messages"))),
        Err(e) => Ok(unprocessable(page(&app, &actor, shell, id, Some(form_again(e, form)?)).await?)),
    }
}
