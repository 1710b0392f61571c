//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::{Max, Shown};
use crate::parcel::Parcel;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Service = State<Arc<Max>>;

pub fn router() -> Router<Arc<Max>> {
    Router::new()
        .route("/_/people", post(person))
        .route("/_/starts", post(starts))
        .route("/_/messages", post(comes))
        .route("/_/photos", post(photo))
        .route("/_/contacts", post(contact))
        .route("/_/presses", post(press))
        .route("/_/chats/{chat}", get(chat))
}

#[derive(Deserialize)]
struct Who {
    chat: i64,
    name: String,
}

async fn person(State(max): Service, Json(who): Json<Who>) -> StatusCode {
    max.person(who.chat, &who.name);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Start {
    chat: i64,
    code: String,
}

async fn starts(State(max): Service, Json(start): Json<Start>) -> Json<i64> {
    Json(max.starts(start.chat, &start.code))
}

#[derive(Deserialize)]
struct Words {
    chat: i64,
    text: String,
}

async fn comes(State(max): Service, Json(words): Json<Words>) -> Json<i64> {
    Json(max.comes(words.chat, &words.text))
}

/// A form with `chat`, `file` and perhaps `caption`.
async fn photo(State(max): Service, parcel: Parcel) -> Result<Json<i64>, StatusCode> {
    let chat = parcel.chat.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    Ok(Json(max.photo(chat, parcel.file.bytes, &parcel.caption)))
}

#[derive(Deserialize)]
struct Contact {
    chat: i64,
    phone: String,
    own: bool,
}

async fn contact(State(max): Service, Json(contact): Json<Contact>) -> Json<i64> {
    Json(max.contact(contact.chat, &contact.phone, contact.own))
}

#[derive(Deserialize)]
struct Press {
    chat: i64,
    /// The latest message when there is none.
    message: Option<String>,
    data: Option<String>,
    label: Option<String>,
}

async fn press(State(max): Service, Json(press): Json<Press>) -> Result<Json<String>, StatusCode> {
    let messages = max.messages(press.chat);
    let shown = match &press.message {
        Some(id) => messages.iter().find(|message| message.id == *id),
        None => messages.last(),
    };
    let shown = shown.ok_or(StatusCode::NOT_FOUND)?;
    let mut buttons = shown.buttons.iter().flatten();
    let labelled = || buttons.find(|button| Some(&button.label) == press.label.as_ref())?.data.clone();
    let data = press.data.clone().or_else(labelled).ok_or(StatusCode::NOT_FOUND)?;
    max.press(press.chat, &shown.id, &data).map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[derive(Serialize)]
struct Chat {
    messages: Vec<Shown>,
    notices: Vec<String>,
}

async fn chat(State(max): Service, Path(chat): Path<i64>) -> Json<Chat> {
    Json(Chat { messages: max.messages(chat), notices: max.notices(chat) })
}
