//! SMS Aero, version 2 of its API: <https://smsaero.ru/integration/documentation/api/>.
//!
//! It takes no id of ours with a message, so one whose answer did not come is looked for among the latest to the same phone by its text.
//! The id to ask about holds a digest of the text and when it was sent; the phone comes with the question.

use super::gate::{Answer, Gate, Silence, hundredths, number, words};
use crate::{Failure, Fate, Sent};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

/// In an answer to a message: it is not sent.
const NOT_SENT: [i64; 2] = [2, 6];
/// What an id begins with that is to be looked for.
const SOUGHT: &str = "sought-";
/// How far its clock may be from ours. The same text to the same phone within this time has told the person all that this one would.
const LEEWAY_SECONDS: i64 = 300;
/// More pages than messages go to one phone.
const MOST_PAGES: u32 = 5;

pub(super) async fn send(gate: &Gate, phone: &str, text: &str) -> Result<Sent, Failure> {
    let mut question = json!({ "number": phone, "text": text });
    if let Some(sender) = &gate.sender {
        question["sign"] = sender.as_str().into();
    }
    if let Some(reports) = &gate.reports {
        question["callbackUrl"] = reports.as_str().into();
    }
    let sought = Sought::new(text).to_string();
    let answer = ask(gate, "sms/send", &question).await.map_err(|silence| silence.unclear(Some(sought.clone())))?;
    let unclear = || Failure::Unclear { id: Some(sought.clone()), why: "an answer of another form".into() };
    if let Some(failure) = refusal(&answer) {
        // Its own trouble in JSON says as little about the message as none.
        return Err(if answer.status >= 500 { unclear() } else { failure });
    }
    let own = &answer.body["data"];
    if number(&own["status"]).is_some_and(|status| NOT_SENT.contains(&status)) {
        return Err(Failure::Refused { why: "SMS Aero: rejected".into() });
    }
    let id = words(&own["id"]).ok_or_else(unclear)?;
    Ok(Sent { id, cost_minor: hundredths(&own["cost"]), parts: super::parts(text) })
}

pub(super) async fn fate(gate: &Gate, id: &str, to: &str) -> Result<Fate, Failure> {
    if let Some(sought) = Sought::parse(id) {
        let found = sought.look(gate, to).await?;
        return found.map_or(Ok(Fate::Unknown), |own| number(&own["status"]).map(met).ok_or_else(strange));
    }
    let number_of: i64 = id.parse().map_err(|_| Failure::Refused { why: "no id of SMS Aero".into() })?;
    let answer = ask(gate, "sms/status", &json!({ "id": number_of })).await.map_err(Silence::harmless)?;
    if answer.status == 404 {
        return Ok(Fate::Unknown);
    }
    if let Some(failure) = refusal(&answer) {
        return Err(failure);
    }
    number(&answer.body["data"]["status"]).map(met).ok_or_else(strange)
}

pub(super) async fn found(gate: &Gate, id: &str, to: &str) -> Option<Sent> {
    let own = Sought::parse(id)?.look(gate, to).await.ok()??;
    let parts = words(&own["text"]).map_or(0, |text| super::parts(&text));
    Some(Sent { id: words(&own["id"])?, cost_minor: hundredths(&own["cost"]), parts })
}

pub(super) async fn greet(gate: &Gate) -> Result<(), Failure> {
    let answer = ask(gate, "auth", &json!({})).await.map_err(Silence::harmless)?;
    refusal(&answer).map_or(Ok(()), Err)
}

/// Reads a report about a message, in a form, a query or JSON: the message's id and its fate. It is not signed, so a secret in its
/// address has to stand for the gateway, or the fate is asked once more.
pub fn read_callback(body: &[u8]) -> Option<(String, Fate)> {
    let report: Value = match serde_json::from_slice(body) {
        Ok(report @ Value::Object(_)) => report,
        _ => form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    };
    Some((number(&report["id"])?.to_string(), met(number(&report["status"])?)))
}

/// A message without an id.
struct Sought {
    /// As ids of former versions have it.
    phone: Option<String>,
    text: String,
    /// Seconds since 1970.
    at: i64,
}

impl Sought {
    fn new(text: &str) -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { phone: None, text: digest(text), at: i64::try_from(at).unwrap_or(i64::MAX) }
    }

    fn parse(id: &str) -> Option<Self> {
        let parts: Vec<&str> = id.strip_prefix(SOUGHT)?.split('-').collect();
        let (phone, text, at) = match parts[..] {
            [text, at] => (None, text, at),
            [phone, text, at] => (Some(phone.to_owned()), text, at),
            _ => return None,
        };
        Some(Self { phone, text: text.to_owned(), at: at.parse().ok()? })
    }

    /// What the gateway has of it, if it has it.
    async fn look(&self, gate: &Gate, to: &str) -> Result<Option<Value>, Failure> {
        let phone = super::phone_of(self.phone.as_deref(), to)?;
        let question = json!({ "number": phone });
        for page in 1..=MOST_PAGES {
            let answer = ask(gate, &format!("sms/list?page={page}"), &question).await.map_err(Silence::harmless)?;
            if answer.status == 404 {
                return Ok(None);
            }
            if let Some(failure) = refusal(&answer) {
                return Err(failure);
            }
            // The messages stand under numbers, beside the addresses of other pages; an empty list may be one of another kind.
            let list = match &answer.body["data"] {
                Value::Object(list) => list.values().collect::<Vec<_>>(),
                Value::Array(list) => list.iter().collect(),
                Value::Null => vec![],
                _ => return Err(strange()),
            };
            if let Some(own) = list.into_iter().find(|one| self.is(one, &phone)) {
                return Ok(Some(own.clone()));
            }
            if words(&answer.body["data"]["links"]["next"]).is_none() {
                return Ok(None);
            }
        }
        Err(Failure::Again { why: "too many messages to look through".into() })
    }

    fn is(&self, one: &Value, phone: &str) -> bool {
        words(&one["number"]).is_some_and(|own| own.trim() == phone)
            && words(&one["text"]).is_some_and(|text| digest(&text) == self.text)
            && number(&one["dateCreate"]).is_some_and(|at| at >= self.at - LEEWAY_SECONDS)
    }
}

impl fmt::Display for Sought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SOUGHT}{}-{}", self.text, self.at)
    }
}

fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..8])
}

fn strange() -> Failure {
    Failure::Again { why: "an answer of another form".into() }
}

async fn ask(gate: &Gate, method: &str, question: &Value) -> Result<Answer, Silence> {
    let (email, key) = gate.token().split_once(':').unwrap_or((gate.token(), ""));
    gate.ask_json(&format!("/v2/{method}"), email, key, question).await
}

fn refusal(answer: &Answer) -> Option<Failure> {
    let Answer { status, body } = answer;
    let result = body["result"].as_str().unwrap_or_default();
    if body["success"] == true && result != "reject" && result != "no credits" {
        return None;
    }
    let said = format!("{} {result}", body["message"].as_str().unwrap_or_default()).to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let wrong = |field: &str| body["data"].get(field).is_some();
    let why = |words: &str| format!("SMS Aero {status}: {words}");
    Some(match status {
        401 | 403 => Failure::Shut { why: why("email or key") },
        402 => Failure::Shut { why: why("no money") },
        _ if names(&["no credits", "not enough", "money", "balance", "недостаточно"]) => Failure::Shut { why: why("no money") },
        500.. => Failure::Again { why: why("out of order") },
        _ if wrong("sign") || names(&["sign"]) => Failure::Shut { why: why("sender") },
        _ if wrong("number") || wrong("numbers") || names(&["blacklist", "black list"]) => Failure::Dead { why: why("phone") },
        _ => Failure::Refused { why: why("refused") },
    })
}

fn met(status: i64) -> Fate {
    let lost = |why: &str| Fate::Lost { why: format!("SMS Aero {status}: {why}") };
    match status {
        1 => Fate::Delivered,
        2 => lost("cannot be delivered"),
        6 => lost("rejected"),
        _ => Fate::Underway,
    }
}
