//! A mail server that keeps every letter and passes none on: <https://www.rfc-editor.org/rfc/rfc5321>.

mod pages;
mod session;

use crate::{
    Desk,
    journal::Call,
    running::{Running, bind},
};
use axum::Router;
use mail_parser::MessageParser;
use serde::Serialize;
use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;

/// The steps of a letter's handing over at which faults befall it, the usual one first.
pub const METHODS: [&str; 2] = ["DATA", "RCPT"];

/// The emulated server.
#[derive(Debug, Default)]
pub struct Mail {
    desk: Desk,
    smtp: Option<SocketAddr>,
    letters: Mutex<Vec<Letter>>,
}

/// A letter that came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// When it came, by the emulator's clock.
    pub at_ms: i64,
    /// Where it comes back to.
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    /// What it is known by, without brackets.
    pub message_id: String,
    pub text: String,
    /// Empty when it has no page.
    pub html: String,
}

impl Mail {
    /// Starts a server that takes letters at `smtp` and shows them at `page`.
    ///
    /// # Errors
    /// When an address is taken.
    pub async fn start(smtp: SocketAddr, page: SocketAddr) -> io::Result<Running<Self>> {
        let letters = TcpListener::bind(smtp).await?;
        let (listener, desk) = bind(page).await?;
        let mail = Arc::new(Self { desk, smtp: Some(letters.local_addr()?), ..Self::default() });
        let work = session::take(mail.clone(), letters);
        Ok(Running::start(listener, mail, Router::new().merge(pages::router()), work))
    }

    /// What to give a program as the address of its mail server.
    pub fn smtp_url(&self) -> String {
        self.smtp.map(|address| format!("smtp://{address}")).unwrap_or_default()
    }

    /// Every letter, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        self.kept().clone()
    }

    /// Keeps what came between two addresses.
    fn keep(&self, from: &str, to: &[String], raw: &[u8]) {
        let message = MessageParser::default().parse(raw).unwrap_or_default();
        let letter = Letter {
            at_ms: self.clock.now_ms(),
            from: from.to_owned(),
            to: to.to_vec(),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            html: message.body_html(0).unwrap_or_default().into_owned(),
        };
        self.kept().push(letter);
    }

    fn note(&self, method: &str, text: String, status: u16, said: &str, taken: bool) {
        let call = Call {
            at_ms: self.clock.now_ms(),
            method: method.to_owned(),
            chat: None,
            text,
            status: Some(status),
            taken,
            message: None,
            said: said.to_owned(),
        };
        self.desk.note(call, None);
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Letter>> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Mail {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}
