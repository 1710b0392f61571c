//! What the pages of every provider show.

use crate::{
    Desk,
    faults::{Fault, Trouble},
    journal::Call,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

/// How much of the journal and of long lists is shown.
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

/// A fault as the form for it has it.
#[derive(Deserialize)]
pub struct NewFault {
    kind: String,
    seconds: u32,
    status: u16,
    /// What a refusal says.
    description: String,
    times: u32,
    method: String,
    chat: String,
}

impl NewFault {
    /// Nothing when there is no such kind.
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

/// What every overview shows of the desk: the faults to come, a form for more, and the journal.
pub struct Board {
    pub methods: &'static [&'static str],
    /// The method that a fault is most often for.
    pub usual: &'static str,
    /// What calls are for: a chat, a phone.
    pub whom: &'static str,
    /// Those known, by number and name.
    pub known: Vec<(i64, String)>,
    /// How a refusal of this provider is worded.
    pub refusal: &'static str,
    pub faults: Vec<String>,
    pub journal: Vec<Line>,
}

impl Board {
    /// The first method is the usual one.
    pub fn of(desk: &Desk, methods: &'static [&'static str], whom: &'static str, refusal: &'static str) -> Self {
        Self {
            methods,
            usual: methods.first().copied().unwrap_or_default(),
            whom,
            known: vec![],
            refusal,
            faults: desk.faults().iter().map(|fault| in_words(fault, whom)).collect(),
            journal: desk.journal().iter().rev().take(SHOWN).map(Line::from).collect(),
        }
    }
}

/// What is still to befall the calls.
fn in_words(fault: &Fault, whom: &str) -> String {
    let what = match &fault.trouble {
        Trouble::Wait { seconds } => format!("429 на {seconds} с"),
        Trouble::Refuse { status, description } => format!("{status} {description}"),
        Trouble::Page { status } => format!("страница {status}"),
        Trouble::Silent => "молчание".to_owned(),
        Trouble::Slow { seconds } => format!("ответ за {seconds} с"),
        Trouble::Reset => "обрыв".to_owned(),
    };
    let method = fault.method.as_deref().unwrap_or("любой метод");
    let whom = whom.to_lowercase();
    let chat = fault.chat.map_or(format!("любой {whom}"), |chat| format!("{whom} {chat}"));
    format!("{} раз: {what}, {method}, {chat}", fault.times)
}
