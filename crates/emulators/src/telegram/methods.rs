//! What each method checks and does; `getUpdates`, which waits, is elsewhere.

use super::{
    Outcome, Refusal, html,
    params::Params,
    state::{Keyboard, Message, State},
    webhook,
};
use reqwest::Url;
use serde_json::{Value, json};
use std::net::IpAddr;

/// The methods there are, as the documentation spells them.
pub const METHODS: [&str; 18] = [
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendLocation",
    "sendChatAction",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
    "answerCallbackQuery",
    "getFile",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
];
const LONGEST_TEXT: usize = 4096;
const LONGEST_CAPTION: usize = 1024;
const LONGEST_NOTICE: usize = 200;
const LARGEST_PHOTO: usize = 10 << 20;
const LARGEST_DOCUMENT: usize = 50 << 20;
/// Own messages can be deleted for two days.
const DELETABLE_MS: i64 = 48 * 3600 * 1000;
/// A press waits no longer for its answer. The documentation names no figure.
const PRESS_MS: i64 = 60 * 1000;

/// Whether a call counts as a message against the limits.
pub fn is_message(method: &str) -> bool {
    (method.starts_with("send") && method != "sendChatAction") || method.starts_with("editMessage")
}

/// Does what a call asks for.
pub fn perform(state: &mut State, now: i64, method: &str, params: &Params) -> Outcome {
    match method {
        "getMe" => state.me(),
        "setWebhook" => webhook::set(state, now, params),
        "deleteWebhook" => webhook::delete(state, params),
        "getWebhookInfo" => Ok(webhook::info(state)),
        "sendMessage" => send_message(state, now, params),
        "sendPhoto" => send_file(state, now, params, "photo", LARGEST_PHOTO),
        "sendDocument" => send_file(state, now, params, "document", LARGEST_DOCUMENT),
        "sendLocation" => send_location(state, now, params),
        "sendChatAction" => chat(state, params).map(|_| true.into()),
        "editMessageText" => edit_text(state, now, params),
        "editMessageReplyMarkup" => edit_keyboard(state, now, params),
        "deleteMessage" => delete(state, now, params),
        "answerCallbackQuery" => answer_press(state, now, params),
        "getFile" => state.files.get(params.text("file_id")),
        "setMyCommands" => set_commands(state, params),
        "getMyCommands" => Ok(state.commands.get(&scope(params)?).cloned().unwrap_or_else(|| json!([]))),
        "deleteMyCommands" => {
            state.commands.remove(&scope(params)?);
            Ok(true.into())
        }
        _ => Err(Refusal::new(404, "Not Found: method not found")),
    }
}

fn send_message(state: &mut State, now: i64, params: &Params) -> Outcome {
    let chat = chat(state, params)?;
    let content = words(params, "text", LONGEST_TEXT, "message is too long")?;
    if content["text"] == "" {
        return Err(Refusal::bad("message text is empty"));
    }
    post(state, chat, now, params, content)
}

/// Puts a message into the chat, with what stands under it or in place of the keyboard.
fn post(state: &mut State, chat: i64, now: i64, params: &Params, mut content: Value) -> Outcome {
    add_buttons(&mut content, params)?;
    let keyboard = keyboard(params)?;
    let message = state.write(chat, true, now, content);
    if let (Some(keyboard), Some(person)) = (keyboard, state.people.get_mut(&chat)) {
        person.keyboard = match keyboard {
            Typing::Replaced { rows, once } => Some(Keyboard { message: state.last_message, rows, once }),
            Typing::Back => None,
        };
    }
    Ok(message)
}

fn send_file(state: &mut State, now: i64, params: &Params, kind: &str, largest: usize) -> Outcome {
    let chat = chat(state, params)?;
    let mut content = words(params, "caption", LONGEST_CAPTION, "message caption is too long")?;
    let file = match params.file(kind) {
        Some(upload) if upload.bytes.len() > largest => return Err(Refusal::too_large()),
        Some(upload) if upload.bytes.is_empty() => return Err(Refusal::bad("file must be non-empty")),
        Some(upload) if kind == "photo" && !is_picture(&upload.bytes) => return Err(Refusal::bad("IMAGE_PROCESS_FAILED")),
        Some(upload) => state.files.keep(&format!("{kind}s"), upload.clone()),
        None if params.text(kind).is_empty() => return Err(Refusal::bad(&format!("there is no {kind} in the request"))),
        None => state.files.find(params.text(kind)).ok_or_else(|| Refusal::bad("wrong file identifier/HTTP URL specified"))?,
    };
    content[kind] = if kind == "photo" {
        // The picture is not looked into: its measures are made up.
        json!([{ "file_id": file["file_id"], "file_unique_id": file["file_unique_id"], "file_size": file["file_size"], "width": 640, "height": 480 }])
    } else {
        file
    };
    post(state, chat, now, params, content)
}

/// Whether it begins as a picture that is taken.
fn is_picture(bytes: &[u8]) -> bool {
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    begins(b"\xff\xd8\xff") || begins(b"\x89PNG") || begins(b"GIF8") || (begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}

fn send_location(state: &mut State, now: i64, params: &Params) -> Outcome {
    let chat = chat(state, params)?;
    let degrees = |name| params.number(name).ok_or_else(|| Refusal::bad(&format!("{name} is empty")));
    let content = json!({ "location": { "latitude": degrees("latitude")?, "longitude": degrees("longitude")? } });
    post(state, chat, now, params, content)
}

fn edit_text(state: &mut State, now: i64, params: &Params) -> Outcome {
    let mut content = words(params, "text", LONGEST_TEXT, "message is too long")?;
    if content["text"] == "" {
        return Err(Refusal::bad("message text is empty"));
    }
    add_new_buttons(&mut content, params)?;
    let message = own(state, params)?;
    if message.json["text"].is_null() {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    edit(message, now, &["text", "entities", "reply_markup"], &content)
}

fn edit_keyboard(state: &mut State, now: i64, params: &Params) -> Outcome {
    let mut content = json!({});
    add_new_buttons(&mut content, params)?;
    edit(own(state, params)?, now, &["reply_markup"], &content)
}

/// Replaces these parts of a message by those given.
fn edit(message: &mut Message, now: i64, parts: &[&str], content: &Value) -> Outcome {
    if parts.iter().all(|part| message.json[*part] == content[*part]) {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and \
             reply markup of the message",
        ));
    }
    let Some(json) = message.json.as_object_mut() else { return Err(Refusal::new(500, "Internal Server Error")) };
    for part in parts {
        match content.get(*part) {
            Some(value) => drop(json.insert((*part).to_owned(), value.clone())),
            None => drop(json.remove(*part)),
        }
    }
    json.insert("edit_date".into(), (now / 1000).into());
    Ok(message.json.clone())
}

fn delete(state: &mut State, now: i64, params: &Params) -> Outcome {
    let chat = chat(state, params)?;
    let id = params.integer("message_id").unwrap_or_default();
    let message = state.message(chat, id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    if message.at_ms + DELETABLE_MS < now {
        return Err(Refusal::bad("message can't be deleted"));
    }
    if let Some(person) = state.people.get_mut(&chat) {
        person.messages.retain(|message| message.id != id);
    }
    Ok(true.into())
}

fn answer_press(state: &mut State, now: i64, params: &Params) -> Outcome {
    let text = params.text("text");
    if text.chars().count() > LONGEST_NOTICE {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let id = params.text("callback_query_id");
    let Some(press) = state.presses.get(id).filter(|press| press.at_ms + PRESS_MS > now) else {
        return Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid"));
    };
    state.notices.push((press.chat, text.to_owned()));
    Ok(true.into())
}

fn set_commands(state: &mut State, params: &Params) -> Outcome {
    let commands = params.nested("commands")?.unwrap_or_else(|| json!([]));
    let list = commands.as_array().filter(|list| list.len() <= 100).ok_or_else(|| Refusal::bad("expected an Array of BotCommand"))?;
    for command in list {
        let name = command["command"].as_str().unwrap_or_default().trim_start_matches('/');
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&command["description"].as_str().unwrap_or_default().chars().count()) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    state.commands.insert(scope(params)?, commands.clone());
    Ok(true.into())
}

/// For whom commands are: scope and language.
fn scope(params: &Params) -> Result<String, Refusal> {
    let scope = params.nested("scope")?.unwrap_or_else(|| json!({ "type": "default" }));
    Ok(format!("{scope} {}", params.text("language_code")))
}

/// The chat that a call is for, if the bot may write there.
fn chat(state: &State, params: &Params) -> Result<i64, Refusal> {
    let chat = match params.integer("chat_id") {
        Some(chat) => chat,
        None if params.text("chat_id").is_empty() => return Err(Refusal::bad("chat_id is empty")),
        None => return Err(Refusal::bad("chat not found")),
    };
    state.reach(chat)?;
    Ok(chat)
}

/// A message of the bot's that can be edited.
fn own<'a>(state: &'a mut State, params: &Params) -> Result<&'a mut Message, Refusal> {
    let chat = chat(state, params)?;
    let message = state.message(chat, params.integer("message_id").unwrap_or_default());
    let message = message.ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message.by_bot { Ok(message) } else { Err(Refusal::bad("message can't be edited")) }
}

/// Text or caption with its entities, checked.
fn words(params: &Params, name: &str, longest: usize, too_long: &str) -> Result<Value, Refusal> {
    let given = params.text(name);
    let (text, entities) = match params.text("parse_mode") {
        "" => (given.to_owned(), params.nested(&format!("{}entities", if name == "caption" { "caption_" } else { "" }))?),
        mode if mode.eq_ignore_ascii_case("html") => {
            let (text, entities) = html::parse(given)?;
            (text, Some(Value::from(entities)))
        }
        _ => return Err(Refusal::bad("unsupported parse_mode: this emulator reads HTML only")),
    };
    if text.chars().count() > longest {
        return Err(Refusal::bad(too_long));
    }
    let mut content = json!({});
    if name == "text" || !text.is_empty() {
        content[name] = if text.trim().is_empty() { "" } else { text.as_str() }.into();
    }
    if let Some(entities) = entities.filter(|entities| entities.as_array().is_some_and(|list| !list.is_empty())) {
        content[if name == "caption" { "caption_entities" } else { "entities" }] = entities;
    }
    Ok(content)
}

/// Adds the buttons to a message that is there already, which has no other keyboard.
fn add_new_buttons(content: &mut Value, params: &Params) -> Result<(), Refusal> {
    if keyboard(params)?.is_some() {
        return Err(Refusal::bad("inline keyboard expected"));
    }
    add_buttons(content, params)
}

/// Adds the buttons under a message.
fn add_buttons(content: &mut Value, params: &Params) -> Result<(), Refusal> {
    let Some(markup) = params.nested("reply_markup")? else { return Ok(()) };
    let Some(rows) = markup.get("inline_keyboard") else { return Ok(()) };
    let rows = rows.as_array().ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
    for button in rows.iter().filter_map(Value::as_array).flatten() {
        if button["text"].as_str().unwrap_or_default().trim().is_empty() {
            return Err(Refusal::bad("can't parse inline keyboard button: Button text must be non-empty"));
        }
        match (button["callback_data"].as_str(), button["url"].as_str()) {
            (Some(data), _) if !(1..=64).contains(&data.len()) => return Err(Refusal::bad("BUTTON_DATA_INVALID")),
            (None, Some(url)) => check_address(url)?,
            (None, None) if ["web_app", "copy_text", "login_url", "switch_inline_query"].iter().all(|kind| button[kind].is_null()) => {
                return Err(Refusal::bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"));
            }
            _ => {}
        }
    }
    if rows.iter().any(|row| row.as_array().is_some_and(|row| !row.is_empty())) {
        content["reply_markup"] = json!({ "inline_keyboard": rows });
    }
    Ok(())
}

/// The address of a button: of the web or of Telegram itself, and not this machine's.
fn check_address(given: &str) -> Result<(), Refusal> {
    let wrong = |why: &str| Refusal::bad(&format!("inline keyboard button URL '{given}' is invalid: {why}"));
    let url = if given.contains("://") { Url::parse(given) } else { Url::parse(&format!("http://{given}")) };
    let url = url.map_err(|_| wrong("Wrong HTTP URL"))?;
    if url.scheme() == "tg" {
        return Ok(());
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("Unsupported URL protocol"));
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_this_machine = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if is_this_machine || !host.contains(['.', ':']) { Err(wrong("Wrong HTTP URL")) } else { Ok(()) }
}

/// What becomes of the person's own keyboard.
enum Typing {
    /// Buttons stand in its place; `once`: until one of them is used.
    Replaced {
        rows: Value,
        once: bool,
    },
    Back,
}

/// What a call says of the person's own keyboard.
fn keyboard(params: &Params) -> Result<Option<Typing>, Refusal> {
    let Some(markup) = params.nested("reply_markup")? else { return Ok(None) };
    if markup["remove_keyboard"] == true {
        return Ok(Some(Typing::Back));
    }
    let Some(rows) = markup.get("keyboard") else { return Ok(None) };
    let rows = rows.as_array().filter(|rows| rows.iter().all(Value::is_array));
    let rows = rows.ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
    // A button is an object, or its words alone.
    let words = |button: &Value| button["text"].as_str().or(button.as_str()).unwrap_or_default().trim().to_owned();
    if rows.iter().filter_map(Value::as_array).flatten().any(|button| words(button).is_empty()) {
        return Err(Refusal::bad("can't parse keyboard button: Button text must be non-empty"));
    }
    let shown = rows.iter().filter_map(Value::as_array).map(|row| {
        let button = |button: &Value| if button.is_string() { json!({ "text": button }) } else { button.clone() };
        row.iter().map(button).collect::<Value>()
    });
    Ok(Some(Typing::Replaced { rows: shown.collect(), once: markup["one_time_keyboard"] == true }))
}
