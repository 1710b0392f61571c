//! What the calls that concern messages check and do.

use super::{
    Outcome, Refusal,
    calls::Asked,
    state::{State, keyboard, user_id},
};
use serde_json::{Value, json};

const LONGEST_TEXT: usize = 4000;
const MOST_ATTACHMENTS: usize = 12;
const ROWS: usize = 30;
const IN_ROW: usize = 7;
const WIDE_IN_ROW: usize = 3;
const LONGEST_LABEL: usize = 128;
const LONGEST_PAYLOAD: usize = 1024;
const LONGEST_ADDRESS: usize = 2048;
/// Messages without buttons can be edited for a week.
const EDITABLE_MS: i64 = 7 * 24 * 3600 * 1000;

/// `POST /messages`
pub fn send(state: &mut State, now: i64, asked: &Asked, base: &str) -> Outcome {
    let chat = chat(state, asked)?;
    state.reach(chat)?;
    let body = body(state, now, &asked.body, base)?;
    if body["text"] == "" && body["attachments"].as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::bad("Message is empty"));
    }
    let link = link(state, &asked.body)?;
    Ok(json!({ "message": state.write(chat, true, now, body, link) }))
}

/// `PUT /messages`: what is not given stays as it is.
pub fn edit(state: &mut State, now: i64, asked: &Asked, base: &str) -> Outcome {
    let id = asked.query("message_id");
    let chat = state.chat_of(id).ok_or_else(|| Refusal::new(404, "not.found", "Message not found"))?;
    state.reach(chat)?;
    replace(state, now, id, &asked.body, base)
}

/// `POST /answers`: another text for the message with the button, a few words for whoever pressed it, or both.
pub fn answer(state: &mut State, now: i64, asked: &Asked, base: &str) -> Outcome {
    let press = state.presses.get(asked.query("callback_id")).cloned();
    let (chat, message) = press.ok_or_else(|| Refusal::new(404, "not.found", "Callback not found"))?;
    state.reach(chat)?;
    let (notification, new) = (&asked.body["notification"], &asked.body["message"]);
    if !notification.is_string() && !new.is_object() {
        return Err(Refusal::bad("`message` or `notification` is required"));
    }
    if new.is_object() {
        replace(state, now, &message, new, base)?;
    }
    state.notices.push((chat, notification.as_str().unwrap_or_default().to_owned()));
    Ok(json!({ "success": true }))
}

/// The chat that a message is for.
pub fn chat(state: &State, asked: &Asked) -> Result<i64, Refusal> {
    if let Some(chat) = asked.query.get("chat_id") {
        return chat.parse().map_err(|_| Refusal::bad("Invalid chat_id"));
    }
    let user = asked.query.get("user_id").ok_or_else(|| Refusal::bad("Unknown recipient"))?;
    let chat = state.people.keys().copied().find(|chat| *chat > 0 && user_id(*chat).to_string() == *user);
    chat.ok_or_else(|| Refusal::new(404, "dialog.not.found", "Key: error.dialog.notfound"))
}

fn replace(state: &mut State, now: i64, id: &str, new: &Value, base: &str) -> Outcome {
    let new_body = body(state, now, new, base)?;
    let message = state.message(id).filter(|message| message.by_bot);
    let message = message.ok_or_else(|| Refusal::new(403, "access.denied", "Message can't be edited"))?;
    if message.at_ms + EDITABLE_MS < now && keyboard(&message.json).next().is_none() {
        return Ok(json!({ "success": false, "message": "Message is too old" }));
    }
    for part in ["text", "attachments"] {
        if !new[part].is_null() {
            message.json["body"][part] = new_body[part].clone();
        }
    }
    Ok(json!({ "success": true }))
}

/// Text and attachments, checked and as the API shows them.
fn body(state: &State, now: i64, given: &Value, base: &str) -> Result<Value, Refusal> {
    let text = match &given["text"] {
        Value::Null => "",
        text => text.as_str().ok_or_else(|| Refusal::bad("text: string expected"))?,
    };
    if text.chars().count() > LONGEST_TEXT {
        return Err(Refusal::bad("text: size must be between 0 and 4000"));
    }
    if !given["format"].is_null() && given["format"] != "markdown" && given["format"] != "html" {
        return Err(Refusal::bad("Invalid format"));
    }
    let none = vec![];
    let attachments = match &given["attachments"] {
        Value::Null => &none,
        attachments => attachments.as_array().ok_or_else(|| Refusal::bad("attachments: list expected"))?,
    };
    let is_alone = |one: &Value| matches!(one["type"].as_str(), Some("file" | "audio" | "contact" | "sticker"));
    let contents = attachments.iter().filter(|one| one["type"] != "inline_keyboard").count();
    if attachments.len() > MOST_ATTACHMENTS || (contents > 1 && attachments.iter().any(is_alone)) {
        return Err(Refusal::bad("Too many attachments"));
    }
    let shown: Result<Vec<Value>, Refusal> = attachments.iter().map(|one| attachment(state, now, one, base)).collect();
    Ok(json!({ "text": text, "attachments": shown? }))
}

fn attachment(state: &State, now: i64, given: &Value, base: &str) -> Result<Value, Refusal> {
    let payload = &given["payload"];
    match given["type"].as_str().unwrap_or_default() {
        "inline_keyboard" => {
            let rows = payload["buttons"].as_array().filter(|rows| (1..=ROWS).contains(&rows.len()));
            for row in rows.ok_or_else(|| Refusal::bad("buttons: from 1 to 30 rows expected"))? {
                check_row(row)?;
            }
            Ok(given.clone())
        }
        kind @ ("image" | "video" | "audio" | "file") => {
            let photo = || payload["photos"].as_object()?.values().next()?["token"].as_str();
            let token = payload["token"].as_str().or_else(photo);
            let token = token.ok_or_else(|| Refusal::bad("No `photos`, `url` or `token` provided. Check payload."))?;
            state.files.find(kind, token, now, base)
        }
        "location" if given["latitude"].is_number() && given["longitude"].is_number() => Ok(given.clone()),
        _ => Err(Refusal::bad("Unknown attachment")),
    }
}

fn check_row(row: &Value) -> Result<(), Refusal> {
    let buttons = row.as_array().ok_or_else(|| Refusal::bad("buttons: list of lists expected"))?;
    let is_wide =
        |button: &Value| matches!(button["type"].as_str(), Some("link" | "open_app" | "request_contact" | "request_geo_location"));
    let most = if buttons.iter().any(is_wide) { WIDE_IN_ROW } else { IN_ROW };
    if buttons.is_empty() || buttons.len() > most {
        return Err(Refusal::bad("buttons: too many in a row"));
    }
    for button in buttons {
        let long = |name: &str| button[name].as_str().map(|value| value.chars().count()).unwrap_or_default();
        if !(1..=LONGEST_LABEL).contains(&long("text")) {
            return Err(Refusal::bad("text: size must be between 1 and 128"));
        }
        let is_good = match button["type"].as_str().unwrap_or_default() {
            "callback" => (1..=LONGEST_PAYLOAD).contains(&long("payload")),
            "link" => (1..=LONGEST_ADDRESS).contains(&long("url")) && button["url"].as_str().is_some_and(|url| url.contains("://")),
            "request_contact" | "request_geo_location" | "message" | "open_app" | "clipboard" => true,
            _ => false,
        };
        if !is_good {
            return Err(Refusal::bad("Invalid button"));
        }
    }
    Ok(())
}

fn link(state: &mut State, given: &Value) -> Result<Option<Value>, Refusal> {
    if given["link"].is_null() {
        return Ok(None);
    }
    let (kind, id) = (given["link"]["type"].as_str().unwrap_or_default(), given["link"]["mid"].as_str().unwrap_or_default());
    if kind != "reply" && kind != "forward" {
        return Err(Refusal::bad("Invalid link"));
    }
    state.link(kind, id).map(Some).ok_or_else(|| Refusal::new(404, "not.found", "Message not found"))
}
