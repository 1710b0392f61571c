//! What messengers have in common: people write to a bot, press its buttons and send it pictures.

use crate::{Button, Channel, Failure};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A messenger in which people answer.
#[async_trait]
pub trait Messenger: Channel {
    /// Writes to a chat at once, with buttons under it; the message's id.
    async fn say(&self, chat: &str, text: &str, buttons: &[Vec<Button>]) -> Result<String, Failure>;

    /// Puts other words and buttons into a message of the bot's. That nothing changes by it is no failure.
    async fn revise(&self, chat: &str, message: &str, text: &str, buttons: &[Vec<Button>]) -> Result<(), Failure>;

    /// Sends a picture or another file; the message's id.
    async fn hand_over(&self, chat: &str, file: &Outgoing, caption: &str) -> Result<String, Failure>;

    /// Whether [`acknowledge`](Self::acknowledge) counts against the pace of a chat as a message does.
    fn counts_acknowledgements(&self) -> bool {
        false
    }

    /// Ends the waiting of whoever pressed a button, with a few words (at most 200 characters) where there are some. A press that is
    /// too old is no failure.
    async fn acknowledge(&self, press: &str, notice: &str) -> Result<(), Failure>;

    /// The bytes of a file that came, if there are no more than `most`.
    async fn fetch(&self, file: &str, most: usize) -> Result<Vec<u8>, Failure>;

    /// Waits up to `patience` (at most 50 s) for what came since `after`, which is confirmed by asking; and what to ask from next time.
    async fn arrived(&self, after: Option<i64>, patience: Duration) -> Result<(Vec<Arrived>, Option<i64>), Failure>;

    /// What stands in the body of a call to the webhook.
    ///
    /// # Errors
    /// [`Failure::Refused`] when it is not what the provider sends.
    fn read_hook(&self, body: &[u8]) -> Result<Vec<Arrived>, Failure>;

    /// Has what comes brought to this address, with this secret in its header; without one it is asked for again.
    async fn hook(&self, to: Option<(&str, &str)>) -> Result<(), Failure>;

    /// Where what comes is brought to, as the provider has it.
    async fn hooked(&self) -> Result<Option<Hooked>, Failure>;

    /// The address that opens the bot and gives it this code (A–Z a–z 0–9 _ -, at most 64).
    fn deep_link(&self, name: &str, code: &str) -> String;
}

/// A webhook as the provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hooked {
    pub url: String,
    /// Why what waits cannot be brought there, where the provider says so: begins with [`WEBHOOK_FAILS`].
    pub failing: Option<String>,
}

/// With this begins what a provider says of a webhook that does not take what is brought.
pub const WEBHOOK_FAILS: &str = "the webhook fails: ";

/// A file to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub name: String,
    /// `image/jpeg`; what begins with `image/` is shown as a picture.
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// Something that came to the bot from one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrived {
    /// The same when the same comes again, unlike for anything else from this messenger; at most 100 bytes.
    pub key: String,
    /// Empty for what concerns no private chat.
    pub chat: String,
    /// The person's name with the provider; may be empty.
    pub name: String,
    pub what: What,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// The bot was opened by a deep link; the code may be empty.
    Start(String),
    /// Words, files or both.
    Said(Said),
    /// A button under the bot's message was pressed.
    Pressed {
        /// What to acknowledge.
        press: String,
        /// The message under which it stands.
        message: String,
        data: String,
    },
    /// The person's phone.
    Phone {
        phone: String,
        /// Whether the provider says that it is the sender's own.
        is_proved: bool,
    },
    Place {
        lat: f64,
        lon: f64,
    },
    /// The person blocked the bot or deleted the chat.
    Blocked,
    /// A message in which there is nothing that is read: a sticker, a poll.
    Unread,
    /// Nothing that matters here.
    Other,
}

/// Words, files or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The message's id with the provider.
    pub id: String,
    /// May be empty beside files.
    pub text: String,
    pub files: Vec<Incoming>,
    /// The bot's or the person's message that it answers.
    pub reply_to: Option<String>,
}

/// A file that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// What to fetch.
    pub file: String,
    /// May be empty.
    pub name: String,
    pub is_picture: bool,
}
