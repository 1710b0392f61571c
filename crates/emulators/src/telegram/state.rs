//! What the emulated service knows: its bot, the people, what they wrote to each other.

use super::{Outcome, Refusal, files::Files, updates::Updates};
use crate::limits::{Limits, Meter};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// How a person stands to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never wrote to it, so it may not write to them.
    Stranger,
    Talks,
    Blocked,
    /// Their account is gone.
    Gone,
}

#[derive(Debug)]
pub struct Person {
    pub name: String,
    pub username: String,
    pub standing: Standing,
    pub messages: Vec<Message>,
    /// What stands in place of the person's own keyboard.
    pub keyboard: Option<Keyboard>,
}

/// Buttons in place of the person's own keyboard.
#[derive(Clone, Debug)]
pub struct Keyboard {
    /// The message that it came with.
    pub message: i64,
    pub rows: Value,
    /// Whether it goes away by being used.
    pub once: bool,
}

#[derive(Debug)]
pub struct Message {
    pub id: i64,
    pub by_bot: bool,
    pub at_ms: i64,
    /// As the API shows it.
    pub json: Value,
}

/// A press of a button that the bot has not answered yet.
#[derive(Debug)]
pub struct Press {
    pub chat: i64,
    pub at_ms: i64,
}

#[derive(Debug, Default)]
pub struct State {
    pub bot_id: i64,
    pub people: BTreeMap<i64, Person>,
    pub updates: Updates,
    pub files: Files,
    pub commands: HashMap<String, Value>,
    pub presses: HashMap<String, Press>,
    /// What the bot showed in answer to presses: chat and words.
    pub notices: Vec<(i64, String)>,
    pub limits: Option<Limits>,
    pub meter: Meter,
    pub last_message: i64,
    last_press: i64,
}

pub const BOT_NAME: &str = "montaj_bot";
/// Of an older message a press shows no more than the number. The documentation names no figure.
const ACCESSIBLE_MS: i64 = 48 * 3600 * 1000;

impl State {
    /// Someone whom the bot may come to know.
    pub fn meet(&mut self, chat: i64, name: &str, standing: Standing) -> &mut Person {
        self.people.entry(chat).or_insert_with(|| Person {
            name: name.to_owned(),
            username: format!("user{}", chat.unsigned_abs()),
            standing,
            messages: vec![],
            keyboard: None,
        })
    }

    /// Something comes from the person, which also opens the chat; the update's number.
    pub fn arrives(&mut self, chat: i64, content: Value, now_ms: i64) -> i64 {
        if matches!(self.meet(chat, &self.name(chat), Standing::Talks).standing, Standing::Blocked) {
            self.stand(chat, Standing::Talks, now_ms);
        }
        let message = self.write(chat, false, now_ms, content);
        if let Some(person) = self.people.get_mut(&chat) {
            person.standing = Standing::Talks;
        }
        self.updates.add(chat, now_ms, "message", &message)
    }

    /// The person blocks the bot or takes it back; the bot hears of it.
    pub fn stand(&mut self, chat: i64, standing: Standing, now_ms: i64) {
        let Some(person) = self.people.get_mut(&chat) else { return };
        let before = std::mem::replace(&mut person.standing, standing);
        let member = |standing| {
            let mut member = json!({ "status": "member", "user": self.bot() });
            if standing == Standing::Blocked {
                member["status"] = "kicked".into();
                member["until_date"] = 0.into();
            }
            member
        };
        if (before == Standing::Blocked) != (standing == Standing::Blocked) {
            let change = json!({ "chat": self.chat(chat), "from": self.user(chat), "date": now_ms / 1000,
                "old_chat_member": member(before), "new_chat_member": member(standing) });
            self.updates.add(chat, now_ms, "my_chat_member", &change);
        }
    }

    /// The person presses a button under a message, be it one that is no longer there; the query's id.
    pub fn press(&mut self, chat: i64, message: i64, data: &str, now_ms: i64) -> Option<String> {
        let message = self.message(chat, message)?;
        let shown = if message.at_ms + ACCESSIBLE_MS > now_ms {
            message.json.clone()
        } else {
            json!({ "message_id": message.id, "chat": message.json["chat"], "date": 0 })
        };
        self.last_press += 1;
        let id = format!("{chat}{:06}", self.last_press);
        self.presses.insert(id.clone(), Press { chat, at_ms: now_ms });
        let query = json!({ "id": id, "from": self.user(chat), "message": shown, "chat_instance": chat.to_string(), "data": data });
        self.updates.add(chat, now_ms, "callback_query", &query);
        Some(id)
    }

    /// Whether the bot may write there now.
    pub fn reach(&self, chat: i64) -> Result<(), Refusal> {
        match self.people.get(&chat).map(|person| person.standing) {
            Some(Standing::Talks) => Ok(()),
            None => Err(Refusal::bad("chat not found")),
            Some(Standing::Stranger) => Err(Refusal::new(403, "Forbidden: bot can't initiate conversation with a user")),
            Some(Standing::Blocked) => Err(Refusal::new(403, "Forbidden: bot was blocked by the user")),
            Some(Standing::Gone) => Err(Refusal::new(403, "Forbidden: user is deactivated")),
        }
    }

    /// Puts a message into a chat; as the API shows it.
    pub fn write(&mut self, chat: i64, by_bot: bool, now_ms: i64, content: Value) -> Value {
        self.last_message += 1;
        let mut json = json!({ "message_id": self.last_message, "date": now_ms / 1000, "chat": self.chat(chat),
            "from": if by_bot { self.bot() } else { self.user(chat) } });
        if let (Some(json), Value::Object(content)) = (json.as_object_mut(), content) {
            json.extend(content);
        }
        if let Some(person) = self.people.get_mut(&chat) {
            person.messages.push(Message { id: self.last_message, by_bot, at_ms: now_ms, json: json.clone() });
        }
        json
    }

    pub fn message(&mut self, chat: i64, id: i64) -> Option<&mut Message> {
        self.people.get_mut(&chat)?.messages.iter_mut().find(|message| message.id == id)
    }

    pub fn bot(&self) -> Value {
        json!({ "id": self.bot_id, "is_bot": true, "first_name": "Монтаж", "username": BOT_NAME })
    }

    pub fn me(&self) -> Outcome {
        let mut me = self.bot();
        for ability in ["can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business", "has_main_web_app"] {
            me[ability] = false.into();
        }
        me["can_join_groups"] = true.into();
        Ok(me)
    }

    /// The person's name, as far as they are known.
    pub fn name(&self, chat: i64) -> String {
        self.people.get(&chat).map(|person| person.name.clone()).unwrap_or_else(|| format!("Чат {chat}"))
    }

    fn user(&self, chat: i64) -> Value {
        let person = &self.people[&chat];
        // In a group somebody of it writes, whose number is positive as every person's.
        json!({ "id": chat.abs(), "is_bot": false, "first_name": person.name, "username": person.username, "language_code": "ru" })
    }

    fn chat(&self, chat: i64) -> Value {
        let person = &self.people[&chat];
        if chat < 0 {
            return json!({ "id": chat, "type": "group", "title": person.name });
        }
        json!({ "id": chat, "type": "private", "first_name": person.name, "username": person.username })
    }
}
