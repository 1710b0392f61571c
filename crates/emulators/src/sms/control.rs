//! How another process works the emulator, besides clock, faults and journal: JSON under `/_/`.

use super::Sms;
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Service = State<Arc<Sms>>;

pub fn router() -> Router<Arc<Sms>> {
    Router::new().route("/_/messages", get(messages)).route("/_/balance", post(balance)).route("/_/phones", post(phone))
}

#[derive(Deserialize)]
struct Which {
    phone: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    phone: String,
    sender: String,
    text: String,
    stage: String,
}

async fn messages(State(sms): Service, Query(which): Query<Which>) -> Json<Vec<Shown>> {
    let phone = which.phone.map(|phone| super::state::digits(&phone));
    let now = sms.clock.now_ms();
    let state = sms.state();
    let asked = state.messages.iter().filter(|message| phone.as_ref().is_none_or(|phone| *phone == message.phone));
    let shown = asked.map(|message| Shown {
        id: message.id.clone(),
        phone: message.phone.clone(),
        sender: message.sender.clone(),
        text: message.text.clone(),
        stage: format!("{:?}", state.stage(message, now)).to_lowercase(),
    });
    Json(shown.collect())
}

#[derive(Deserialize)]
struct Purse {
    kopecks: i64,
}

async fn balance(State(sms): Service, Json(purse): Json<Purse>) -> StatusCode {
    sms.balance(purse.kopecks);
    StatusCode::NO_CONTENT
}

/// `delivered`, `undeliverable`, `switched_off` or `no_such`.
#[derive(Deserialize)]
struct Phone {
    phone: String,
    is: String,
}

async fn phone(State(sms): Service, Json(Phone { phone, is }): Json<Phone>) -> StatusCode {
    if sms.play(&phone, &is) { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

impl Sms {
    /// Lets a phone behave so; false when there is no such word.
    pub(super) fn play(&self, phone: &str, is: &str) -> bool {
        match is {
            "delivered" => self.delivered(phone),
            "undeliverable" => self.undeliverable(phone),
            "switched_off" => self.switched_off(phone),
            "no_such" => self.no_such(phone),
            _ => return false,
        }
        true
    }
}
