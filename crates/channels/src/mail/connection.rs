//! Connections to the mail server, and what its refusals mean.

use super::nobody::is_nobody;
use crate::Failure;
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, TlsParameters},
    extension::ClientId,
};
use reqwest::Url;
use std::{
    error::Error as _,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// After this long servers may have hung up, so a connection is not used again.
const IDLE: Duration = Duration::from_secs(30);
const MOST_IDLE: usize = 4;

pub struct Server {
    host: String,
    port: u16,
    credentials: Option<Credentials>,
    /// TLS from the first byte.
    is_wrapped: bool,
    /// Letters go in the clear, because the address says so.
    is_open: bool,
    tls: TlsParameters,
    hello: ClientId,
}

impl Server {
    pub fn from_url(url: &str, hello: &str) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|_| "the mail server's address is no URL")?;
        let is_wrapped = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err("the mail server's address begins neither with smtp:// nor with smtps://".into()),
        };
        let is_open = match url.query() {
            None => false,
            Some("tls=off") if !is_wrapped => true,
            Some(_) => return Err("behind the mail server's address stands something else than ?tls=off".into()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("the mail server's address has no host")?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let credentials = match (decoded(url.username()), url.password().and_then(decoded)) {
            (Some(user), Some(password)) if !user.is_empty() => Some(Credentials::new(user, password)),
            _ if url.username().is_empty() && url.password().is_none() => None,
            _ => return Err("the mail server's address has a user or a password, but not both".into()),
        };
        if is_open && credentials.is_some() {
            return Err("the mail server's address says tls=off, and a password must not go in the clear".into());
        }
        let usual = match (is_wrapped, &credentials) {
            (true, _) => 465,
            (false, Some(_)) => 587,
            (false, None) => 25,
        };
        let tls = TlsParameters::new(host.clone()).map_err(|_| "no TLS for the mail server's address")?;
        let hello = ClientId::Domain(hello.to_owned());
        Ok(Self { port: url.port().unwrap_or(usual), host, credentials, is_wrapped, is_open, tls, hello })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let wrap = self.is_wrapped.then(|| self.tls.clone());
        let at = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(at, None, &self.hello, wrap, None).await.map_err(|e| shut_out(&e))?;
        // Nobody listens in on the way to this machine itself, whose mail server seldom has a certificate that holds.
        if !self.is_here() && !self.is_open && !self.is_wrapped {
            // Whoever stands in between may have struck the offer out.
            if !connection.can_starttls() {
                return Err(Failure::Shut { why: "the mail server offers no encryption".into() });
            }
            connection.starttls(self.tls.clone(), &self.hello).await.map_err(|e| shut_out(&e))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|e| shut_out(&e))?;
        }
        Ok(connection)
    }

    fn is_here(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

/// Connections that lately served. Lettre's own pool is not used: it takes back a connection whose answer was not waited for.
pub struct Connections {
    server: Server,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Connections {
    pub fn new(server: Server) -> Self {
        Self { server, idle: Mutex::default() }
    }

    pub fn host(&self) -> &str {
        &self.server.host
    }

    /// One that answers.
    pub async fn take(&self) -> Result<AsyncSmtpConnection, Failure> {
        while let Some(mut connection) = self.pop() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.server.connect().await
    }

    fn pop(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    pub fn put_back(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE && !connection.has_broken() {
            idle.push((connection, Instant::now()));
        }
    }
}

/// Why no letter can be handed over at all.
fn shut_out(error: &Error) -> Failure {
    match error.status() {
        Some(_) if error.is_permanent() => Failure::Shut { why: reply(error) },
        // It offers no way to sign in that we know.
        None if error.is_client() => Failure::Shut { why: "the mail server takes no password".into() },
        None if is_distrusted(error) => Failure::Shut { why: "the mail server's certificate does not hold".into() },
        _ => broken(error),
    }
}

fn is_distrusted(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(one) = source {
        if one.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        source = one.source();
    }
    false
}

/// Why a letter was not taken.
pub fn broken(error: &Error) -> Failure {
    let why = reply(error);
    let Some(code) = error.status().map(u16::from) else {
        let why = if error.is_timeout() { "no answer in time" } else { "the connection broke" };
        return match error.is_client() {
            true => Failure::Refused { why: "the mail server does not take such letters".into() },
            false => Failure::Again { why: why.into() },
        };
    };
    let said = said(error);
    let status = enhanced(&said).unwrap_or_default();
    match (code, status) {
        (..500, _) => Failure::Again { why },
        (530 | 534 | 535 | 538, _) | (_, "5.1.7" | "5.1.8" | "5.7.8") => Failure::Shut { why },
        (521 | 556, _) => Failure::Dead { why },
        // Without a status these codes alone speak of the mailbox.
        (550 | 551 | 553, "" | "5.0.0") if is_nobody(status, &said) => Failure::Dead { why },
        (_, "" | "5.0.0") => Failure::Refused { why },
        _ if is_nobody(status, &said) => Failure::Dead { why },
        _ => Failure::Refused { why },
    }
}

/// The codes of the server's answer. Its words would name the address.
fn reply(error: &Error) -> String {
    let code = error.status().map(u16::from).unwrap_or_default();
    match enhanced(&said(error)) {
        Some(status) => format!("{code} {status}"),
        None => code.to_string(),
    }
}

fn said(error: &Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

/// The status of RFC 3463 that an answer begins with: `5.1.1`.
fn enhanced(said: &str) -> Option<&str> {
    let status = said.split_whitespace().next()?;
    let mut numbers = status.split('.');
    let is_status = matches!(numbers.next(), Some("4" | "5"))
        && numbers.all(|number| (1..=3).contains(&number.len()) && number.bytes().all(|c| c.is_ascii_digit()));
    (is_status && status.matches('.').count() == 2).then_some(status)
}

fn decoded(text: &str) -> Option<String> {
    // A plus is a plus in this part of an address, while forms write a blank so.
    let text = text.replace('+', "%2B");
    let decoded = form_urlencoded::parse(text.as_bytes()).next();
    Some(decoded.map(|(text, _)| text.into_owned()).unwrap_or_default())
}
