//! Answers that hold until something changes.

use super::Hub;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nodes that share no Redis hear nothing of each other, and some answers depend on the time: none holds for longer.
const LONGEST_MS: i64 = 5_000;

/// The last answer of the database to a question that many ask. It holds for a few seconds, so long as the hub hears of no change.
pub struct Kept<K, T>(Mutex<Option<Entry<K, T>>>);

struct Entry<K, T> {
    heard: u64,
    made_ms: i64,
    key: K,
    value: T,
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, T: Clone> Kept<K, T> {
    /// The answer to `key`, from `make` when none is kept.
    ///
    /// # Errors
    /// Those of `make`; they are not kept.
    pub async fn get<E>(&self, hub: &Hub, now_ms: i64, key: K, make: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        // Before the question is asked: what is committed meanwhile may be missing from its answer.
        let heard = hub.heard();
        if let Some(entry) = &*self.entry()
            && entry.heard == heard
            && entry.key == key
            && (0..LONGEST_MS).contains(&(now_ms - entry.made_ms))
        {
            return Ok(entry.value.clone());
        }
        let value = make.await?;
        *self.entry() = Some(Entry { heard, made_ms: now_ms, key, value: value.clone() });
        Ok(value)
    }

    fn entry(&self) -> MutexGuard<'_, Option<Entry<K, T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::{Audience, Signal};

    #[tokio::test]
    async fn an_answer_holds_until_something_changes() {
        let (hub, kept) = (Hub::alone(), Kept::default());
        let ask = async |now_ms: i64, key: &'static str, answer: Result<i64, ()>| kept.get(&hub, now_ms, key, async { answer }).await;
        assert_eq!(ask(0, "today", Ok(1)).await, Ok(1));
        assert_eq!(ask(LONGEST_MS - 1, "today", Ok(2)).await, Ok(1));
        assert_eq!(ask(LONGEST_MS, "today", Ok(3)).await, Ok(3), "its time is over");
        assert_eq!(ask(LONGEST_MS, "tomorrow", Ok(4)).await, Ok(4), "another question");
        hub.publish(Signal::changed(vec!["orders".into()], Audience::default()));
        assert_eq!(ask(LONGEST_MS, "tomorrow", Err(())).await, Err(()));
        assert_eq!(ask(LONGEST_MS, "tomorrow", Ok(5)).await, Ok(5), "something changed, and a failure is no answer");
    }

    #[tokio::test]
    async fn what_changes_while_the_question_is_asked_ends_the_answer() {
        let (hub, kept) = (Hub::alone(), Kept::default());
        let meanwhile = async {
            hub.publish(Signal::changed(vec!["orders".into()], Audience::default()));
            Ok::<_, ()>(1)
        };
        assert_eq!(kept.get(&hub, 0, (), meanwhile).await, Ok(1));
        assert_eq!(kept.get(&hub, 0, (), async { Ok::<_, ()>(2) }).await, Ok(2));
    }
}
