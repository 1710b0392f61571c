//! Letters about letters that did not arrive: RFC 3464.

use super::nobody::is_nobody;
use mail_parser::{Message, MessageParser, MimeHeaders};

/// What a letter says of one that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// [`Letter::key`](crate::Letter::key) of the one that did not arrive.
    pub key: Option<String>,
    /// Whom it was for.
    pub address: Option<String>,
    /// Whether nobody is at the address. Otherwise the box is full, the letter was not liked, or a server was tried in vain for days.
    pub is_permanent: bool,
    /// The status of RFC 3463, such as `5.1.1`.
    pub why: String,
}

/// Reads a letter that came to the address for bounces; nothing when it is not about one that did not arrive and never will. Anybody can
/// have written it: the key is to be checked.
pub fn read_bounce(raw: &[u8]) -> Option<Bounce> {
    let message = MessageParser::default().parse(raw)?;
    let report = message.parts.iter().find(|part| is_of(*part, "delivery-status"))?;
    let report = String::from_utf8_lossy(report.contents()).into_owned();
    let person = groups(&report).into_iter().find(|group| field(group, "Action").is_some())?;
    if !field(&person, "Action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    let why = field(&person, "Status").and_then(|status| status.split_whitespace().next()).unwrap_or_default().to_owned();
    let address = field(&person, "Original-Recipient").or_else(|| field(&person, "Final-Recipient")).map(|address| {
        let plain = address.split_once(';').map_or(address, |(_, address)| address);
        plain.trim().trim_matches(['<', '>']).to_owned()
    });
    let key = returned_key(&message).or_else(|| addressed_key(&message));
    let is_permanent = is_nobody(&why, field(&person, "Diagnostic-Code").unwrap_or_default());
    Some(Bounce { key, address, is_permanent, why })
}

fn is_of<'x>(part: &impl MimeHeaders<'x>, subtype: &str) -> bool {
    part.content_type().is_some_and(|kind| kind.subtype().is_some_and(|own| own.eq_ignore_ascii_case(subtype)))
}

/// The key in the head of our own letter, which is sent back.
fn returned_key(message: &Message) -> Option<String> {
    let returned = message.parts.iter().find_map(|part| {
        part.message().and_then(Message::message_id).map(str::to_owned).or_else(|| {
            let head =
                (is_of(part, "rfc822-headers") || is_of(part, "rfc822")).then(|| String::from_utf8_lossy(part.contents()).into_owned())?;
            field(groups(&head).first()?, "Message-ID").map(str::to_owned)
        })
    })?;
    unescaped(returned.trim().trim_matches(['<', '>']).rsplit_once('@')?.0)
}

/// The key in the address that the bounce came to: `bounces+KEY@host`.
fn addressed_key(message: &Message) -> Option<String> {
    let named = ["X-Original-To", "Delivered-To", "To"].into_iter().filter_map(|name| message.header_raw(name));
    named.flat_map(|line| line.split([' ', ',', '<', '>', '\r', '\n', '\t']).collect::<Vec<_>>()).find_map(|address| {
        let (_, key) = address.rsplit_once('@')?.0.split_once('+')?;
        unescaped(key)
    })
}

/// Groups of fields, parted by empty lines; what goes on in the next line is joined.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups = vec![vec![]];
    for line in text.lines() {
        let last = groups.len() - 1;
        if line.trim().is_empty() {
            groups.push(vec![]);
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = groups[last].last_mut() {
                let value: &mut String = value;
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            groups[last].push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    group.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A key as a part of an address, in which few signs are safe: the others become `=XX`.
pub fn escaped(key: &str) -> String {
    let is_safe = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    key.bytes().map(|c| if is_safe(c) { char::from(c).to_string() } else { format!("={c:02X}") }).collect()
}

fn unescaped(part: &str) -> Option<String> {
    let mut pieces = part.split('=');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(piece.as_bytes().get(2..)?);
    }
    String::from_utf8(bytes).ok().filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_was() {
        for key in ["17", "17-a_b", "17:mail:42", "ключ +=.", "a=b"] {
            let part = escaped(key);
            assert!(part.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_=".contains(&c)), "{part}");
            assert_eq!(unescaped(&part).as_deref(), Some(key));
        }
        assert_eq!(["", "a=", "a=Z1", "=FF"].map(unescaped), [None, None, None, None]);
    }
}
