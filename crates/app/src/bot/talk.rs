//! One conversation with the bot: what was asked last, and the ways to answer.

use super::write::To;
use crate::{
    access::Actor,
    app::App,
    error::{Error, FieldError, FieldErrors, Result},
    ids::{CustomerId, OrderId, VisitId},
    notifications::{Line, deed::Deed, deliver},
    orders::{
        VisitAction,
        files::{self, FileKind, NewFile, Place},
    },
    text::i18n::{Lang, Value, t, ta},
    web::{Choice, Command, command::fingerprint, face::field_message},
};
use channels::{
    Button, Failure, Letter, Press,
    messenger::{Arrived, Said, What},
};
use sea_orm::{FromQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often an answer is tried, and the pause before it is tried again when the messenger stumbles.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that an answer waits for a messenger that wants to be left alone.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What the next words of the person answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Step {
    #[default]
    Nothing,
    /// Why they decline a visit or leave it undone.
    Reason { visit: VisitId, action: VisitAction, version: i64 },
    /// A line of chat; when one was written, what follows soon goes the same way.
    Write { to: To, written_ms: Option<i64> },
    /// Which of these orders what was kept is about, by its place in the list: where there are no buttons.
    Which(Vec<OrderId>),
    /// When somebody may come instead.
    Move(VisitId),
    /// A new order.
    Order(Part),
    /// What is to be put right.
    Return { order: OrderId, version: i64 },
    /// Why the order is cancelled.
    CancelOrder(OrderId),
    /// Whether somebody whom we do not know agrees to be kept.
    Consent { phone: String, customer: Option<CustomerId>, name: String },
}

/// What of a new order the next words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Service,
    Address,
    /// More of what is to be done.
    Description,
    /// What is to be done, in place of what was told.
    OtherDescription,
}

/// What somebody sent that has no place yet. It stays when they turn to something else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waiting {
    /// A new order.
    pub draft: Option<Draft>,
    /// Pictures of visits of which it is not known yet what they show.
    pub pictures: Vec<(VisitId, Picture)>,
    /// Pictures of new orders that the messenger has not given yet.
    pub late: Vec<(OrderId, Picture)>,
    /// Words and files of which it is not known yet what they are about.
    pub said: Vec<Said>,
}

/// A picture that lies with the messenger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub file: String,
    pub name: String,
}

impl Picture {
    pub fn of(said: &Said) -> impl Iterator<Item = Self> {
        said.files.iter().map(|file| Self { file: file.file.clone(), name: file.name.clone() })
    }
}

/// What is known of a new order so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What tells it from all others.
    pub key: String,
    pub service: Option<i64>,
    pub address: String,
    pub description: String,
    pub pictures: Vec<Picture>,
}

/// One conversation, at the moment at which something came.
pub struct Talk<'a> {
    pub app: &'a App,
    pub line: &'a Line,
    pub chat: String,
    /// The person's name with the messenger; may be empty.
    pub name: String,
    pub lang: Lang,
    pub step: Step,
    pub waiting: Waiting,
    /// The id of the message that came, so that it is a command that is done once.
    key: String,
    /// What is to be acknowledged: a press, and the message whose button it was.
    press: Option<(String, String)>,
}

#[derive(FromQueryResult)]
struct Stored {
    step: String,
    waiting: String,
}

impl<'a> Talk<'a> {
    pub async fn of(app: &'a App, line: &'a Line, arrived: &Arrived) -> Result<Self> {
        let text = "SELECT step, waiting FROM talks WHERE channel = ? AND chat = ?";
        let values = [line.channel.into(), arrived.chat.as_str().into()];
        let stored = Stored::find_by_statement(store::sql(app.db.engine(), text, values)).one(app.db.read()).await?;
        let step = stored.as_ref().and_then(|stored| serde_json::from_str(&stored.step).ok()).unwrap_or_default();
        let waiting = stored.and_then(|stored| serde_json::from_str(&stored.waiting).ok()).unwrap_or_default();
        let press = match &arrived.what {
            What::Pressed { press, message, .. } => Some((press.clone(), message.clone())),
            _ => None,
        };
        let key = fingerprint(&[line.channel.code().as_bytes(), arrived.key.as_bytes()]);
        Ok(Self { app, line, chat: arrived.chat.clone(), name: arrived.name.clone(), lang: Lang::Ru, step, waiting, key, press })
    }

    /// The command that the message is. One message may ask for several, told apart by what they are for.
    pub fn command(&self, what: &str) -> Command {
        Command::of_message(fingerprint(&[self.key.as_bytes(), what.as_bytes()]))
    }

    /// A command known by what it is about instead of the message: asked for by two messages, it is done once.
    pub fn command_of(&self, what: &str) -> Command {
        Command::of_message(fingerprint(&[self.line.channel.code().as_bytes(), self.chat.as_bytes(), what.as_bytes()]))
    }

    /// What tells this message from all others.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether a button was pressed.
    pub fn is_press(&self) -> bool {
        self.press.is_some()
    }

    /// Remembers what the next words answer.
    pub async fn set(&mut self, step: Step) -> Result<()> {
        let waiting = self.waiting.clone();
        self.remember(step, waiting).await
    }

    /// Remembers what has no place yet.
    pub async fn wait(&mut self, waiting: Waiting) -> Result<()> {
        let step = self.step.clone();
        self.remember(step, waiting).await
    }

    /// Remembers both.
    pub async fn remember(&mut self, step: Step, waiting: Waiting) -> Result<()> {
        if self.step == step && self.waiting == waiting {
            return Ok(());
        }
        let stored = serde_json::to_string(&step).map_err(anyhow::Error::from)?;
        let kept = serde_json::to_string(&waiting).map_err(anyhow::Error::from)?;
        let (now, chat) = (self.app.clock.now_ms(), self.chat.clone());
        store::transaction!(self.app.db, |tx| {
            let text = tx.engine().pick(
                "INSERT INTO talks (channel, chat, step, waiting, changed_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, chat) \
                 DO UPDATE SET step = excluded.step, waiting = excluded.waiting, changed_ms = excluded.changed_ms",
                "INSERT INTO talks (channel, chat, step, waiting, changed_ms) VALUES (?, ?, ?, ?, ?) \
                 ON DUPLICATE KEY UPDATE step = VALUES(step), waiting = VALUES(waiting), changed_ms = VALUES(changed_ms)",
            );
            let values = [self.line.channel.into(), chat.as_str().into(), stored.as_str().into(), kept.as_str().into(), now.into()];
            tx.conn().execute_raw(store::sql(tx.engine(), text, values)).await.map(drop)
        })?;
        (self.step, self.waiting) = (step, waiting);
        Ok(())
    }

    pub fn t(&self, key: &str) -> String {
        t(self.lang, key).into_owned()
    }

    pub fn ta(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<(&str, Value<'_>)> = args.iter().map(|(name, value)| (*name, (*value).into())).collect();
        ta(self.lang, key, &args)
    }

    pub fn button(&self, key: &str, deed: Deed) -> Button {
        named(&self.t(key), deed)
    }

    /// A button that opens a page of ours.
    pub fn page(&self, key: &str, path: &str) -> Button {
        Button { label: self.t(key), press: Press::Open(format!("{}{path}", self.app.config.public_url())) }
    }

    /// Whether the person sees buttons here; otherwise they read, follow addresses and write.
    pub fn has_buttons(&self) -> bool {
        self.line.messenger.is_some()
    }

    /// Says something new.
    pub async fn say(&mut self, text: &str, buttons: &[Vec<Button>]) -> Result<()> {
        self.acknowledge("").await;
        let mut tries = 0;
        let said = loop {
            let said = match (self.turn().await, &self.line.messenger) {
                (Err(failure), _) => Err(failure),
                (Ok(()), Some(messenger)) => messenger.say(&self.chat, text, buttons).await.map(drop),
                (Ok(()), None) => {
                    let text = with_addresses(text, buttons);
                    let letter = Letter { key: self.key.clone(), to: self.chat.clone(), text, ..Letter::default() };
                    self.line.client.send(&letter).await.map(drop)
                }
            };
            if self.is_over(&said, &mut tries).await? {
                break said;
            }
        };
        self.note(said).await;
        // What comes next stands below it.
        self.press = None;
        Ok(())
    }

    /// Shows how something stands now: in the message whose button was pressed, so that no old button is left, or anew.
    pub async fn show(&mut self, text: &str, buttons: &[Vec<Button>]) -> Result<()> {
        let (Some((_, message)), Some(messenger)) = (self.press.clone(), self.line.messenger.clone()) else {
            return self.say(text, buttons).await;
        };
        self.acknowledge("").await;
        let mut tries = 0;
        let shown = loop {
            let shown = match self.turn().await {
                Ok(()) => messenger.revise(&self.chat, &message, text, buttons).await,
                Err(failure) => Err(failure),
            };
            if self.is_over(&shown, &mut tries).await? {
                break shown;
            }
        };
        match shown {
            // Too old to be changed, or gone.
            Err(Failure::Refused { .. }) => self.say(text, buttons).await,
            other => {
                self.note(other).await;
                Ok(())
            }
        }
    }

    /// Ends the waiting of whoever pressed, with a few words where there are some.
    pub async fn acknowledge(&mut self, notice: &str) {
        let (Some((press, _)), Some(messenger)) = (&mut self.press, &self.line.messenger) else { return };
        if press.is_empty() {
            return;
        }
        let press = std::mem::take(press);
        let done = messenger.acknowledge(&press, notice).await;
        self.note(done).await;
    }

    /// Waits until the messenger may be called, if that is soon.
    async fn turn(&self) -> Result<(), Failure> {
        let held_ms = self.line.held_until() - self.app.clock.now_ms();
        let after = Duration::from_millis(u64::try_from(held_ms).unwrap_or_default());
        if after > LONGEST_WAIT {
            return Err(Failure::Wait { after, why: "it wants to be left alone".into() });
        }
        tokio::time::sleep(after).await;
        self.line.turn().await;
        Ok(())
    }

    /// Whether it went or is not tried again: whoever did something should not be left without a word because the messenger was busy.
    async fn is_over(&self, said: &Result<(), Failure>, tries: &mut u32) -> Result<bool> {
        *tries += 1;
        match said {
            Err(Failure::Wait { after, .. }) => {
                deliver::leave_alone(self.app, self.line, *after).await?;
                Ok(*tries == TRIES || *after > LONGEST_WAIT)
            }
            Err(Failure::Again { .. }) if *tries < TRIES => {
                tokio::time::sleep(PAUSE).await;
                Ok(false)
            }
            _ => Ok(true),
        }
    }

    /// The person asks again if an answer was lost on the way: nothing is done twice by it.
    async fn note(&self, said: Result<(), Failure>) {
        match said {
            Ok(()) => deliver::note_well(self.app, self.line).await,
            Err(failure) => tracing::warn!(channel = %self.line.channel, %failure, "an answer of the bot did not go out"),
        }
    }

    /// Says why something is not done.
    pub async fn refuse(&mut self, error: &Error) -> Result<()> {
        let text = self.words_of(error);
        let menu = vec![vec![self.button("bot-menu", Deed::Menu)]];
        self.say(&text, &menu).await
    }

    /// An error in words.
    pub fn words_of(&self, error: &Error) -> String {
        match error {
            Error::Invalid(faults) => {
                faults.iter().map(|fault: &FieldError| field_message(self.lang, fault)).collect::<Vec<_>>().join("\n")
            }
            Error::NotFound | Error::Forbidden => self.t("bot-not-found"),
            Error::Stale | Error::Conflict("not_now", _) => self.t("bot-outdated-hint"),
            // There is no page to be loaded again.
            Error::Conflict("in_flight", _) => self.t("bot-in-flight"),
            other => format!("{}. {}", other.title(self.lang).trim_end_matches('.'), other.hint(self.lang)).trim().to_owned(),
        }
    }

    /// Fetches a file from the messenger.
    ///
    /// # Errors
    /// A fault that the person can read when it is too large or gone.
    pub async fn fetch(&self, file: &str) -> Result<Vec<u8>> {
        /// What messengers themselves let a bot fetch.
        const MOST: usize = 20 << 20;
        let mut tries = 0;
        let fetched = loop {
            let fetched = match &self.line.messenger {
                Some(messenger) => messenger.fetch(file, MOST).await,
                None => Err(Failure::Refused { why: "no files come this way".into() }),
            };
            tries += 1;
            match fetched {
                Err(Failure::Again { .. }) if tries < TRIES => tokio::time::sleep(PAUSE).await,
                other => break other,
            }
        };
        match fetched {
            Ok(bytes) => Ok(bytes),
            Err(Failure::Again { why } | Failure::Wait { why, .. }) => Err(anyhow::anyhow!("a file cannot be fetched: {why}").into()),
            Err(failure) => {
                tracing::warn!(%failure, "a file cannot be fetched");
                Err(Error::field("file", "file_not_fetched"))
            }
        }
    }

    /// Fetches a picture and keeps it with a visit or an order. By the picture's own id, so that it is kept once however often its album
    /// is answered.
    ///
    /// # Errors
    /// A fault that the person can read for what is not taken.
    pub async fn keep(&self, actor: &Actor, place: Place, kind: FileKind, picture: &Picture) -> Result<()> {
        let bytes = self.fetch(&picture.file).await?;
        let name = if picture.name.is_empty() { "photo.jpg".to_owned() } else { picture.name.clone() };
        let file = files::Arrived::of_bytes(self.app, "file", name, &bytes).await?;
        let new = NewFile { kind, taken_ms: None, audience: None };
        files::keep(self.app, actor, place, &new, file, self.command_of(&picture.file)).await.map(drop)
    }
}

/// # Errors
/// A fault for words that are longer than can be kept.
pub fn refuse_longer(words: &str, max: usize) -> Result<()> {
    if words.chars().count() <= max {
        return Ok(());
    }
    let mut faults = FieldErrors::default();
    faults.add_with("text", "too_long", vec![("max", max.to_string())]);
    Err(faults.into())
}

/// A button with these words.
pub fn named(label: &str, deed: Deed) -> Button {
    Button { label: label.chars().take(60).collect(), press: Press::Data(deed.to_string()) }
}

/// The words with the buttons that open something below them, for where there are no buttons.
fn with_addresses(text: &str, buttons: &[Vec<Button>]) -> String {
    let mut lines = vec![text.to_owned()];
    for button in buttons.iter().flatten() {
        if let Press::Open(url) = &button.press {
            lines.push(format!("{}: {url}", button.label));
        }
    }
    lines.join("\n")
}
