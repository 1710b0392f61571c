//! The page on which a person plays browsers, and sets faults.

use super::{Browser, METHODS, Push};
use crate::{
    page::{Board, show},
    running::client,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use reqwest::{RequestBuilder, header};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Service = State<Arc<Push>>;

pub fn router() -> Router<Arc<Push>> {
    Router::new()
        .route("/", get(overview))
        .route("/browsers", post(add))
        .route("/browsers/deeds", post(deed))
        .route("/browsers/owner", post(give))
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

/// Whose browser it is to the program.
#[derive(Deserialize)]
struct Owner {
    subscription: String,
    program: String,
    login: String,
    password: String,
}

/// Hands the subscription over as the person's own page does when the browser is let in.
async fn give(Form(owner): Form<Owner>) -> Response {
    match hand_over(&owner).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, format!("Программа не взяла подписку: {why}")).into_response(),
    }
}

async fn hand_over(owner: &Owner) -> Result<(), String> {
    let client = client().map_err(|error| error.to_string())?;
    let at = |path: &str| client.post(format!("{}/api/v1/{path}", owner.program.trim_end_matches('/')));
    let signed_in = tell(at("auth/sessions"), json!({ "login": owner.login, "password": owner.password })).await?;
    let token = signed_in["access_token"].as_str().ok_or("нет ключа в ответе на вход")?;
    tell(at("me/devices").bearer_auth(token), json!({ "subscription": owner.subscription })).await.map(drop)
}

/// One call of the program's API, and its answer.
async fn tell(request: RequestBuilder, what: Value) -> Result<Value, String> {
    let request = request.header(header::CONTENT_TYPE, "application/json").body(what.to_string());
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
    if !status.is_success() {
        return Err(format!("{status} {text}"));
    }
    Ok(serde_json::from_str(&text).unwrap_or_default())
}
