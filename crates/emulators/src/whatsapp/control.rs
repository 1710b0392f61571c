//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::{Order, WhatsApp};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<WhatsApp>>;

pub fn router() -> Router<Arc<WhatsApp>> {
    Router::new()
        .route("/_/people", post(person))
        .route("/_/messages", post(comes))
        .route("/_/presses", post(press))
        .route("/_/reads", post(reads))
        .route("/_/templates", post(template))
        .route("/_/webhook", post(webhook))
        .route("/_/hold", post(hold))
        .route("/_/release", post(release))
        .route("/_/repeat", post(repeat))
}

#[derive(Deserialize)]
struct Who {
    phone: i64,
    name: String,
}

async fn person(State(whatsapp): Service, Json(who): Json<Who>) -> StatusCode {
    whatsapp.person(who.phone, &who.name);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Words {
    phone: i64,
    text: String,
}

async fn comes(State(whatsapp): Service, Json(words): Json<Words>) -> Json<String> {
    Json(whatsapp.comes(words.phone, &words.text))
}

#[derive(Deserialize)]
struct Press {
    phone: i64,
    message: String,
    payload: String,
}

async fn press(State(whatsapp): Service, Json(press): Json<Press>) -> Json<String> {
    Json(whatsapp.press(press.phone, &press.message, &press.payload))
}

#[derive(Deserialize)]
struct Reader {
    phone: i64,
}

async fn reads(State(whatsapp): Service, Json(reader): Json<Reader>) -> StatusCode {
    whatsapp.reads(reader.phone);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct NewTemplate {
    name: String,
    language: String,
    words: String,
}

async fn template(State(whatsapp): Service, Json(new): Json<NewTemplate>) -> StatusCode {
    whatsapp.template(&new.name, &new.language, &new.words);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Address {
    url: String,
    app_secret: String,
    verify_token: String,
}

async fn webhook(State(whatsapp): Service, Json(to): Json<Address>) -> StatusCode {
    let verified = whatsapp.webhook(&to.url, &to.app_secret, &to.verify_token).await;
    if verified { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn hold(State(whatsapp): Service) -> StatusCode {
    whatsapp.hold();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Release {
    order: Order,
}

async fn release(State(whatsapp): Service, Json(release): Json<Release>) -> StatusCode {
    whatsapp.release(release.order);
    StatusCode::NO_CONTENT
}

async fn repeat(State(whatsapp): Service) -> StatusCode {
    whatsapp.repeat();
    StatusCode::NO_CONTENT
}
