//! Serves the document, and a page to try the API on.

use crate::{
    access::Access,
    error::Result,
    web::{Page, Routes, Shell},
};
use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The document at `/api/openapi.json`, the page at `/api/docs`.
pub fn routes() -> Routes {
    Routes::new().get("/api/openapi.json", Access::Public, show).get("/api/docs", Access::Public, try_it)
}

async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], super::text()).into_response()
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct Docs {
    shell: Shell,
}

async fn try_it(shell: Shell) -> Result<Page> {
    Page::of(&Docs { shell })
}
