//! Notes for colleagues.

use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::OrderId,
    orders::{self, NewNote},
    web::{Posted, page::see_other},
};
use axum::{
    extract::{Path, State},
    response::Response,
};

pub async fn create(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, posted: Posted<NewNote>) -> Result<Response> {
    let (note, command) = posted.input()?;
    once!(app, &actor, &command => |change| orders::add_note(change, id, &note).await)?;
    Ok(see_other(&format!("/orders/{id}#history")))
}
