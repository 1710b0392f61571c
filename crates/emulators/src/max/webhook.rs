//! The sender that brings updates to webhooks.

use super::{Max, updates::Posting};
use std::{sync::Arc, time::Duration};

const ANSWER: Duration = Duration::from_secs(30);

/// Brings updates to the webhooks, as long as there are some, until the emulator ends.
pub async fn run(max: Arc<Max>, client: reqwest::Client) {
    loop {
        let changed = max.changed.notified();
        let now = max.clock.now_ms();
        let (due, next_ms) = max.state().updates.due(now);
        for posting in due {
            tokio::spawn(bring(max.clone(), client.clone(), posting));
        }
        max.rest(changed, next_ms).await;
    }
}

async fn bring(max: Arc<Max>, client: reqwest::Client, posting: Posting) {
    let mut request = client.post(&posting.url).timeout(ANSWER).header("content-type", "application/json");
    if !posting.secret.is_empty() {
        request = request.header("X-Max-Bot-Api-Secret", &posting.secret);
    }
    let answer = request.body(posting.update.to_string()).send().await;
    let now = max.clock.now_ms();
    match answer {
        // Any other answer, be it a success, counts as none.
        Ok(answer) if answer.status() == 200 => max.state().updates.taken(&posting),
        _ => max.state().updates.put_back(&posting, now),
    }
    max.changed.notify_waiters();
}
