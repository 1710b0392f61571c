//! The sender of the webhook: signed, in no promised order, again and again until it is taken.

use super::WhatsApp;
use crate::running::client;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{collections::VecDeque, sync::Arc, time::Duration};

const ANSWER: Duration = Duration::from_secs(20);
/// How long something is brought again.
const KEPT_MS: i64 = 7 * 24 * 3600 * 1000;
const FIRST_PAUSE_MS: i64 = 1000;
const LONGEST_PAUSE_MS: i64 = 3600 * 1000;
const ACCOUNT: &str = "102290129340398";

/// In which order what was kept back is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    AsItHappened,
    Backwards,
    /// All in one call.
    Together,
}

/// What is for the webhook.
#[derive(Debug, Default)]
pub struct Hooks {
    /// The address and the app's secret.
    pub to: Option<(String, String)>,
    pub waiting: VecDeque<Waiting>,
    /// How often the webhook did not take something.
    pub failures: u32,
    pub held: bool,
    kept: Vec<Waiting>,
    brought: Vec<Vec<Value>>,
    last_id: u64,
}

#[derive(Clone, Debug)]
pub struct Waiting {
    id: u64,
    /// The changes that go in one call.
    changes: Vec<Value>,
    at_ms: i64,
    failures: u32,
    not_before_ms: i64,
}

impl Hooks {
    /// Something happened that the webhook is told, if there is one.
    pub fn add(&mut self, change: Value, now: i64) {
        if self.to.is_none() {
            return;
        }
        let waiting = self.waiting(vec![change], now);
        if self.held { self.kept.push(waiting) } else { self.waiting.push_back(waiting) }
    }

    pub fn release(&mut self, order: Order) {
        self.held = false;
        let mut kept = std::mem::take(&mut self.kept);
        match order {
            Order::AsItHappened => {}
            Order::Backwards => kept.reverse(),
            Order::Together => {
                let changes = kept.iter().flat_map(|waiting| waiting.changes.clone()).collect();
                kept.truncate(1);
                kept.iter_mut().for_each(|waiting| waiting.changes = Vec::clone(&changes));
            }
        }
        self.waiting.extend(kept);
    }

    pub fn repeat(&mut self, now: i64) {
        for changes in self.brought.clone() {
            let again = self.waiting(changes, now);
            self.waiting.push_back(again);
        }
    }

    fn waiting(&mut self, changes: Vec<Value>, at_ms: i64) -> Waiting {
        self.last_id += 1;
        Waiting { id: self.last_id, changes, at_ms, failures: 0, not_before_ms: 0 }
    }

    /// Gives up on what is too old; whether there was any.
    fn forget_old(&mut self, now: i64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| now < waiting.at_ms + KEPT_MS);
        self.waiting.len() < before
    }

    /// The first that can go now, and when there is something to do again.
    fn due(&self, now: i64) -> (Option<Waiting>, Option<i64>) {
        match self.waiting.iter().position(|waiting| waiting.not_before_ms <= now) {
            Some(index) => (self.waiting.get(index).cloned(), None),
            None => (None, self.waiting.iter().map(|waiting| waiting.not_before_ms).min()),
        }
    }

    fn settle(&mut self, id: u64, taken: bool, now: i64) {
        let Some(index) = self.waiting.iter().position(|waiting| waiting.id == id) else { return };
        let Some(mut waiting) = self.waiting.remove(index) else { return };
        if taken {
            self.brought.push(waiting.changes);
            return;
        }
        self.failures += 1;
        waiting.not_before_ms = now + LONGEST_PAUSE_MS.min(FIRST_PAUSE_MS << waiting.failures.min(12));
        waiting.failures += 1;
        self.waiting.push_back(waiting);
    }
}

/// Asks the address whether it is the right one.
pub async fn verify(url: &str, verify_token: &str) -> bool {
    let challenge = "1158201444";
    let query = [("hub.mode", "subscribe"), ("hub.challenge", challenge), ("hub.verify_token", verify_token)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let Ok(client) = client() else { return false };
    match client.get(format!("{url}?{query}")).send().await {
        Ok(answer) if answer.status().is_success() => answer.text().await.is_ok_and(|text| text == challenge),
        _ => false,
    }
}

/// Brings what happens to the webhook, until the emulator ends.
pub async fn run(whatsapp: Arc<WhatsApp>, client: reqwest::Client) {
    loop {
        let changed = whatsapp.changed.notified();
        let now = whatsapp.clock.now_ms();
        let forgot = whatsapp.state().hooks.forget_old(now);
        if forgot {
            whatsapp.changed.notify_waiters();
        }
        let ((due, next_ms), to) = {
            let hooks = &whatsapp.state().hooks;
            (hooks.due(now), hooks.to.clone())
        };
        if let (Some(due), Some((url, secret))) = (due, to) {
            let taken = bring(&client, &url, &secret, &due.changes).await;
            whatsapp.change(|state, now| state.hooks.settle(due.id, taken, now));
            continue;
        }
        whatsapp.rest(changed, next_ms).await;
    }
}

async fn bring(client: &reqwest::Client, url: &str, secret: &str, changes: &[Value]) -> bool {
    let metadata = json!({ "display_phone_number": "74950000067", "phone_number_id": "106540352242922" });
    let entry = |change: &Value| {
        let mut value = change.clone();
        value["messaging_product"] = "whatsapp".into();
        value["metadata"] = metadata.clone();
        json!({ "id": ACCOUNT, "changes": [{ "field": "messages", "value": value }] })
    };
    let body = json!({ "object": "whatsapp_business_account", "entry": changes.iter().map(entry).collect::<Vec<_>>() }).to_string();
    let request = client.post(url).timeout(ANSWER).header("content-type", "application/json");
    let request = request.header("X-Hub-Signature-256", signature(secret, body.as_bytes()));
    request.body(body).send().await.is_ok_and(|answer| answer.status().is_success())
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(body).finalize().into_bytes());
    mac.map(|mac| format!("sha256={}", hex::encode(mac))).unwrap_or_default()
}
