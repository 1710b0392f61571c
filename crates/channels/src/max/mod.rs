//! MAX, by its Bot API: <https://dev.max.ru/docs-api>.

mod bodies;
mod calls;
mod files;
mod updates;

use crate::{
    Button, Channel, Failure, Fate, Letter, Messenger, Pace, Sent,
    messenger::{Arrived, Hooked, Outgoing},
    wire,
};
use async_trait::async_trait;
use bodies::{body, message_id};
use calls::{ask, call, done};
use reqwest::{Certificate, Client, Method, Url, header::HeaderValue, redirect};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

/// Where bots are served unless another address is set.
pub const PUBLIC_ADDRESS: &str = "https://platform-api2.max.ru";
/// The longest text that the API takes, in characters.
pub const LONGEST_TEXT: usize = 4000;
const LONGEST_NOTICE: usize = 200;
const ANSWER: Duration = Duration::from_secs(20);
const LONGEST_POLL: u64 = 50;
/// The kinds of updates that are asked for.
const KINDS: [&str; 4] = ["message_created", "message_callback", "bot_started", "bot_stopped"];
/// How long to wait before a message with a file that is still being worked on is tried again.
const PAUSES_MS: [u64; 5] = [500, 1000, 1500, 2500, 4000];

/// A bot.
#[derive(Clone, Debug)]
pub struct Max {
    client: Client,
    address: Url,
    /// Marked as sensitive, so that it shows nowhere.
    token: HeaderValue,
    /// What is trusted besides what the system trusts.
    roots: Vec<Certificate>,
    patience: Duration,
}

impl Max {
    /// A bot by its token; `address` where the public one is not to be asked.
    ///
    /// `root` is a PEM file of certificates that this client alone trusts besides those that the system trusts. The public address needs
    /// the Russian Trusted Root CA (<https://www.gosuslugi.ru/crt>), which few systems trust.
    ///
    /// # Errors
    /// When the token cannot be one, the address is none, or there is no certificate in the file.
    pub fn new(token: &str, address: Option<&str>, root: Option<&Path>) -> Result<Self, String> {
        Self::with_patience(token, address, root, ANSWER)
    }

    /// The same, waiting no longer than this for an answer.
    ///
    /// # Errors
    /// When the token cannot be one, the address is none, or there is no certificate in the file.
    pub fn with_patience(token: &str, address: Option<&str>, root: Option<&Path>, patience: Duration) -> Result<Self, String> {
        let mut token = HeaderValue::from_str(token.trim()).map_err(|_| "the token holds what no token holds")?;
        token.set_sensitive(true);
        let address = Url::parse(address.unwrap_or(PUBLIC_ADDRESS)).map_err(|e| e.to_string())?;
        if !address.has_host() {
            return Err("the address names no host".into());
        }
        let roots = root.map(certificates).transpose()?.unwrap_or_default();
        Ok(Self { client: client(&address, &roots, patience, None)?, address, token, roots, patience })
    }

    /// The same, reached through a proxy (`http://…`, `socks5h://…`).
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn through(self, proxy: &str) -> Result<Self, String> {
        Ok(Self { client: client(&self.address, &self.roots, self.patience, Some(proxy))?, ..self })
    }

    /// Puts a message into a chat; its id.
    async fn post(&self, chat: &str, body: &Value) -> Result<String, Failure> {
        let query = [("chat_id", chat), ("disable_link_preview", "true")];
        let answer = call(ask(self, Method::POST, "messages").query(&query).json(body)).await?;
        message_id(&answer)
    }

    /// The addresses to which what comes is brought.
    async fn hooks(&self) -> Result<Vec<String>, Failure> {
        let answer = call(ask(self, Method::GET, "subscriptions")).await?;
        let list = answer["subscriptions"].as_array().into_iter().flatten();
        Ok(list.filter_map(|hook| hook["url"].as_str().map(str::to_owned)).collect())
    }
}

/// What goes to this address, and by redirects to no other host.
fn client(address: &Url, roots: &[Certificate], patience: Duration, proxy: Option<&str>) -> Result<Client, String> {
    let home = address.clone();
    let inside = redirect::Policy::custom(move |step| match step.previous().len() < 5 && files::is_inside(step.url(), &home) {
        true => step.follow(),
        false => step.stop(),
    });
    let mut client = wire::through(wire::builder(patience).redirect(inside), proxy)?;
    if !roots.is_empty() {
        client = client.tls_certs_merge(roots.iter().cloned());
    }
    client.build().map_err(|_| "the certificates or the settings of TLS are of no use".into())
}

/// The certificates in a PEM file.
fn certificates(file: &Path) -> Result<Vec<Certificate>, String> {
    let cannot = |why: String| format!("root certificate {}: {why}", file.display());
    let pem = std::fs::read(file).map_err(|e| cannot(e.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|_| cannot("this is no PEM".into()))?;
    if found.is_empty() { Err(cannot("there is none in it".into())) } else { Ok(found) }
}

#[async_trait]
impl Channel for Max {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        Ok(Sent::new(self.say(&letter.to, &letter.text, &letter.rows()).await?))
    }

    /// MAX tells nothing of it.
    async fn fate(&self, _: &str, _: &str) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }

    async fn greet(&self) -> Result<String, Failure> {
        let me = call(ask(self, Method::GET, "me")).await?;
        me["username"].as_str().map(str::to_owned).ok_or_else(|| Failure::Refused { why: "the bot has no name".into() })
    }

    /// Of the thirty calls a second some are left for answers to presses and questions for what comes.
    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(40), every_to_one: Duration::from_millis(500) }
    }
}

#[async_trait]
impl Messenger for Max {
    async fn say(&self, chat: &str, text: &str, buttons: &[Vec<Button>]) -> Result<String, Failure> {
        self.post(chat, &body(text, buttons, None)).await
    }

    async fn revise(&self, _: &str, message: &str, text: &str, buttons: &[Vec<Button>]) -> Result<(), Failure> {
        let request = ask(self, Method::PUT, "messages").query(&[("message_id", message)]);
        done(&call(request.json(&body(text, buttons, None))).await?)
    }

    async fn hand_over(&self, chat: &str, file: &Outgoing, caption: &str) -> Result<String, Failure> {
        let attachment = self.upload(file).await?;
        let message = body(caption, &[], Some(attachment));
        for pause in PAUSES_MS {
            match self.post(chat, &message).await {
                Err(Failure::Again { why }) if why == calls::NOT_READY => tokio::time::sleep(Duration::from_millis(pause)).await,
                outcome => return outcome,
            }
        }
        self.post(chat, &message).await
    }

    fn counts_acknowledgements(&self) -> bool {
        true
    }

    async fn acknowledge(&self, press: &str, notice: &str) -> Result<(), Failure> {
        // An answer without words is refused, one with empty words is not.
        let notice: String = notice.chars().take(LONGEST_NOTICE).collect();
        let request = ask(self, Method::POST, "answers").query(&[("callback_id", press)]).json(&json!({ "notification": notice }));
        match call(request).await {
            // By which code an old press is refused is not documented, and nothing else here can be wrong with it.
            Ok(_) | Err(Failure::Refused { .. }) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    async fn fetch(&self, file: &str, most: usize) -> Result<Vec<u8>, Failure> {
        self.download(file, most).await
    }

    async fn arrived(&self, after: Option<i64>, patience: Duration) -> Result<(Vec<Arrived>, Option<i64>), Failure> {
        let seconds = patience.as_secs().min(LONGEST_POLL);
        let mut query = vec![("limit", "100".to_owned()), ("timeout", seconds.to_string()), ("types", KINDS.join(","))];
        query.extend(after.map(|marker| ("marker", marker.to_string())));
        let request = ask(self, Method::GET, "updates").query(&query).timeout(self.patience + Duration::from_secs(seconds));
        let answer = call(request).await?;
        let updates = answer["updates"].as_array().into_iter().flatten();
        let arrived = updates.map(|update| updates::read(update, self.token.as_bytes())).collect();
        Ok((arrived, answer["marker"].as_i64().or(after)))
    }

    fn read_hook(&self, body: &[u8]) -> Result<Vec<Arrived>, Failure> {
        let update: Value = serde_json::from_slice(body).unwrap_or_default();
        if !update["update_type"].is_string() {
            return Err(Failure::Refused { why: "not an update of MAX".into() });
        }
        Ok(vec![updates::read(&update, self.token.as_bytes())])
    }

    async fn hook(&self, to: Option<(&str, &str)>) -> Result<(), Failure> {
        if let Some((url, secret)) = to {
            let subscription = json!({ "url": url, "secret": secret, "update_types": KINDS });
            done(&call(ask(self, Method::POST, "subscriptions").json(&subscription)).await?)?;
        }
        // MAX brings everything to each address that was ever given.
        for old in self.hooks().await?.iter().filter(|old| to.is_none_or(|(url, _)| url != *old)) {
            done(&call(ask(self, Method::DELETE, "subscriptions").query(&[("url", old)])).await?)?;
        }
        Ok(())
    }

    /// How it takes what is brought, MAX does not say.
    async fn hooked(&self) -> Result<Option<Hooked>, Failure> {
        Ok(self.hooks().await?.into_iter().next().map(|url| Hooked { url, failing: None }))
    }

    fn deep_link(&self, name: &str, code: &str) -> String {
        format!("https://max.ru/{name}?start={code}")
    }
}
