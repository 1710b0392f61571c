//! What the emulated service knows: people, templates, files, and what was written.

use super::webhook::Hooks;
use crate::limits::{Limits, Meter};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

const WINDOW_MS: i64 = 24 * 3600 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Here,
    /// Their phone is off.
    Away,
}

/// How far a message of ours came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Failed,
    Sent,
    Delivered,
    Read,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

#[derive(Debug)]
pub struct Person {
    pub name: String,
    pub standing: Standing,
    /// When they last wrote.
    wrote_ms: Option<i64>,
}

#[derive(Debug)]
pub struct Message {
    pub id: i64,
    pub wamid: String,
    pub phone: i64,
    pub at_ms: i64,
    pub text: String,
    /// How far one of ours came; nothing of what people wrote.
    pub level: Option<Level>,
    key: Option<String>,
}

#[derive(Debug)]
pub struct Template {
    pub words: String,
    pub is_paused: bool,
}

#[derive(Debug)]
pub struct File {
    pub mime: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct State {
    pub people: BTreeMap<i64, Person>,
    pub templates: BTreeMap<(String, String), Template>,
    pub messages: Vec<Message>,
    pub files: HashMap<String, File>,
    pub hooks: Hooks,
    pub refuses_late: bool,
    pub limits: Option<Limits>,
    pub meter: Meter,
}

impl State {
    pub fn meet(&mut self, phone: i64, name: &str) {
        self.people.entry(phone).or_insert_with(|| Person { name: name.to_owned(), standing: Standing::Here, wrote_ms: None });
    }

    pub fn stand(&mut self, phone: i64, standing: Standing) {
        if let Some(person) = self.people.get_mut(&phone) {
            person.standing = standing;
        }
    }

    pub fn template(&mut self, name: &str, language: &str, words: &str) {
        let template = Template { words: words.to_owned(), is_paused: false };
        self.templates.insert((name.to_owned(), language.to_owned()), template);
    }

    pub fn pause(&mut self, name: &str) {
        for (_, template) in self.templates.iter_mut().filter(|((other, _), _)| other == name) {
            template.is_paused = true;
        }
    }

    /// Keeps a file that a person sends; its id.
    pub fn keep(&mut self, mime: &str, bytes: &[u8]) -> String {
        let id = format!("{}", 900_000 + self.files.len());
        self.files.insert(id.clone(), File { mime: mime.to_owned(), bytes: bytes.to_vec() });
        id
    }

    /// Whether free words are taken.
    pub fn is_open(&self, phone: i64, now: i64) -> bool {
        self.people.get(&phone).and_then(|person| person.wrote_ms).is_some_and(|at| now < at + WINDOW_MS)
    }

    /// The person writes; the message's id.
    pub fn comes(&mut self, phone: i64, kind: &str, content: Value, reply_to: Option<&str>, now: i64) -> String {
        self.meet(phone, &format!("+{phone}"));
        let name = self.people.get_mut(&phone).map(|person| {
            person.wrote_ms = Some(now);
            person.name.clone()
        });
        let words = ["body", "caption", "text"].into_iter().find_map(|word| content[word].as_str()).unwrap_or_default();
        let text = if kind == "text" { words.to_owned() } else { format!("[{kind}] {words}") };
        let wamid = self.write(phone, &text, None, None, now);
        let mut message =
            json!({ "from": phone.to_string(), "id": wamid, "timestamp": (now / 1000).to_string(), "type": kind, kind: content });
        if let Some(id) = reply_to {
            message["context"] = json!({ "from": "74950000067", "id": id });
        }
        let contact = json!({ "profile": { "name": name }, "wa_id": phone.to_string() });
        self.hooks.add(json!({ "contacts": [contact], "messages": [message] }), now);
        wamid
    }

    /// A message of ours goes on its way, as far as it comes; its id.
    pub fn send(&mut self, phone: i64, text: &str, key: Option<String>, late: Option<i64>, now: i64) -> String {
        let level = if late.is_some() { Level::Failed } else { Level::Sent };
        let wamid = self.write(phone, text, Some(level), key, now);
        self.tell(self.messages.len() - 1, late, now);
        if self.people.get(&phone).is_some_and(|person| person.standing == Standing::Here) {
            self.reach(phone, Level::Delivered, now);
        }
        wamid
    }

    /// The messages to a person come further.
    pub fn reach(&mut self, phone: i64, level: Level, now: i64) {
        // What was not delivered is not read.
        let from = if level == Level::Read { Level::Delivered } else { Level::Sent };
        let is_before = |message: &Message| message.phone == phone && message.level == Some(from);
        let before: Vec<_> = (0..self.messages.len()).filter(|index| is_before(&self.messages[*index])).collect();
        for index in before {
            self.messages[index].level = Some(level);
            self.tell(index, None, now);
        }
    }

    fn write(&mut self, phone: i64, text: &str, level: Option<Level>, key: Option<String>, now: i64) -> String {
        let id = i64::try_from(self.messages.len()).unwrap_or_default() + 1;
        let wamid = format!("wamid.{}", hex::encode(format!("{phone}/{id}")));
        self.messages.push(Message { id, wamid: wamid.clone(), phone, at_ms: now, text: text.to_owned(), level, key });
        wamid
    }

    /// Brings word of how a message fares.
    fn tell(&mut self, index: usize, error: Option<i64>, now: i64) {
        let message = &self.messages[index];
        let Some(level) = message.level else { return };
        let mut status = json!({ "id": message.wamid, "status": level.word(), "timestamp": (now / 1000).to_string(),
            "recipient_id": message.phone.to_string() });
        if let Some(key) = &message.key {
            status["biz_opaque_callback_data"] = key.clone().into();
        }
        if let Some(code) = error {
            let title = super::message::title(code);
            status["errors"] = json!([{ "code": code, "title": title, "message": title, "error_data": { "details": title } }]);
        }
        self.hooks.add(json!({ "statuses": [status] }), now);
    }
}
