//! What a person or a test works at every emulator: its clock, its faults, its journal.

use crate::{
    clock::Clock,
    faults::{Fault, Script, Trouble},
    journal::Call,
    page::NewFault,
};
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicI64},
    time::Duration,
};
use tokio::sync::{Notify, futures::Notified};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where one emulator listens, with its clock, its faults and its journal.
#[derive(Debug, Default)]
pub struct Desk {
    url: String,
    pub(crate) clock: Clock,
    /// Something happened, or the clock was put forward.
    pub(crate) changed: Notify,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    script: Script,
    journal: Vec<Call>,
    /// Until when nothing is taken.
    held_until_ms: i64,
}

/// Why a call does not get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// For so many seconds nothing is taken.
    Wait(u32),
    /// A fault in the provider's own form.
    Refuse { status: u16, description: String },
}

impl Desk {
    pub(crate) fn new(url: String) -> Self {
        Self { url, ..Self::default() }
    }

    /// What to give a program as the address of the provider.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Lets something go wrong with the next calls.
    pub fn fault(&self, fault: impl Into<Fault>) {
        self.book().script.add(fault.into());
    }

    /// From now on all goes right, but for a wait that was asked for.
    pub fn no_more_faults(&self) {
        self.book().script.clear();
    }

    /// The faults that did not befall anything yet.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        self.book().script.to_come().cloned().collect()
    }

    /// Puts the clock forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.changed.notify_waiters();
    }

    /// From now on the clock goes on by this as well, ms: a client whose pauses take no time counts them there.
    pub fn go_along(&self, besides_ms: Arc<AtomicI64>) {
        self.clock.go_along(besides_ms);
    }

    /// Every call, oldest first.
    pub fn journal(&self) -> Vec<Call> {
        self.book().journal.clone()
    }

    /// The texts of the calls of this method for this chat that were taken, be it that the caller never heard so; oldest first.
    pub(crate) fn texts(&self, method: &str, chat: i64) -> Vec<String> {
        let book = self.book();
        let taken = book.journal.iter().filter(|call| call.taken && call.method == method && call.chat == Some(chat));
        taken.map(|call| call.text.clone()).collect()
    }

    /// Waits until the journal is so.
    ///
    /// # Panics
    /// When it is not within half a minute.
    pub async fn until(&self, what: &str, mut is_so: impl FnMut(&[Call]) -> bool) {
        self.wait_for(what, || is_so(&self.book().journal)).await;
    }

    /// Waits until something is so that changes by what happens here.
    pub(crate) async fn wait_for(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if is_so() {
                    return;
                }
                changed.await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("{what}: not within {PATIENCE:?}; the last calls were {:#?}", self.journal().iter().rev().take(5).collect::<Vec<_>>());
        }
    }

    /// Waits until something happens after `changed` was asked for, or the time of what is to be done next comes.
    pub(crate) async fn rest(&self, changed: Notified<'_>, next_ms: Option<i64>) {
        let until = async {
            match next_ms.map(|at| u64::try_from(at - self.clock.now_ms())) {
                Some(Ok(rest)) => tokio::time::sleep(Duration::from_millis(rest)).await,
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        };
        tokio::select! { () = changed => {}, () = until => {} }
    }

    /// From now on nothing is taken for so long.
    pub(crate) fn close(&self, seconds: u32) {
        self.book().close(self.clock.now_ms(), seconds);
    }

    /// Lets a call in, perhaps into a trouble that shows only later.
    pub(crate) fn admit(&self, method: &str, chat: Option<i64>) -> Result<Option<Trouble>, Stop> {
        let now = self.clock.now_ms();
        let mut book = self.book();
        let rest_ms = book.held_until_ms - now;
        if rest_ms > 0 {
            return Err(Stop::Wait(u32::try_from((rest_ms + 999) / 1000).unwrap_or(u32::MAX)));
        }
        match book.script.next(method, chat) {
            Some(Trouble::Wait { seconds }) => {
                book.close(now, seconds);
                Err(Stop::Wait(seconds))
            }
            Some(Trouble::Refuse { status, description }) => Err(Stop::Refuse { status, description }),
            trouble => Ok(trouble),
        }
    }

    /// Writes a call into the journal as its trouble has it, and tells those who wait for something to happen.
    pub(crate) fn note(&self, call: Call, trouble: Option<&Trouble>) {
        let (status, taken, said) = match trouble {
            Some(Trouble::Page { status }) => (Some(*status), false, "an HTML page".to_owned()),
            Some(Trouble::Reset) => (None, false, "cut".to_owned()),
            Some(Trouble::Silent) => (None, call.taken, "never answered".to_owned()),
            Some(Trouble::Slow { seconds }) if call.taken => (call.status, true, format!("answered within {seconds} s")),
            _ => (call.status, call.taken, call.said.clone()),
        };
        self.book().journal.push(Call { status, taken, said, ..call });
        self.changed.notify_waiters();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn close(&mut self, now: i64, seconds: u32) {
        self.held_until_ms = now + 1000 * i64::from(seconds);
    }
}

/// Whether a call that such a trouble befalls is done at all.
pub(crate) fn is_done(trouble: Option<&Trouble>) -> bool {
    !matches!(trouble, Some(Trouble::Page { .. } | Trouble::Reset))
}

/// How another process works it: JSON under `/_/`; and the forms of the pages.
pub(crate) fn router<T: Deref<Target = Desk> + Send + Sync + 'static>() -> Router<Arc<T>> {
    Router::new()
        .route("/_/journal", get(journal::<T>))
        .route("/_/faults", post(fault::<T>).delete(no_more_faults::<T>))
        .route("/_/clock", post(advance::<T>))
        .route("/faults", post(add_fault::<T>))
        .route("/faults/none", post(no_faults::<T>))
}

#[derive(Deserialize)]
struct Which {
    chat: Option<i64>,
    method: Option<String>,
}

async fn journal<T: Deref<Target = Desk>>(State(service): State<Arc<T>>, Query(which): Query<Which>) -> Json<Vec<Call>> {
    let mut calls = service.journal();
    calls.retain(|call| which.chat.is_none() || call.chat == which.chat);
    calls.retain(|call| which.method.as_ref().is_none_or(|method| call.method.eq_ignore_ascii_case(method)));
    Json(calls)
}

async fn fault<T: Deref<Target = Desk>>(State(service): State<Arc<T>>, Json(fault): Json<Fault>) -> StatusCode {
    service.fault(fault);
    StatusCode::NO_CONTENT
}

async fn no_more_faults<T: Deref<Target = Desk>>(State(service): State<Arc<T>>) -> StatusCode {
    service.no_more_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Span {
    seconds: u64,
}

async fn advance<T: Deref<Target = Desk>>(State(service): State<Arc<T>>, Json(span): Json<Span>) -> StatusCode {
    service.advance(Duration::from_secs(span.seconds));
    StatusCode::NO_CONTENT
}

async fn add_fault<T: Deref<Target = Desk>>(State(service): State<Arc<T>>, Form(new): Form<NewFault>) -> Response {
    match new.fault() {
        Some(fault) => {
            service.fault(fault);
            Redirect::to("/").into_response()
        }
        None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}

async fn no_faults<T: Deref<Target = Desk>>(State(service): State<Arc<T>>) -> Redirect {
    service.no_more_faults();
    Redirect::to("/")
}
