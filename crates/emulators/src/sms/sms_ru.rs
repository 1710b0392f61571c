//! SMS.RU: <https://sms.ru/api>. JSON alone (`json=1`), and one phone in a call.

use super::{
    calls::{Params, Reply},
    state::{Draft, Gateway, Message, No, Stage, State, digits, parts, roubles},
};
use serde_json::{Value, json};

const MOST_PARTS: i64 = 8;

pub fn perform(state: &mut State, now: i64, method: &str, params: &Params, own: Option<&str>) -> Reply {
    let token = params.text("api_id");
    if token.is_empty() || own.is_some_and(|own| own != token) {
        return refused(200, "Неправильный api_id");
    }
    if params.text("json") != "1" {
        return refused(500, "The emulator knows json=1 alone");
    }
    match method {
        "sms_ru/send" | "sms_ru/cost" => message(state, now, method, params, &token),
        "sms_ru/status" => status(state, now, params),
        "sms_ru/balance" => taken(json!({ "balance": state.balance as f64 / 100.0 })),
        _ => callback(state, method, params, &token),
    }
}

pub fn refused(code: i64, said: &str) -> Reply {
    Reply::refused(200, json!({ "status": "ERROR", "status_code": code, "status_text": said }), format!("{code} {said}"))
}

fn taken(mut body: Value) -> Reply {
    body["status"] = "OK".into();
    body["status_code"] = 100.into();
    Reply::done(body)
}

fn message(state: &mut State, now: i64, method: &str, params: &Params, token: &str) -> Reply {
    let (phone, text, sender) = (digits(&params.text("to")), params.text("msg"), params.text("from"));
    let draft = Draft { gateway: Gateway::SmsRu, id: None, phone: &phone, sender: &sender, text: &text, report_to: None, token };
    let count = parts(&text);
    if count > MOST_PARTS {
        return one(&phone, Err((205, "Сообщение слишком длинное")));
    }
    if method == "sms_ru/cost" {
        // What is asked again is no repeat of a message.
        let cost = super::state::PART_PRICE * count;
        return taken(json!({ "total_cost": roubles(cost), "total_sms": count, "sms": { (phone): {
            "status": "OK", "status_code": 100, "cost": roubles(cost), "sms": count } } }));
    }
    match state.take(draft, now) {
        Ok(message) => {
            let own = json!({ "sms_id": message.id });
            let mut reply = one(&phone, Ok(own));
            reply.body["balance"] = (state.balance as f64 / 100.0).into();
            reply
        }
        Err(no) => one(&phone, Err(said(no))),
    }
}

/// The question is right, the message may not be.
fn one(phone: &str, outcome: Result<Value, (i64, &str)>) -> Reply {
    match outcome {
        Ok(mut own) => {
            own["status"] = "OK".into();
            own["status_code"] = 100.into();
            taken(json!({ "sms": { (phone): own } }))
        }
        Err((code, said)) => {
            let own = json!({ "status": "ERROR", "status_code": code, "status_text": said });
            Reply { is_done: false, said: format!("{code} {said}"), ..taken(json!({ "sms": { (phone): own } })) }
        }
    }
}

fn said(no: No) -> (i64, &'static str) {
    match no {
        No::Phone => (202, "Неправильно указан номер телефона получателя"),
        No::Text => (203, "Нет текста сообщения"),
        No::Sender => (204, "Имя отправителя не согласовано с администрацией"),
        No::Money => (201, "Не хватает средств на лицевом счёте"),
        No::Repeat => (231, "Превышен лимит одинаковых сообщений на этот номер в минуту"),
    }
}

fn status(state: &State, now: i64, params: &Params) -> Reply {
    let id = params.text("sms_id");
    let own = match state.find(Gateway::SmsRu, &id) {
        Some(message) => {
            json!({ "status": "OK", "status_code": code(state.stage(message, now)), "cost": roubles(message.cost) })
        }
        None => json!({ "status": "ERROR", "status_code": -1, "status_text": "Сообщение не найдено" }),
    };
    taken(json!({ "sms": { (id): own } }))
}

fn callback(state: &mut State, method: &str, params: &Params, token: &str) -> Reply {
    let url = params.text("url");
    match method {
        "sms_ru/callback/add" if !url.starts_with("http") => return refused(901, "Неправильный адрес обработчика"),
        "sms_ru/callback/add" => drop(state.reports.addresses.insert(Gateway::SmsRu, (url, token.to_owned()))),
        "sms_ru/callback/del" => drop(state.reports.addresses.remove(&Gateway::SmsRu)),
        _ => {}
    }
    let addresses: Vec<_> = state.reports.addresses.get(&Gateway::SmsRu).map(|(url, _)| url).into_iter().collect();
    taken(json!({ "callback": addresses }))
}

fn code(stage: Stage) -> i64 {
    match stage {
        Stage::Queued => 100,
        Stage::Sent => 102,
        Stage::Delivered => 103,
        Stage::Expired => 104,
        Stage::Failed => 107,
        Stage::Nobody => 150,
    }
}

/// What is reported of a message, as a form without its signature.
pub fn report(message: &Message, stage: Stage, now: i64) -> Vec<(String, String)> {
    vec![("data[0]".to_owned(), format!("sms_status\n{}\n{}\n{}", message.id, code(stage), now / 1000))]
}

/// What is signed of it.
pub fn signed(report: &[(String, String)], api_id: &str) -> String {
    report.iter().fold(api_id.to_owned(), |all, (_, value)| all + value)
}
