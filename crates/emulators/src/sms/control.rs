//! How another process works the emulator: JSON under `/_/`.

use super::Sms;
use crate::{faults::Fault, journal::Call};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

type Service = State<Arc<Sms>>;

pub fn router() -> Router<Arc<Sms>> {
    Router::new()
        .route("/_/journal", get(journal))
        .route("/_/messages", get(messages))
        .route("/_/faults", post(fault).delete(no_more_faults))
        .route("/_/balance", post(balance))
        .route("/_/phones", post(phone))
        .route("/_/clock", post(clock))
}

#[derive(Deserialize)]
struct Which {
    phone: Option<String>,
}

async fn journal(State(sms): Service) -> Json<Vec<Call>> {
    Json(sms.journal())
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

async fn fault(State(sms): Service, Json(fault): Json<Fault>) -> StatusCode {
    sms.fault(fault);
    StatusCode::NO_CONTENT
}

async fn no_more_faults(State(sms): Service) -> StatusCode {
    sms.no_more_faults();
    StatusCode::NO_CONTENT
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

#[derive(Deserialize)]
struct Forward {
    seconds: u64,
}

async fn clock(State(sms): Service, Json(Forward { seconds }): Json<Forward>) -> StatusCode {
    sms.advance(Duration::from_secs(seconds));
    StatusCode::NO_CONTENT
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
