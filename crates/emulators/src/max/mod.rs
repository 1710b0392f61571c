//! MAX's Bot API: <https://dev.max.ru/docs-api>. One bot, whose people a test or a person at the page plays.

mod calls;
mod control;
mod files;
mod messages;
mod pages;
mod state;
mod updates;
mod webhook;

use crate::{
    Desk,
    clock::millis,
    limits::{Limit, Limits},
    parcel::Upload,
    running::{Running, bind, client},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{any, get},
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use state::{Standing, State};
use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub use state::BOT_NAME;

/// What the service takes: of a bot thirty calls a second, to one chat two messages a second, answers to presses included.
pub const LIMITS: Limits = Limits {
    overall: Limit { most: 30, within: Duration::from_secs(1) },
    person: Limit { most: 2, within: Duration::from_secs(1) },
    group: Limit { most: 2, within: Duration::from_secs(1) },
};
/// The most that is read of a call. The service itself takes files up to 4 GB.
const LARGEST: usize = 51 << 20;

/// The emulated service. A call's method is as in `POST /messages`, that of the upload of a file `POST /upload`; in the journal a
/// message's number is the last part of its id.
#[derive(Debug, Default)]
pub struct Max {
    desk: Desk,
    state: Mutex<State>,
    /// The only token taken; without it any.
    token: Option<String>,
}

/// A message of the bot's as a person sees it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub id: String,
    pub text: String,
    pub buttons: Vec<Vec<ShownButton>>,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownButton {
    pub label: String,
    /// `callback`, `link`, `request_contact`, `request_geo_location` …
    pub kind: String,
    pub data: Option<String>,
    pub url: Option<String>,
}

/// A call's result, or why it is refused.
type Outcome = Result<Value, Refusal>;

/// A refusal as the API gives it.
#[derive(Clone, Debug)]
struct Refusal {
    status: u16,
    code: String,
    message: String,
    retry_after: Option<u32>,
}

impl Max {
    /// Starts a service that knows nobody and has no limits.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(listen: SocketAddr) -> io::Result<Running<Self>> {
        Self::default().listening(listen).await
    }

    /// The same, taking no other token than this.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start_for(listen: SocketAddr, token: &str) -> io::Result<Running<Self>> {
        Self { token: Some(token.to_owned()), ..Self::default() }.listening(listen).await
    }

    async fn listening(self, listen: SocketAddr) -> io::Result<Running<Self>> {
        let (listener, desk) = bind(listen).await?;
        let max = Arc::new(Self { desk, ..self });
        let router = Router::new()
            .route("/me", any(calls::call))
            .route("/messages", any(calls::call))
            .route("/answers", any(calls::call))
            .route("/updates", any(calls::call))
            .route("/subscriptions", any(calls::call))
            .route("/uploads", any(calls::call))
            .route("/upload/{index}", any(calls::call))
            .route("/files/{index}", get(calls::file))
            .merge(control::router())
            .merge(pages::router())
            .layer(DefaultBodyLimit::max(LARGEST));
        let sender = webhook::run(max.clone(), client()?);
        Ok(Running::start(listener, max, router, sender))
    }

    /// Lets the bot know a person or a group (a negative number), who talks with it already.
    pub fn person(&self, chat: i64, name: &str) {
        self.state().meet(chat, name, Standing::Talks);
    }

    /// Someone who never opened the bot.
    pub fn stranger(&self, chat: i64, name: &str) {
        self.state().meet(chat, name, Standing::Stranger);
    }

    /// The person opens the bot by a deep link with this code; the update's number.
    pub fn starts(&self, chat: i64, code: &str) -> i64 {
        self.happens(|state, now| state.starts(chat, Some(code), now))
    }

    /// The person writes to the bot; the update's number.
    pub fn comes(&self, chat: i64, text: &str) -> i64 {
        self.happens(|state, now| state.comes(chat, json!({ "text": text }), None, now))
    }

    /// The person answers a message; the update's number.
    pub fn replies(&self, chat: i64, text: &str, to_message: &str) -> i64 {
        self.happens(|state, now| {
            let link = state.link("reply", to_message);
            state.comes(chat, json!({ "text": text }), link, now)
        })
    }

    /// The person passes a message on to the bot; the update's number.
    pub fn forwards(&self, chat: i64, message: &str) -> i64 {
        self.happens(|state, now| {
            let link = state.link("forward", message);
            state.comes(chat, json!({ "text": "" }), link, now)
        })
    }

    /// The person sends a picture; the update's number.
    pub fn photo(&self, chat: i64, bytes: impl Into<Bytes>, caption: &str) -> i64 {
        let upload = Upload { name: String::new(), mime: "image/jpeg".into(), bytes: bytes.into() };
        self.sends(chat, "image", upload, caption)
    }

    /// The person sends a file; the update's number.
    pub fn document(&self, chat: i64, name: &str, mime: &str, bytes: impl Into<Bytes>, caption: &str) -> i64 {
        let upload = Upload { name: name.to_owned(), mime: mime.to_owned(), bytes: bytes.into() };
        self.sends(chat, "file", upload, caption)
    }

    fn sends(&self, chat: i64, kind: &'static str, upload: Upload, caption: &str) -> i64 {
        self.happens(|state, now| {
            let attachment = state.files.keep(kind, upload, &self.url());
            state.comes(chat, json!({ "text": caption, "attachments": [attachment] }), None, now)
        })
    }

    /// The person gives their own phone by a button, signed with the token that the bot used last, or a card of somebody else's; the
    /// update's number.
    pub fn contact(&self, chat: i64, phone: &str, own: bool) -> i64 {
        self.happens(|state, now| {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            let name = state.people.get(&chat).map(|person| person.name.clone()).filter(|_| own).unwrap_or_else(|| "Кто-то".into());
            let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{digits}\r\nFN:{name}\r\nEND:VCARD\r\n");
            let mut payload = json!({ "vcf_info": card });
            if own {
                payload["hash"] = signature(self.token.as_deref().unwrap_or(&state.token), &card).into();
                payload["max_info"] = state.user(chat);
            }
            state.comes(chat, json!({ "text": "", "attachments": [{ "type": "contact", "payload": payload }] }), None, now)
        })
    }

    /// The person tells where they are; the update's number.
    pub fn location(&self, chat: i64, lat: f64, lon: f64) -> i64 {
        let place = json!({ "type": "location", "latitude": lat, "longitude": lon });
        self.happens(|state, now| state.comes(chat, json!({ "text": "", "attachments": [place] }), None, now))
    }

    /// The person presses the button with this payload under a message; `None` when there is no such button.
    pub fn press(&self, chat: i64, message: &str, data: &str) -> Option<String> {
        self.happens(|state, now| state.press(chat, message, data, now))
    }

    /// The person presses a button that they still see, though the bot took it away meanwhile; `None` when there is no such message.
    pub fn press_late(&self, chat: i64, message: &str, data: &str) -> Option<String> {
        self.happens(|state, now| state.press_late(chat, message, data, now))
    }

    /// The person sends a sticker; the update's number.
    pub fn sticker(&self, chat: i64) -> i64 {
        let sticker = json!({ "type": "sticker", "payload": { "url": format!("{}/sticker.webp", self.url()), "code": "👍" } });
        self.happens(|state, now| state.comes(chat, json!({ "text": "", "attachments": [sticker] }), None, now))
    }

    /// The person stops the bot.
    pub fn block(&self, chat: i64) {
        self.happens(|state, now| state.stops(chat, Standing::Blocked, now));
    }

    /// The person starts the bot again.
    pub fn unblock(&self, chat: i64) {
        self.happens(|state, now| state.starts(chat, None, now));
    }

    /// The person's account is deleted.
    pub fn deactivate(&self, chat: i64) {
        self.happens(|state, now| state.stops(chat, Standing::Gone, now));
    }

    /// The bot's messages to a chat as they stand now, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Shown> {
        let state = self.state();
        let messages = state.people.get(&chat).map(|person| person.messages.iter());
        messages.into_iter().flatten().filter(|message| message.by_bot).map(Shown::from).collect()
    }

    /// The bot's latest message to a chat.
    pub fn last_message(&self, chat: i64) -> Option<Shown> {
        self.messages(chat).pop()
    }

    /// What the bot showed a person in answer to presses, oldest first.
    pub fn notices(&self, chat: i64) -> Vec<String> {
        self.state().notices.iter().filter(|(to, _)| *to == chat).map(|(_, text)| text.clone()).collect()
    }

    /// The bytes of a file that was attached to a message, by its place among all files.
    pub fn file(&self, index: usize) -> Option<Vec<u8>> {
        self.state().files.at(index).map(|upload| upload.bytes.to_vec())
    }

    /// For how long files that are uploaded from now on are worked on before they can be attached.
    pub fn processing(&self, span: Duration) {
        self.state().files.processing_ms = millis(span);
    }

    /// Takes no more than this (see [`LIMITS`]), or any number of calls.
    pub fn limit(&self, limits: Option<Limits>) {
        self.state().limits = limits;
    }

    /// How often the bot asked for updates, those questions included that still wait.
    pub fn questions(&self) -> u64 {
        self.state().updates.questions
    }

    /// Waits until the webhooks have taken all that came.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn brought(&self) {
        self.wait_for("all is brought", || self.state().updates.are_brought()).await;
    }

    /// Whether a webhook did not take what was brought to it last; it comes again after half a minute to a minute.
    pub fn is_failing(&self) -> bool {
        self.state().updates.are_failing()
    }

    /// The texts that the bot sent to a chat and that were taken, be it that it never heard so; oldest first.
    pub fn sent_to(&self, chat: i64) -> Vec<String> {
        self.texts("POST /messages", chat)
    }

    fn happens<T>(&self, what: impl FnOnce(&mut State, i64) -> T) -> T {
        let outcome = what(&mut self.state(), self.clock.now_ms());
        self.changed.notify_waiters();
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signature under a card, by which a bot knows that the service made it.
fn signature(token: &str, card: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.as_bytes()) else { return String::new() };
    mac.update(card.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl Deref for Max {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Refusal {
    fn new(status: u16, code: &str, message: &str) -> Self {
        Self { status, code: code.to_owned(), message: message.to_owned(), retry_after: None }
    }

    fn bad(why: &str) -> Self {
        Self::new(400, "proto.payload", why)
    }

    fn token() -> Self {
        Self::new(401, "verify.token", "Invalid access_token")
    }

    fn wait(seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(429, "too.many.requests", "Too many requests") }
    }
}
