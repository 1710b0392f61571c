//! E-mail through the company's own mail server or a provider's: one letter to one person, by SMTP.

mod bounce;
mod connection;
mod nobody;

use crate::{Channel, Failure, Fate, Letter, Pace, Sent};
use async_trait::async_trait;
use connection::{Connections, Server, broken};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        dkim::{DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey},
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use rsa::{
    RsaPrivateKey,
    pkcs1::EncodeRsaPrivateKey,
    pkcs8::{DecodePrivateKey, LineEnding},
};
use std::{fmt, time::Duration};

pub use bounce::{Bounce, read_bounce};

/// What a signature vouches for. Lettre writes the type of the content with the content, and does not find it when it signs the head.
const SIGNED: [&str; 7] = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"];

/// How letters go out. It has no `Debug`, for there are secrets in it.
pub struct Settings {
    /// `smtps://user:pass@host` or `smtp://host:25`, where letters and passwords are hidden by STARTTLS, or do not go. They go in the clear
    /// to this machine itself, and letters to a host with `?tls=off` behind it.
    pub url: String,
    /// `Имя <box@host>`.
    pub from: String,
    /// Signs letters, where the server does not.
    pub dkim: Option<Dkim>,
    /// The box that gets the letters about letters that did not arrive: `bounces@host` gets them as `bounces+KEY@host`. Without it
    /// they come to the sender.
    pub bounces: Option<String>,
    /// How long to wait for the server.
    pub patience: Duration,
}

/// A key whose public half is published in DNS, at `selector._domainkey.domain`.
pub struct Dkim {
    pub selector: String,
    pub domain: String,
    /// An RSA key in PEM, PKCS #1 or #8.
    pub key_pem: String,
}

/// The way out by mail.
pub struct Mail {
    connections: Connections,
    from: Mailbox,
    bounces: Option<Address>,
    dkim: Option<DkimConfig>,
    patience: Duration,
}

impl Mail {
    /// # Errors
    /// When a setting cannot be read; the words name no secret.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let from = mailbox(&settings.from).ok_or("the sender is no «Name <box@host>»")?;
        let bounces = match &settings.bounces {
            Some(address) => Some(self::address(address).ok_or("the address for bounces is none")?),
            None => None,
        };
        let server = Server::from_url(&settings.url, from.email.domain())?;
        let dkim = settings.dkim.as_ref().map(signer).transpose()?;
        Ok(Self { connections: Connections::new(server), from, bounces, dkim, patience: settings.patience })
    }

    fn message(&self, letter: &Letter, to: Address, id: &str) -> Result<Message, Failure> {
        let return_path = match &self.bounces {
            // A key may be longer than such an address, which then names no letter; the letter sent back does.
            Some(bounces) => Address::new(format!("{}+{}", bounces.user(), bounce::escaped(&letter.key)), bounces.domain())
                .unwrap_or_else(|_| bounces.clone()),
            None => self.from.email.clone(),
        };
        let envelope = Envelope::new(Some(return_path), vec![to.clone()]).map_err(|_| unfit())?;
        let builder = Message::builder()
            .envelope(envelope)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.title))
            .message_id(Some(format!("<{id}>")))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
        let text = text_of(letter);
        let built = match &letter.html {
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, html.clone())),
            None => builder.singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text)),
        };
        let mut message = built.map_err(|_| unfit())?;
        if let Some(dkim) = &self.dkim {
            message.sign(dkim);
        }
        Ok(message)
    }

    async fn patiently<T>(&self, doing: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let late = |_| Failure::Again { why: "no answer in time".into() };
        tokio::time::timeout(self.patience, doing).await.map_err(late)?
    }
}

#[async_trait]
impl Channel for Mail {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        let to = address(&letter.to).ok_or(Failure::Dead { why: "no mailbox".into() })?;
        let id = format!("{}@{}", bounce::escaped(&letter.key), self.from.email.domain());
        let message = self.message(letter, to, &id)?;
        let mut connection = self.patiently(self.connections.take()).await?;
        // A connection on which something went wrong is dropped, lest an answer that comes late be taken for that to the next letter.
        self.patiently(async { connection.send(message.envelope(), &message.formatted()).await.map_err(|e| broken(&e)) }).await?;
        self.connections.put_back(connection);
        Ok(Sent::new(id))
    }

    async fn fate(&self, _id: &str, _: &str) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }

    async fn greet(&self) -> Result<String, Failure> {
        let connection = self.patiently(self.connections.take()).await?;
        self.connections.put_back(connection);
        Ok(self.from.email.to_string())
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(200), every_to_one: Duration::from_secs(2) }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("server", &self.connections.host()).finish_non_exhaustive()
    }
}

fn unfit() -> Failure {
    Failure::Refused { why: "no letter can be made of it".into() }
}

/// The plain text, with the address to open where it is not there already.
fn text_of(letter: &Letter) -> String {
    match &letter.link {
        Some(link) if letter.text.contains(&link.url) => letter.text.clone(),
        Some(link) if link.label.is_empty() => format!("{}\n\n{}", letter.text, link.url),
        Some(link) => format!("{}\n\n{}: {}", letter.text, link.label, link.url),
        None => letter.text.clone(),
    }
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `Имя <box@host>`, `"Имя" <box@host>` or `box@host`.
fn mailbox(text: &str) -> Option<Mailbox> {
    match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, email)) => {
            let name = one_line(name.trim().trim_matches('"'));
            Some(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address(email)?))
        }
        None => Some(Mailbox::new(None, address(text)?)),
    }
}

/// A mailbox in the one form in which it can be compared with what mail servers write; empty for what is none.
pub fn comparable(mailbox: &str) -> String {
    address(mailbox).map(|address| address.to_string().to_lowercase()).unwrap_or_default()
}

/// The address with its host as DNS has it, so that letters to почта.рф go by every server.
fn address(text: &str) -> Option<Address> {
    let (user, host) = text.trim().rsplit_once('@')?;
    Address::new(user, idna::domain_to_ascii(host).ok()?).ok()
}

fn signer(dkim: &Dkim) -> Result<DkimConfig, String> {
    let unreadable = "the key for DKIM is no RSA key in PEM";
    let pkcs1 = if dkim.key_pem.contains("RSA PRIVATE KEY") {
        dkim.key_pem.clone()
    } else {
        let key = RsaPrivateKey::from_pkcs8_pem(&dkim.key_pem).map_err(|_| unreadable)?;
        key.to_pkcs1_pem(LineEnding::LF).map_err(|_| unreadable)?.to_string()
    };
    let key = DkimSigningKey::new(&pkcs1, DkimSigningAlgorithm::Rsa).map_err(|_| unreadable)?;
    let relaxed = DkimCanonicalization { header: DkimCanonicalizationType::Relaxed, body: DkimCanonicalizationType::Relaxed };
    let signed = SIGNED.into_iter().map(HeaderName::new_from_ascii_str).collect();
    Ok(DkimConfig::new(dkim.selector.clone(), dkim.domain.clone(), key, signed, relaxed))
}
