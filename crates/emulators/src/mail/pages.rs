//! The page on which a person reads the letters, and sets faults; and the letters for another process.

use super::{Letter, METHODS, Mail};
use crate::page::{Board, SHOWN, show, time};
use askama::Template;
use axum::{Json, Router, extract::State, response::Response, routing::get};
use std::sync::Arc;

type Service = State<Arc<Mail>>;

pub fn router() -> Router<Arc<Mail>> {
    Router::new().route("/", get(overview)).route("/_/letters", get(letters))
}

struct LetterView {
    time: String,
    to: String,
    letter: Letter,
    /// The addresses that stand in the text.
    links: Vec<String>,
}

impl From<Letter> for LetterView {
    fn from(letter: Letter) -> Self {
        let links = letter.text.split_whitespace().filter(|word| word.starts_with("http://") || word.starts_with("https://"));
        Self { time: time(letter.at_ms), to: letter.to.join(", "), links: links.map(str::to_owned).collect(), letter }
    }
}

#[derive(Template)]
#[template(path = "mail/overview.html")]
struct Overview {
    smtp_url: String,
    letters: Vec<LetterView>,
    board: Board,
}

async fn overview(State(mail): Service) -> Response {
    let page = Overview {
        smtp_url: mail.smtp_url(),
        letters: mail.letters().into_iter().rev().take(SHOWN).map(LetterView::from).collect(),
        board: Board::of(&mail, &METHODS, "Кому", "4.7.1 later"),
    };
    show(&page)
}

async fn letters(State(mail): Service) -> Json<Vec<Letter>> {
    Json(mail.letters())
}
