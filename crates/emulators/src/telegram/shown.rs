//! What a person sees of the bot.

use super::{
    Telegram,
    state::{Message, Person, State},
};
use serde::Serialize;
use serde_json::Value;

/// A message of the bot's as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub id: i64,
    /// The text, or what stands under the file.
    pub text: String,
    pub file: Option<ShownFile>,
    /// The rows under it; of the newest keyboard in place of the person's own too, as long as it is there.
    pub buttons: Vec<Vec<ShownButton>>,
}

/// A file that the bot sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownFile {
    pub is_photo: bool,
    pub name: String,
    pub mime: String,
    pub size: usize,
}

/// A button with what it does: bring data, open an address, or, with neither, send its words, the phone or the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownButton {
    pub label: String,
    pub data: Option<String>,
    pub url: Option<String>,
}

impl Telegram {
    /// The bot's messages in a chat, oldest first, without those that it deleted.
    pub fn messages(&self, chat: i64) -> Vec<Shown> {
        let state = self.state();
        let Some(person) = state.people.get(&chat) else { return vec![] };
        person.messages.iter().filter(|message| message.by_bot).map(|message| state.shown(person, message)).collect()
    }

    /// The newest of them.
    pub fn last_message(&self, chat: i64) -> Option<Shown> {
        self.messages(chat).pop()
    }

    /// The bytes of the file in a message of either side.
    pub fn bytes(&self, chat: i64, message: i64) -> Option<Vec<u8>> {
        let state = self.state();
        let message = state.people.get(&chat)?.messages.iter().find(|one| one.id == message)?;
        state.files.of(file_id(&message.json)?).map(|upload| upload.bytes.to_vec())
    }

    /// What the bot showed in answer to presses, oldest first; empty where it only ended the waiting.
    pub fn notices(&self, chat: i64) -> Vec<String> {
        self.state().notices.iter().filter(|(to, _)| *to == chat).map(|(_, text)| text.clone()).collect()
    }
}

impl State {
    fn shown(&self, person: &Person, message: &Message) -> Shown {
        let json = &message.json;
        let file = file_id(json).and_then(|id| self.files.of(id)).map(|upload| ShownFile {
            is_photo: !json["photo"].is_null(),
            name: upload.name.clone(),
            mime: upload.mime.clone(),
            size: upload.bytes.len(),
        });
        let text = json["text"].as_str().or(json["caption"].as_str()).unwrap_or_default().to_owned();
        let keyboard = person.keyboard.as_ref().filter(|keyboard| keyboard.message == message.id);
        let own = keyboard.map(|keyboard| rows(&keyboard.rows)).unwrap_or_default();
        let buttons = rows(&json["reply_markup"]["inline_keyboard"]).into_iter().chain(own).collect();
        Shown { id: message.id, text, file, buttons }
    }
}

/// The file in a message; of a photo the largest size.
pub fn file_id(message: &Value) -> Option<&str> {
    let photo = message["photo"].as_array().and_then(|sizes| sizes.last());
    photo.unwrap_or(&message["document"])["file_id"].as_str()
}

pub fn rows(rows: &Value) -> Vec<Vec<ShownButton>> {
    let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
    let button = |button: &Value| ShownButton {
        label: word(button, "text").unwrap_or_default(),
        data: word(button, "callback_data"),
        url: word(button, "url"),
    };
    rows.as_array().into_iter().flatten().filter_map(Value::as_array).map(|row| row.iter().map(button).collect()).collect()
}
