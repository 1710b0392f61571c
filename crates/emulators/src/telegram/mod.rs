//! Telegram's Bot API: <https://core.telegram.org/bots/api>. One bot, whose people a test or a person at the page plays.

mod calls;
mod control;
mod files;
mod html;
mod methods;
mod pages;
mod params;
mod people;
mod shown;
mod state;
mod updates;
mod webhook;

use crate::{
    Desk,
    limits::{Limit, Limits},
    running::{Running, bind, client},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{any, get},
};
use serde_json::Value;
use state::{Standing, State};
use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use webhook::Webhook;

pub use shown::{Shown, ShownButton, ShownFile};
pub use state::BOT_NAME;

/// What the service takes: of a bot about thirty messages a second, one a second to a person, twenty a minute to a group.
pub const LIMITS: Limits = Limits {
    overall: Limit { most: 30, within: Duration::from_secs(1) },
    // A short burst is let through.
    person: Limit { most: 3, within: Duration::from_secs(3) },
    group: Limit { most: 20, within: Duration::from_secs(60) },
};

/// The emulated service.
#[derive(Debug, Default)]
pub struct Telegram {
    desk: Desk,
    state: Mutex<State>,
    /// The only token taken; without it any well-formed one.
    token: Option<String>,
}

/// A call's result, or why it is refused.
type Outcome = Result<Value, Refusal>;

/// A refusal as the API gives it.
#[derive(Clone, Debug)]
struct Refusal {
    status: u16,
    description: String,
    retry_after: Option<u32>,
}

impl Telegram {
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
        let telegram = Arc::new(Self { desk, ..self });
        let router = Router::new()
            .route("/bot{token}/{method}", any(calls::call))
            .route("/file/bot{token}/{*path}", get(calls::file))
            .merge(control::router())
            .merge(pages::router())
            .layer(DefaultBodyLimit::max(params::LARGEST));
        let sender = webhook::run(telegram.clone(), client()?);
        Ok(Running::start(listener, telegram, router, sender))
    }

    /// Lets the bot know a person or a group (a negative number), who talks with it already.
    pub fn person(&self, chat: i64, name: &str) {
        self.state().meet(chat, name, Standing::Talks);
    }

    /// Gives a person another name with Telegram, without the @.
    pub fn username(&self, chat: i64, username: &str) {
        if let Some(person) = self.state().people.get_mut(&chat) {
            person.username = username.to_owned();
        }
    }

    /// Someone who never wrote to the bot.
    pub fn stranger(&self, chat: i64, name: &str) {
        self.state().meet(chat, name, Standing::Stranger);
    }

    /// The person blocks the bot.
    pub fn block(&self, chat: i64) {
        self.stand(chat, Standing::Blocked);
    }

    /// The person lets the bot write again.
    pub fn unblock(&self, chat: i64) {
        self.stand(chat, Standing::Talks);
    }

    /// The person's account is deleted.
    pub fn deactivate(&self, chat: i64) {
        self.stand(chat, Standing::Gone);
    }

    fn stand(&self, chat: i64, standing: Standing) {
        self.state().stand(chat, standing, self.clock.now_ms());
        self.changed.notify_waiters();
    }

    /// Takes no more than this (see [`LIMITS`]), or any number of messages.
    pub fn limit(&self, limits: Option<Limits>) {
        self.state().limits = limits;
    }

    /// How often the bot asked for updates, those questions included that still wait.
    pub fn questions(&self) -> u64 {
        self.state().updates.questions
    }

    /// Waits until the webhook has taken all that came.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn brought(&self) {
        self.wait_for("all is brought", || self.state().updates.waiting.is_empty()).await;
    }

    /// Waits until the webhook did not take what was brought to it.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn failed(&self) {
        self.wait_for("the webhook fails", || self.state().updates.webhook.as_ref().is_some_and(Webhook::has_failed)).await;
    }

    /// The texts that the bot sent to a chat and that were taken, be it that it never heard so; oldest first.
    pub fn sent_to(&self, chat: i64) -> Vec<String> {
        self.texts("sendMessage", chat)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Telegram {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Refusal {
    fn new(status: u16, description: &str) -> Self {
        Self { status, description: description.to_owned(), retry_after: None }
    }

    fn bad(why: &str) -> Self {
        Self::new(400, &format!("Bad Request: {why}"))
    }

    fn conflict(why: &str) -> Self {
        Self::new(409, &format!("Conflict: {why}"))
    }

    fn token() -> Self {
        Self::new(401, "Unauthorized")
    }

    fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large")
    }

    fn wait(seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(429, &format!("Too Many Requests: retry after {seconds}")) }
    }
}
