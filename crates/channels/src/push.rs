//! Notifications of browsers (web push): <https://www.rfc-editor.org/rfc/rfc8030>. Only the browser can read them.

mod cipher;
mod vapid;

use crate::{Channel, Failure, Fate, Letter, Pace, Sent, wire};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::PublicKey;
use reqwest::{
    Client, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION},
};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use vapid::Sender;

pub use vapid::new_key;

/// The push services of browsers. A subscription comes from outside: nothing is sent anywhere else.
pub const SERVICES: [&str; 4] = ["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"];
/// How much of it a notification shows, in characters.
const LONGEST_TITLE: usize = 100;
const LONGEST_TEXT: usize = 300;
/// The longest subscription that is looked at, in bytes.
const LARGEST_SUBSCRIPTION: usize = 4096;
/// How long a service keeps a message for a browser that is not there, in seconds.
const KEPT: &str = "86400";
const LONGEST_TOPIC: usize = 32;
const LONGEST_ID: usize = 250;
/// How long to wait where a service does not say.
const PAUSE: Duration = Duration::from_secs(60);

/// The sender of notifications. [`Letter::to`] is a subscription as the browser gives it.
pub struct Push {
    client: Client,
    patience: Duration,
    sender: Sender,
    allowed: Vec<String>,
}

impl Push {
    /// A sender by its private key (see [`new_key`]) and an address at which services reach whoever runs it (`mailto:…`).
    /// `allowed` are hosts besides [`SERVICES`] to send to, which need not speak TLS.
    ///
    /// # Errors
    /// When the key or the contact is none.
    pub fn new(private_key: &str, contact: &str, allowed: &[String], patience: Duration) -> Result<Self, String> {
        let client = wire::client(patience, None)?;
        Ok(Self { client, patience, sender: Sender::new(private_key, contact)?, allowed: allowed.to_vec() })
    }

    /// The same, reaching the services through a proxy (`http://…`, `socks5h://…`).
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn through(self, proxy: &str) -> Result<Self, String> {
        Ok(Self { client: wire::client(self.patience, Some(proxy))?, ..self })
    }

    /// What browsers need for subscribing.
    pub fn public_key(&self) -> &str {
        &self.sender.public
    }
}

/// Whether this is a subscription to which something can be sent; `allowed` as with [`Push::new`].
///
/// # Errors
/// Why not, without a word of what stands in it.
pub fn check_subscription(json: &str, allowed: &[String]) -> Result<(), String> {
    Address::read(json, allowed).map(drop).map_err(str::to_owned)
}

/// The service that carries to this subscription, as host and, where it is unusual, port.
pub fn service(json: &str) -> Option<String> {
    let url = Url::parse(&serde_json::from_str::<Subscription>(json).ok()?.endpoint).ok()?;
    Some(url.authority().to_owned())
}

#[derive(Deserialize)]
struct Subscription {
    endpoint: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    p256dh: String,
    auth: String,
}

/// A subscription that was looked through.
struct Address {
    url: Url,
    reader: PublicKey,
    auth: Vec<u8>,
}

impl Address {
    fn read(json: &str, allowed: &[String]) -> Result<Self, &'static str> {
        if json.len() > LARGEST_SUBSCRIPTION {
            return Err("the subscription is too long");
        }
        let Subscription { endpoint, keys } = serde_json::from_str(json).map_err(|_| "no subscription")?;
        let url = Url::parse(&endpoint).map_err(|_| "the subscription's address is none")?;
        if !is_service(&url, allowed) {
            return Err("the subscription's address is no push service");
        }
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default();
        let reader = PublicKey::from_sec1_bytes(&bytes(&keys.p256dh)).map_err(|_| "the subscription's key is none")?;
        let auth = bytes(&keys.auth);
        if auth.len() != 16 {
            return Err("the subscription's secret is none");
        }
        Ok(Self { url, reader, auth })
    }
}

fn is_service(url: &Url, allowed: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default();
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    if allowed.iter().any(|other| other == host) {
        return matches!(url.scheme(), "http" | "https");
    }
    url.scheme() == "https" && url.port().is_none() && SERVICES.iter().any(|service| wire::is_under(host, service))
}

/// What the page's worker gets.
#[derive(Serialize)]
struct Notification<'a> {
    id: &'a str,
    title: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

impl<'a> Notification<'a> {
    fn of(letter: &'a Letter) -> Self {
        let url = letter.link.as_ref().map(|link| link.url.as_str());
        Self { id: &letter.key, title: cut(&letter.title, LONGEST_TITLE), text: cut(&letter.text, LONGEST_TEXT), url }
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

#[async_trait]
impl Channel for Push {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        let refused = |why: &str| Failure::Refused { why: why.into() };
        let to = Address::read(&letter.to, &self.allowed).map_err(refused)?;
        let plain = serde_json::to_vec(&Notification::of(letter)).map_err(|_| refused("not to be written as JSON"))?;
        let sealed = cipher::seal(&plain, &to.reader, &to.auth).ok_or_else(|| refused("too long for a notification"))?;
        let origin = to.url.origin().ascii_serialization();
        let mut request = self.client.post(to.url).header(AUTHORIZATION, self.sender.authorization(&origin));
        request = request.header(CONTENT_ENCODING, "aes128gcm").header(CONTENT_TYPE, "application/octet-stream");
        request = request.header("TTL", KEPT).header("Urgency", "high");
        if is_topic(&letter.key) {
            // A second try takes the place of the first, if that still waits for the browser.
            request = request.header("Topic", &letter.key);
        }
        let response = request.body(sealed).send().await.map_err(|error| wire::broken(&error))?;
        let why = response.status().as_u16().to_string();
        match response.status() {
            status if status.is_success() => {
                let place = response.headers().get(LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default();
                let id = place.rsplit('/').next().filter(|id| id.len() <= LONGEST_ID);
                Ok(Sent::new(id.unwrap_or_default()))
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(Failure::Dead { why }),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Failure::Shut { why }),
            StatusCode::TOO_MANY_REQUESTS => Err(Failure::Wait { after: wire::retry_after(&response).unwrap_or(PAUSE), why }),
            status if status.is_server_error() => Err(Failure::Again { why }),
            _ => Err(Failure::Refused { why }),
        }
    }

    /// Nobody knows: a service says only that it took a message.
    async fn fate(&self, _id: &str, _: &str) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }

    /// There is nobody to ask; the public key, by which the services know us.
    async fn greet(&self) -> Result<String, Failure> {
        Ok(self.sender.public.clone())
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(10), every_to_one: Duration::from_secs(1) }
    }
}

impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push").field("public_key", &self.sender.public).finish_non_exhaustive()
    }
}

fn is_topic(key: &str) -> bool {
    (1..=LONGEST_TOPIC).contains(&key.len()) && key.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}
