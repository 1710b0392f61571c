//! The page on which a person plays browsers, and sets faults.

use super::{Browser, METHOD, Push};
use crate::page::{Line, SHOWN, in_words, show};
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
    methods: [&'static str; 1],
    refusal: &'static str,
    faults: Vec<String>,
    journal: Vec<Line>,
}

async fn overview(State(push): Service) -> Response {
    let (faults, journal) = (push.faults(), push.journal());
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
        methods: [METHOD],
        refusal: "refused",
        faults: faults.iter().map(in_words).collect(),
        journal: journal.iter().rev().take(SHOWN).map(Line::from).collect(),
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
