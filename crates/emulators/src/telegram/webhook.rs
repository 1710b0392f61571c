//! The webhook: its settings, and the sender that brings updates to it.

use super::{Outcome, Refusal, Telegram, params::Params, state::State, updates::Updates};
use serde_json::{Map, Value, json};
use std::{collections::HashSet, sync::Arc, time::Duration};

const ANSWER: Duration = Duration::from_secs(30);
const LONGEST_SECRET: usize = 256;
const CONNECTIONS: i64 = 40;
const FIRST_PAUSE_MS: i64 = 1000;
/// The longest a webhook may ask to wait by `Retry-After`, in seconds.
const LONGEST_WISH: i64 = 3600;

#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    secret: String,
    connections: i64,
    /// When it last failed, and how.
    last_error: Option<(i64, String)>,
}

impl Webhook {
    pub fn has_failed(&self) -> bool {
        self.last_error.is_some()
    }
}

/// One update on its way.
struct Posting {
    id: i64,
    webhook: Webhook,
    update: Value,
}

/// `setWebhook`. Unlike the real service this one takes any port, and addresses without TLS.
pub fn set(state: &mut State, now: i64, params: &Params) -> Outcome {
    let url = params.text("url").to_owned();
    if url.is_empty() {
        return delete(state, params);
    }
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = params.text("secret_token").to_owned();
    if secret.len() > LONGEST_SECRET {
        return Err(Refusal::bad("secret token is too long"));
    }
    if !secret.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-') {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    let connections = params.integer("max_connections").unwrap_or(CONNECTIONS).clamp(1, 100);
    state.updates.allow(params)?;
    drop_pending(state, params);
    state.updates.forget_old(now);
    state.updates.webhook = Some(Webhook { url, secret, connections, last_error: None });
    Ok(true.into())
}

/// `deleteWebhook`.
pub fn delete(state: &mut State, params: &Params) -> Outcome {
    drop_pending(state, params);
    state.updates.webhook = None;
    Ok(true.into())
}

fn drop_pending(state: &mut State, params: &Params) {
    if params.flag("drop_pending_updates") {
        state.updates.waiting.clear();
    }
}

/// `getWebhookInfo`.
pub fn info(state: &State) -> Value {
    let pending = state.updates.waiting.len();
    let mut info = json!({ "url": "", "has_custom_certificate": false, "pending_update_count": pending });
    if let Some(webhook) = &state.updates.webhook {
        info["url"] = webhook.url.clone().into();
        info["max_connections"] = webhook.connections.into();
        if let Some((at_ms, message)) = &webhook.last_error {
            info["last_error_date"] = (at_ms / 1000).into();
            info["last_error_message"] = message.clone().into();
        }
    }
    if !state.updates.allowed.is_empty() {
        info["allowed_updates"] = json!(state.updates.allowed);
    }
    info
}

/// Brings updates to the webhook, as long as there is one, until the emulator ends.
pub async fn run(telegram: Arc<Telegram>, client: reqwest::Client) {
    loop {
        let changed = telegram.changed.notified();
        let now = telegram.clock.now_ms();
        let (due, next_ms) = take_due(&mut telegram.state().updates, now);
        for posting in due {
            tokio::spawn(bring(telegram.clone(), client.clone(), posting));
        }
        telegram.rest(changed, next_ms).await;
    }
}

/// What can go now, the oldest of each chat that has none on its way; and when there is something to do again.
fn take_due(updates: &mut Updates, now: i64) -> (Vec<Posting>, Option<i64>) {
    updates.forget_old(now);
    let Some(webhook) = updates.webhook.clone() else { return (vec![], None) };
    let mut in_flight = i64::try_from(updates.waiting.iter().filter(|waiting| waiting.in_flight).count()).unwrap_or(i64::MAX);
    let (mut due, mut next_ms, mut chats) = (vec![], None, HashSet::new());
    for waiting in &mut updates.waiting {
        if !chats.insert(waiting.chat) || waiting.in_flight {
            continue;
        }
        if waiting.not_before_ms > now {
            next_ms = Some(next_ms.map_or(waiting.not_before_ms, |next: i64| next.min(waiting.not_before_ms)));
        } else if in_flight < webhook.connections {
            waiting.in_flight = true;
            in_flight += 1;
            due.push(Posting { id: waiting.id, webhook: webhook.clone(), update: waiting.update.clone() });
        }
    }
    (due, next_ms)
}

async fn bring(telegram: Arc<Telegram>, client: reqwest::Client, posting: Posting) {
    let mut request = client.post(&posting.webhook.url).timeout(ANSWER).header("content-type", "application/json");
    if !posting.webhook.secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", &posting.webhook.secret);
    }
    let answer = request.body(posting.update.to_string()).send().await;
    let (why, wish) = match answer {
        Ok(answer) if answer.status().is_success() => {
            let body = answer.bytes().await.unwrap_or_default();
            telegram.state().updates.waiting.retain(|waiting| waiting.id != posting.id);
            reply(&telegram, &body);
            telegram.changed.notify_waiters();
            return;
        }
        Ok(answer) => {
            let wish = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
            (format!("Wrong response from the webhook: {}", answer.status()), wish)
        }
        Err(error) if error.is_timeout() => ("Read timeout expired".to_owned(), None),
        Err(error) if error.is_connect() => ("Connection refused".to_owned(), None),
        Err(_) => ("Connection reset by peer".to_owned(), None),
    };
    let now = telegram.clock.now_ms();
    put_back(&mut telegram.state().updates, posting.id, now, &why, wish);
    telegram.changed.notify_waiters();
}

/// Once more later: after the pause that was asked for, or one that doubles each time.
fn put_back(updates: &mut Updates, id: i64, now: i64, why: &str, wish: Option<i64>) {
    if let Some(webhook) = &mut updates.webhook {
        webhook.last_error = Some((now, why.to_owned()));
    }
    let Some(waiting) = updates.waiting.iter_mut().find(|waiting| waiting.id == id) else { return };
    // Somewhere between one and two minutes, so that chats do not come back all at once.
    let longest = 60_000 + id * 7919 % 60_000;
    let pause = wish
        .filter(|wish| *wish > 0)
        .map_or_else(|| longest.min(FIRST_PAUSE_MS << waiting.failures.min(7)), |seconds| 1000 * seconds.min(LONGEST_WISH));
    waiting.in_flight = false;
    waiting.failures += 1;
    waiting.not_before_ms = now + pause;
}

/// The answer to an update may hold one call.
fn reply(telegram: &Telegram, body: &[u8]) {
    let Ok(call) = serde_json::from_slice::<Map<String, Value>>(body) else { return };
    let method = call.get("method").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !method.is_empty() && !method.to_lowercase().starts_with("get") && !method.eq_ignore_ascii_case("setWebhook") {
        telegram.take_at_once(&method, &Params::from(call));
    }
}
