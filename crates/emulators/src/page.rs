//! What the pages of every provider show.

use crate::journal::Call;
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

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
