//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::Push;
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<Push>>;

pub fn router() -> Router<Arc<Push>> {
    Router::new()
        .route("/_/subscriptions", post(subscribe))
        .route("/_/received", post(received))
        .route("/_/expire", post(expire))
        .route("/_/away", post(away))
        .route("/_/back", post(back))
}

#[derive(Deserialize)]
struct For {
    public_key: Option<String>,
}

/// A new subscription, for any sender or one.
async fn subscribe(State(push): Service, Json(only): Json<For>) -> impl IntoResponse {
    let subscription = only.public_key.map_or_else(|| push.subscribe(), |key| push.subscribe_for(&key));
    ([(header::CONTENT_TYPE, "application/json")], subscription)
}

/// The bodies of the others are a subscription.
async fn received(State(push): Service, subscription: String) -> Json<Vec<String>> {
    Json(push.received(&subscription))
}

async fn expire(State(push): Service, subscription: String) -> StatusCode {
    push.expire(&subscription);
    StatusCode::NO_CONTENT
}

async fn away(State(push): Service, subscription: String) -> StatusCode {
    push.away(&subscription);
    StatusCode::NO_CONTENT
}

async fn back(State(push): Service, subscription: String) -> StatusCode {
    push.back(&subscription);
    StatusCode::NO_CONTENT
}
