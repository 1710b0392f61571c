//! The ways out to people: one client for each provider, without a word of the business in it.
//!
//! A channel tries once and says how it ended. When to try again, in which order and how fast is the caller's to decide.

pub mod mail;
pub mod max;
pub mod messenger;
pub mod push;
pub mod sms;
pub mod telegram;
pub mod whatsapp;
mod wire;

use async_trait::async_trait;
use std::{fmt, time::Duration};

pub use messenger::Messenger;
pub use push::Push;
pub use whatsapp::WhatsApp;

/// What one person is told through one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// The same at each try of the same message, so that a provider that can do so tells a repeat from a second message.
    pub key: String,
    /// Where it goes, as the channel writes it: a chat's id, a phone in E.164, a mailbox, a push subscription in JSON.
    pub to: String,
    /// A line above the text, where the channel shows one.
    pub title: String,
    /// Plain text. A channel that takes less cuts it.
    pub text: String,
    /// The text as a page, for mail.
    pub html: Option<String>,
    /// Where to read more. It is not part of the text.
    pub link: Option<Link>,
    /// Rows of buttons, where the channel has some.
    pub buttons: Vec<Vec<Button>>,
    /// The wording approved by the provider that stands for the text where free words are not taken.
    pub template: Option<Template>,
}

impl Letter {
    /// The rows of buttons where a link is a button, too: the last, for what is answered comes first.
    pub fn rows(&self) -> Vec<Vec<Button>> {
        let open = |link: &Link| vec![Button { label: link.label.clone(), press: Press::Open(link.url.clone()) }];
        self.buttons.iter().cloned().chain(self.link.iter().map(open)).collect()
    }
}

/// An address to open, with the words that stand for it where the channel can show them instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    pub url: String,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    pub press: Press,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Comes back as [`messenger::What::Pressed`]; 1 to 64 bytes.
    Data(String),
    /// Opens an address.
    Open(String),
    /// Gives the person's phone, proved by the messenger.
    Phone,
    /// Gives the place where the person is.
    Place,
}

/// A wording kept and approved by the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    /// `ru`, `en`.
    pub language: String,
    pub values: Vec<String>,
}

/// What a provider said of a message that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message's id with the provider.
    pub id: String,
    /// What it costs, in hundredths of the currency's unit, where the provider says so.
    pub cost_minor: Option<i64>,
    /// In how many parts it went, where that is what is paid for.
    pub parts: u32,
}

impl Sent {
    /// One part, without a price.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), cost_minor: None, parts: 1 }
    }
}

/// How a message fares after it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Still on its way.
    Underway,
    Delivered,
    Read,
    /// It will not arrive.
    Lost {
        why: String,
    },
    /// It will not arrive, nor will another: nobody is at this address.
    Gone {
        why: String,
    },
    /// The provider knows no such message: it was never taken.
    Unknown,
}

/// How fast a provider takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two messages, whomever they are for.
    pub every: Duration,
    /// Between two messages to the same address.
    pub every_to_one: Duration,
}

/// A way out to people.
#[async_trait]
pub trait Channel: Send + Sync + fmt::Debug {
    /// Tries once to send it.
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure>;

    /// Asks how a message fares that was sent to this address, by the provider's id of it; nothing where that cannot be asked.
    async fn fate(&self, id: &str, to: &str) -> Result<Option<Fate>, Failure>;

    /// What a provider says of a message that it took without our hearing so, asked by the id that came with [`Failure::Unclear`]: its id
    /// from now on, and what it costs.
    async fn found(&self, _id: &str, _to: &str) -> Option<Sent> {
        None
    }

    /// The id under which the provider can be asked about a message whose sending was cut off before its answer came, where it takes
    /// an id of ours with the message.
    fn known_as(&self, _letter: &Letter) -> Option<String> {
        None
    }

    /// Whether the provider knows us: the name by which people find us there, where there is one.
    async fn greet(&self) -> Result<String, Failure>;

    fn pace(&self) -> Pace;
}

/// Why a message did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The provider asks to wait, with everything.
    Wait { after: Duration, why: String },
    /// It did not go this time: no connection, no answer in time, a fault of the provider's. It may have arrived, which does less
    /// harm than if it had not.
    Again { why: String },
    /// It may have been taken, and must not be sent again before that is known: `id` is what to ask [`Channel::fate`] about. Without
    /// one nobody can say.
    Unclear { id: Option<String>, why: String },
    /// This address takes nothing any more: the bot is blocked, the account is gone.
    Dead { why: String },
    /// The provider takes nothing from us until somebody mends the settings: it does not know the token, there is no money left.
    Shut { why: String },
    /// The provider takes this message never.
    Refused { why: String },
}

impl Failure {
    /// What the provider or the network said. Nothing of the message and no secret is in it.
    pub fn why(&self) -> &str {
        match self {
            Self::Wait { why, .. }
            | Self::Again { why }
            | Self::Unclear { why, .. }
            | Self::Dead { why }
            | Self::Shut { why }
            | Self::Refused { why } => why,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for Failure {}
