//! SMS Aero, version 2 of its API: <https://smsaero.ru/integration/documentation/api/>.

use super::gate::{Answer, Gate, Silence, hundredths, number, words};
use crate::{Failure, Fate, Sent};
use serde_json::{Value, json};

/// In an answer to a message: it is not sent.
const NOT_SENT: [i64; 2] = [2, 6];

pub(super) async fn send(gate: &Gate, phone: &str, text: &str) -> Result<Sent, Failure> {
    let mut question = json!({ "number": phone, "text": text });
    if let Some(sender) = &gate.sender {
        question["sign"] = sender.as_str().into();
    }
    if let Some(reports) = &gate.reports {
        question["callbackUrl"] = reports.as_str().into();
    }
    let answer = ask(gate, "sms/send", &question).await.map_err(|silence| silence.unclear(None))?;
    let unclear = || Failure::Unclear { id: None, why: "an answer of another form".into() };
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

pub(super) async fn fate(gate: &Gate, id: &str) -> Result<Fate, Failure> {
    let number_of: i64 = id.parse().map_err(|_| Failure::Refused { why: "no id of SMS Aero".into() })?;
    let answer = ask(gate, "sms/status", &json!({ "id": number_of })).await.map_err(Silence::harmless)?;
    if answer.status == 404 {
        return Ok(Fate::Unknown);
    }
    if let Some(failure) = refusal(&answer) {
        return Err(failure);
    }
    number(&answer.body["data"]["status"]).map(met).ok_or(Failure::Again { why: "an answer of another form".into() })
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
