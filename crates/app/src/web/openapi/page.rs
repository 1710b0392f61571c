//! Serves the document, and a page to try the API on.

use crate::{access::Access, web::Routes};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The document at `/api/openapi.json`.
pub fn routes() -> Routes {
    Routes::new().get("/api/openapi.json", Access::Public, show)
}

async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], super::text()).into_response()
}
