//! What a message of ours must be, and what the API says of one that is not.

use super::state::State;
use crate::answer::Answer;
use serde_json::{Value, json};

const LONGEST_TEXT: usize = 4096;
const LONGEST_KEY: usize = 512;

/// A refusal as the API gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: i64,
    pub subcode: Option<i64>,
    details: String,
    retry_after: Option<u32>,
}

impl Refusal {
    pub fn new(status: u16, code: i64, details: &str) -> Self {
        Self { status, code, subcode: None, details: details.to_owned(), retry_after: None }
    }

    pub fn token() -> Self {
        Self::new(401, 190, "Invalid OAuth access token - Cannot parse access token")
    }

    pub fn unknown() -> Self {
        let details = "Object does not exist, cannot be loaded due to missing permissions, or does not support this operation";
        Self { subcode: Some(33), ..Self::new(400, 100, details) }
    }

    pub fn wait(code: i64, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(if code == 131056 { 400 } else { 429 }, code, title(code)) }
    }

    /// A fault whose words may begin with a code of the API.
    pub fn fault(status: u16, description: &str) -> Self {
        let (code, details) = description.split_once(' ').unwrap_or((description, ""));
        match code.parse() {
            Ok(code) => Self::new(status, code, if details.is_empty() { title(code) } else { details }),
            Err(_) => Self::new(status, 1, description),
        }
    }

    /// What the journal says of it.
    pub fn said(&self) -> String {
        format!("{} {}", self.code, self.details)
    }

    pub fn answer(&self) -> Answer {
        let mut error = json!({ "message": format!("(#{}) {}", self.code, title(self.code)), "type": "OAuthException", "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details }, "fbtrace_id": "AbCdEmulated" });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        Answer::json(self.status, &json!({ "error": error })).wait(self.retry_after)
    }
}

pub fn title(code: i64) -> &'static str {
    match code {
        1 => "API Unknown",
        100 => "Invalid parameter",
        190 => "Access token has expired",
        368 => "Temporarily blocked for policies violations",
        80007 => "Rate limit issues",
        130429 => "Rate limit hit",
        131000 => "Something went wrong",
        131008 => "Required parameter is missing",
        131009 => "Parameter value is not valid",
        131016 => "Service unavailable",
        131026 => "Message Undeliverable",
        131047 => "Re-engagement message",
        131051 => "Unsupported message type",
        131056 => "(Business Account, Consumer Account) pair rate limit hit",
        132000 => "Template Param Count Mismatch",
        132001 => "Template does not exist",
        132012 => "Template Parameter Format Mismatch",
        132015 => "Template is Paused",
        133010 => "Phone number not registered",
        _ => "Emulated error",
    }
}

/// A message that is well-formed.
#[derive(Debug)]
pub struct Message {
    pub phone: i64,
    pub text: String,
    pub key: Option<String>,
    pub is_free: bool,
}

/// Looks through what is to be sent.
pub fn read(state: &State, body: &Value) -> Result<Message, Refusal> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if body["messaging_product"] != "whatsapp" {
        return Err(Refusal::new(400, 100, "Param messaging_product must be whatsapp"));
    }
    if body["to"].is_null() {
        return Err(Refusal::new(400, 100, "The parameter to is required."));
    }
    let phone = phone_of(body).ok_or_else(|| Refusal::new(400, 131009, "Param to is not a phone number"))?;
    let key = body["biz_opaque_callback_data"].as_str().map(str::to_owned);
    if key.as_ref().is_some_and(|key| key.chars().count() > LONGEST_KEY) {
        return Err(Refusal::new(400, 100, "Param biz_opaque_callback_data must be at most 512 characters long."));
    }
    let is_free = match body["type"].as_str().unwrap_or("text") {
        "text" => true,
        "template" => false,
        _ => return Err(Refusal::new(400, 131051, "Emulated are text and template only")),
    };
    let text = if is_free { word(&body["text"]["body"]) } else { filled(state, &body["template"])? };
    if text.is_empty() {
        return Err(Refusal::new(400, 131008, "Parameter text.body is required"));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(Refusal::new(400, 100, "Param text['body'] must be at most 4096 characters long."));
    }
    Ok(Message { phone, text, key, is_free })
}

/// Whom it is for, as far as that can be read.
pub fn phone_of(body: &Value) -> Option<i64> {
    let to = body["to"].as_str()?.trim_start_matches('+');
    to.parse().ok().filter(|_| (7..=15).contains(&to.len()) && to.bytes().all(|c| c.is_ascii_digit()))
}

fn filled(state: &State, template: &Value) -> Result<String, Refusal> {
    let name = template["name"].as_str().unwrap_or_default();
    let language = template["language"]["code"].as_str().unwrap_or_default();
    if name.is_empty() || language.is_empty() {
        return Err(Refusal::new(400, 131008, "Parameters template.name and template.language.code are required"));
    }
    let known = state.templates.get(&(name.to_owned(), language.to_owned()));
    let known = known.ok_or_else(|| Refusal::new(404, 132001, &format!("template name ({name}) does not exist in {language}")))?;
    if known.is_paused {
        return Err(Refusal::new(400, 132015, "Template is paused due to low quality"));
    }
    let components = template["components"].as_array().into_iter().flatten();
    let values: Vec<&Value> =
        components.filter(|part| part["type"] == "body").filter_map(|part| part["parameters"].as_array()).flatten().collect();
    let expected = (1..).take_while(|number| known.words.contains(&placeholder(*number))).count();
    if values.len() != expected {
        let details =
            format!("body: number of localizable_params ({}) does not match the expected number of params ({expected})", values.len());
        return Err(Refusal::new(400, 132000, &details));
    }
    let mut text = known.words.clone();
    for (number, value) in (1..).zip(values) {
        let Some(value) = value["text"].as_str().filter(|_| value["type"] == "text") else {
            return Err(Refusal::new(400, 132012, "Parameter format does not match format in the created template"));
        };
        if value.is_empty() {
            return Err(Refusal::new(400, 131008, "Parameter of type text is missing text value"));
        }
        if value.contains(['\n', '\t']) || value.contains("     ") {
            let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
            return Err(Refusal::new(400, 100, details));
        }
        text = text.replace(&placeholder(number), value);
    }
    Ok(text)
}

fn placeholder(number: usize) -> String {
    format!("{{{{{number}}}}}")
}
