//! What WhatsApp brings to the webhook: how messages fare, and what people write.

use super::{UNDELIVERABLE, why};
use crate::{
    Failure, Fate,
    messenger::{Arrived, Incoming, Said, What},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const LONGEST_KEY: usize = 100;

/// What one call to the webhook brought. Calls come repeatedly and in any order: a message that was read is not delivered after that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hook {
    pub statuses: Vec<Status>,
    pub arrived: Vec<Arrived>,
}

/// How a message fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The provider's id, as [`crate::Sent::id`].
    pub id: String,
    /// As [`crate::Letter::key`], where it came along.
    pub key: Option<String>,
    pub fate: Fate,
}

/// What to answer to the question by which Meta checks a webhook's address, if it knows our token for that.
pub fn verify(query: &[(String, String)], verify_token: &str) -> Option<String> {
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let is_ours = !verify_token.is_empty() && bool::from(find("hub.verify_token").as_bytes().ct_eq(verify_token.as_bytes()));
    (is_ours && find("hub.mode") == "subscribe").then(|| find("hub.challenge").to_owned())
}

/// Whether Meta signed this body: `header` is `X-Hub-Signature-256`, the body is as it came.
pub fn is_signed(app_secret: &str, header: &str, body: &[u8]) -> bool {
    let Some(Ok(signature)) = header.strip_prefix("sha256=").map(hex::decode) else { return false };
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else { return false };
    !app_secret.is_empty() && mac.chain_update(body).verify_slice(&signature).is_ok()
}

/// What stands in the body of a call to the webhook, whose signature was checked.
///
/// # Errors
/// [`Failure::Refused`] when it is not what WhatsApp sends.
pub fn read_hook(body: &[u8]) -> Result<Hook, Failure> {
    let strange = || Failure::Refused { why: "not what WhatsApp sends".into() };
    let call: Call = serde_json::from_slice(body).map_err(|_| strange())?;
    if call.object != "whatsapp_business_account" {
        return Err(strange());
    }
    let mut hook = Hook::default();
    for change in call.entry.into_iter().flat_map(|entry| entry.changes).filter(|change| change.field == "messages") {
        let change: Messages = read(change.value).unwrap_or_default();
        hook.statuses.extend(change.statuses.into_iter().filter_map(|status| read::<RawStatus>(status)?.told()));
        hook.arrived.extend(change.messages.into_iter().filter_map(|message| Some(arrived(read(message)?, &change.contacts))));
    }
    Ok(hook)
}

/// Reads one part of many: what is of another form than it should be does not spoil the others.
fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

#[derive(Deserialize)]
struct Call {
    object: String,
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Messages {
    contacts: Vec<Contact>,
    messages: Vec<Value>,
    statuses: Vec<Value>,
}

/// Who writes. People who show a name instead of their phone have a `user_id` only.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Contact {
    wa_id: String,
    user_id: String,
    profile: Profile,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    name: String,
}

#[derive(Deserialize)]
struct RawStatus {
    id: String,
    status: String,
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: i64,
}

impl RawStatus {
    fn told(self) -> Option<Status> {
        let fate = match self.status.as_str() {
            "sent" => Fate::Underway,
            "delivered" => Fate::Delivered,
            "read" | "played" => Fate::Read,
            "failed" => {
                let why = self.errors.first().map_or_else(|| "refused".to_owned(), |fault| why(fault.code));
                if why.starts_with(UNDELIVERABLE) { Fate::Gone { why } } else { Fate::Lost { why } }
            }
            _ => return None,
        };
        Some(Status { id: self.id, key: self.biz_opaque_callback_data, fate })
    }
}

#[derive(Deserialize)]
struct RawMessage {
    id: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    from_user_id: String,
    #[serde(rename = "type")]
    kind: String,
    /// Only of what is said in a group.
    group_id: Option<String>,
    context: Option<Context>,
    #[serde(flatten)]
    content: Value,
}

#[derive(Deserialize)]
struct Context {
    id: Option<String>,
}

fn arrived(message: RawMessage, contacts: &[Contact]) -> Arrived {
    let sender = if message.from.is_empty() { &message.from_user_id } else { &message.from };
    let contact = contacts.iter().find(|contact| !sender.is_empty() && [&contact.wa_id, &contact.user_id].contains(&sender));
    Arrived {
        key: key_of(&message.id),
        chat: if message.group_id.is_none() { sender.clone() } else { String::new() },
        name: contact.map(|contact| contact.profile.name.clone()).unwrap_or_default(),
        what: what(message).unwrap_or(What::Other),
    }
}

/// Ids are as long as Meta likes.
fn key_of(id: &str) -> String {
    if id.len() <= LONGEST_KEY { id.to_owned() } else { URL_SAFE_NO_PAD.encode(Sha256::digest(id)) }
}

fn what(message: RawMessage) -> Option<What> {
    let reply_to = message.context.and_then(|context| context.id);
    let content = &message.content[&message.kind];
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let pressed = |data| What::Pressed { press: message.id.clone(), message: reply_to.clone().unwrap_or_default(), data };
    Some(match message.kind.as_str() {
        "text" => What::Said(Said { id: message.id, text: word(&content["body"])?, files: vec![], reply_to }),
        "button" => pressed(word(&content["payload"])?),
        "interactive" => pressed(word(&content["button_reply"]["id"]).or_else(|| word(&content["list_reply"]["id"]))?),
        "image" | "document" | "video" | "audio" => {
            let name = word(&content["filename"]).unwrap_or_default();
            let file = Incoming { file: word(&content["id"])?, name, is_picture: message.kind == "image" };
            What::Said(Said { id: message.id, text: word(&content["caption"]).unwrap_or_default(), files: vec![file], reply_to })
        }
        "location" => What::Place { lat: content["latitude"].as_f64()?, lon: content["longitude"].as_f64()? },
        "contacts" => What::Phone { phone: word(&content[0]["phones"][0]["phone"])?, is_proved: false },
        _ => return None,
    })
}
