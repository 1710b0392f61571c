//! One conversation with the bot: what was asked last, and the ways to answer.

use super::write::To;
use crate::{
    access::Actor,
    app::App,
    error::{Error, FieldError, FieldErrors, Result},
    ids::{CustomerId, OrderId, VisitId},
    notifications::{self, Line, deed::Deed, deliver},
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
    /// Why the order is cancelled, and what was said of it so far.
    CancelOrder { order: OrderId, words: String },
    /// Whether somebody whom we do not know agrees to be kept.
    Consent { phone: String, customer: Option<CustomerId>, name: String },
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

impl Step {
    /// Whether no question of ours is open.
    pub fn is_idle(&self) -> bool {
        matches!(self, Self::Nothing | Self::Write { written_ms: Some(_), .. })
    }

    /// How long its question waits for words, ms. What words lead to at once is forgotten soon: those of another day mean something else.
    fn waits_ms(&self) -> i64 {
        match self {
            Self::Nothing => i64::MAX,
            Self::Reason { .. } | Self::Move(_) | Self::Return { .. } | Self::CancelOrder { .. } => 15 * MINUTE_MS,
            Self::Write { .. } => HOUR_MS,
            Self::Which(_) | Self::Order(_) | Self::Consent { .. } => 24 * HOUR_MS,
        }
    }

    /// What somebody is told whose words come too late for it.
    fn too_late(&self) -> Option<&'static str> {
        match self {
            Self::Reason { .. } | Self::Move(_) | Self::Return { .. } | Self::CancelOrder { .. } => Some("bot-too-late-for-deed"),
            Self::Write { written_ms: None, .. } => Some("bot-too-late-to-write"),
            Self::Order(_) => Some("bot-order-waits"),
            Self::Nothing | Self::Write { .. } | Self::Which(_) | Self::Consent { .. } => None,
        }
    }
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
    /// When the last of them came, ms UTC.
    pub said_ms: i64,
}

/// How a conversation stood before something came. Whoever answers it anew, because the program ended in the midst of it, begins from
/// there, or it would be taken for an answer to what it had led to itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Before {
    /// What came.
    key: String,
    step: Step,
    waiting: Waiting,
    since_ms: i64,
    /// When it was first answered, ms UTC.
    heard_ms: i64,
}

/// What is kept of what waits.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    waiting: Waiting,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
}

/// What the column takes.
const LONGEST_KEPT: usize = 200_000;
/// For how long words and files are kept of which it is not known what they are about.
const KEPT_MS: i64 = 12 * HOUR_MS;
/// How much of such words is shown when they are forgotten.
const SHOWN_OF_FORGOTTEN: usize = 300;

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
    before: Before,
    /// What is to be acknowledged: a press, and the message whose button it was.
    press: Option<(String, String)>,
    /// When the step was set, ms UTC.
    since_ms: i64,
    /// The text that begins the next answer to words.
    opening: Option<&'static str>,
}

#[derive(FromQueryResult)]
struct Stored {
    step: String,
    waiting: String,
    changed_ms: i64,
}

async fn stored(app: &App, line: &Line, chat: &str) -> Result<Option<Stored>> {
    let text = "SELECT step, waiting, changed_ms FROM talks WHERE channel = ? AND chat = ?";
    let of_chat = store::sql(app.db.engine(), text, [line.channel.into(), chat.into()]);
    Ok(Stored::find_by_statement(of_chat).one(app.db.read()).await?)
}

impl<'a> Talk<'a> {
    pub async fn of(app: &'a App, line: &'a Line, arrived: &Arrived) -> Result<Self> {
        let stored = stored(app, line, &arrived.chat).await?;
        let step = stored.as_ref().and_then(|stored| serde_json::from_str(&stored.step).ok()).unwrap_or_default();
        let since_ms = stored.as_ref().map_or(0, |stored| stored.changed_ms);
        let Kept { waiting, before } = stored.and_then(|stored| serde_json::from_str(&stored.waiting).ok()).unwrap_or_default();
        let press = match &arrived.what {
            What::Pressed { press, message, .. } => Some((press.clone(), message.clone())),
            _ => None,
        };
        let key = fingerprint(&[line.channel.code().as_bytes(), arrived.key.as_bytes()]);
        let (chat, name) = (arrived.chat.clone(), arrived.name.clone());
        let before = before.filter(|before| before.key == key);
        let before = before.unwrap_or_else(|| Before { key: key.clone(), step, waiting, since_ms, heard_ms: app.clock.now_ms() });
        let Before { step, waiting, since_ms, .. } = before.clone();
        Ok(Self { app, line, chat, name, lang: Lang::Ru, step, waiting, key, before, press, since_ms, opening: None })
    }

    /// When what came was first answered, ms UTC.
    pub fn heard_ms(&self) -> i64 {
        self.before.heard_ms
    }

    /// Forgets what was kept and found no place in half a day, and says so: on another day it would come into a wrong one.
    pub async fn forget_kept(&mut self) -> Result<()> {
        if self.waiting.said.is_empty() || self.heard_ms() - self.waiting.said_ms < KEPT_MS {
            return Ok(());
        }
        let words: Vec<&str> = self.waiting.said.iter().map(|said| said.text.trim()).filter(|words| !words.is_empty()).collect();
        let words: String = words.join(" ").chars().take(SHOWN_OF_FORGOTTEN).collect();
        let waiting = Waiting { said: vec![], ..self.waiting.clone() };
        let step = if matches!(self.step, Step::Which(_)) { Step::Nothing } else { self.step.clone() };
        self.remember(step, waiting).await?;
        let text = if words.is_empty() { self.t("bot-files-forgotten") } else { self.ta("bot-words-forgotten", &[("words", &words)]) };
        self.say(&text, &[]).await
    }

    /// Begins with nothing where the conversation was forgotten, because it was another person's.
    pub async fn begin_anew(&mut self) -> Result<()> {
        if stored(self.app, self.line, &self.chat).await?.is_none() {
            (self.step, self.waiting) = (Step::Nothing, Waiting::default());
            (self.before.step, self.before.waiting) = (Step::Nothing, Waiting::default());
        }
        Ok(())
    }

    /// Forgets a question that has waited too long. Whoever answers it in words now is told so before anything else.
    pub async fn forget_late(&mut self) -> Result<()> {
        if self.heard_ms() - self.since_ms < self.step.waits_ms() {
            return Ok(());
        }
        self.opening = self.step.too_late();
        self.set(Step::Nothing).await
    }

    /// Whoever does something else than to answer in words needs no word of a question that was forgotten.
    pub fn say_nothing_of_it(&mut self) {
        self.opening = None;
    }

    /// Says what is left to say of a question that was forgotten.
    pub async fn say_opening(&mut self) -> Result<()> {
        if self.opening.is_none() { Ok(()) } else { self.say("", &[]).await }
    }

    fn opened(&mut self, text: &str) -> String {
        let opening = self.opening.take().map(|key| self.t(key)).unwrap_or_default();
        [opening.as_str(), text].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
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
        // A question that is asked anew waits anew.
        if self.step == step && self.waiting == waiting && step == Step::Nothing {
            return Ok(());
        }
        let stored = serde_json::to_string(&step).map_err(anyhow::Error::from)?;
        let json = |before: Option<Before>| serde_json::to_string(&Kept { waiting: waiting.clone(), before }).map_err(anyhow::Error::from);
        let mut kept = json(Some(self.before.clone()))?;
        if kept.chars().count() > LONGEST_KEPT {
            kept = json(None)?;
        }
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
        (self.step, self.waiting, self.since_ms) = (step, waiting, now);
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
        let text = self.opened(text);
        self.say_in(&self.chat, &text, buttons).await?;
        // What comes next stands below it.
        self.press = None;
        Ok(())
    }

    /// Says something in a chat of the same messenger, be it another than this conversation's.
    pub async fn say_in(&self, chat: &str, text: &str, buttons: &[Vec<Button>]) -> Result<()> {
        let mut tries = 0;
        let said = loop {
            let said = match (self.turn(Some(chat)).await, &self.line.messenger) {
                (Err(failure), _) => Err(failure),
                (Ok(()), Some(messenger)) => messenger.say(chat, text, buttons).await.map(drop),
                (Ok(()), None) => {
                    let text = with_addresses(text, buttons);
                    let letter = Letter { key: self.key.clone(), to: chat.to_owned(), text, ..Letter::default() };
                    self.line.client.send(&letter).await.map(drop)
                }
            };
            if self.is_over(&said, &mut tries).await? {
                break said;
            }
        };
        self.note(said).await;
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
            let shown = match self.turn(Some(&self.chat)).await {
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
        let counts = messenger.counts_acknowledgements();
        // Without words it only ends a waiting that ends by itself.
        let mut tries = if notice.is_empty() { TRIES - 1 } else { 0 };
        let done = loop {
            let done = match self.turn(counts.then_some(self.chat.as_str())).await {
                Ok(()) => messenger.acknowledge(&press, notice).await,
                Err(failure) => Err(failure),
            };
            match self.is_over(&done, &mut tries).await {
                Ok(false) => {}
                Ok(true) => break done,
                Err(error) => return tracing::error!(%error, "that a messenger wants to be left alone is not kept"),
            }
        };
        self.note(done).await;
    }

    /// Waits until the messenger may be called, if that is soon; for what counts as a message `into` a chat until it is the chat's turn,
    /// which its answers share with what else it is told.
    async fn turn(&self, into: Option<&str>) -> Result<(), Failure> {
        let held_ms = self.line.held_until() - self.app.clock.now_ms();
        let after = Duration::from_millis(u64::try_from(held_ms).unwrap_or_default());
        if after > LONGEST_WAIT {
            return Err(Failure::Wait { after, why: "it wants to be left alone".into() });
        }
        self.app.clock.rest(after).await;
        if let Some(chat) = into {
            self.line.await_turn_to(chat, &self.app.clock).await;
        }
        self.line.turn().await;
        Ok(())
    }

    /// Whether it went or is not tried again: whoever did something should not be left without a word because the messenger was busy.
    async fn is_over<T>(&self, said: &Result<T, Failure>, tries: &mut u32) -> Result<bool> {
        *tries += 1;
        match said {
            Err(Failure::Wait { after, .. }) => {
                deliver::leave_alone(self.app, self.line, *after).await?;
                Ok(*tries >= TRIES || *after > LONGEST_WAIT)
            }
            Err(Failure::Again { .. }) if *tries < TRIES => {
                self.app.clock.rest(PAUSE).await;
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

    /// Says why something is not done. In the message whose button was pressed, where that leads nowhere any more.
    pub async fn refuse(&mut self, error: &Error) -> Result<()> {
        let text = self.words_of(error);
        let menu = vec![vec![self.button("bot-menu", Deed::Menu)]];
        match error {
            Error::NotFound | Error::Forbidden => self.show(&text, &menu).await,
            _ => self.say(&text, &menu).await,
        }
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
    /// A fault that the person can read when it is too large or gone; [`Error::Other`] when the messenger does not give it now.
    pub async fn fetch(&self, file: &str) -> Result<Vec<u8>> {
        /// What messengers themselves let a bot fetch.
        const MOST: usize = 20 << 20;
        let mut tries = 0;
        let fetched = loop {
            let fetched = match (self.turn(None).await, &self.line.messenger) {
                (Err(failure), _) => Err(failure),
                (Ok(()), Some(messenger)) => messenger.fetch(file, MOST).await,
                (Ok(()), None) => Err(Failure::Refused { why: "no files come this way".into() }),
            };
            if self.is_over(&fetched, &mut tries).await? {
                break fetched;
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

    /// Has something of the bot's own that came with what was sent done a little later; `note` says what.
    pub async fn put_off(&self, key: String, what: What, note: String) -> Result<()> {
        let (chat, name) = (self.chat.clone(), self.name.clone());
        notifications::put_off(self.app, self.line, Arrived { key: format!("late {key}"), chat, name, what }, note).await
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
        // The same picture may show two things.
        let command = self.command_of(&format!("{place:?} {kind} {}", picture.file));
        files::keep(self.app, actor, place, &new, file, command).await.map(drop)
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
