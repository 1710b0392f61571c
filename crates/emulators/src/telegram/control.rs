//! How another process works the emulator: JSON under `/_/`.

use super::Telegram;
use crate::{faults::Fault, journal::Call};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<Telegram>>;

pub fn router() -> Router<Arc<Telegram>> {
    Router::new()
        .route("/_/journal", get(journal))
        .route("/_/faults", post(fault).delete(no_more_faults))
        .route("/_/people", post(person))
        .route("/_/messages", post(comes))
}

#[derive(Deserialize)]
struct Which {
    chat: Option<i64>,
    method: Option<String>,
}

async fn journal(State(telegram): Service, Query(which): Query<Which>) -> Json<Vec<Call>> {
    let mut calls = telegram.journal();
    calls.retain(|call| which.chat.is_none() || call.chat == which.chat);
    calls.retain(|call| which.method.as_ref().is_none_or(|method| call.method.eq_ignore_ascii_case(method)));
    Json(calls)
}

async fn fault(State(telegram): Service, Json(fault): Json<Fault>) -> StatusCode {
    telegram.fault(fault);
    StatusCode::NO_CONTENT
}

async fn no_more_faults(State(telegram): Service) -> StatusCode {
    telegram.no_more_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Who {
    chat: i64,
    name: String,
    username: Option<String>,
}

async fn person(State(telegram): Service, Json(who): Json<Who>) -> StatusCode {
    telegram.person(who.chat, &who.name);
    if let Some(username) = who.username {
        telegram.username(who.chat, &username);
    }
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Words {
    chat: i64,
    text: String,
}

async fn comes(State(telegram): Service, Json(words): Json<Words>) -> Json<i64> {
    Json(telegram.comes(words.chat, &words.text))
}
