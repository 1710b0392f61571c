//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::{Shown, Telegram};
use crate::parcel::Parcel;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Service = State<Arc<Telegram>>;

pub fn router() -> Router<Arc<Telegram>> {
    Router::new()
        .route("/_/people", post(person))
        .route("/_/messages", post(comes))
        .route("/_/photos", post(photo))
        .route("/_/documents", post(document))
        .route("/_/contacts", post(contact))
        .route("/_/places", post(place))
        .route("/_/presses", post(press))
        .route("/_/chats/{chat}", get(chat))
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
    /// The message that it answers.
    reply_to: Option<i64>,
}

/// Answers with the update's number, as all that people send does.
async fn comes(State(telegram): Service, Json(words): Json<Words>) -> Json<i64> {
    Json(match words.reply_to {
        Some(message) => telegram.replies(words.chat, &words.text, message),
        None => telegram.comes(words.chat, &words.text),
    })
}

/// A form with `chat`, `file` and perhaps `caption`.
async fn photo(State(telegram): Service, parcel: Parcel) -> Result<Json<i64>, StatusCode> {
    let (chat, file) = (parcel.chat.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?, parcel.file);
    Ok(Json(telegram.photo(chat, file.bytes, &parcel.caption)))
}

/// The same.
async fn document(State(telegram): Service, parcel: Parcel) -> Result<Json<i64>, StatusCode> {
    let (chat, file) = (parcel.chat.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?, parcel.file);
    Ok(Json(telegram.document(chat, &file.name, &file.mime, file.bytes, &parcel.caption)))
}

#[derive(Deserialize)]
struct Shared {
    chat: i64,
    phone: String,
    /// Whether it is the person's own.
    #[serde(default = "yes")]
    own: bool,
}

fn yes() -> bool {
    true
}

async fn contact(State(telegram): Service, Json(shared): Json<Shared>) -> Json<i64> {
    Json(telegram.contact(shared.chat, &shared.phone, shared.own))
}

#[derive(Deserialize)]
struct Place {
    chat: i64,
    lat: f64,
    lon: f64,
}

async fn place(State(telegram): Service, Json(place): Json<Place>) -> Json<i64> {
    Json(telegram.location(place.chat, place.lat, place.lon))
}

#[derive(Deserialize)]
struct Pressed {
    chat: i64,
    /// The message under which the button stands; the newest that has such a button unless it is said.
    message: Option<i64>,
    data: Option<String>,
    label: Option<String>,
}

/// 404 when there is no such button.
async fn press(State(telegram): Service, Json(pressed): Json<Pressed>) -> StatusCode {
    let Pressed { chat, message, data, label } = pressed;
    let is_there = match (message, data, label) {
        (message, Some(data), None) => {
            let has = |shown: &Shown| shown.buttons.iter().flatten().any(|button| button.data.as_ref() == Some(&data));
            let newest = || telegram.messages(chat).into_iter().rev().find(has).map(|shown| shown.id);
            message.or_else(newest).and_then(|message| telegram.press(chat, message, &data)).is_some()
        }
        (message, None, Some(label)) => telegram.press_label(chat, message, &label),
        _ => return StatusCode::UNPROCESSABLE_ENTITY,
    };
    if is_there { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

#[derive(Serialize)]
struct Chat {
    name: String,
    messages: Vec<Shown>,
    notices: Vec<String>,
}

/// What a person sees of the bot.
async fn chat(State(telegram): Service, Path(chat): Path<i64>) -> Response {
    let name = telegram.state().people.get(&chat).map(|person| person.name.clone());
    let seen = |name| Json(Chat { name, messages: telegram.messages(chat), notices: telegram.notices(chat) }).into_response();
    name.map_or_else(|| StatusCode::NOT_FOUND.into_response(), seen)
}
