//! A push service with its browsers: <https://www.rfc-editor.org/rfc/rfc8030>. It has the browsers' keys, so it can read what arrives.

mod calls;
mod cipher;
mod control;
mod pages;
mod vapid;

use crate::{
    Desk,
    clock::millis,
    running::{Running, bind},
};
use axum::{Router, extract::DefaultBodyLimit, routing::post};
use cipher::Keys;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicI64},
    time::Duration,
};

pub use calls::METHODS;

/// The emulated service. Browsers are numbered in the journal as chats.
#[derive(Debug, Default)]
pub struct Push {
    desk: Desk,
    browsers: Mutex<BTreeMap<i64, Browser>>,
    last_message: AtomicI64,
}

/// One subscription.
#[derive(Debug)]
struct Browser {
    keys: Keys,
    /// The only sender's key taken, if the browser named one.
    sender: Option<String>,
    is_expired: bool,
    is_away: bool,
    messages: Vec<Message>,
}

#[derive(Debug)]
struct Message {
    topic: Option<String>,
    /// Until when it waits for the browser.
    until_ms: i64,
    text: String,
    is_delivered: bool,
}

impl Push {
    /// Starts a service without browsers.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(listen: SocketAddr) -> io::Result<Running<Self>> {
        let (listener, desk) = bind(listen).await?;
        let push = Arc::new(Self { desk, ..Self::default() });
        let router = Router::new()
            .route("/push/{token}", post(calls::push))
            .merge(control::router())
            .merge(pages::router())
            .layer(DefaultBodyLimit::max(calls::LARGEST * 4));
        Ok(Running::start(listener, push, router, std::future::pending()))
    }

    /// A new browser's subscription, as a page gets it.
    pub fn subscribe(&self) -> String {
        self.join(None)
    }

    /// The same, for the sender with this public key only.
    pub fn subscribe_for(&self, public_key: &str) -> String {
        self.join(Some(public_key.to_owned()))
    }

    fn join(&self, sender: Option<String>) -> String {
        let mut browsers = self.browsers();
        let number = browsers.keys().next_back().copied().unwrap_or(0) + 1;
        let keys = Keys::new();
        let subscription = self.subscription(number, &keys);
        browsers.insert(number, Browser { keys, sender, is_expired: false, is_away: false, messages: vec![] });
        subscription.to_string()
    }

    fn subscription(&self, number: i64, keys: &Keys) -> Value {
        let endpoint = format!("{}/push/{}", self.url(), keys.token(number));
        json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": keys.public(), "auth": keys.auth() } })
    }

    /// What the browser was shown, oldest first.
    pub fn received(&self, subscription: &str) -> Vec<String> {
        let browsers = self.browsers();
        let messages = number_of(subscription).and_then(|number| browsers.get(&number)).map(|browser| &browser.messages);
        messages.into_iter().flatten().filter(|message| message.is_delivered).map(|message| message.text.clone()).collect()
    }

    /// The person takes the permission back: the subscription is gone.
    pub fn expire(&self, subscription: &str) {
        self.with(subscription, |browser| browser.is_expired = true);
    }

    /// The browser is closed: messages wait for it.
    pub fn away(&self, subscription: &str) {
        self.with(subscription, |browser| browser.is_away = true);
    }

    /// The browser is opened, and gets what still waits.
    pub fn back(&self, subscription: &str) {
        let now = self.clock.now_ms();
        self.with(subscription, |browser| {
            browser.is_away = false;
            browser.messages.retain(|message| message.is_delivered || now < message.until_ms);
            browser.messages.iter_mut().for_each(|message| message.is_delivered = true);
        });
    }

    fn with(&self, subscription: &str, change: impl FnOnce(&mut Browser)) {
        let mut browsers = self.browsers();
        if let Some(browser) = number_of(subscription).and_then(|number| browsers.get_mut(&number)) {
            change(browser);
        }
        drop(browsers);
        self.changed.notify_waiters();
    }

    fn browsers(&self) -> MutexGuard<'_, BTreeMap<i64, Browser>> {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Browser {
    /// Takes a message in, in place of an undelivered one of the same topic.
    fn take(&mut self, topic: Option<String>, ttl: Duration, text: String, now: i64) {
        if topic.is_some() {
            self.messages.retain(|message| message.is_delivered || message.topic != topic);
        }
        let until_ms = now.saturating_add(millis(ttl));
        self.messages.push(Message { topic, until_ms, text, is_delivered: !self.is_away });
    }
}

/// The browser's number, which stands at the end of the endpoint.
fn number_of(subscription: &str) -> Option<i64> {
    let subscription: Value = serde_json::from_str(subscription).ok()?;
    number_of_token(subscription["endpoint"].as_str()?)
}

fn number_of_token(token: &str) -> Option<i64> {
    token.rsplit_once('-')?.1.parse().ok()
}

impl Deref for Push {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}
