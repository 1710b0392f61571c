//! What came, read.

use crate::messenger::{Arrived, Incoming, Said, What};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One update. What cannot be read is [`What::Other`], so that it holds nothing up.
pub fn read(update: &Value, token: &[u8]) -> Arrived {
    let kind = text(&update["update_type"]);
    let message = &update["message"];
    let at = update["timestamp"].to_string();
    match kind {
        "bot_started" | "bot_stopped" => {
            let what = if kind == "bot_started" { What::Start(text(&update["payload"]).trim().to_owned()) } else { What::Blocked };
            let key = key(&[kind, &at, &number(&update["user"]["user_id"]), text(&update["payload"])]);
            Arrived { key, chat: number(&update["chat_id"]), name: name(&update["user"]), what }
        }
        "message_created" => {
            let sender = &message["sender"];
            let what = if sender["is_bot"] == true { What::Other } else { said(message, token) };
            Arrived { key: key(&[kind, text(&message["body"]["mid"]), &at]), chat: chat(message), name: name(sender), what }
        }
        "message_callback" => {
            let callback = &update["callback"];
            let press = text(&callback["callback_id"]);
            let pressed = What::Pressed {
                press: press.to_owned(),
                message: text(&message["body"]["mid"]).to_owned(),
                data: text(&callback["payload"]).to_owned(),
            };
            // The id may be the keyboard's, so the same for two presses.
            let key = key(&[kind, press, &callback["timestamp"].to_string(), text(&callback["payload"])]);
            // Without the message, which may be deleted by now, there is no telling where it was pressed.
            let what = if message.is_object() { pressed } else { What::Other };
            Arrived { key, chat: chat(message), name: name(&callback["user"]), what }
        }
        _ => Arrived { key: key(&[&update.to_string()]), chat: String::new(), name: String::new(), what: What::Other },
    }
}

fn said(message: &Value, token: &[u8]) -> What {
    let body = &message["body"];
    let own = attachments(body);
    if let Some(contact) = own.iter().find(|one| one["type"] == "contact") {
        return phone(&contact["payload"], &message["sender"], token);
    }
    if let Some(place) = own.iter().find(|one| one["type"] == "location") {
        let part = |name: &str| place[name].as_f64().or_else(|| place["payload"][name].as_f64());
        return match (part("latitude"), part("longitude")) {
            (Some(lat), Some(lon)) => What::Place { lat, lon },
            _ => What::Unread,
        };
    }
    let link = &message["link"];
    // The words of a message passed on stand with the link to it, beside perhaps some of the sender's.
    let passed_on = if link["type"] == "forward" { &link["message"] } else { &Value::Null };
    let words = [text(&body["text"]), text(&passed_on["text"])].into_iter().filter(|words| !words.is_empty());
    let words = words.collect::<Vec<_>>().join("\n");
    let files: Vec<Incoming> = own.iter().chain(attachments(passed_on)).filter_map(file).collect();
    match words.strip_prefix("/start") {
        Some(code) if code.is_empty() || code.starts_with(' ') => return What::Start(code.trim().to_owned()),
        _ if words.is_empty() && files.is_empty() => return What::Unread,
        _ => {}
    }
    let reply_to = (link["type"] == "reply").then(|| text(&link["message"]["mid"]).to_owned()).filter(|id| !id.is_empty());
    What::Said(Said { id: text(&body["mid"]).to_owned(), text: words, files, reply_to })
}

fn attachments(body: &Value) -> &[Value] {
    body["attachments"].as_array().map_or(&[], Vec::as_slice)
}

fn file(attachment: &Value) -> Option<Incoming> {
    let is_picture = attachment["type"] == "image";
    if !is_picture && !["file", "video", "audio"].iter().any(|kind| attachment["type"] == *kind) {
        return None;
    }
    let file = attachment["payload"]["url"].as_str()?.to_owned();
    Some(Incoming { file, name: text(&attachment["filename"]).to_owned(), is_picture })
}

/// The phone on a card. It is proved when MAX signed the card, the card is the sender's own, and there is no second phone on it.
fn phone(card: &Value, sender: &Value, token: &[u8]) -> What {
    // Some come with the line ends written out, and are signed as if they were not.
    let lines = text(&card["vcf_info"]).replace("\\r\\n", "\r\n");
    let phones: Vec<String> = lines.lines().filter_map(on_line).collect();
    let is_own = sender["user_id"].is_i64() && card["max_info"]["user_id"] == sender["user_id"];
    let is_proved = phones.len() == 1 && is_own && is_signed(&lines, text(&card["hash"]), token);
    match phones.into_iter().next().or_else(|| written(text(&card["vcf_phone"]))) {
        Some(phone) => What::Phone { phone, is_proved },
        None => What::Unread,
    }
}

fn on_line(line: &str) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    let name = name.split(';').next()?;
    if name.eq_ignore_ascii_case("TEL") { written(value) } else { None }
}

/// A phone beginning with a plus.
fn written(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("+{digits}"))
}

fn is_signed(card: &str, hash: &str, token: &[u8]) -> bool {
    let (Ok(hash), Ok(mut mac)) = (hex::decode(hash), Hmac::<Sha256>::new_from_slice(token)) else { return false };
    mac.update(card.as_bytes());
    mac.verify_slice(&hash).is_ok()
}

/// The private chat of a message; empty for others.
fn chat(message: &Value) -> String {
    let to = &message["recipient"];
    if to["chat_type"] == "dialog" { number(&to["chat_id"]) } else { String::new() }
}

fn name(user: &Value) -> String {
    let full = format!("{} {}", text(&user["first_name"]), text(&user["last_name"]));
    let known = [text(&user["username"]), text(&user["name"]), full.trim()];
    known.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

/// Short however long the parts are.
fn key(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.join("\n")))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> String {
    value.as_i64().map(|number| number.to_string()).unwrap_or_default()
}
