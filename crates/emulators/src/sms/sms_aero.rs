//! SMS Aero, version 2 of its API. One phone in a call.

use super::{
    calls::{Params, Reply},
    state::{Draft, Gateway, Message, No, Stage, State, digits, roubles},
};
use serde_json::{Value, json};

/// Messages on a page of the list.
const PAGE: usize = 10;

pub fn perform(state: &mut State, now: i64, method: &str, params: &Params, own: Option<&str>) -> Reply {
    let token = params.basic.clone().unwrap_or_default();
    if token.is_empty() || token == ":" || own.is_some_and(|own| own != token) {
        return refused(401, Value::Null, "Your request was made with invalid credentials.");
    }
    match method {
        "sms_aero/send" => send(state, now, params, &token),
        "sms_aero/testsend" => taken(json!({ "id": 1, "status": 0, "extendStatus": "queue", "cost": "0" })),
        "sms_aero/status" => match state.find(Gateway::SmsAero, &params.text("id")) {
            Some(message) => taken(shown(message, state.stage(message, now))),
            None => refused(404, Value::Null, "Message not found."),
        },
        "sms_aero/list" => list(state, now, params),
        "sms_aero/balance" => taken(json!({ "balance": state.balance as f64 / 100.0 })),
        _ => Reply::done(json!({ "success": true, "data": null, "message": "Successful authorization." })),
    }
}

pub fn refused(status: u16, data: Value, said: &str) -> Reply {
    Reply::refused(status, json!({ "success": false, "data": data, "message": said }), said)
}

fn taken(data: Value) -> Reply {
    Reply::done(json!({ "success": true, "data": data, "message": null }))
}

fn send(state: &mut State, now: i64, params: &Params, token: &str) -> Reply {
    let (phone, text, sender) = (digits(&params.text("number")), params.text("text"), params.text("sign"));
    let wrong = |field: &str, said: &str| refused(400, json!({ (field): [said] }), "Validation error.");
    let report_to = Some(params.text("callbackUrl")).filter(|url| !url.is_empty());
    let draft = Draft { gateway: Gateway::SmsAero, id: None, phone: &phone, sender: &sender, text: &text, report_to, token };
    match state.take(draft, now) {
        Ok(message) => taken(shown(message, Stage::Queued)),
        Err(No::Phone) => wrong("number", "Number is invalid."),
        Err(No::Text) => wrong("text", "Text cannot be blank."),
        Err(No::Sender) => wrong("sign", "Sign not found."),
        Err(No::Money) => {
            Reply::refused(402, json!({ "success": false, "result": "no credits", "message": "Not enough money." }), "no credits")
        }
        Err(No::Repeat) => wrong("text", "Repeated message."),
    }
}

/// The messages to a phone, or all, the newest first.
fn list(state: &State, now: i64, params: &Params) -> Reply {
    let (phone, page) = (digits(&params.text("number")), params.text("page").parse().unwrap_or(1_usize).max(1));
    let own = state.messages.iter().rev().filter(|message| message.gateway == Gateway::SmsAero);
    let own: Vec<_> = own.filter(|message| phone.is_empty() || message.phone == phone).collect();
    let mut data = json!({ "links": { "self": format!("/v2/sms/list?page={page}") }, "totalCount": own.len().to_string() });
    if own.len() > page * PAGE {
        data["links"]["next"] = format!("/v2/sms/list?page={}", page + 1).into();
    }
    for (index, message) in own.into_iter().skip((page - 1) * PAGE).take(PAGE).enumerate() {
        data[index.to_string()] = shown(message, state.stage(message, now));
    }
    taken(data)
}

fn shown(message: &Message, stage: Stage) -> Value {
    let (status, words) = code(stage);
    json!({
        "id": message.id.parse::<i64>().unwrap_or_default(), "from": message.sender, "number": message.phone, "text": message.text,
        "status": status, "extendStatus": words, "channel": "FREE SIGN", "cost": roubles(message.cost),
        "dateCreate": message.at_ms / 1000, "dateSend": message.at_ms / 1000,
    })
}

fn code(stage: Stage) -> (i64, &'static str) {
    match stage {
        Stage::Queued => (0, "queue"),
        Stage::Sent => (3, "smsc submit"),
        Stage::Delivered => (1, "delivery"),
        Stage::Expired | Stage::Failed | Stage::Nobody => (2, "delivery failed"),
    }
}

/// What is reported of a message, as a form.
pub fn report(message: &Message, stage: Stage) -> Vec<(String, String)> {
    let (status, words) = code(stage);
    let fields = [("id", message.id.clone()), ("status", status.to_string()), ("extendStatus", words.to_owned())];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}
