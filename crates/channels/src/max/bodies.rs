//! Messages as the API takes them.

use super::LONGEST_TEXT;
use crate::{Button, Failure, Press};
use serde_json::{Value, json};

const LONGEST_LABEL: usize = 128;
const LONGEST_ADDRESS: usize = 2048;
const ROWS: usize = 30;
const IN_ROW: usize = 7;
/// As many stand in a row in which one is wide: opens an address, asks for the phone or the place.
const WIDE_IN_ROW: usize = 3;

/// A message: a text, cut to what is taken, with buttons and perhaps a file.
pub fn body(text: &str, buttons: &[Vec<Button>], file: Option<Value>) -> Value {
    let mut rows: Vec<Vec<Value>> = vec![];
    let mut addresses = String::new();
    for row in buttons {
        let most = if row.iter().all(|button| matches!(button.press, Press::Data(_))) { IN_ROW } else { WIDE_IN_ROW };
        let (shown, plain): (Vec<&Button>, Vec<&Button>) = row.iter().partition(|button| is_shown(&button.press));
        let shown: Vec<Value> = shown.into_iter().map(as_json).collect();
        rows.extend(shown.chunks(most).map(<[Value]>::to_vec));
        for button in plain {
            if let Press::Open(url) = &button.press {
                addresses.push('\n');
                addresses.push_str(url);
            }
        }
    }
    rows.truncate(ROWS);
    let mut attachments: Vec<Value> = file.into_iter().collect();
    if !rows.is_empty() {
        attachments.push(json!({ "type": "inline_keyboard", "payload": { "buttons": rows } }));
    }
    let rest = LONGEST_TEXT.saturating_sub(addresses.chars().count());
    let text: String = text.chars().take(rest).chain(addresses.chars()).take(LONGEST_TEXT).collect();
    json!({ "text": text, "attachments": attachments })
}

/// Whether it can be a button: an address that MAX takes on none goes into the text.
fn is_shown(press: &Press) -> bool {
    let Press::Open(url) = press else { return true };
    url.len() <= LONGEST_ADDRESS && (url.starts_with("https://") || url.starts_with("http://"))
}

fn as_json(button: &Button) -> Value {
    let label = |instead: &str| -> String {
        let label = if button.label.trim().is_empty() { instead } else { &button.label };
        label.chars().take(LONGEST_LABEL).collect()
    };
    match &button.press {
        Press::Data(data) => json!({ "type": "callback", "text": label(data), "payload": data }),
        Press::Open(url) => json!({ "type": "link", "text": label(url), "url": url }),
        Press::Phone => json!({ "type": "request_contact", "text": label("📱") }),
        Press::Place => json!({ "type": "request_geo_location", "text": label("📍") }),
    }
}

/// The id of a message that was taken.
pub fn message_id(answer: &Value) -> Result<String, Failure> {
    let id = answer["message"]["body"]["mid"].as_str().map(str::to_owned);
    // It was taken, so to try again would say it twice.
    id.ok_or_else(|| Failure::Refused { why: "taken, but without an id".into() })
}
