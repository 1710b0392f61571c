//! SMSC: <https://smsc.ru/api/http/>.
//!
//! It takes an id of ours with a message, so it can be asked whether it has it. It wants the phone with the question, which is no part of
//! the id: ids are kept and shown.

use super::gate::{Answer, Gate, Silence, hundredths, number, words};
use crate::{Failure, Fate, Sent};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::time::Duration;
use subtle::ConstantTimeEq;

const NOT_FOUND: i64 = 3;
const LARGEST_ID: i64 = i32::MAX as i64;

pub(super) async fn send(gate: &Gate, key: &str, phone: &str, text: &str) -> Result<Sent, Failure> {
    let id = known_as(key);
    let mut fields = vec![("phones", phone), ("mes", text), ("id", id.as_str()), ("charset", "utf-8"), ("fmt", "3"), ("cost", "2")];
    if let Some(sender) = &gate.sender {
        fields.push(("sender", sender));
    }
    let answer = ask(gate, "/sys/send.php", fields).await.map_err(|silence| silence.unclear(Some(id.clone())))?;
    if let Some(failure) = refusal(&answer) {
        return Err(failure);
    }
    let Some(parts) = self::number(&answer.body["cnt"]).and_then(|parts| u32::try_from(parts).ok()) else {
        return Err(Failure::Unclear { id: Some(id), why: "an answer of another form".into() });
    };
    Ok(Sent { id, cost_minor: hundredths(&answer.body["cost"]), parts: parts.max(1) })
}

/// The id of a message that is sent with this key.
pub(super) fn known_as(key: &str) -> String {
    number_of(key).to_string()
}

pub(super) async fn fate(gate: &Gate, id: &str, to: &str) -> Result<Fate, Failure> {
    let answer = status(gate, id, to, "0").await?;
    match number(&answer.body["error_code"]) {
        // In an answer to this question it does not speak of money.
        Some(NOT_FOUND) => return Ok(Fate::Unknown),
        _ => refusal(&answer).map_or(Ok(()), Err)?,
    }
    number(&answer.body["status"]).map(met).ok_or(Failure::Again { why: "an answer of another form".into() })
}

pub(super) async fn found(gate: &Gate, id: &str, to: &str) -> Option<Sent> {
    let answer = status(gate, id, to, "1").await.ok()?;
    let parts = words(&answer.body["message"]).map_or(0, |text| super::parts(&text));
    Some(Sent { id: id.to_owned(), cost_minor: hundredths(&answer.body["cost"]), parts })
}

/// Asks about a message; `all` is whether everything about it is wanted, or how it fares alone.
async fn status(gate: &Gate, id: &str, to: &str, all: &str) -> Result<Answer, Failure> {
    let (number, in_id) = id.split_once('-').map_or((id, None), |(number, phone)| (number, Some(phone)));
    if number.parse::<i64>().is_err() {
        return Err(Failure::Refused { why: "no id of SMSC".into() });
    }
    let phone = super::phone_of(in_id, to)?;
    let fields = vec![("phone", phone.as_str()), ("id", number), ("all", all), ("charset", "utf-8"), ("fmt", "3")];
    ask(gate, "/sys/status.php", fields).await.map_err(Silence::harmless)
}

pub(super) async fn greet(gate: &Gate) -> Result<(), Failure> {
    let answer = ask(gate, "/sys/balance.php", vec![("fmt", "3")]).await.map_err(Silence::harmless)?;
    refusal(&answer).map_or(Ok(()), Err)
}

/// Reads a report about a message, sent as a form or a query to the address set at SMSC together with this secret: the message's id
/// as [`Sent`] has it, and its fate. Nothing when it is no report or not signed with the secret (`sha1`).
pub fn read_callback(form: &[u8], secret: &str) -> Option<(String, Fate)> {
    let field = |name: &str| form_urlencoded::parse(form).find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
    let (number, phone, status) = (field("id")?, field("phone")?, field("status")?);
    let signature = field("sha1")?.to_lowercase();
    let expected = hex::encode(Sha1::digest(format!("{number}:{phone}:{status}:{secret}")));
    if secret.is_empty() || !bool::from(signature.as_bytes().ct_eq(expected.as_bytes())) {
        return None;
    }
    Some((number.parse::<i64>().ok()?.to_string(), met(status.parse().ok()?)))
}

async fn ask(gate: &Gate, path: &str, mut fields: Vec<(&str, &str)>) -> Result<Answer, Silence> {
    match gate.token().split_once(':') {
        Some((login, password)) => fields.extend([("login", login), ("psw", password)]),
        None => fields.push(("apikey", gate.token())),
    }
    gate.ask_form(path, &fields).await
}

fn refusal(answer: &Answer) -> Option<Failure> {
    let code = number(&answer.body["error_code"])?;
    let said = answer.body["error"].as_str().unwrap_or_default().to_lowercase();
    let why = |words: &str| format!("SMSC {code}: {words}");
    Some(match code {
        2 => Failure::Shut { why: why("login or key") },
        3 => Failure::Shut { why: why("no money") },
        4 => Failure::Wait { after: Duration::from_secs(600), why: why("the address is blocked for a while") },
        6 if said.contains("sender") => Failure::Shut { why: why("sender") },
        6 => Failure::Refused { why: why("the text or the sender is forbidden") },
        7 => Failure::Dead { why: why("phone") },
        8 => Failure::Dead { why: why("the phone cannot be reached") },
        9 => Failure::Again { why: why("too much at once, or the same twice") },
        _ => Failure::Refused { why: why("refused") },
    })
}

fn met(status: i64) -> Fate {
    let lost = |why: &str| Fate::Lost { why: format!("SMSC {status}: {why}") };
    match status {
        -3 => Fate::Unknown,
        // 4: the link in it was opened.
        1 => Fate::Delivered,
        2 | 4 => Fate::Read,
        3 => lost("expired"),
        22 => Fate::Gone { why: "SMSC 22: phone".into() },
        23 => lost("forbidden"),
        24 => lost("no money"),
        20.. => lost("cannot be delivered"),
        _ => Fate::Underway,
    }
}

/// The key as the number that SMSC wants: itself, or another that is the same each time.
fn number_of(key: &str) -> i64 {
    if let Some(own) = key.parse().ok().filter(|own| (1..=LARGEST_ID).contains(own)) {
        return own;
    }
    let digest = Sha256::digest(key);
    i64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) >> 1).max(1)
}
