//! How another process works the emulator: JSON under `/_/`.

use super::{Max, Shown, files::Upload};
use crate::{faults::Fault, journal::Call};
use axum::{
    Json, Router,
    extract::{Multipart, Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Service = State<Arc<Max>>;

pub fn router() -> Router<Arc<Max>> {
    Router::new()
        .route("/_/journal", get(journal))
        .route("/_/faults", post(fault).delete(no_more_faults))
        .route("/_/people", post(person))
        .route("/_/starts", post(starts))
        .route("/_/messages", post(comes))
        .route("/_/photos", post(photo))
        .route("/_/contacts", post(contact))
        .route("/_/presses", post(press))
        .route("/_/chats/{chat}", get(chat))
}

#[derive(Deserialize)]
struct Which {
    chat: Option<i64>,
    method: Option<String>,
}

async fn journal(State(max): Service, Query(which): Query<Which>) -> Json<Vec<Call>> {
    let mut calls = max.journal();
    calls.retain(|call| which.chat.is_none() || call.chat == which.chat);
    calls.retain(|call| which.method.as_ref().is_none_or(|method| call.method.eq_ignore_ascii_case(method)));
    Json(calls)
}

async fn fault(State(max): Service, Json(fault): Json<Fault>) -> StatusCode {
    max.fault(fault);
    StatusCode::NO_CONTENT
}

async fn no_more_faults(State(max): Service) -> StatusCode {
    max.no_more_faults();
    StatusCode::NO_CONTENT
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
async fn photo(State(max): Service, form: Multipart) -> Result<Json<i64>, StatusCode> {
    let form = FileForm::read(form).await.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    let chat = form.chat.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    Ok(Json(max.photo(chat, &form.file.bytes, &form.caption)))
}

/// A file that a form brings.
#[derive(Default)]
pub struct FileForm {
    chat: Option<i64>,
    pub caption: String,
    pub file: Upload,
}

impl FileForm {
    pub async fn read(mut form: Multipart) -> Option<Self> {
        let mut read = Self::default();
        while let Some(field) = form.next_field().await.ok()? {
            match field.name().unwrap_or_default() {
                "chat" => read.chat = Some(field.text().await.ok()?.parse().ok()?),
                "caption" => read.caption = field.text().await.ok()?,
                "file" => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
                    read.file = Upload { name, mime, bytes: field.bytes().await.ok()? };
                }
                _ => {}
            }
        }
        (!read.file.bytes.is_empty()).then_some(read)
    }
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
