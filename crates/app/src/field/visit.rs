//! One visit on the worker's phone.

use super::task::Task;
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::VisitId,
    orders::{
        files::{self, File},
        visits,
    },
    web::{Page, Shell, see_other},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};

#[derive(Template)]
#[template(path = "field/visit.html")]
struct Show {
    shell: Shell,
    task: Task,
    /// What the customer or the office sent along.
    photos: Vec<File>,
    papers: Vec<File>,
    has_report: bool,
}

/// The worker's page of a visit; the office is led to the order.
pub(super) async fn show(State(app): State<App>, actor: Actor, mut shell: Shell, Path(id): Path<VisitId>) -> Result<Response> {
    let conn = app.db.read();
    let visit = visits::find(conn, &actor, id).await?;
    if actor.is_staff() {
        return Ok(see_other(&format!("/orders/{}", visit.order_id)));
    }
    let task = Task::several_with_unread(&app, &actor, &mut shell, std::slice::from_ref(&visit)).await?.pop().ok_or(Error::NotFound)?;
    let sent = files::visible_of_order(conn, &actor, visit.order_id).await?;
    let (photos, papers) = sent.into_iter().filter(|file| file.visit_id.is_none()).partition(File::is_picture);
    let has_report = !task.is_offer();
    Ok(Page::of(&Show { shell, task, photos, papers, has_report })?.into_response())
}
