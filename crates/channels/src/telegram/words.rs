//! Text and buttons, as far as the API takes them.

use super::LONGEST_TEXT;
use crate::{Button, Failure, Press};
use frankenstein::types::{InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, ReplyMarkup};
use reqwest::Url;

/// A new message: its text, and what stands under it.
pub fn message(text: &str, rows: &[Vec<Button>]) -> Result<(String, Option<ReplyMarkup>), Failure> {
    if rows.iter().flatten().any(|button| matches!(button.press, Press::Phone | Press::Place)) {
        let (text, keyboard) = asking(text, rows);
        return Ok((text, Some(ReplyMarkup::ReplyKeyboardMarkup(keyboard))));
    }
    let (text, rows) = inline(text, rows)?;
    let keyboard = (!rows.is_empty()).then(|| InlineKeyboardMarkup::builder().inline_keyboard(rows).build());
    Ok((text, keyboard.map(ReplyMarkup::InlineKeyboardMarkup)))
}

/// Text and rows of buttons under it. Addresses that the API refuses on a button become the last lines of the text.
pub fn inline(text: &str, rows: &[Vec<Button>]) -> Result<(String, Vec<Vec<InlineKeyboardButton>>), Failure> {
    let (mut keyboard, mut addresses) = (vec![], vec![]);
    for row in rows {
        let mut shown = vec![];
        for Button { label, press } in row {
            let button = InlineKeyboardButton::builder().text(label);
            match press {
                Press::Data(data) if !(1..=64).contains(&data.len()) => {
                    return Err(Failure::Refused { why: "the data of a button is not 1 to 64 bytes".into() });
                }
                Press::Data(data) => shown.push(button.callback_data(data).build()),
                Press::Open(url) if !fits_a_button(url) => addresses.push(url.as_str()),
                Press::Open(url) => shown.push(button.url(url).build()),
                Press::Phone | Press::Place => {}
            }
        }
        if !shown.is_empty() {
            keyboard.push(shown);
        }
    }
    Ok((with_lines(text, &addresses), keyboard))
}

/// The keyboard that stands in place of the person's own until it is used once.
fn asking(text: &str, rows: &[Vec<Button>]) -> (String, ReplyKeyboardMarkup) {
    let (mut keyboard, mut addresses) = (vec![], vec![]);
    for row in rows {
        let mut shown = vec![];
        for Button { label, press } in row {
            let button = KeyboardButton::builder().text(label);
            match press {
                Press::Phone => shown.push(button.request_contact(true).build()),
                Press::Place => shown.push(button.request_location(true).build()),
                Press::Data(_) => shown.push(button.build()),
                Press::Open(url) => addresses.push(url.as_str()),
            }
        }
        if !shown.is_empty() {
            keyboard.push(shown);
        }
    }
    let keyboard = ReplyKeyboardMarkup::builder().keyboard(keyboard).one_time_keyboard(true).resize_keyboard(true).build();
    (with_lines(text, &addresses), keyboard)
}

/// The text cut so that the lines after it stay whole.
fn with_lines(text: &str, lines: &[&str]) -> String {
    let tail: String = lines.iter().flat_map(|line| ["\n", line]).collect();
    let text = cut(text, LONGEST_TEXT.saturating_sub(tail.encode_utf16().count()));
    cut((text + &tail).trim_start_matches('\n'), LONGEST_TEXT)
}

/// As much of it as is taken; counted in UTF-16, as that is never less than what Telegram counts.
pub fn cut(text: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= most
    };
    text.chars().take_while(fits).collect()
}

/// Whether Telegram takes it on a button: not when it leads to this or another machine of the own network.
fn fits_a_button(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let is_of_the_web = matches!(url.scheme(), "http" | "https");
    let is_public = url.domain().is_some_and(|name| name.trim_end_matches('.').contains('.') && !name.ends_with(".localhost"));
    url.scheme() == "tg" || (is_of_the_web && is_public)
}
