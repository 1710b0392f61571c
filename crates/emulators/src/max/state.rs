//! What the emulated service knows: its bot, the people, what they wrote to each other.

use super::{Refusal, Shown, ShownButton, files::Files, updates::Updates};
use crate::limits::{Limits, Meter};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// How a person stands to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never opened it, so there is no dialog to write to.
    Stranger,
    Talks,
    Blocked,
    /// Their account is gone.
    Gone,
}

#[derive(Debug)]
pub struct Person {
    pub name: String,
    pub standing: Standing,
    pub messages: Vec<Message>,
}

#[derive(Debug)]
pub struct Message {
    pub id: String,
    pub by_bot: bool,
    pub at_ms: i64,
    /// As the API shows it.
    pub json: Value,
}

#[derive(Debug, Default)]
pub struct State {
    pub people: BTreeMap<i64, Person>,
    pub updates: Updates,
    pub files: Files,
    /// Presses by their ids: the chat and the message.
    pub presses: HashMap<String, (i64, String)>,
    /// What the bot showed in answer to presses: chat and words.
    pub notices: Vec<(i64, String)>,
    pub limits: Option<Limits>,
    pub meter: Meter,
    /// The token that was used last.
    pub token: String,
    last_message: i64,
    last_press: i64,
}

pub const BOT_NAME: &str = "id6700000000_bot";
const BOT: i64 = 67;

/// A person's number, which is another than their dialog's.
pub fn user_id(chat: i64) -> i64 {
    chat.abs() + 500_000
}

impl State {
    /// Someone whom the bot may come to know.
    pub fn meet(&mut self, chat: i64, name: &str, standing: Standing) -> &mut Person {
        self.people.entry(chat).or_insert_with(|| Person { name: name.to_owned(), standing, messages: vec![] })
    }

    /// The person opens the bot, perhaps by a deep link; the update's number.
    pub fn starts(&mut self, chat: i64, code: Option<&str>, now_ms: i64) -> i64 {
        self.meet(chat, &format!("Чат {chat}"), Standing::Talks).standing = Standing::Talks;
        let mut update = self.update("bot_started", chat, now_ms);
        if let Some(code) = code {
            update["payload"] = code.into();
        }
        self.updates.add(chat, now_ms, update)
    }

    /// The person writes to the bot, which opens the dialog if need be; the update's number.
    pub fn comes(&mut self, chat: i64, body: Value, link: Option<Value>, now_ms: i64) -> i64 {
        let talks = self.meet(chat, &format!("Чат {chat}"), Standing::Talks).standing == Standing::Talks;
        if !talks {
            self.starts(chat, None, now_ms);
        }
        let message = self.write(chat, false, now_ms, body, link);
        let update = json!({ "update_type": "message_created", "timestamp": now_ms, "message": message, "user_locale": "ru" });
        self.updates.add(chat, now_ms, update)
    }

    /// The person stops the bot; it hears of it.
    pub fn stops(&mut self, chat: i64, standing: Standing, now_ms: i64) {
        let Some(person) = self.people.get_mut(&chat) else { return };
        let before = std::mem::replace(&mut person.standing, standing);
        if before == Standing::Talks && standing == Standing::Blocked {
            let update = self.update("bot_stopped", chat, now_ms);
            self.updates.add(chat, now_ms, update);
        }
    }

    /// The person presses a button under a message; the press's id.
    pub fn press(&mut self, chat: i64, message: &str, data: &str, now_ms: i64) -> Option<String> {
        let shown = self.message(message)?.json.clone();
        keyboard(&shown).flatten().find(|button| button["type"] == "callback" && button["payload"] == data)?;
        self.press_late(chat, message, data, now_ms)
    }

    /// The same for a button that is no longer there; the press's id.
    pub fn press_late(&mut self, chat: i64, message: &str, data: &str, now_ms: i64) -> Option<String> {
        let shown = self.message(message)?.json.clone();
        self.last_press += 1;
        let id = format!("press-{chat}-{:06}", self.last_press);
        self.presses.insert(id.clone(), (chat, message.to_owned()));
        let callback = json!({ "timestamp": now_ms, "callback_id": id, "payload": data, "user": self.user(chat) });
        let update = json!({ "update_type": "message_callback", "timestamp": now_ms, "callback": callback, "message": shown,
            "user_locale": "ru" });
        self.updates.add(chat, now_ms, update);
        Some(id)
    }

    /// Whether the bot may write there now.
    pub fn reach(&self, chat: i64) -> Result<(), Refusal> {
        match self.people.get(&chat).map(|person| person.standing) {
            Some(Standing::Talks) => Ok(()),
            None | Some(Standing::Stranger) => Err(Refusal::new(404, "chat.not.found", &format!("Chat {chat} not found"))),
            Some(Standing::Blocked | Standing::Gone) => {
                Err(Refusal::new(403, "chat.denied", &format!("Key: error.dialog.suspended, args: [{},].", user_id(chat))))
            }
        }
    }

    /// Puts a message into a chat; as the API shows it.
    pub fn write(&mut self, chat: i64, by_bot: bool, now_ms: i64, mut body: Value, link: Option<Value>) -> Value {
        self.last_message += 1;
        let id = format!("mid.{chat:016x}{:016x}", self.last_message);
        body["mid"] = id.clone().into();
        body["seq"] = self.last_message.into();
        let to = if by_bot { user_id(chat) } else { BOT };
        let kind = if chat < 0 { "chat" } else { "dialog" };
        let mut json = json!({ "sender": if by_bot { bot() } else { self.user(chat) }, "timestamp": now_ms, "body": body,
            "recipient": { "chat_id": chat, "chat_type": kind, "user_id": to } });
        if let Some(link) = link {
            json["link"] = link;
        }
        if let Some(person) = self.people.get_mut(&chat) {
            person.messages.push(Message { id, by_bot, at_ms: now_ms, json: json.clone() });
        }
        json
    }

    pub fn message(&mut self, id: &str) -> Option<&mut Message> {
        self.people.values_mut().flat_map(|person| &mut person.messages).find(|message| message.id == id)
    }

    /// A message as another links to it.
    pub fn link(&mut self, kind: &str, id: &str) -> Option<Value> {
        let json = &self.message(id)?.json;
        Some(json!({ "type": kind, "sender": json["sender"], "message": json["body"] }))
    }

    /// The chat in which a message stands.
    pub fn chat_of(&self, message: &str) -> Option<i64> {
        self.people.iter().find(|(_, person)| person.messages.iter().any(|one| one.id == message)).map(|(chat, _)| *chat)
    }

    pub fn me(&self) -> Value {
        let mut me = bot();
        me["description"] = "Эмулятор".into();
        me["commands"] = json!([]);
        me
    }

    pub fn user(&self, chat: i64) -> Value {
        let name = self.people.get(&chat).map(|person| person.name.as_str()).unwrap_or_default();
        json!({ "user_id": user_id(chat), "first_name": name, "last_name": "", "name": name, "is_bot": false,
            "last_activity_time": 0 })
    }

    fn update(&self, kind: &str, chat: i64, now_ms: i64) -> Value {
        json!({ "update_type": kind, "timestamp": now_ms, "chat_id": chat, "user": self.user(chat), "user_locale": "ru" })
    }
}

fn bot() -> Value {
    json!({ "user_id": BOT, "first_name": "Монтаж", "name": "Монтаж", "username": BOT_NAME, "is_bot": true, "last_activity_time": 0 })
}

/// The rows of buttons under a message.
pub fn keyboard(message: &Value) -> impl Iterator<Item = &Vec<Value>> {
    let attachments = message["body"]["attachments"].as_array().into_iter().flatten();
    let keyboards = attachments.filter(|one| one["type"] == "inline_keyboard");
    keyboards.filter_map(|one| one["payload"]["buttons"].as_array()).flatten().filter_map(Value::as_array)
}

impl From<&Message> for Shown {
    fn from(message: &Message) -> Self {
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        let button = |button: &Value| ShownButton {
            label: word(button, "text").unwrap_or_default(),
            kind: word(button, "type").unwrap_or_default(),
            data: word(button, "payload"),
            url: word(button, "url"),
        };
        let buttons = keyboard(&message.json).map(|row| row.iter().map(button).collect()).collect();
        Self { id: message.id.clone(), text: message.json["body"]["text"].as_str().unwrap_or_default().to_owned(), buttons }
    }
}
