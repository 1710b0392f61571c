//! What the pages of every provider show.

use crate::{
    faults::{Fault, Trouble},
    journal::Call,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

/// How much of the journal is shown.
pub const SHOWN: usize = 200;

/// A call as a line of the journal.
pub struct Line {
    pub time: String,
    pub method: String,
    pub chat: String,
    pub text: String,
    pub outcome: String,
    pub taken: bool,
}

impl From<&Call> for Line {
    fn from(call: &Call) -> Self {
        let status = call.status.map(|status| status.to_string()).unwrap_or_default();
        Self {
            time: time(call.at_ms),
            method: call.method.clone(),
            chat: call.chat.map(|chat| chat.to_string()).unwrap_or_default(),
            text: call.text.clone(),
            outcome: format!("{status} {}", call.said).trim().to_owned(),
            taken: call.taken,
        }
    }
}

/// The time of the day, UTC.
pub fn time(at_ms: i64) -> String {
    let seconds = at_ms / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

pub fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// A fault as the pages' form has it.
#[derive(Deserialize)]
pub struct FaultForm {
    kind: String,
    seconds: u32,
    status: u16,
    #[serde(default)]
    description: String,
    times: u32,
    method: String,
    chat: String,
}

impl FaultForm {
    pub fn fault(self) -> Option<Fault> {
        let Self { seconds, status, description, times, method, chat, .. } = self;
        let trouble = match self.kind.as_str() {
            "wait" => Trouble::Wait { seconds },
            "refuse" => Trouble::Refuse { status, description },
            "page" => Trouble::Page { status },
            "silent" => Trouble::Silent,
            "slow" => Trouble::Slow { seconds },
            "reset" => Trouble::Reset,
            _ => return None,
        };
        Some(Fault { trouble, times, method: Some(method).filter(|method| !method.is_empty()), chat: chat.parse().ok() })
    }
}

/// What is still to befall the calls.
pub fn in_words(fault: &Fault) -> String {
    let what = match &fault.trouble {
        Trouble::Wait { seconds } => format!("429 на {seconds} с"),
        Trouble::Refuse { status, description } => format!("{status} {description}"),
        Trouble::Page { status } => format!("страница {status}"),
        Trouble::Silent => "молчание".to_owned(),
        Trouble::Slow { seconds } => format!("ответ за {seconds} с"),
        Trouble::Reset => "обрыв".to_owned(),
    };
    let method = fault.method.as_deref().unwrap_or("любой метод");
    let chat = fault.chat.map_or("для всех".to_owned(), |chat| format!("для {chat}"));
    format!("{} раз: {what}, {method}, {chat}", fault.times)
}
