use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trouble {
    /// «Too many requests»: nothing more is taken until the time is over.
    Wait { seconds: u32 },
    /// A refusal in the provider's own form.
    Refuse { status: u16, description: String },
    /// The HTML page of a gateway before the provider.
    Page { status: u16 },
    /// It is done, and never answered.
    Silent,
    /// It is done, and the answer trickles out for this long.
    Slow { seconds: u32 },
    /// The connection is cut before anything is done.
    Reset,
}

/// A fault for the next calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    #[serde(flatten)]
    pub trouble: Trouble,
    /// How many calls it befalls.
    #[serde(default = "once")]
    pub times: u32,
    /// Only calls of this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls for this chat.
    #[serde(default)]
    pub chat: Option<i64>,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// Befalls the next call, whatever it is.
    pub fn new(trouble: Trouble) -> Self {
        Self { trouble, times: 1, method: None, chat: None }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    #[must_use]
    pub fn of(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    #[must_use]
    pub fn to(self, chat: i64) -> Self {
        Self { chat: Some(chat), ..self }
    }

    fn befalls(&self, method: &str, chat: Option<i64>) -> bool {
        self.method.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(method)) && self.chat.is_none_or(|only| chat == Some(only))
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self::new(trouble)
    }
}

/// The faults to come, each played as often as it says, in the order in which they were set.
#[derive(Debug, Default)]
pub struct Script(VecDeque<Fault>);

impl Script {
    pub fn add(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push_back(fault);
        }
    }

    /// What befalls this call.
    pub fn next(&mut self, method: &str, chat: Option<i64>) -> Option<Trouble> {
        let index = self.0.iter().position(|fault| fault.befalls(method, chat))?;
        let fault = &mut self.0[index];
        fault.times -= 1;
        let trouble = fault.trouble.clone();
        self.0.retain(|fault| fault.times > 0);
        Some(trouble)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn to_come(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}
