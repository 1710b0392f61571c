//! Meta's Cloud API for WhatsApp: one business number, whose people a test or a person at the page plays.

mod calls;
mod control;
mod message;
mod pages;
mod state;
mod webhook;

use crate::{
    Desk,
    limits::{Limit, Limits},
    running::{Running, bind, client},
};
use axum::{Router, routing::get};
use serde_json::{Value, json};
use state::{Level, Standing, State};
use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub use calls::METHODS;
pub use webhook::Order;

/// The version of the API in the address.
const VERSION: &str = "v26.0";
/// With what calls of the webhook are signed that is set at the page, unless it is given another there.
pub const APP_SECRET: &str = "emulated-secret";
/// The word by which that webhook's address is checked, likewise.
pub const VERIFY_TOKEN: &str = "emulated-word";
/// What the service takes: eighty messages a second, and to one person a burst of 45 that is paid back at one in six seconds.
pub const LIMITS: Limits = Limits {
    overall: Limit { most: 80, within: Duration::from_secs(1) },
    person: Limit { most: 45, within: Duration::from_secs(270) },
    group: Limit { most: 0, within: Duration::ZERO },
};

/// The emulated service. People are known by their phones, without the plus.
#[derive(Debug, Default)]
pub struct WhatsApp {
    desk: Desk,
    state: Mutex<State>,
    /// The only token and the only number's id taken; without them any that could be ones.
    only: Option<(String, String)>,
}

impl WhatsApp {
    /// Starts a service that knows nobody, has no templates and no limits.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(listen: SocketAddr) -> io::Result<Running<Self>> {
        Self::default().listening(listen).await
    }

    /// The same, taking no other token and no other number's id than these.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start_for(listen: SocketAddr, token: &str, phone_id: &str) -> io::Result<Running<Self>> {
        Self { only: Some((token.to_owned(), phone_id.to_owned())), ..Self::default() }.listening(listen).await
    }

    async fn listening(self, listen: SocketAddr) -> io::Result<Running<Self>> {
        let (listener, desk) = bind(listen).await?;
        let whatsapp = Arc::new(Self { desk, ..self });
        let router = Router::new()
            .route("/{version}/{id}", get(calls::about))
            .route("/{version}/{id}/messages", axum::routing::post(calls::send))
            .route("/_/files/{id}", get(calls::download))
            .merge(control::router())
            .merge(pages::router());
        let sender = webhook::run(whatsapp.clone(), client()?);
        Ok(Running::start(listener, whatsapp, router, sender))
    }

    /// Where it listens, and where its pages are.
    pub fn origin(&self) -> String {
        self.desk.url()
    }

    /// What to give a program as the address of the API.
    pub fn url(&self) -> String {
        format!("{}/{VERSION}", self.origin())
    }

    /// Someone who has WhatsApp. Nothing is delivered to phones that nobody has.
    pub fn person(&self, phone: i64, name: &str) {
        self.state().meet(phone, name);
    }

    /// The person's phone is switched off: messages are sent and not delivered.
    pub fn away(&self, phone: i64) {
        self.state().stand(phone, Standing::Away);
    }

    /// The person's phone is there again, and gets what was sent meanwhile.
    pub fn back(&self, phone: i64) {
        self.change(|state, now| {
            state.stand(phone, Standing::Here);
            state.reach(phone, Level::Delivered, now);
        });
    }

    /// The person deletes WhatsApp.
    pub fn leave(&self, phone: i64) {
        self.state().people.remove(&phone);
    }

    /// The person looks into the chat: what was delivered is read.
    pub fn reads(&self, phone: i64) {
        self.change(|state, now| state.reach(phone, Level::Read, now));
    }

    /// The person writes, which opens the window of 24 hours; the message's id.
    pub fn comes(&self, phone: i64, text: &str) -> String {
        self.comes_as(phone, "text", json!({ "body": text }))
    }

    /// The person sends something else (`location`, `reaction`, …), as the webhook has it; the message's id.
    pub fn comes_as(&self, phone: i64, kind: &str, content: Value) -> String {
        self.change(|state, now| state.comes(phone, kind, content, None, now))
    }

    /// The person answers with the button of a template under this message; the id of what comes of it.
    pub fn press(&self, phone: i64, message: &str, payload: &str) -> String {
        let content = json!({ "payload": payload, "text": payload });
        self.change(|state, now| state.comes(phone, "button", content, Some(message), now))
    }

    /// The person sends a file, a picture when `mime` says so; the file's id.
    pub fn sends(&self, phone: i64, name: &str, mime: &str, bytes: &[u8], caption: &str) -> String {
        self.change(|state, now| {
            let file = state.keep(mime, bytes);
            let kind = if mime.starts_with("image/") { "image" } else { "document" };
            let mut content = json!({ "id": file, "mime_type": mime, "sha256": file });
            if kind == "document" {
                content["filename"] = name.into();
            }
            if !caption.is_empty() {
                content["caption"] = caption.into();
            }
            state.comes(phone, kind, content, None, now);
            file
        })
    }

    /// An approved template; what it takes stands in its words as `{{1}}`, `{{2}}`.
    pub fn template(&self, name: &str, language: &str, words: &str) {
        self.state().template(name, language, words);
    }

    /// Meta has no such template any more, in no language.
    pub fn forget_template(&self, name: &str) {
        self.state().templates.retain(|(other, _), _| other != name);
    }

    /// Meta pauses a template because people complained.
    pub fn pause_template(&self, name: &str) {
        self.state().pause(name);
    }

    /// Tells refusals that come of the person (no window, no WhatsApp) by the webhook after taking the message, as the real service
    /// mostly does, instead of at once.
    pub fn refuse_late(&self, late: bool) {
        self.state().refuses_late = late;
    }

    /// Brings what happens to this address from now on, signed with the app's secret, if it answers the question that comes first.
    pub async fn webhook(&self, url: &str, app_secret: &str, verify_token: &str) -> bool {
        let verified = webhook::verify(url, verify_token).await;
        if verified {
            self.change(|state, _| state.hooks.to = Some((url.to_owned(), app_secret.to_owned())));
        }
        verified
    }

    /// Whether there is an address to bring things to.
    pub fn is_hooked(&self) -> bool {
        self.state().hooks.to.is_some()
    }

    /// Keeps back what is for the webhook.
    pub fn hold(&self) {
        self.state().hooks.held = true;
    }

    /// Lets go what was kept back.
    pub fn release(&self, order: Order) {
        self.change(|state, _| state.hooks.release(order));
    }

    /// Brings everything once more that the webhook took.
    pub fn repeat(&self) {
        self.change(|state, now| state.hooks.repeat(now));
    }

    /// Waits until nothing is left for the webhook.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn brought(&self) {
        self.wait_for("all is brought", || self.state().hooks.waiting.is_empty()).await;
    }

    /// Waits until the webhook failed to take something so many times in all.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn failed(&self, times: u32) {
        self.wait_for("the webhook fails", || self.state().hooks.failures >= times).await;
    }

    /// Takes no more than this (see [`LIMITS`]), or any number of messages.
    pub fn limit(&self, limits: Option<Limits>) {
        self.state().limits = limits;
    }

    /// The texts that were sent to a person and taken, be it that the sender never heard so; oldest first.
    pub fn sent_to(&self, phone: i64) -> Vec<String> {
        self.texts("messages", phone)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State, i64) -> T) -> T {
        let changed = change(&mut self.state(), self.clock.now_ms());
        self.changed.notify_waiters();
        changed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for WhatsApp {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}
