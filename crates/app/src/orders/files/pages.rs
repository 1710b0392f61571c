//! Files from and to browsers.

use super::{
    Place, Upload,
    api::{self, show, show_thumbnail},
    take_in,
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{FileId, OrderId, VisitId},
    web::{
        Door, Fields, Input, Page, Posted, Routes, Shell, doc,
        face::field_message,
        page::{own_path, unprocessable},
        see_other,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// Both doors of files.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/visits/{id}/files", Access::SignedIn, doc("List the files of a visit", api::index_of_visit))
        .post("/api/v1/visits/{id}/files", Access::SignedIn, doc("Add a photo, document or signature to a visit", api::create_for_visit))
        .get("/api/v1/orders/{id}/files", Access::SignedIn, doc("List the files of an order and its visits", api::index_of_order))
        .post("/api/v1/orders/{id}/files", Access::SignedIn, doc("Add a photo or document to an order", api::create_for_order))
        .get("/api/v1/files/{id}", Access::SignedIn, doc("Get a file: as it came, or smaller for a screen", show))
        .delete("/api/v1/files/{id}", Access::SignedIn, doc("Remove a file while its report may be written", api::destroy))
        .get("/api/v1/files/{id}/thumbnail", Access::SignedIn, doc("Get the thumbnail of a picture", show_thumbnail).media("image/jpeg"))
        .post("/visits/{id}/files", Access::Crew, create_for_visit)
        .post("/orders/{id}/files", Access::CustomerOrStaff, create_for_order)
        .get("/files/{id}", Access::SignedIn, show)
        .get("/files/{id}/thumbnail", Access::SignedIn, show_thumbnail)
        .post("/files/{id}/removal", Access::SignedIn, create_removal)
}

#[derive(Template)]
#[template(path = "field/refused.html")]
struct Refused {
    shell: Shell,
    reasons: Vec<String>,
    back: String,
}

async fn create_for_visit(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<VisitId>,
    headers: HeaderMap,
    body: Upload,
) -> Result<Response> {
    let back = if actor.is_staff() { format!("/visits/{id}") } else { format!("/visits/{id}/report") };
    answer_form(&app, &actor, shell, Place::Visit(id), back, &headers, body).await
}

async fn create_for_order(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    body: Upload,
) -> Result<Response> {
    let back = if actor.is_staff() { format!("/orders/{id}") } else { format!("/my/orders/{id}") };
    answer_form(&app, &actor, shell, Place::Order(id), back, &headers, body).await
}

/// Takes a form's files in and shows the page they came from, or why one of them was not taken.
pub async fn answer_form(
    app: &App,
    actor: &Actor,
    shell: Shell,
    place: Place,
    back: String,
    headers: &HeaderMap,
    body: Upload,
) -> Result<Response> {
    match take_in(app, actor, place, Door::Page, headers, body).await {
        // The island sends file by file and draws the page anew by itself.
        Ok(_) if headers.contains_key("idempotency-key") => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(_) => Ok(see_other(&back)),
        Err(Error::Invalid(errors)) => {
            let reasons = errors.iter().map(|error| field_message(shell.language, error)).collect();
            Ok(unprocessable(Page::of(&Refused { shell, reasons, back })?))
        }
        Err(error) => Err(error),
    }
}

struct Removal {
    back: String,
}

impl Input for Removal {
    fn read(fields: &mut Fields) -> Self {
        Self { back: fields.optional_text("back", 500) }
    }
}

async fn create_removal(State(app): State<App>, actor: Actor, Path(id): Path<FileId>, posted: Posted<Removal>) -> Result<Response> {
    let (removal, _) = posted.input()?;
    change!(app, &actor => |change| super::remove(change, id).await)?;
    Ok(see_other(&own_path(&removal.back).unwrap_or_else(|| "/".into())))
}
