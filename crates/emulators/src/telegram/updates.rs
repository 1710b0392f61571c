//! What came to the bot and was not confirmed, and the two ways by which it gets there.

use super::{Outcome, Refusal, Telegram, params::Params, webhook::Webhook};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// How long an update is kept.
const KEPT_MS: i64 = 24 * 3600 * 1000;
const LONGEST_POLL: i64 = 50;

/// An update that the bot has not confirmed.
#[derive(Debug)]
pub struct Waiting {
    pub id: i64,
    pub chat: i64,
    pub at_ms: i64,
    pub update: Value,
    /// How often a webhook did not take it.
    pub failures: u32,
    pub not_before_ms: i64,
    pub in_flight: bool,
}

#[derive(Debug, Default)]
pub struct Updates {
    pub waiting: VecDeque<Waiting>,
    pub webhook: Option<Webhook>,
    /// The kinds that the bot asked for; all when empty.
    pub allowed: Vec<String>,
    last_id: i64,
    /// How often the bot asked; each question ends the one before.
    pub questions: u64,
}

impl Updates {
    /// Queues an update for the bot, unless it does not want this kind; its number.
    pub fn add(&mut self, chat: i64, now_ms: i64, kind: &str, content: &Value) -> i64 {
        if self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed == kind) {
            self.last_id += 1;
            let update = json!({ "update_id": self.last_id, kind: content });
            let id = self.last_id;
            self.waiting.push_back(Waiting { id, chat, at_ms: now_ms, update, failures: 0, not_before_ms: 0, in_flight: false });
        }
        self.last_id
    }

    pub fn allow(&mut self, params: &Params) -> Result<(), Refusal> {
        if let Some(kinds) = params.nested("allowed_updates")? {
            self.allowed = serde_json::from_value(kinds).map_err(|_| Refusal::bad("can't parse allowed updates"))?;
        }
        Ok(())
    }

    pub fn forget_old(&mut self, now_ms: i64) {
        self.waiting.retain(|waiting| waiting.at_ms + KEPT_MS > now_ms);
    }

    fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let kept = usize::try_from(-offset).unwrap_or(usize::MAX);
            self.waiting.drain(..self.waiting.len().saturating_sub(kept));
        } else {
            self.waiting.retain(|waiting| waiting.id >= offset);
        }
    }

    fn first(&self, limit: usize) -> Vec<Value> {
        self.waiting.iter().take(limit).map(|waiting| waiting.update.clone()).collect()
    }
}

/// `getUpdates`: confirms what is before `offset`, then waits until something is there or the time is over.
pub async fn get(telegram: &Telegram, params: &Params) -> Outcome {
    let limit = usize::try_from(params.integer("limit").filter(|limit| (1..=100).contains(limit)).unwrap_or(100)).unwrap_or(100);
    let (question, until) = {
        let mut state = telegram.state();
        let now = telegram.clock.now_ms();
        let updates = &mut state.updates;
        if updates.webhook.is_some() {
            return Err(Refusal::conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            ));
        }
        updates.forget_old(now);
        updates.confirm(params.integer("offset").unwrap_or(0));
        updates.allow(params)?;
        updates.questions += 1;
        (updates.questions, now + 1000 * params.integer("timeout").unwrap_or(0).clamp(0, LONGEST_POLL))
    };
    telegram.changed.notify_waiters();
    loop {
        let changed = telegram.changed.notified();
        {
            let updates = &telegram.state().updates;
            if updates.webhook.is_some() {
                return Err(Refusal::conflict("terminated by setWebhook request"));
            }
            if updates.questions != question {
                return Err(Refusal::conflict("terminated by other getUpdates request; make sure that only one bot instance is running"));
            }
            let found = updates.first(limit);
            if !found.is_empty() || telegram.clock.now_ms() >= until {
                return Ok(found.into());
            }
        }
        telegram.rest(changed, Some(until)).await;
    }
}
