//! The page on which a person plays browsers, and sets faults.

use super::{Browser, METHODS, Push};
use crate::page::{Board, show};
use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    response::{Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<Push>>;

pub fn router() -> Router<Arc<Push>> {
    Router::new().route("/", get(overview)).route("/browsers", post(add)).route("/browsers/deeds", post(deed))
}

struct BrowserView {
    number: i64,
    subscription: String,
    is_expired: bool,
    is_away: bool,
    received: Vec<String>,
}

#[derive(Template)]
#[template(path = "push/overview.html")]
struct Overview {
    url: String,
    browsers: Vec<BrowserView>,
    board: Board,
}

async fn overview(State(push): Service) -> Response {
    let view = |(number, browser): (&i64, &Browser)| BrowserView {
        number: *number,
        subscription: push.subscription(*number, &browser.keys).to_string(),
        is_expired: browser.is_expired,
        is_away: browser.is_away,
        received: browser.messages.iter().filter(|message| message.is_delivered).map(|message| message.text.clone()).collect(),
    };
    let page = Overview {
        url: push.url(),
        browsers: push.browsers().iter().map(view).collect(),
        board: Board::of(&push, &METHODS, "Браузер", "refused"),
    };
    show(&page)
}

async fn add(State(push): Service) -> Redirect {
    push.subscribe();
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Deed {
    subscription: String,
    what: String,
}

async fn deed(State(push): Service, Form(deed): Form<Deed>) -> Redirect {
    match deed.what.as_str() {
        "expire" => push.expire(&deed.subscription),
        "away" => push.away(&deed.subscription),
        _ => push.back(&deed.subscription),
    }
    Redirect::to("/")
}
