//! The pages on which a person plays the people who talk with the bot, and sets faults.

use super::{
    LIMITS, Telegram,
    methods::{METHODS, is_message},
    people,
    shown::{ShownButton, file_id, rows},
    state::{BOT_NAME, Message, Person, Standing, State as Known},
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
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, HOST},
    },
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

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
        .route("/chats/{chat}/words", post(press_words))
        .route("/chats/{chat}/files", post(send_file))
        .route("/chats/{chat}/files/{message}", get(file))
        .route("/chats/{chat}/contacts", post(share))
        .route("/chats/{chat}/places", post(send_place))
        .route("/chats/{chat}/block", post(block))
        .route("/chats/{chat}/unblock", post(unblock))
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
    limited: bool,
    busiest: usize,
    board: Board,
}

async fn overview(State(telegram): Service, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let journal = telegram.journal();
    let messages = journal.iter().filter(|call| call.taken && is_message(&call.method));
    let board = Board::of(&telegram, &METHODS, "Чат", "Emulated fault");
    let page = {
        let state = telegram.state();
        let known = state.people.iter().map(|(chat, person)| (*chat, person.name.clone())).collect();
        Overview {
            bot: BOT_NAME,
            host,
            people: state.people.iter().map(|(chat, person)| PersonView::of(*chat, person)).collect(),
            limited: state.limits.is_some(),
            busiest: busiest(messages, Duration::from_secs(1)),
            board: Board { usual: "sendMessage", known, ..board },
        }
    };
    show(&page)
}

struct MessageView {
    id: i64,
    by_bot: bool,
    text: String,
    time: String,
    /// The name of its file.
    file: Option<String>,
    is_photo: bool,
    buttons: Vec<Vec<ShownButton>>,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let json = &message.json;
        let words = |name: &str| json[name].as_str().unwrap_or_default();
        let mut text = match ["location", "contact"].into_iter().find(|kind| !json[*kind].is_null()) {
            Some("location") => format!("[место {}, {}]", json["location"]["latitude"], json["location"]["longitude"]),
            Some(_) => format!("[контакт {}]", json["contact"]["phone_number"].as_str().unwrap_or_default()),
            None => format!("{}{}", words("text"), words("caption")),
        };
        if let Some(answered) = json["reply_to_message"]["message_id"].as_i64() {
            text = format!("[ответ на {answered}] {text}");
        }
        let is_photo = !json["photo"].is_null();
        let name = json["document"]["file_name"].as_str().unwrap_or("фото");
        let file = (is_photo || !json["document"].is_null()).then(|| name.to_owned());
        let buttons = rows(&json["reply_markup"]["inline_keyboard"]);
        Self { id: message.id, by_bot: message.by_bot, text, time: time(message.at_ms), file, is_photo, buttons }
    }
}

#[derive(Template)]
#[template(path = "telegram/chat.html")]
struct Conversation {
    bot: &'static str,
    person: PersonView,
    messages: Vec<MessageView>,
    /// What stands in place of the person's own keyboard.
    keyboard: Vec<Vec<ShownButton>>,
    notices: Vec<String>,
    phone: String,
}

impl Conversation {
    fn of(state: &Known, chat: i64) -> Option<Self> {
        let person = state.people.get(&chat)?;
        let notices = state.notices.iter().filter(|(to, text)| *to == chat && !text.is_empty());
        Some(Self {
            bot: BOT_NAME,
            person: PersonView::of(chat, person),
            messages: person.messages.iter().map(MessageView::from).collect(),
            keyboard: person.keyboard.as_ref().map(|keyboard| rows(&keyboard.rows)).unwrap_or_default(),
            phone: people::phone(chat),
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
    /// The message that it answers; empty when none.
    #[serde(default)]
    reply_to: String,
}

async fn write(State(telegram): Service, Path(chat): Path<i64>, Form(words): Form<Words>) -> Redirect {
    match words.reply_to.parse() {
        Ok(message) => telegram.replies(chat, &words.text, message),
        Err(_) => telegram.comes(chat, &words.text),
    };
    back(chat)
}

async fn send_file(State(telegram): Service, Path(chat): Path<i64>, parcel: Parcel) -> Redirect {
    let file = parcel.file;
    if file.mime.starts_with("image/") && !parcel.as_document {
        telegram.photo(chat, file.bytes, &parcel.caption);
    } else {
        telegram.document(chat, &file.name, &file.mime, file.bytes, &parcel.caption);
    }
    back(chat)
}

/// The file of a message, to look at.
async fn file(State(telegram): Service, Path((chat, message)): Path<(i64, i64)>) -> Response {
    let state = telegram.state();
    let message = state.people.get(&chat).and_then(|person| person.messages.iter().find(|one| one.id == message));
    let Some(upload) = message.and_then(|message| state.files.of(file_id(&message.json)?)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // What is no picture is not opened: it may be a page with scripts.
    let mime = if upload.mime.starts_with("image/") { upload.mime.as_str() } else { "application/octet-stream" };
    ([(CONTENT_TYPE, mime.to_owned())], upload.bytes.clone()).into_response()
}

#[derive(Deserialize)]
struct Shared {
    phone: String,
    own: bool,
}

async fn share(State(telegram): Service, Path(chat): Path<i64>, Form(shared): Form<Shared>) -> Redirect {
    telegram.contact(chat, shared.phone.trim(), shared.own);
    back(chat)
}

#[derive(Deserialize)]
struct Place {
    lat: f64,
    lon: f64,
}

async fn send_place(State(telegram): Service, Path(chat): Path<i64>, Form(place): Form<Place>) -> Redirect {
    telegram.location(chat, place.lat, place.lon);
    back(chat)
}

/// A button in place of the person's keyboard.
async fn press_words(State(telegram): Service, Path(chat): Path<i64>, Form(words): Form<Words>) -> Redirect {
    telegram.press_label(chat, None, &words.text);
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

#[derive(Deserialize)]
struct Limiting {
    on: bool,
}

async fn limit(State(telegram): Service, Form(limiting): Form<Limiting>) -> Redirect {
    telegram.limit(limiting.on.then_some(LIMITS));
    Redirect::to("/")
}
