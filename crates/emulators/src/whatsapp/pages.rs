//! The pages on which a person plays the people who have WhatsApp, and sets faults.

use super::{
    APP_SECRET, LIMITS, METHODS, VERIFY_TOKEN, WhatsApp,
    state::{Level, Message, Standing, State as Known},
};
use crate::page::{Board, show, time};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::sync::Arc;

type Service = State<Arc<WhatsApp>>;

pub fn router() -> Router<Arc<WhatsApp>> {
    Router::new()
        .route("/", get(overview))
        .route("/people", post(add_person))
        .route("/people/{phone}", get(conversation))
        .route("/people/{phone}/messages", post(write))
        .route("/people/{phone}/presses", post(press))
        .route("/people/{phone}/deeds", post(deed))
        .route("/templates", post(add_template))
        .route("/webhook", post(set_webhook))
        .route("/limits", post(limit))
}

struct PersonView {
    phone: i64,
    name: String,
    is_here: bool,
    is_open: bool,
}

impl PersonView {
    fn of(state: &Known, phone: i64, now: i64) -> Option<Self> {
        let person = state.people.get(&phone)?;
        let is_here = person.standing == Standing::Here;
        Some(Self { phone, name: person.name.clone(), is_here, is_open: state.is_open(phone, now) })
    }
}

#[derive(Template)]
#[template(path = "whatsapp/overview.html")]
struct Overview {
    url: String,
    people: Vec<PersonView>,
    templates: Vec<(String, String, String)>,
    webhook: String,
    app_secret: &'static str,
    verify_token: &'static str,
    waiting: usize,
    limited: bool,
    board: Board,
}

async fn overview(State(whatsapp): Service) -> Response {
    let now = whatsapp.clock.now_ms();
    let board = Board::of(&whatsapp, &METHODS, "Телефон", "131000");
    let page = {
        let state = whatsapp.state();
        let known = state.people.iter().map(|(phone, person)| (*phone, person.name.clone())).collect();
        let templates = state.templates.iter();
        Overview {
            url: whatsapp.url(),
            people: state.people.keys().filter_map(|phone| PersonView::of(&state, *phone, now)).collect(),
            templates: templates.map(|((name, language), it)| (name.clone(), language.clone(), it.words.clone())).collect(),
            webhook: state.hooks.to.as_ref().map(|(url, _)| url.clone()).unwrap_or_default(),
            app_secret: APP_SECRET,
            verify_token: VERIFY_TOKEN,
            waiting: state.hooks.waiting.len(),
            limited: state.limits.is_some(),
            board: Board { known, ..board },
        }
    };
    show(&page)
}

struct MessageView {
    wamid: String,
    is_ours: bool,
    text: String,
    time: String,
    level: &'static str,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let level = match message.level {
            None => "",
            Some(Level::Failed) => "не доставлено",
            Some(Level::Sent) => "отправлено",
            Some(Level::Delivered) => "доставлено",
            Some(Level::Read) => "прочитано",
        };
        let (wamid, text) = (message.wamid.clone(), message.text.clone());
        Self { wamid, is_ours: message.level.is_some(), text, time: time(message.at_ms), level }
    }
}

#[derive(Template)]
#[template(path = "whatsapp/chat.html")]
struct Conversation {
    person: PersonView,
    messages: Vec<MessageView>,
}

async fn conversation(State(whatsapp): Service, Path(phone): Path<i64>) -> Response {
    let now = whatsapp.clock.now_ms();
    let page = {
        let state = whatsapp.state();
        let messages = state.messages.iter().filter(|message| message.phone == phone).map(MessageView::from).collect();
        PersonView::of(&state, phone, now).map(|person| Conversation { person, messages })
    };
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |page| show(&page))
}

fn back(phone: i64) -> Redirect {
    Redirect::to(&format!("/people/{phone}"))
}

#[derive(Deserialize)]
struct NewPerson {
    phone: String,
    name: String,
}

async fn add_person(State(whatsapp): Service, Form(new): Form<NewPerson>) -> Response {
    let digits: String = new.phone.chars().filter(char::is_ascii_digit).collect();
    match digits.parse() {
        Ok(phone) if digits.len() >= 7 => {
            whatsapp.person(phone, new.name.trim());
            back(phone).into_response()
        }
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "Это не телефон").into_response(),
    }
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

async fn write(State(whatsapp): Service, Path(phone): Path<i64>, Form(words): Form<Words>) -> Redirect {
    whatsapp.comes(phone, &words.text);
    back(phone)
}

#[derive(Deserialize)]
struct Press {
    message: String,
    payload: String,
}

async fn press(State(whatsapp): Service, Path(phone): Path<i64>, Form(press): Form<Press>) -> Redirect {
    whatsapp.press(phone, &press.message, &press.payload);
    back(phone)
}

#[derive(Deserialize)]
struct Deed {
    what: String,
}

async fn deed(State(whatsapp): Service, Path(phone): Path<i64>, Form(deed): Form<Deed>) -> Redirect {
    match deed.what.as_str() {
        "read" => whatsapp.reads(phone),
        "away" => whatsapp.away(phone),
        _ => whatsapp.back(phone),
    }
    back(phone)
}

#[derive(Deserialize)]
struct NewTemplate {
    name: String,
    language: String,
    words: String,
}

async fn add_template(State(whatsapp): Service, Form(new): Form<NewTemplate>) -> Redirect {
    whatsapp.template(new.name.trim(), new.language.trim(), &new.words);
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Address {
    url: String,
    app_secret: String,
    verify_token: String,
}

async fn set_webhook(State(whatsapp): Service, Form(to): Form<Address>) -> Response {
    if whatsapp.webhook(&to.url, &to.app_secret, &to.verify_token).await {
        return Redirect::to("/").into_response();
    }
    (StatusCode::UNPROCESSABLE_ENTITY, "По этому адресу не ответили на проверку: не тот адрес или не то слово.").into_response()
}

#[derive(Deserialize)]
struct Limiting {
    on: bool,
}

async fn limit(State(whatsapp): Service, Form(limiting): Form<Limiting>) -> Redirect {
    whatsapp.limit(limiting.on.then_some(LIMITS));
    Redirect::to("/")
}
