//! SMS.RU: <https://sms.ru/api>.
//!
//! It takes no id of ours, and tells of a message by its own id alone: of one whose answer did not come nobody can say whether it was taken.

use super::gate::{Answer, Gate, Silence, hundredths, number, words};
use crate::{Failure, Fate, Sent};
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// What a report is to be answered with; otherwise it comes again.
pub const CALLBACK_ANSWER: &str = "100";
const TAKEN: i64 = 100;
/// Whether the message went out is worth more than what it cost, so that is not waited for long.
const COST: Duration = Duration::from_secs(3);

pub(super) async fn send(gate: &Gate, phone: &str, text: &str) -> Result<Sent, Failure> {
    let mut fields = vec![("to", phone), ("msg", text)];
    if let Some(sender) = &gate.sender {
        fields.push(("from", sender));
    }
    let answer = ask(gate, "/sms/send", &fields).await.map_err(|silence| silence.unclear(None))?;
    let unclear = || Failure::Unclear { id: None, why: "an answer of another form".into() };
    let own = &answer.body["sms"][phone];
    let code = number(&answer.body["status_code"]).ok_or_else(unclear)?;
    let own_code = if code == TAKEN { number(&own["status_code"]).ok_or_else(unclear)? } else { code };
    if own_code != TAKEN {
        return Err(refusal(own_code));
    }
    let id = words(&own["sms_id"]).ok_or_else(unclear)?;
    let cost_minor = match hundredths(&own["cost"]) {
        Some(cost) => Some(cost),
        None => cost(gate, &fields, phone).await,
    };
    Ok(Sent { id, cost_minor, parts: super::parts(text) })
}

/// What such a message costs. It is no failure of the message that nobody says so.
async fn cost(gate: &Gate, message: &[(&str, &str)], phone: &str) -> Option<i64> {
    let answer = tokio::time::timeout(COST, ask(gate, "/sms/cost", message)).await.ok()?.ok()?;
    hundredths(&answer.body["sms"][phone]["cost"])
}

pub(super) async fn fate(gate: &Gate, id: &str) -> Result<Fate, Failure> {
    let answer = ask(gate, "/sms/status", &[("sms_id", id)]).await.map_err(Silence::harmless)?;
    checked(&answer)?;
    let code = number(&answer.body["sms"][id]["status_code"]).ok_or(Failure::Again { why: "an answer of another form".into() })?;
    Ok(met(code))
}

pub(super) async fn greet(gate: &Gate) -> Result<(), Failure> {
    checked(&ask(gate, "/my/balance", &[]).await.map_err(Silence::harmless)?)
}

/// Reads a report about messages, sent as a form to the address set at SMS.RU: their ids and fates. Nothing when it is not signed with
/// the `api_id`. The answer is to be [`CALLBACK_ANSWER`].
pub fn read_callback(api_id: &str, body: &[u8]) -> Option<Vec<(String, Fate)>> {
    let (mut entries, mut signature) = (vec![], String::new());
    for (name, value) in form_urlencoded::parse(body) {
        match &*name {
            "hash" => signature = value.to_lowercase(),
            name if name.starts_with("data[") => entries.push(value.into_owned()),
            _ => {}
        }
    }
    let mut hash = Sha256::new_with_prefix(api_id);
    entries.iter().for_each(|entry| hash.update(entry));
    let expected: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if api_id.is_empty() || !bool::from(signature.as_bytes().ct_eq(expected.as_bytes())) {
        return None;
    }
    let fates = entries.iter().filter_map(|entry| {
        let mut lines = entry.lines();
        let is_status = lines.next()? == "sms_status";
        let (id, code) = (lines.next()?, lines.next()?.trim().parse().ok()?);
        is_status.then(|| (id.to_owned(), met(code)))
    });
    Some(fates.collect())
}

async fn ask(gate: &Gate, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Silence> {
    let fields: Vec<_> = [("api_id", gate.token()), ("json", "1")].iter().chain(fields).copied().collect();
    gate.ask_form(path, &fields).await
}

fn checked(answer: &Answer) -> Result<(), Failure> {
    match number(&answer.body["status_code"]) {
        Some(TAKEN) => Ok(()),
        Some(code) => Err(refusal(code)),
        None => Err(Failure::Again { why: "an answer of another form".into() }),
    }
}

fn refusal(code: i64) -> Failure {
    let why = |words: &str| format!("SMS.RU {code}: {words}");
    match code {
        200 | 300 | 301 | 302 => Failure::Shut { why: why("api_id") },
        201 => Failure::Shut { why: why("no money") },
        204 | 221 => Failure::Shut { why: why("sender") },
        202 | 207 | 214 => Failure::Dead { why: why("phone") },
        209 | 215 => Failure::Dead { why: why("the phone is on a stop list") },
        206 => Failure::Wait { after: Duration::from_secs(3600), why: why("the limit of the day") },
        220 | 500 => Failure::Again { why: why("out of order") },
        231 => Failure::Again { why: why("the same twice within a minute") },
        230 | 232 | 233 => Failure::Refused { why: why("too many to this phone today") },
        _ => Failure::Refused { why: why("refused") },
    }
}

fn met(code: i64) -> Fate {
    let lost = |why: &str| Fate::Lost { why: format!("SMS.RU {code}: {why}") };
    match code {
        -1 => Fate::Unknown,
        ..=102 => Fate::Underway,
        103 => Fate::Delivered,
        110 => Fate::Read,
        104 => lost("expired"),
        105 => lost("deleted by the operator"),
        106 => lost("the phone failed"),
        108 => lost("rejected"),
        150 | 202 | 207 => Fate::Gone { why: format!("SMS.RU {code}: phone") },
        _ => lost("cannot be delivered"),
    }
}
