//! The page on which a person plays the phones, and sets money and faults.

use super::{
    Sms,
    calls::METHODS,
    state::{Gateway, Stage, roubles},
};
use crate::page::{Board, SHOWN, show, time};
use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::HOST},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<Sms>>;

pub fn router() -> Router<Arc<Sms>> {
    Router::new().route("/", get(overview)).route("/phones", post(phone)).route("/balance", post(balance))
}

struct MessageView {
    time: String,
    gateway: &'static str,
    phone: String,
    sender: String,
    text: String,
    cost: String,
    stage: &'static str,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "sms/overview.html")]
struct Overview {
    host: String,
    balance: String,
    messages: Vec<MessageView>,
    board: Board,
}

async fn overview(State(sms): Service, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let now = sms.clock.now_ms();
    let board = Board::of(&sms, &METHODS, "Телефон", "3");
    let page = {
        let state = sms.state();
        let messages = state.messages.iter().rev().take(SHOWN).map(|message| {
            let stage = state.stage(message, now);
            MessageView {
                time: time(message.at_ms),
                gateway: name(message.gateway),
                phone: message.phone.clone(),
                sender: message.sender.clone(),
                text: message.text.clone(),
                cost: roubles(message.cost),
                stage: in_russian(stage),
                is_open: !stage.is_last(),
            }
        });
        Overview { host, balance: roubles(state.balance), messages: messages.collect(), board }
    };
    show(&page)
}

fn name(gateway: Gateway) -> &'static str {
    match gateway {
        Gateway::Smsc => "SMSC",
        Gateway::SmsRu => "SMS.RU",
        Gateway::SmsAero => "SMS Aero",
    }
}

fn in_russian(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => "в очереди",
        Stage::Sent => "у оператора",
        Stage::Delivered => "доставлено",
        Stage::Failed => "не доставлено",
        Stage::Nobody => "нет такого номера",
        Stage::Expired => "истёк срок",
    }
}

#[derive(Deserialize)]
struct Phone {
    phone: String,
    is: String,
}

async fn phone(State(sms): Service, Form(Phone { phone, is }): Form<Phone>) -> Response {
    if sms.play(&phone, &is) { Redirect::to("/").into_response() } else { StatusCode::UNPROCESSABLE_ENTITY.into_response() }
}

#[derive(Deserialize)]
struct Purse {
    roubles: i64,
}

async fn balance(State(sms): Service, Form(purse): Form<Purse>) -> Redirect {
    sms.balance(purse.roubles.saturating_mul(100));
    Redirect::to("/")
}
