//! A change asked for once is made once: each command may carry the id that the client gave it and the version it saw.

use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    live::{Audience, Signal},
    web::input::text_of,
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use store::Tx;

mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "commands")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub who: String,
        pub command_key: String,
        pub fingerprint: String,
        pub created_ms: i64,
        pub status: i64,
        pub answer: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// How long an answer is kept for repeats: two days, in ms.
pub const KEPT_MS: i64 = 2 * 24 * 3_600_000;

/// What a request says about itself besides its input.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// The client's id of this command: the same id again gives the first answer.
    pub key: Option<String>,
    /// The version of the thing that the client saw.
    pub version: Option<i64>,
    /// Stands for the method, path and body: the same key must come with the same.
    pub fingerprint: String,
    /// Held while the command runs on this node.
    _running: Option<Arc<Running>>,
}

/// The commands that programs are running on this node, by author and key.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

#[derive(Debug)]
struct Running(InFlight, (String, String));

impl InFlight {
    fn enter(&self, author: String, key: String) -> Result<Running> {
        let place = (author, key);
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone());
        if is_new { Ok(Running(self.clone(), place)) } else { Err(Error::conflict("in_flight")) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Command {
    /// The command that a form sent to `path` carries in its hidden fields `_key` and `_version`.
    pub fn of_form(path: &str, values: &Map<String, Value>, bytes: &[u8]) -> Self {
        let hidden = |name: &str| values.get(name).map(text_of).filter(|text| !text.is_empty());
        Self {
            key: hidden("_key").filter(|key| key.len() <= 64),
            version: hidden("_version").and_then(|v| v.parse().ok()),
            fingerprint: fingerprint(&[path.as_bytes(), bytes]),
            _running: None,
        }
    }
}

impl Command {
    /// What came by a messenger, under a key that tells it from everything else; a repeat gets the first answer.
    pub fn of_message(key: String) -> Self {
        Self { key: Some(key), ..Self::default() }
    }

    /// A program's command. One with the same key that is still running on this node is refused; a page's waits.
    ///
    /// # Errors
    /// A conflict `in_flight`.
    pub fn of_program(app: &App, actor: Option<&Actor>, key: Option<String>, version: Option<i64>, fingerprint: String) -> Result<Self> {
        let author = actor.map_or_else(String::new, author);
        let running = key.clone().map(|key| app.in_flight.enter(author, key)).transpose()?.map(Arc::new);
        Ok(Self { key, version, fingerprint, _running: running })
    }
}

/// A digest of the parts, told apart by their lengths.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A change being made: one transaction, one person, one moment.
pub struct Change {
    pub tx: Tx,
    pub app: App,
    pub actor: Actor,
    /// The moment that everything in this change happens at, ms UTC.
    pub now: i64,
}

impl Change {
    /// Records an event in the outbox: it leaves after commit, or never if there is none.
    pub async fn publish(&self, topic: &str, event: &impl Serialize) -> Result<()> {
        Ok(outbox::publish(&self.tx, topic, event, self.now).await?)
    }

    /// After commit, tells open pages of those in `audience` that these topics changed.
    pub fn signal(&self, topics: Vec<String>, audience: Audience) {
        let hub = self.app.hub.clone();
        self.tx.after_commit(move || hub.publish(Signal::changed(topics, audience)));
    }

    /// Refuses when the client saw an older version than `current`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn expect_version(&self, seen: Option<i64>, current: i64) -> Result<()> {
        if seen.is_some_and(|seen| seen != current) { Err(Error::Stale) } else { Ok(()) }
    }
}

/// Makes a change in one transaction: `change!(app, &actor => |change| body)`, where `change` is a `&Change`.
///
/// Commits when `body` is `Ok`, rolls back when it is `Err` or `?` leaves it. Where the database asks for it (a
/// deadlock, a lost connection) `body` runs again from its beginning, so it must have no effect but through `change`.
///
/// A macro, because an async closure that borrows its surroundings cannot be proved `Send` by today's compiler.
macro_rules! change {
    (@$begin:ident $app:expr, $actor:expr => |$change:ident| $body:expr) => {{
        let mut attempts = store::Attempts::default();
        loop {
            let open = $crate::web::Change::$begin(&$app, $actor).await?;
            let result: $crate::error::Result<_> = {
                let $change = &open;
                async { $body }.await
            };
            let result = open.end(result).await;
            if !attempts.again(&result).await {
                break result;
            }
        }
    }};
    ($app:expr, $actor:expr => |$change:ident| $body:expr) => { change!(@begin $app, $actor => |$change| $body) };
}

/// [`change!`] for what must also work on a full disk, and takes little room: signing in, staying signed in, signing out.
macro_rules! essential {
    ($app:expr, $actor:expr => |$change:ident| $body:expr) => {
        loop {
            let result = change!(@begin_essential $app, $actor => |$change| $body);
            if !matches!(result, Err($crate::error::Error::Full)) || !$app.reserve.give().await {
                break result;
            }
        }
    };
}

/// [`change!`] that is made once for each command key: a repeat gets the first answer, and nothing happens again.
///
/// `once!(app, &actor, &command => |change| body)`; the answer must be plain data. The error is
/// [`Error::KeyReused`] when the key came with another command before.
macro_rules! once {
    ($app:expr, $actor:expr, $command:expr => |$change:ident| $body:expr) => {
        change!($app, $actor => |open| match $crate::web::command::first_answer(open, $command).await? {
            Some(answer) => Ok(answer),
            None => {
                let $change = open;
                let answer: $crate::error::Result<_> = async { $body }.await;
                $crate::web::command::keep_answer(open, $command, answer?).await
            }
        })
    };
}

impl Change {
    /// Opens the transaction; for [`change!`] alone.
    pub async fn begin(app: &App, actor: &Actor) -> Result<Self> {
        if app.reserve.is_broken_into() { Err(Error::Full) } else { Self::begin_essential(app, actor).await }
    }

    /// Opens the transaction of what may use the room kept for it; for [`essential!`] alone.
    pub async fn begin_essential(app: &App, actor: &Actor) -> Result<Self> {
        Ok(Self { tx: app.db.begin().await?, app: app.clone(), actor: actor.clone(), now: app.clock.now_ms() })
    }

    /// Ends it as the result says; for [`change!`] alone.
    pub async fn end<T>(self, result: Result<T>) -> Result<T> {
        let Self { tx, app, .. } = self;
        app.db.end(tx, result).await
    }
}

/// Keeps the answer for repeats of the command; for [`once!`] alone.
pub async fn keep_answer<T: Serialize>(change: &Change, command: &Command, value: T) -> Result<T> {
    let Some(key) = &command.key else { return Ok(value) };
    let answer = serde_json::to_string(&value).map_err(anyhow::Error::from)?;
    let kept = row::Entity::update_many().col_expr(row::Column::Answer, answer.into());
    kept.filter(row::Column::Who.eq(author(&change.actor))).filter(row::Column::CommandKey.eq(key)).exec(change.tx.conn()).await?;
    Ok(value)
}

/// The answer given to this command before, if any; otherwise its key is taken. For [`once!`] alone.
pub async fn first_answer<T: DeserializeOwned>(change: &Change, command: &Command) -> Result<Option<T>> {
    let Some(key) = &command.key else { return Ok(None) };
    let Some(answer) = recorded(change, key, &command.fingerprint).await? else { return Ok(None) };
    Ok(Some(serde_json::from_str(&answer).map_err(anyhow::Error::from)?))
}

/// The first answer to this key, or `None` after taking the key for this transaction.
async fn recorded(change: &Change, key: &str, fingerprint: &str) -> Result<Option<String>> {
    // Some bodies hold passwords: without this installation's key the stored digest is no help in guessing them.
    let fingerprint = self::fingerprint(&[change.app.keys.derive("commands").as_bytes(), fingerprint.as_bytes()]);
    let who = author(&change.actor);
    let row = row::ActiveModel {
        who: Set(who.clone()),
        command_key: Set(key.to_owned()),
        fingerprint: Set(fingerprint.clone()),
        created_ms: Set(change.now),
        status: Set(0),
        answer: Set(String::new()),
        ..Default::default()
    };
    let known =
        async || row::Entity::find().filter(row::Column::Who.eq(&who)).filter(row::Column::CommandKey.eq(key)).one(change.tx.conn()).await;
    // Looking first spares SQLite a failed insert; MariaDB may still lose the race at the insert and looks again.
    let first = match known().await? {
        Some(first) => first,
        None => match row::Entity::insert(row).exec_without_returning(change.tx.conn()).await {
            Ok(_) => return Ok(None),
            Err(e) if store::dialect::is_duplicate(&e) => known().await?.ok_or(Error::conflict("in_flight"))?,
            Err(e) => return Err(e.into()),
        },
    };
    if first.fingerprint == fingerprint { Ok(Some(first.answer)) } else { Err(Error::KeyReused) }
}

fn author(actor: &Actor) -> String {
    match actor.user_id {
        Some(id) => format!("user-{id}"),
        None => format!("{:?}", actor.who).chars().take(40).collect(),
    }
}

/// Forgets the answers that nobody can ask for any more.
pub async fn forget_old(app: &App) -> Result<()> {
    let before = app.clock.now_ms() - KEPT_MS;
    store::transaction!(app.db, |tx| {
        row::Entity::delete_many().filter(row::Column::CreatedMs.lt(before)).exec(tx.conn()).await.map(drop).map_err(Error::from)
    })
}
