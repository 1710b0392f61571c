//! What people do.

use super::{Telegram, state::State};
use crate::parcel::Upload;
use bytes::Bytes;
use serde_json::{Value, json};

/// Where everybody is, and what a button that asks for the place therefore sends.
const PLACE: (f64, f64) = (55.7558, 37.6173);
/// As much of a photo as its small size has.
const SMALL: usize = 16;

impl Telegram {
    /// The person writes to the bot; the update's number, as of all that follows.
    pub fn comes(&self, chat: i64, text: &str) -> i64 {
        self.arrives(chat, |_| words(text))
    }

    /// The person answers a message of either side.
    pub fn replies(&self, chat: i64, text: &str, to_message: i64) -> i64 {
        self.arrives(chat, |state| {
            let mut content = words(text);
            if let Some(message) = state.message(chat, to_message) {
                content["reply_to_message"] = message.json.clone();
                // Of what that answers in turn nothing is told.
                content["reply_to_message"].as_object_mut().map(|answered| answered.remove("reply_to_message"));
            }
            content
        })
    }

    /// The person sends a photo, which comes in two sizes; the caption may be empty.
    pub fn photo(&self, chat: i64, bytes: impl Into<Bytes>, caption: &str) -> i64 {
        let bytes = bytes.into();
        self.arrives(chat, |state| {
            let mut keep = |bytes: Bytes, width: u32, height: u32| {
                let upload = Upload { name: "photo.jpg".into(), mime: "image/jpeg".into(), bytes };
                let file = state.files.keep("photos", upload);
                json!({ "file_id": file["file_id"], "file_unique_id": file["file_unique_id"], "file_size": file["file_size"],
                    "width": width, "height": height })
            };
            let small = keep(bytes.slice(..bytes.len().min(SMALL)), 90, 68);
            with_caption(json!({ "photo": [small, keep(bytes, 1280, 960)] }), caption)
        })
    }

    /// The person sends a file as it is; the caption may be empty.
    pub fn document(&self, chat: i64, name: &str, mime: &str, bytes: impl Into<Bytes>, caption: &str) -> i64 {
        let upload = Upload { name: name.to_owned(), mime: mime.to_owned(), bytes: bytes.into() };
        self.arrives(chat, |state| with_caption(json!({ "document": state.files.keep("documents", upload) }), caption))
    }

    /// The person shares a contact: their `own`, or that of somebody else.
    pub fn contact(&self, chat: i64, phone: &str, own: bool) -> i64 {
        self.arrives(chat, |state| {
            let (user, name) = if own { (chat.abs(), state.name(chat)) } else { (chat.abs() + 1, "Кто-то".to_owned()) };
            json!({ "contact": { "phone_number": phone, "first_name": name, "user_id": user } })
        })
    }

    /// The person sends a sticker.
    pub fn sticker(&self, chat: i64) -> i64 {
        let upload = |bytes: &'static [u8]| Upload { name: "sticker.webp".into(), mime: "image/webp".into(), bytes: bytes.into() };
        self.arrives(chat, |state| {
            let file = state.files.keep("stickers", upload(b"sticker"));
            json!({ "sticker": { "file_id": file["file_id"], "file_unique_id": file["file_unique_id"], "type": "regular", "width": 512,
                "height": 512, "is_animated": false, "is_video": false, "emoji": "👍" } })
        })
    }

    /// The person sends a place.
    pub fn location(&self, chat: i64, lat: f64, lon: f64) -> i64 {
        self.arrives(chat, |_| json!({ "location": { "latitude": lat, "longitude": lon } }))
    }

    /// The person presses the button with this `callback_data` under a message; `None` when there is no such button.
    pub fn press(&self, chat: i64, message: i64, data: &str) -> Option<String> {
        let is_there = {
            let mut state = self.state();
            let shown = state.message(chat, message)?;
            buttons(&shown.json["reply_markup"]["inline_keyboard"]).any(|button| button["callback_data"] == data)
        };
        if is_there { self.press_late(chat, message, data) } else { None }
    }

    /// The person presses a button that they still see, though the bot took it away meanwhile; `None` when there is no such message.
    pub fn press_late(&self, chat: i64, message: i64, data: &str) -> Option<String> {
        let query = self.state().press(chat, message, data, self.clock.now_ms());
        self.changed.notify_waiters();
        query
    }

    /// The person presses the button with these words: under a message (the newest that has one, unless it is told which), or in
    /// place of their keyboard; whether there is such a button. One that opens an address tells the bot nothing.
    pub fn press_label(&self, chat: i64, message: Option<i64>, label: &str) -> bool {
        let found = {
            let state = self.state();
            let Some(person) = state.people.get(&chat) else { return false };
            let has = |id: i64| message.is_none_or(|only| only == id);
            let under = person.messages.iter().rev().filter(|message| has(message.id));
            let under = under.flat_map(|message| buttons(&message.json["reply_markup"]["inline_keyboard"]).map(|one| (message.id, one)));
            let keyboard = person.keyboard.iter().filter(|keyboard| has(keyboard.message));
            let keyboard = keyboard.flat_map(|keyboard| buttons(&keyboard.rows).map(|one| (keyboard.message, one)));
            keyboard.chain(under).find(|(_, button)| button["text"] == label).map(|(id, button)| (id, button.clone()))
        };
        let Some((id, button)) = found else { return false };
        if let Some(data) = button["callback_data"].as_str() {
            return self.press(chat, id, data).is_some();
        }
        if button["url"].is_string() {
            return true;
        }
        if button["request_contact"] == true {
            self.contact(chat, &phone(chat), true);
        } else if button["request_location"] == true {
            self.location(chat, PLACE.0, PLACE.1);
        } else {
            self.comes(chat, label);
        }
        if let Some(person) = self.state().people.get_mut(&chat) {
            person.keyboard.take_if(|keyboard| keyboard.once);
        }
        true
    }

    fn arrives(&self, chat: i64, content: impl FnOnce(&mut State) -> Value) -> i64 {
        let id = {
            let mut state = self.state();
            let content = content(&mut state);
            state.arrives(chat, content, self.clock.now_ms())
        };
        self.changed.notify_waiters();
        id
    }
}

fn words(text: &str) -> Value {
    let mut content = json!({ "text": text });
    if text.starts_with('/') {
        let length = text.split_whitespace().next().unwrap_or_default().encode_utf16().count();
        content["entities"] = json!([{ "type": "bot_command", "offset": 0, "length": length }]);
    }
    content
}

fn with_caption(mut content: Value, caption: &str) -> Value {
    if !caption.is_empty() {
        content["caption"] = caption.into();
    }
    content
}

fn buttons(rows: &Value) -> impl Iterator<Item = &Value> {
    rows.as_array().into_iter().flatten().filter_map(Value::as_array).flatten()
}

/// A person's phone, as most clients send it: without the plus.
pub fn phone(chat: i64) -> String {
    format!("7900{:07}", chat.unsigned_abs() % 10_000_000)
}
