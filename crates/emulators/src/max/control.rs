//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::{Max, Shown, ShownButton};
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
        .route("/_/documents", post(document))
        .route("/_/places", post(place))
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

/// The same.
async fn document(State(max): Service, parcel: Parcel) -> Result<Json<i64>, StatusCode> {
    let (chat, file) = (parcel.chat.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?, parcel.file);
    Ok(Json(max.document(chat, &file.name, &file.mime, file.bytes, &parcel.caption)))
}

#[derive(Deserialize)]
struct Place {
    chat: i64,
    lat: f64,
    lon: f64,
}

async fn place(State(max): Service, Json(place): Json<Place>) -> Json<i64> {
    Json(max.location(place.chat, place.lat, place.lon))
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
    /// The message under which the button stands; the newest that has such a button unless it is said.
    message: Option<String>,
    data: Option<String>,
    label: Option<String>,
}

/// 404 when there is no such button.
async fn press(State(max): Service, Json(press): Json<Press>) -> Result<Json<String>, StatusCode> {
    let Press { chat, message, data, label } = press;
    let is_meant = |button: &&ShownButton| match &data {
        Some(_) => button.data == data,
        None => Some(&button.label) == label.as_ref(),
    };
    let messages = max.messages(chat);
    let mut newest = messages.iter().rev().filter(|shown| message.as_ref().is_none_or(|only| *only == shown.id));
    let found = newest.find_map(|shown| Some((&shown.id, shown.buttons.iter().flatten().find(is_meant)?.data.as_ref()?)));
    found.and_then(|(id, data)| max.press(chat, id, data)).map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[derive(Serialize)]
struct Chat {
    messages: Vec<Shown>,
    notices: Vec<String>,
}

async fn chat(State(max): Service, Path(chat): Path<i64>) -> Json<Chat> {
    Json(Chat { messages: max.messages(chat), notices: max.notices(chat) })
}
