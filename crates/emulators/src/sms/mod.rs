//! Three gateways of SMS at one address: SMSC, SMS.RU and SMS Aero. One purse, and phones that a test or a person at the page plays.

mod calls;
mod control;
mod pages;
mod reports;
mod sms_aero;
mod sms_ru;
mod smsc;
mod state;

use crate::{
    Desk,
    running::{Running, bind, client},
};
use axum::{Router, routing::any};
use state::State;
use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use state::{Gateway, PART_PRICE};

/// The emulated gateways. Their methods are such as `smsc/send` and `sms_ru/status`; the chat is the phone as a number; a refusal's words
/// are the provider's code, or the message of SMS Aero.
#[derive(Debug, Default)]
pub struct Sms {
    desk: Desk,
    state: Mutex<State>,
    /// The only token taken; without it any.
    token: Option<String>,
}

impl Sms {
    /// Starts gateways that take any token and any sender's name, with a purse of 1000 roubles.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start(listen: SocketAddr) -> io::Result<Running<Self>> {
        Self::default().listening(listen).await
    }

    /// The same, taking no other token than this: a key, `login:password` or `email:key`.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start_for(listen: SocketAddr, token: &str) -> io::Result<Running<Self>> {
        Self { token: Some(token.to_owned()), ..Self::default() }.listening(listen).await
    }

    async fn listening(self, listen: SocketAddr) -> io::Result<Running<Self>> {
        let (listener, desk) = bind(listen).await?;
        let sms = Arc::new(Self { desk, ..self });
        let router = Router::new()
            .route("/sys/{*path}", any(calls::call))
            .route("/sms/{*path}", any(calls::call))
            .route("/my/{*path}", any(calls::call))
            .route("/callback/{*path}", any(calls::call))
            .route("/v2/{*path}", any(calls::call))
            .merge(control::router())
            .merge(pages::router());
        let sender = reports::run(sms.clone(), client()?);
        Ok(Running::start(listener, sms, router, sender))
    }

    /// The texts that went to a phone, be it that the sender never heard so; oldest first.
    pub fn sent_to(&self, phone: &str) -> Vec<String> {
        let phone = state::digits(phone);
        self.state().messages.iter().filter(|message| message.phone == phone).map(|message| message.text.clone()).collect()
    }

    /// Puts so much into the purse that this is what is in it.
    pub fn balance(&self, kopecks: i64) {
        self.state().balance = kopecks;
    }

    /// What is left in the purse, in kopecks.
    pub fn left(&self) -> i64 {
        self.state().balance
    }

    /// What was sent to the phone arrives now. Otherwise it does so ten seconds after it was sent.
    pub fn delivered(&self, phone: &str) {
        self.settle(phone, state::Stage::Delivered);
    }

    /// What was sent to the phone does not arrive, nor what will be.
    pub fn undeliverable(&self, phone: &str) {
        self.settle(phone, state::Stage::Failed);
        self.state().undeliverable.insert(state::digits(phone));
    }

    /// The phone is switched off: what is sent to it waits for a day.
    pub fn switched_off(&self, phone: &str) {
        self.state().switched_off.insert(state::digits(phone));
    }

    /// The gateways know that there is no such phone.
    pub fn no_such(&self, phone: &str) {
        self.state().nobody.insert(state::digits(phone));
    }

    /// Nobody has this phone: the gateways take messages to it, and hear so from the operator. SMS Aero does not pass that on.
    pub fn unused(&self, phone: &str) {
        self.state().unused.insert(state::digits(phone));
    }

    /// Takes no other senders' names than these.
    pub fn senders(&self, names: &[&str]) {
        self.state().senders = Some(names.iter().map(|&name| name.to_owned()).collect());
    }

    /// Whether the same text to the same phone within a minute is refused, as SMSC and SMS.RU do.
    pub fn refuse_repeats(&self, on: bool) {
        self.state().refuses_repeats = on;
    }

    /// Where SMSC or SMS.RU report what became of messages; SMSC with a secret. SMS Aero is told so with each message.
    pub fn report_to(&self, gateway: Gateway, url: &str, secret: &str) {
        self.state().reports.addresses.insert(gateway, (url.to_owned(), secret.to_owned()));
        self.changed.notify_waiters();
    }

    /// How often a report was brought in vain, of those that are to be brought again.
    pub fn failed_reports(&self) -> u32 {
        self.state().reports.failures()
    }

    /// Waits until all that is to be reported was taken.
    ///
    /// # Panics
    /// When that is not within half a minute.
    pub async fn reported(&self) {
        self.wait_for("all is reported", || self.state().is_reported(self.clock.now_ms())).await;
    }

    fn settle(&self, phone: &str, stage: state::Stage) {
        self.state().settle(&state::digits(phone), stage, self.clock.now_ms());
        self.changed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Sms {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}
