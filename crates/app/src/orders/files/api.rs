//! The API of files.

use super::{
    FileView, Place,
    serve::{self, Size},
    take_in,
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::{FileId, OrderId, VisitId},
    orders::{query, visits},
    web::{Door, input::Query, paging::List},
};
use axum::{
    Json,
    extract::{
        Path, State,
        multipart::{Multipart, MultipartRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

type Body = std::result::Result<Multipart, MultipartRejection>;

pub(super) async fn index_of_visit(State(app): State<App>, actor: Actor, Path(id): Path<VisitId>) -> Result<Json<List<FileView>>> {
    visits::find(app.db.read(), &actor, id).await?;
    let files = super::visible_of_visit(app.db.read(), &actor, id).await?;
    Ok(Json(List { items: files.into_iter().map(FileView::from).collect(), next_cursor: None }))
}

pub(super) async fn index_of_order(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<Json<List<FileView>>> {
    query::find(app.db.read(), &actor, id).await?;
    let files = super::visible_of_order(app.db.read(), &actor, id).await?;
    Ok(Json(List { items: files.into_iter().map(FileView::from).collect(), next_cursor: None }))
}

pub(super) async fn create_for_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    create(&app, &actor, Place::Visit(id), &headers, body).await
}

pub(super) async fn create_for_order(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    create(&app, &actor, Place::Order(id), &headers, body).await
}

async fn create(app: &App, actor: &Actor, place: Place, headers: &HeaderMap, body: Body) -> Result<Response> {
    let body = body.map_err(|_| Error::Request(415, "not_multipart"))?;
    let mut kept = take_in(app, actor, place, Door::Api, headers, body).await?;
    let view = kept.pop().ok_or(Error::field("file", "required"))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, view.url.clone())], Json(view)).into_response())
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<FileId>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response> {
    serve::show(&app, &actor, id, size, &headers).await
}

pub(super) async fn show_thumbnail(State(app): State<App>, actor: Actor, Path(id): Path<FileId>, headers: HeaderMap) -> Result<Response> {
    serve::show(&app, &actor, id, Size::Thumbnail, &headers).await
}

pub(super) async fn destroy(State(app): State<App>, actor: Actor, Path(id): Path<FileId>) -> Result<StatusCode> {
    change!(app, &actor => |change| super::remove(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}
