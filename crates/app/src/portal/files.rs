//! Photos and papers of one order: the customer's own, and those of the work once it is done.

use super::{Frame, door::AtOrder};
use crate::{
    app::App,
    error::{Error, Result},
    ids::FileId,
    orders::{
        files::{self, File, FileKind, Place, Upload, serve, take_in},
        query,
    },
    web::{
        Door, Page, Shell,
        face::field_message,
        input::Query,
        page::{see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// A file as the order's page shows it.
pub(super) struct Shown {
    pub id: FileId,
    pub name: String,
    pub url: String,
    pub thumbnail: String,
}

/// What the customer sees of an order's files.
#[derive(Default)]
pub(super) struct Files {
    pub before: Vec<Shown>,
    pub after: Vec<Shown>,
    /// The customer's own photos.
    pub own: Vec<Shown>,
    pub papers: Vec<Shown>,
}

impl Files {
    pub async fn of(app: &App, at: &AtOrder) -> Result<Self> {
        let mut all = Self::default();
        for file in files::visible_of_order(app.db.read(), &at.actor, at.id).await? {
            let place = match file.kind {
                FileKind::Signature => continue,
                _ if !file.is_picture() => &mut all.papers,
                FileKind::Before => &mut all.before,
                FileKind::After => &mut all.after,
                FileKind::Document | FileKind::Other if file.visit_id.is_none() => &mut all.own,
                FileKind::Document | FileKind::Other => &mut all.papers,
            };
            place.push(shown(at, file));
        }
        Ok(all)
    }
}

fn shown(at: &AtOrder, file: File) -> Shown {
    let at = if at.by_link() { format!("{}/files/{}", at.base, file.id) } else { format!("/files/{}", file.id) };
    let url = if file.is_picture() { format!("{at}?size=display") } else { at.clone() };
    Shown { id: file.id, name: file.name, url, thumbnail: format!("{at}/thumbnail") }
}

#[derive(Template)]
#[template(path = "portal/refused.html")]
struct Refused {
    shell: Shell,
    frame: Frame,
    reasons: Vec<String>,
}

/// Takes photos and papers in; says why when one of them is not taken.
pub async fn create(State(app): State<App>, at: AtOrder, headers: HeaderMap, body: Upload) -> Result<Response> {
    match take_in(&app, &at.actor, Place::Order(at.id), Door::Page, &headers, body).await {
        // The island sends file by file and draws the page anew by itself.
        Ok(_) if headers.contains_key("idempotency-key") => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(_) => Ok(see_other_with(&at.base, "flash-photos-kept")),
        Err(Error::Invalid(errors)) => {
            let order = query::find(app.db.read(), &at.actor, at.id).await?;
            let reasons = errors.iter().map(|error| field_message(at.shell.language, error)).collect();
            Ok(unprocessable(Page::of(&Refused { frame: at.frame(&app, &order.number), reasons, shell: at.shell })?))
        }
        Err(error) => Err(error),
    }
}

/// A file for whoever holds the link; the signed in get theirs at `/files/{id}`.
pub async fn show(
    State(app): State<App>,
    at: AtOrder,
    Path((_, id)): Path<(String, FileId)>,
    Query(size): Query<serve::Size>,
    headers: HeaderMap,
) -> Result<Response> {
    serve::show(&app, &at.actor, id, size, &headers).await
}

pub async fn show_thumbnail(
    State(app): State<App>,
    at: AtOrder,
    Path((_, id)): Path<(String, FileId)>,
    headers: HeaderMap,
) -> Result<Response> {
    serve::show(&app, &at.actor, id, serve::Size::Thumbnail, &headers).await
}
