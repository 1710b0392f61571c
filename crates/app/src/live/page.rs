//! The stream that every signed-in page listens on.

use super::{Viewer, last_event_id};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    web::{Routes, doc},
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

pub fn routes() -> Routes {
    Routes::new().get("/live", Access::SignedIn, show).get(
        "/api/v1/stream",
        Access::SignedIn,
        doc("Hear which orders change, as server-sent events", show),
    )
}

async fn show(State(app): State<App>, actor: Actor, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let user_id = actor.user_id.ok_or(Error::Unauthenticated)?.0;
    let viewer = Viewer { user_id, session_id: actor.session_id.map(|id| id.0), is_staff: actor.is_staff(), order: None };
    Ok(app.hub.sse(viewer, last_event_id(&headers, &uri)))
}
