use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One call that a provider was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// When it came, by the emulator's clock.
    pub at_ms: i64,
    pub method: String,
    pub chat: Option<i64>,
    pub text: String,
    /// What was answered; nothing when no answer went out.
    pub status: Option<u16>,
    /// Whether it took effect, be it that the caller never heard of it.
    pub taken: bool,
    /// The message that came of it.
    pub message: Option<i64>,
    /// The refusal, or the fault that was played.
    pub said: String,
}

/// The most calls that fell into any span of this length.
pub fn busiest<'a>(calls: impl IntoIterator<Item = &'a Call>, span: Duration) -> usize {
    let mut times: Vec<i64> = calls.into_iter().map(|call| call.at_ms).collect();
    times.sort_unstable();
    let span = crate::clock::millis(span);
    (0..times.len()).map(|first| times[first..].iter().take_while(|at| **at < times[first] + span).count()).max().unwrap_or(0)
}
