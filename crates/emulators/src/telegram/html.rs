//! `parse_mode` HTML: the text without its tags, and what they said of it.

use super::Refusal;
use serde_json::{Value, json};

/// Text and entities of a message written in HTML.
pub fn parse(html: &str) -> Result<(String, Vec<Value>), Refusal> {
    let mut text = String::new();
    let mut entities = vec![];
    let mut open: Vec<(String, Value)> = vec![];
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let offset = html.len() - rest.len();
        if rest.starts_with('&') {
            rest = unescape(rest, &mut text);
            continue;
        }
        let end = rest.find('>').ok_or_else(|| cannot(&format!("Unclosed start tag at byte offset {offset}")))?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some((opened, entity)) if name.is_empty() || opened.eq_ignore_ascii_case(name.trim()) => {
                    entities.extend(closed(entity, utf16(&text)));
                }
                Some((opened, _)) => {
                    return Err(cannot(&format!(
                        "Unmatched end tag at byte offset {offset}, expected \"</{opened}>\", found \"</{name}>\""
                    )));
                }
                None => return Err(cannot(&format!("Unexpected end tag at byte offset {offset}"))),
            }
        } else {
            let name = tag.split_whitespace().next().unwrap_or_default().to_lowercase();
            let entity = entity(&name, tag)
                .ok_or_else(|| cannot(&format!("Unsupported start tag \"{name}\" at byte offset {offset}")))
                .map(|mut entity| {
                    entity["offset"] = utf16(&text).into();
                    entity
                })?;
            open.push((name, entity));
        }
    }
    text.push_str(rest);
    if let Some((name, _)) = open.pop() {
        return Err(cannot(&format!("Can't find end tag corresponding to start tag \"{name}\"")));
    }
    entities.sort_by_key(|entity| entity["offset"].as_u64());
    Ok((text, entities))
}

fn cannot(why: &str) -> Refusal {
    Refusal::bad(&format!("can't parse entities: {why}"))
}

fn entity(name: &str, tag: &str) -> Option<Value> {
    let kind = match name {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" if tag.contains("\"tg-spoiler\"") => "spoiler",
        "code" => "code",
        "pre" => "pre",
        "blockquote" => "blockquote",
        "a" => {
            let address = tag.split_once("href=")?.1.trim_matches(['"', '\'', ' ']);
            return Some(json!({ "type": "text_link", "url": address.replace("&amp;", "&") }));
        }
        _ => return None,
    };
    Some(json!({ "type": kind }))
}

/// The entity with its length, unless it is empty.
fn closed(mut entity: Value, end: usize) -> Option<Value> {
    let length = end - usize::try_from(entity["offset"].as_u64()?).ok()?;
    entity["length"] = length.into();
    (length > 0).then_some(entity)
}

/// Lengths in the API count UTF-16 units.
fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Takes one `&…;` off the front; what is no known one stays as it is.
fn unescape<'a>(rest: &'a str, text: &mut String) -> &'a str {
    if let Some((name, after)) = rest[1..].split_once(';') {
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let found = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            _ => match name.strip_prefix('#') {
                Some(digits) => digits.strip_prefix('x').map_or_else(|| number(digits, 10), |hex| number(hex, 16)),
                None => None,
            },
        };
        if let Some(found) = found {
            text.push(found);
            return after;
        }
    }
    text.push('&');
    &rest[1..]
}
