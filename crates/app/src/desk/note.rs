//! Notes for colleagues.

use super::again::{self, OneField};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::OrderId,
    orders::{self, NewNote, query},
    web::{Posted, Shell, page::see_other},
};
use axum::{
    extract::{Path, State},
    response::Response,
};

pub async fn create(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    posted: Posted<NewNote>,
) -> Result<Response> {
    query::find(app.db.read(), &actor, id).await?;
    let back = format!("/orders/{id}#history");
    let (note, form, command) = posted.into_parts();
    let note = match note {
        Ok(note) => note,
        Err(e) => {
            let action = format!("/orders/{id}/notes");
            return again::page(shell, e, form, OneField { action, back, field: "text", label: "desk-note", is_long: true, along: None });
        }
    };
    once!(app, &actor, &command => |change| orders::add_note(change, id, &note).await)?;
    Ok(see_other(&back))
}
