//! The pages on which a person plays the people who talk with the bot, and sets faults.

use super::{
    LIMITS, Telegram,
    methods::{METHODS, is_message},
    state::{BOT_NAME, Message, Person, Standing, State as Known},
};
use crate::{
    faults::Fault,
    journal::busiest,
    page::{Line, NewFault, in_words, show, time},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::HOST},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// How much of the journal is shown.
const SHOWN: usize = 200;
/// The numbers of people who are added at the page begin after this.
const FIRST_CHAT: i64 = 1000;

type Service = State<Arc<Telegram>>;

pub fn router() -> Router<Arc<Telegram>> {
    Router::new()
        .route("/", get(overview))
        .route("/chats", post(add_person))
        .route("/chats/{chat}", get(conversation))
        .route("/chats/{chat}/messages", post(write))
        .route("/chats/{chat}/start", post(open_link))
        .route("/chats/{chat}/presses", post(press))
        .route("/chats/{chat}/block", post(block))
        .route("/chats/{chat}/unblock", post(unblock))
        .route("/faults", post(add_fault))
        .route("/faults/none", post(no_faults))
        .route("/limits", post(limit))
}

struct PersonView {
    chat: i64,
    name: String,
    standing: &'static str,
    may_write: bool,
    messages: usize,
}

impl PersonView {
    fn of(chat: i64, person: &Person) -> Self {
        let standing = match person.standing {
            Standing::Stranger => "ещё не писал боту",
            Standing::Talks => "общается с ботом",
            Standing::Blocked => "заблокировал бота",
            Standing::Gone => "удалил аккаунт",
        };
        let may_write = matches!(person.standing, Standing::Stranger | Standing::Talks);
        Self { chat, name: person.name.clone(), standing, may_write, messages: person.messages.len() }
    }
}

#[derive(Template)]
#[template(path = "telegram/overview.html")]
struct Overview {
    bot: &'static str,
    host: String,
    people: Vec<PersonView>,
    methods: &'static [&'static str],
    faults: Vec<String>,
    limited: bool,
    busiest: usize,
    journal: Vec<Line>,
}

async fn overview(State(telegram): Service, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let page = {
        let state = telegram.state();
        let messages = state.journal.iter().filter(|call| call.taken && is_message(&call.method));
        Overview {
            bot: BOT_NAME,
            host,
            people: state.people.iter().map(|(chat, person)| PersonView::of(*chat, person)).collect(),
            methods: &METHODS,
            faults: state.script.to_come().map(|fault| in_words(fault, "чат")).collect(),
            limited: state.limits.is_some(),
            busiest: busiest(messages, Duration::from_secs(1)),
            journal: state.journal.iter().rev().take(SHOWN).map(Line::from).collect(),
        }
    };
    show(&page)
}

struct Button {
    text: String,
    data: Option<String>,
    url: String,
}

struct MessageView {
    id: i64,
    by_bot: bool,
    text: String,
    time: String,
    buttons: Vec<Button>,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let json = &message.json;
        let words = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let file = ["photo", "document", "location"].into_iter().find(|kind| !json[*kind].is_null());
        let text = match file {
            Some("photo") => format!("[фото] {}", words("caption")),
            Some("document") => format!("[файл {}] {}", json["document"]["file_name"].as_str().unwrap_or_default(), words("caption")),
            Some(_) => format!("[место {}, {}]", json["location"]["latitude"], json["location"]["longitude"]),
            None => words("text"),
        };
        let rows = json["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        let buttons = rows.filter_map(Value::as_array).flatten().map(|button| Button {
            text: word(button, "text").unwrap_or_default(),
            data: word(button, "callback_data"),
            url: word(button, "url").unwrap_or_default(),
        });
        Self { id: message.id, by_bot: message.by_bot, text, time: time(message.at_ms), buttons: buttons.collect() }
    }
}

#[derive(Template)]
#[template(path = "telegram/chat.html")]
struct Conversation {
    bot: &'static str,
    person: PersonView,
    messages: Vec<MessageView>,
    notices: Vec<String>,
}

impl Conversation {
    fn of(state: &Known, chat: i64) -> Option<Self> {
        let person = state.people.get(&chat)?;
        let notices = state.notices.iter().filter(|(to, text)| *to == chat && !text.is_empty());
        Some(Self {
            bot: BOT_NAME,
            person: PersonView::of(chat, person),
            messages: person.messages.iter().map(MessageView::from).collect(),
            notices: notices.map(|(_, text)| text.clone()).collect(),
        })
    }
}

async fn conversation(State(telegram): Service, Path(chat): Path<i64>) -> Response {
    let page = Conversation::of(&telegram.state(), chat);
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |page| show(&page))
}

#[derive(Deserialize)]
struct NewPerson {
    name: String,
}

async fn add_person(State(telegram): Service, Form(new): Form<NewPerson>) -> Redirect {
    let mut state = telegram.state();
    let chat = state.people.keys().next_back().copied().unwrap_or(0).max(FIRST_CHAT) + 1;
    state.meet(chat, new.name.trim(), Standing::Stranger);
    back(chat)
}

fn back(chat: i64) -> Redirect {
    Redirect::to(&format!("/chats/{chat}"))
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

async fn write(State(telegram): Service, Path(chat): Path<i64>, Form(words): Form<Words>) -> Redirect {
    telegram.comes(chat, &words.text);
    back(chat)
}

#[derive(Deserialize)]
struct Opened {
    link: String,
}

async fn open_link(State(telegram): Service, Path(chat): Path<i64>, Form(opened): Form<Opened>) -> Response {
    match code_in(&opened.link) {
        Some(code) => {
            telegram.comes(chat, &format!("/start {code}"));
            back(chat).into_response()
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, "Это не ссылка на бота и не код: в коде от 1 до 64 знаков A–Z, a–z, 0–9, _ и -.")
            .into_response(),
    }
}

/// The code of a deep link, or the code itself.
fn code_in(link: &str) -> Option<&str> {
    let link = link.trim();
    let code = link.split_once("start=").map_or(link, |(_, rest)| rest.split(['&', '#']).next().unwrap_or_default());
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    ((1..=64).contains(&code.len()) && code.bytes().all(is_plain)).then_some(code)
}

#[derive(Deserialize)]
struct Pressed {
    message: i64,
    data: String,
}

async fn press(State(telegram): Service, Path(chat): Path<i64>, Form(pressed): Form<Pressed>) -> Redirect {
    telegram.press(chat, pressed.message, &pressed.data);
    back(chat)
}

async fn block(State(telegram): Service, Path(chat): Path<i64>) -> Redirect {
    telegram.block(chat);
    back(chat)
}

async fn unblock(State(telegram): Service, Path(chat): Path<i64>) -> Redirect {
    telegram.unblock(chat);
    back(chat)
}

async fn add_fault(State(telegram): Service, Form(new): Form<NewFault>) -> Response {
    match Fault::try_from(new) {
        Ok(fault) => telegram.fault(fault),
        Err(status) => return status.into_response(),
    }
    Redirect::to("/").into_response()
}

async fn no_faults(State(telegram): Service) -> Redirect {
    telegram.no_more_faults();
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Limiting {
    on: bool,
}

async fn limit(State(telegram): Service, Form(limiting): Form<Limiting>) -> Redirect {
    telegram.limit(limiting.on.then_some(LIMITS));
    Redirect::to("/")
}
