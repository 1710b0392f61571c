//! SMSC: <https://smsc.ru/api/http/>. JSON alone (`fmt=3`), and one phone in a call.

use super::{
    calls::{Params, Reply},
    state::{Draft, Gateway, Message, No, Stage, State, digits, parts, roubles},
};
use serde_json::json;

const LONGEST: usize = 1000;

pub fn perform(state: &mut State, now: i64, method: &str, params: &Params, own: Option<&str>) -> Reply {
    let token = match params.text("apikey") {
        key if !key.is_empty() => key,
        _ => format!("{}:{}", params.text("login"), params.text("psw")),
    };
    if token.is_empty() || token == ":" || own.is_some_and(|own| own != token) {
        return refused(2, "authorise error");
    }
    if params.text("fmt") != "3" {
        return refused(1, "parameters error: the emulator knows fmt=3 alone");
    }
    match method {
        "smsc/send" => send(state, now, params, &token),
        "smsc/status" => status(state, now, params),
        _ => Reply::done(json!({ "balance": roubles(state.balance) })),
    }
}

pub fn refused(code: i64, said: &str) -> Reply {
    Reply::refused(200, json!({ "error": said, "error_code": code }), format!("{code} {said}"))
}

fn send(state: &mut State, now: i64, params: &Params, token: &str) -> Reply {
    let (phone, text, id) = (digits(&params.text("phones")), params.text("mes"), params.text("id"));
    let is_number = id.parse().is_ok_and(|id: i64| (1..=i64::from(i32::MAX)).contains(&id));
    if !(id.is_empty() || is_number) || text.chars().count() > LONGEST {
        return refused(1, "parameters error");
    }
    // Without a charset the text is taken for windows-1251, and arrives as rubbish.
    if params.text("charset") != "utf-8" && !text.is_ascii() {
        return refused(6, "message is denied: not in the charset that was said");
    }
    let sender = params.text("sender");
    let draft = Draft {
        gateway: Gateway::Smsc,
        id: Some(id).filter(|id| !id.is_empty()),
        phone: &phone,
        sender: &sender,
        text: &text,
        report_to: None,
        token,
    };
    let wish = params.text("cost");
    if wish == "1" {
        return match state.price(&draft, now) {
            Ok(cost) => Reply::done(json!({ "cost": roubles(cost), "cnt": parts(&text) })),
            Err(no) => said(no),
        };
    }
    let (id, cost) = match state.take(draft, now) {
        Ok(message) => (message.id.clone(), message.cost),
        Err(no) => return said(no),
    };
    let mut body = json!({ "id": id.parse::<i64>().unwrap_or_default(), "cnt": parts(&text) });
    if wish == "2" || wish == "3" {
        body["cost"] = roubles(cost).into();
    }
    if wish == "3" {
        body["balance"] = roubles(state.balance).into();
    }
    Reply::done(body)
}

fn said(no: No) -> Reply {
    match no {
        No::Phone => refused(7, "invalid number"),
        No::Text => refused(1, "parameters error"),
        No::Sender => refused(6, "message is denied: invalid sender"),
        No::Money => refused(3, "no money"),
        No::Repeat => refused(9, "duplicate request, wait a minute"),
    }
}

fn status(state: &State, now: i64, params: &Params) -> Reply {
    let phone = digits(&params.text("phone"));
    if phone.is_empty() || params.text("id").is_empty() {
        return refused(1, "parameters error");
    }
    let found = state.find(Gateway::Smsc, &params.text("id")).filter(|message| message.phone == phone);
    let mut body = json!({ "status": found.map_or(-3, |message| code(state.stage(message, now))), "last_timestamp": now / 1000 });
    if let Some(message) = found.filter(|_| ["1", "2"].contains(&params.text("all").as_str())) {
        for (name, value) in
            [("phone", &message.phone), ("cost", &roubles(message.cost)), ("sender_id", &message.sender), ("message", &message.text)]
        {
            body[name] = value.as_str().into();
        }
    }
    Reply::done(body)
}

fn code(stage: Stage) -> i64 {
    match stage {
        Stage::Queued => -1,
        Stage::Sent => 0,
        Stage::Delivered => 1,
        Stage::Expired => 3,
        Stage::Failed => 20,
        Stage::Nobody => 22,
    }
}

/// What is reported of a message, as a form without its signature.
pub fn report(message: &Message, stage: Stage, now: i64) -> Vec<(String, String)> {
    let Message { id, phone, .. } = message;
    let fields = [
        ("id", id.clone()),
        ("phone", phone.clone()),
        ("status", code(stage).to_string()),
        ("ts", (now / 1000).to_string()),
        ("cost", roubles(message.cost)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// What is signed of it, with the secret.
pub fn signed(report: &[(String, String)], secret: &str) -> String {
    let parts: Vec<_> = report.iter().take(3).map(|(_, value)| value.as_str()).chain([secret]).collect();
    parts.join(":")
}
