//! The whole system as one service: every feature's routes inside the layers that all of them share.

use super::{
    Routes, assets,
    client::{self, TrustedProxies},
    csp_report,
    csrf::{self, CsrfGuard},
    face,
    headers::{self, SecurityHeaders},
    metrics, openapi, trace,
};
use crate::{
    access::Access, accounts, app::App, desk, field, help, live, messages, notifications, orders, people, portal, reviews, seed, services,
    settings, workers,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
};

/// Forms and JSON are small; uploads set their own limit.
const BODY_BYTES: usize = 1024 * 1024;

/// Every route of the system with who may call it.
pub fn routes() -> Routes {
    Routes::new()
        .get("/healthz", Access::Public, async || "ok")
        .get("/readyz", Access::Public, ready)
        .get("/metrics", Access::Public, metrics::show)
        .get("/assets/{*path}", Access::Public, assets::show)
        .get("/favicon.ico", Access::Public, assets::favicon)
        .get("/manifest.webmanifest", Access::Public, assets::web_manifest)
        .get("/push-worker.js", Access::Public, assets::push_worker)
        .get("/robots.txt", Access::Public, assets::robots)
        .get("/.well-known/security.txt", Access::Public, security_txt)
        .post(headers::CSP_REPORTS, Access::Public, csp_report::create)
        .merge(openapi::routes())
        .merge(accounts::routes())
        .merge(settings::routes())
        .merge(services::routes())
        .merge(workers::routes())
        .merge(people::routes())
        .merge(orders::api::routes())
        .merge(field::routes())
        .merge(orders::pages::routes())
        .merge(live::routes())
        .merge(orders::customers::routes())
        .merge(orders::visits::available::routes())
        .merge(desk::routes())
        .merge(messages::routes())
        .merge(reviews::routes())
        .merge(notifications::routes())
        .merge(portal::routes())
        .merge(help::routes())
        .merge(seed::routes())
}

/// The service, ready to be served.
pub fn router(app: &App) -> Router {
    let proxies: TrustedProxies = app.config.trusted_proxies.clone();
    routes()
        .into_router()
        .fallback(async || crate::error::Error::NotFound)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(trace::catch_panic))
        .layer(from_fn_with_state(CsrfGuard::new(&app.config.public_url()), csrf::guard))
        .layer(from_fn_with_state(app.clone(), face::show_errors))
        .layer(from_fn_with_state(app.clone(), accounts::session::identify))
        .layer(from_fn(trace::catch_panic))
        .layer(assets::compression())
        .layer(from_fn_with_state(SecurityHeaders::new(app.config.is_https()), headers::secure))
        .layer(from_fn_with_state(proxies, client::identify))
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .layer(from_fn(trace::trace))
        .with_state(app.clone())
}

/// Whether requests can be served: the database answers and has this version's tables.
async fn ready(State(app): State<App>) -> Result<&'static str, StatusCode> {
    let pending = store::pending(&app.db, crate::schema::MIGRATIONS).await;
    match pending {
        Ok(names) if names.is_empty() => Ok("ready"),
        _ => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn security_txt(State(app): State<App>) -> axum::response::Response {
    let about = assets::SecurityContact { contact: app.config.security_contact.clone(), public_url: app.config.public_url() };
    assets::security_txt(State(about)).await
}
