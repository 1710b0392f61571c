//! What came, out of the API's updates.
//!
//! The library's types are closed: one kind of entity that they do not know yet would lose a person's words, and one update that
//! cannot be read would keep all after it from coming. So only what is looked at is read.

use crate::messenger::{Arrived, Incoming, Said, What};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Message(Box<Message>),
    CallbackQuery(Query),
    MyChatMember(Change),
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    username: String,
}

#[derive(Deserialize)]
struct User {
    id: i64,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
    chat: Chat,
    from: Option<User>,
    reply_to_message: Option<Answered>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    caption: String,
    contact: Option<Contact>,
    location: Option<Location>,
    /// One picture in several sizes.
    #[serde(default)]
    photo: Vec<File>,
    animation: Option<File>,
    document: Option<File>,
    audio: Option<File>,
    video: Option<File>,
    video_note: Option<File>,
    voice: Option<File>,
    sticker: Option<IgnoredAny>,
    dice: Option<IgnoredAny>,
    poll: Option<IgnoredAny>,
    story: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Answered {
    message_id: i64,
}

#[derive(Deserialize)]
struct Contact {
    phone_number: String,
    user_id: Option<i64>,
}

#[derive(Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct File {
    file_id: String,
    file_name: Option<String>,
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    width: u64,
    #[serde(default)]
    height: u64,
}

#[derive(Deserialize)]
struct Query {
    id: String,
    message: Option<Under>,
    data: Option<String>,
}

/// The message under which a button stands, be it that it is too old to be shown.
#[derive(Deserialize)]
struct Under {
    message_id: i64,
    chat: Chat,
}

#[derive(Deserialize)]
struct Change {
    chat: Chat,
    new_chat_member: Member,
}

#[derive(Deserialize)]
struct Member {
    status: String,
}

/// What came by an update, and the update's id; nothing when it is none.
pub fn update(update: Value) -> Option<(i64, Arrived)> {
    let Value::Object(mut parts) = update else { return None };
    let id = parts.remove("update_id")?.as_i64()?;
    let content = serde_json::from_value(Value::Object(parts)).ok();
    let key = id.to_string();
    let arrived = match content.and_then(private) {
        Some((chat, what)) => Arrived { key, chat: chat.id.to_string(), name: chat.username, what },
        None => Arrived { key, chat: String::new(), name: String::new(), what: What::Other },
    };
    Some((id, arrived))
}

/// What came in a private chat.
fn private(content: Content) -> Option<(Chat, What)> {
    let (chat, what) = match content {
        Content::Message(message) => message.read(),
        Content::CallbackQuery(Query { id, message: Some(under), data: Some(data) }) => {
            (under.chat, What::Pressed { press: id, message: under.message_id.to_string(), data })
        }
        Content::CallbackQuery(_) => return None,
        Content::MyChatMember(change) => {
            let left = matches!(change.new_chat_member.status.as_str(), "kicked" | "left");
            (change.chat, if left { What::Blocked } else { What::Other })
        }
    };
    (chat.kind == "private").then_some((chat, what))
}

impl Message {
    fn read(mut self) -> (Chat, What) {
        let what = if let Some(contact) = self.contact {
            let is_proved = contact.user_id.is_some() && contact.user_id == self.from.map(|user| user.id);
            What::Phone { phone: phone(&contact.phone_number), is_proved }
        } else if let Some(Location { latitude, longitude }) = self.location {
            What::Place { lat: latitude, lon: longitude }
        } else if let Some(code) = self.text.strip_prefix("/start").filter(|code| code.is_empty() || code.starts_with(' ')) {
            What::Start(code.trim().to_owned())
        } else {
            let files = self.files();
            let text = if self.text.is_empty() { self.caption } else { self.text };
            let reply_to = self.reply_to_message.map(|message| message.message_id.to_string());
            let is_unread = self.sticker.or(self.dice).or(self.poll).or(self.story).is_some();
            if text.is_empty() && files.is_empty() {
                if is_unread { What::Unread } else { What::Other }
            } else {
                What::Said(Said { id: self.message_id.to_string(), text, files, reply_to })
            }
        };
        (self.chat, what)
    }

    fn files(&mut self) -> Vec<Incoming> {
        // An animation comes once more as the document that it also is.
        let document = self.document.take().filter(|_| self.animation.is_none());
        let photo = self.photo.drain(..).max_by_key(|photo| photo.width * photo.height);
        let photo = photo.map(|photo| Incoming { file: photo.file_id, name: String::new(), is_picture: true });
        let others = [
            (self.animation.take(), "animation.mp4"),
            (document, ""),
            (self.audio.take(), "audio.mp3"),
            (self.video.take(), "video.mp4"),
            (self.video_note.take(), "video.mp4"),
            (self.voice.take(), "voice.ogg"),
        ];
        let named = |(file, name): (Option<File>, &str)| {
            let File { file_id, file_name, mime_type, .. } = file?;
            let name = file_name.unwrap_or_else(|| name.to_owned());
            Some(Incoming { file: file_id, name, is_picture: mime_type.starts_with("image/") })
        };
        photo.into_iter().chain(others.into_iter().filter_map(named)).collect()
    }
}

/// In E.164, which some of the clients send without the plus and some with spaces.
fn phone(given: &str) -> String {
    let digits = given.chars().filter(char::is_ascii_digit);
    std::iter::once('+').chain(digits).collect()
}
