//! What came to the bot and was not confirmed, and the two ways by which it gets there.

use super::{Max, Outcome, Refusal, calls::Asked};
use serde_json::{Value, json};
use std::collections::{HashSet, VecDeque};

/// How long an update is kept for questions. The real time is not documented.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// How long a webhook may fail before the bot is unsubscribed.
const GIVEN_UP_MS: i64 = 8 * 3600 * 1000;
const LONGEST_POLL: i64 = 90;
const MOST: i64 = 1000;

/// An update on its way to a webhook.
#[derive(Clone, Debug)]
pub struct Posting {
    pub number: i64,
    pub url: String,
    pub secret: String,
    pub update: Value,
    chat: i64,
    not_before_ms: i64,
    in_flight: bool,
}

/// A webhook.
#[derive(Debug)]
struct Hook {
    url: String,
    secret: String,
    /// The kinds that it wants; all when empty.
    kinds: Vec<String>,
    since_ms: i64,
    failing_since_ms: Option<i64>,
    waiting: VecDeque<Posting>,
}

#[derive(Debug, Default)]
pub struct Updates {
    /// What questions have not confirmed: number, time and update.
    waiting: VecDeque<(i64, i64, Value)>,
    hooks: Vec<Hook>,
    last: i64,
    /// How often the bot asked.
    pub questions: u64,
}

impl Updates {
    /// Queues an update for the bot; its number.
    pub fn add(&mut self, chat: i64, now_ms: i64, update: Value) -> i64 {
        self.last += 1;
        let number = self.last;
        for hook in
            self.hooks.iter_mut().filter(|hook| hook.kinds.is_empty() || hook.kinds.iter().any(|kind| update["update_type"] == **kind))
        {
            let (url, secret) = (hook.url.clone(), hook.secret.clone());
            hook.waiting.push_back(Posting { number, url, secret, update: update.clone(), chat, not_before_ms: 0, in_flight: false });
        }
        if self.hooks.is_empty() {
            self.waiting.push_back((number, now_ms, update));
        }
        number
    }

    /// `POST /subscriptions`. Unlike the real service this one takes any port, and addresses without TLS.
    pub fn subscribe(&mut self, body: &Value, now_ms: i64) -> Outcome {
        let url = body["url"].as_str().unwrap_or_default().to_owned();
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(Refusal::bad("Invalid url"));
        }
        let secret = body["secret"].as_str().unwrap_or_default().to_owned();
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
        let is_good = (5..=256).contains(&secret.len()) && secret.bytes().all(is_plain);
        if !body["secret"].is_null() && !is_good {
            return Err(Refusal::bad("Invalid secret"));
        }
        let kinds: Vec<String> = match &body["update_types"] {
            Value::Null => vec![],
            kinds => serde_json::from_value(kinds.clone()).map_err(|_| Refusal::bad("Invalid update_types"))?,
        };
        let before = self.hooks.iter().position(|hook| hook.url == url).map(|index| self.hooks.remove(index));
        let mut waiting = before.map(|hook| hook.waiting).unwrap_or_default();
        waiting.iter_mut().for_each(|waiting| waiting.secret.clone_from(&secret));
        self.hooks.push(Hook { url, secret, kinds, since_ms: now_ms, failing_since_ms: None, waiting });
        Ok(json!({ "success": true }))
    }

    /// `DELETE /subscriptions`.
    pub fn unsubscribe(&mut self, url: &str) -> Outcome {
        let before = self.hooks.len();
        self.hooks.retain(|hook| hook.url != url);
        if self.hooks.len() == before {
            return Ok(json!({ "success": false, "message": "No such subscription" }));
        }
        Ok(json!({ "success": true }))
    }

    /// `GET /subscriptions`.
    pub fn subscriptions(&self) -> Value {
        let hooks = self.hooks.iter().map(|hook| {
            let kinds = if hook.kinds.is_empty() { Value::Null } else { json!(hook.kinds) };
            json!({ "url": hook.url, "time": hook.since_ms, "update_types": kinds, "version": null })
        });
        json!({ "subscriptions": hooks.collect::<Vec<_>>() })
    }

    /// What can go now, the oldest of each chat that has none on its way; and when there is something to do again.
    pub fn due(&mut self, now: i64) -> (Vec<Posting>, Option<i64>) {
        let (mut due, mut next_ms) = (vec![], None);
        for hook in &mut self.hooks {
            let mut chats = HashSet::new();
            for waiting in &mut hook.waiting {
                if !chats.insert(waiting.chat) || waiting.in_flight {
                    continue;
                }
                if waiting.not_before_ms > now {
                    next_ms = Some(next_ms.map_or(waiting.not_before_ms, |next: i64| next.min(waiting.not_before_ms)));
                } else {
                    waiting.in_flight = true;
                    due.push(waiting.clone());
                }
            }
        }
        (due, next_ms)
    }

    /// A webhook took an update.
    pub fn taken(&mut self, posting: &Posting) {
        if let Some(hook) = self.hooks.iter_mut().find(|hook| hook.url == posting.url) {
            hook.failing_since_ms = None;
            hook.waiting.retain(|waiting| waiting.number != posting.number);
        }
    }

    /// A webhook did not: once more after half a minute to a minute, or the bot is unsubscribed.
    pub fn put_back(&mut self, posting: &Posting, now: i64) {
        let Some(index) = self.hooks.iter().position(|hook| hook.url == posting.url) else { return };
        let hook = &mut self.hooks[index];
        if *hook.failing_since_ms.get_or_insert(now) + GIVEN_UP_MS <= now {
            self.hooks.remove(index);
            return;
        }
        if let Some(waiting) = hook.waiting.iter_mut().find(|waiting| waiting.number == posting.number) {
            waiting.in_flight = false;
            // Spread, so that chats do not come back all at once.
            waiting.not_before_ms = now + 30_000 + waiting.number * 7919 % 30_000;
        }
    }

    /// Whether a webhook did not take what was brought to it last.
    pub fn are_failing(&self) -> bool {
        self.hooks.iter().any(|hook| hook.failing_since_ms.is_some())
    }

    /// Whether nothing waits for a webhook.
    pub fn are_brought(&self) -> bool {
        self.hooks.iter().all(|hook| hook.waiting.is_empty())
    }

    fn confirm(&mut self, marker: Option<i64>, now_ms: i64) {
        self.waiting.retain(|(number, at_ms, _)| *number >= marker.unwrap_or(0) && at_ms + KEPT_MS > now_ms);
    }

    /// The first of these kinds, and the marker behind them.
    fn first(&self, limit: usize, kinds: &[&str]) -> (Vec<Value>, i64) {
        let wanted = |update: &Value| kinds.is_empty() || kinds.iter().any(|kind| update["update_type"] == *kind);
        let found: Vec<_> = self.waiting.iter().filter(|(.., update)| wanted(update)).take(limit).collect();
        let marker = if found.len() == limit { found.last().map(|(number, ..)| number + 1) } else { None };
        (found.iter().map(|(.., update)| update.clone()).collect(), marker.unwrap_or(self.last + 1))
    }
}

/// `GET /updates`: confirms what is before `marker`, then waits until something is there or the time is over.
pub async fn get(max: &Max, asked: &Asked) -> Outcome {
    let within = |name: &str, usual: i64, least: i64, most: i64| match asked.query.get(name).map(|value| value.parse()) {
        None => Ok(usual),
        Some(Ok(value)) if (least..=most).contains(&value) => Ok(value),
        Some(_) => Err(Refusal::bad(&format!("Invalid {name}"))),
    };
    let limit = usize::try_from(within("limit", 100, 1, MOST)?).unwrap_or(100);
    let timeout = within("timeout", 30, 0, LONGEST_POLL)?;
    let marker = asked.query.get("marker").map(|marker| marker.parse().map_err(|_| Refusal::bad("Invalid marker"))).transpose()?;
    let kinds: Vec<&str> = asked.query("types").split(',').filter(|kind| !kind.is_empty()).collect();
    let until = {
        let mut state = max.state();
        let now = max.clock.now_ms();
        state.updates.confirm(marker, now);
        state.updates.questions += 1;
        now + 1000 * timeout
    };
    max.changed.notify_waiters();
    loop {
        let changed = max.changed.notified();
        {
            let updates = &max.state().updates;
            if !updates.hooks.is_empty() {
                return Err(Refusal::new(405, "method.not.allowed", "The bot is subscribed to a webhook"));
            }
            let (found, marker) = updates.first(limit, &kinds);
            if !found.is_empty() || max.clock.now_ms() >= until {
                return Ok(json!({ "updates": found, "marker": marker }));
            }
        }
        max.rest(changed, Some(until)).await;
    }
}
