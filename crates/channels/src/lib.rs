//! The ways out to people: one client for each provider, without a word of the business in it.
//!
//! A channel tries once and says how it ended. When to try again, in which order and how fast is the caller's to decide.

pub mod telegram;

use std::{fmt, time::Duration};

/// Why a message did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The provider asks to wait, with everything.
    Wait { after: Duration, why: String },
    /// It did not go this time: no connection, no answer in time, a fault of the provider's. It may have arrived.
    Again { why: String },
    /// This address takes nothing any more: the bot is blocked, the account is gone.
    Dead { why: String },
    /// The provider takes nothing from us until somebody mends the settings: it does not know the token.
    Shut { why: String },
    /// The provider takes this message never.
    Refused { why: String },
}

impl Failure {
    /// What the provider or the network said.
    pub fn why(&self) -> &str {
        match self {
            Self::Wait { why, .. } | Self::Again { why } | Self::Dead { why } | Self::Shut { why } | Self::Refused { why } => why,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for Failure {}
