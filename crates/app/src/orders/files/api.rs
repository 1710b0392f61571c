//! The API of files.

use super::{
    FileView, Place, Upload,
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
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};

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
    body: Upload,
) -> Result<(StatusCode, Json<FileView>)> {
    create(&app, &actor, Place::Visit(id), &headers, body).await
}

pub(super) async fn create_for_order(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    body: Upload,
) -> Result<(StatusCode, Json<FileView>)> {
    create(&app, &actor, Place::Order(id), &headers, body).await
}

async fn create(app: &App, actor: &Actor, place: Place, headers: &HeaderMap, body: Upload) -> Result<(StatusCode, Json<FileView>)> {
    let view = take_in(app, actor, place, Door::Api, headers, body).await?.pop().ok_or(Error::field("file", "required"))?;
    Ok((StatusCode::CREATED, Json(view)))
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
