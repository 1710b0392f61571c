//! The pages on which a person plays the people who talk with the bot, and sets faults.

use super::{
    LIMITS, Max,
    calls::METHODS,
    state::{BOT_NAME, Message, Person, Standing, State as Known, keyboard},
};
use crate::{
    journal::busiest,
    page::{Board, show, time},
    parcel::Parcel,
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

/// The numbers of people who are added at the page begin after this.
const FIRST_CHAT: i64 = 1000;
const LONGEST_CODE: usize = 128;

type Service = State<Arc<Max>>;

pub fn router() -> Router<Arc<Max>> {
    Router::new()
        .route("/", get(overview))
        .route("/people", post(add_person))
        .route("/people/{chat}", get(conversation))
        .route("/people/{chat}/messages", post(write))
        .route("/people/{chat}/start", post(open_link))
        .route("/people/{chat}/presses", post(press))
        .route("/people/{chat}/files", post(send_file))
        .route("/people/{chat}/contact", post(contact))
        .route("/people/{chat}/place", post(place))
        .route("/people/{chat}/block", post(block))
        .route("/people/{chat}/unblock", post(unblock))
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
            Standing::Stranger => "ещё не открывал бота",
            Standing::Talks => "общается с ботом",
            Standing::Blocked => "остановил бота",
            Standing::Gone => "удалил аккаунт",
        };
        let may_write = matches!(person.standing, Standing::Stranger | Standing::Talks);
        Self { chat, name: person.name.clone(), standing, may_write, messages: person.messages.len() }
    }
}

#[derive(Template)]
#[template(path = "max/overview.html")]
struct Overview {
    bot: &'static str,
    host: String,
    people: Vec<PersonView>,
    limited: bool,
    busiest: usize,
    board: Board,
}

async fn overview(State(max): Service, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let journal = max.journal();
    let board = Board::of(&max, &METHODS, "Чат", "Emulated fault");
    let page = {
        let state = max.state();
        let known = state.people.iter().map(|(chat, person)| (*chat, person.name.clone())).collect();
        Overview {
            bot: BOT_NAME,
            host,
            people: state.people.iter().map(|(chat, person)| PersonView::of(*chat, person)).collect(),
            limited: state.limits.is_some(),
            busiest: busiest(journal.iter().filter(|call| call.taken), Duration::from_secs(1)),
            board: Board { usual: "POST /messages", known, ..board },
        }
    };
    show(&page)
}

struct Button {
    text: String,
    data: Option<String>,
    url: Option<String>,
}

struct MessageView {
    id: String,
    by_bot: bool,
    text: String,
    time: String,
    buttons: Vec<Button>,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let body = &message.json["body"];
        let attachments = body["attachments"].as_array().into_iter().flatten();
        let files = attachments.filter_map(|one| match one["type"].as_str()? {
            "image" => Some("[фото] ".to_owned()),
            "file" => Some(format!("[файл {}] ", one["filename"].as_str().unwrap_or_default())),
            "contact" => Some("[контакт] ".to_owned()),
            "location" => Some(format!("[место {}, {}] ", one["latitude"], one["longitude"])),
            _ => None,
        });
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        let buttons = keyboard(&message.json).flatten().map(|button| Button {
            text: word(button, "text").unwrap_or_default(),
            data: word(button, "payload"),
            url: word(button, "url"),
        });
        Self {
            id: message.id.clone(),
            by_bot: message.by_bot,
            text: files.collect::<String>() + body["text"].as_str().unwrap_or_default(),
            time: time(message.at_ms),
            buttons: buttons.collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "max/chat.html")]
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

async fn conversation(State(max): Service, Path(chat): Path<i64>) -> Response {
    let page = Conversation::of(&max.state(), chat);
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |page| show(&page))
}

#[derive(Deserialize)]
struct NewPerson {
    name: String,
}

async fn add_person(State(max): Service, Form(new): Form<NewPerson>) -> Redirect {
    let mut state = max.state();
    let chat = state.people.keys().next_back().copied().unwrap_or(0).max(FIRST_CHAT) + 1;
    state.meet(chat, new.name.trim(), Standing::Stranger);
    back(chat)
}

fn back(chat: i64) -> Redirect {
    Redirect::to(&format!("/people/{chat}"))
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

async fn write(State(max): Service, Path(chat): Path<i64>, Form(words): Form<Words>) -> Redirect {
    max.comes(chat, &words.text);
    back(chat)
}

#[derive(Deserialize)]
struct Opened {
    link: String,
}

async fn open_link(State(max): Service, Path(chat): Path<i64>, Form(opened): Form<Opened>) -> Response {
    match code_in(&opened.link) {
        Some(code) => {
            max.starts(chat, code);
            back(chat).into_response()
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, "Это не ссылка на бота и не код: в коде от 1 до 128 знаков.").into_response(),
    }
}

/// The code of a deep link, or the code itself.
fn code_in(link: &str) -> Option<&str> {
    let link = link.trim();
    let code = link.split_once("start=").map_or(link, |(_, rest)| rest.split(['&', '#']).next().unwrap_or_default());
    ((1..=LONGEST_CODE).contains(&code.len()) && !code.contains(['/', ' '])).then_some(code)
}

#[derive(Deserialize)]
struct Pressed {
    message: String,
    data: String,
}

async fn press(State(max): Service, Path(chat): Path<i64>, Form(pressed): Form<Pressed>) -> Redirect {
    max.press(chat, &pressed.message, &pressed.data);
    back(chat)
}

async fn send_file(State(max): Service, Path(chat): Path<i64>, Parcel { file, caption, .. }: Parcel) -> Redirect {
    if file.mime.starts_with("image/") {
        max.photo(chat, file.bytes, &caption);
    } else {
        max.document(chat, &file.name, &file.mime, file.bytes, &caption);
    }
    back(chat)
}

#[derive(Deserialize)]
struct Contact {
    phone: String,
    own: bool,
}

async fn contact(State(max): Service, Path(chat): Path<i64>, Form(contact): Form<Contact>) -> Redirect {
    max.contact(chat, &contact.phone, contact.own);
    back(chat)
}

#[derive(Deserialize)]
struct Place {
    lat: f64,
    lon: f64,
}

async fn place(State(max): Service, Path(chat): Path<i64>, Form(place): Form<Place>) -> Redirect {
    max.location(chat, place.lat, place.lon);
    back(chat)
}

async fn block(State(max): Service, Path(chat): Path<i64>) -> Redirect {
    max.block(chat);
    back(chat)
}

async fn unblock(State(max): Service, Path(chat): Path<i64>) -> Redirect {
    max.unblock(chat);
    back(chat)
}

#[derive(Deserialize)]
struct Limiting {
    on: bool,
}

async fn limit(State(max): Service, Form(limiting): Form<Limiting>) -> Redirect {
    max.limit(limiting.on.then_some(LIMITS));
    Redirect::to("/")
}
