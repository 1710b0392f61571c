//! What every page with a chat has in common: its lines and its form.

use super::{
    Audience, NewMessage, Shown, Thread, mark_read, quick,
    revise::{self, NewText},
    send, show,
};
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::MessageId,
    text::format::When,
    web::{
        Choice, Command, Fields, Fragment, Input, Shell,
        page::{Form, see_other},
    },
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// The last so many messages are shown.
const SHOWN: u64 = 200;
/// A message that another one answers is quoted up to so many characters.
const QUOTED: usize = 120;

/// A line of a chat as a page shows it.
pub struct Line {
    pub id: MessageId,
    pub mine: bool,
    pub read: bool,
    pub who: String,
    pub role: String,
    /// Empty when the message was taken back.
    pub body: String,
    pub deleted: bool,
    pub edited: bool,
    pub quote: Option<Quote>,
    pub time: String,
    /// Names the day above the first line of it.
    pub day: String,
    pub may_revise: bool,
    version: i64,
}

/// The message that a line answers, shortened.
pub struct Quote {
    pub id: MessageId,
    pub who: String,
    /// Empty when the message was taken back.
    pub text: String,
}

/// What the form below the lines is for.
pub enum Writing {
    /// A new message.
    New,
    /// An answer to one.
    Answer(Quote),
    /// One's own message is to say something else.
    Edit { id: MessageId, version: i64 },
    /// One's own message is to be taken back.
    Delete { id: MessageId, version: i64, text: String },
}

/// Which message a page's address speaks of, and what is to be done to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pick {
    reply: Option<MessageId>,
    edit: Option<MessageId>,
    delete: Option<MessageId>,
}

impl Input for Pick {
    fn read(fields: &mut Fields) -> Self {
        Self { reply: fields.optional_id("reply"), edit: fields.optional_id("edit"), delete: fields.optional_id("delete") }
    }
}

impl Pick {
    /// What a refused form was for.
    fn of_form(form: &Form) -> Self {
        let id = |name: &str| form.value(name).parse().ok().map(MessageId);
        Self { reply: id("reply_to"), edit: id("edit"), delete: id("delete") }
    }
}

/// A chat on a page.
pub struct Chat {
    /// Tells it from other chats with the same audience: `12`, `worker-5`.
    pub place: String,
    pub audience: Audience,
    pub lines: Vec<Line>,
    pub last_id: i64,
    pub may_write: bool,
    /// Where messages are posted and the chat is shown: `/my/orders/12/messages`.
    pub url: String,
    /// What the address of this very chat ends with, such as `?audience=worker`.
    pub query: String,
    pub topic: String,
    pub key: String,
    pub form: Form,
    pub writing: Writing,
    /// Ready answers, for the office alone.
    pub replies: Option<Vec<String>>,
    /// Whether the reader can be remembered to have read.
    pub remembers: bool,
}

impl Chat {
    /// The chat as `actor` sees it; `form` holds a message that was refused.
    pub async fn of(app: &App, actor: &Actor, shell: &Shell, thread: &Thread, url: String, pick: Pick, form: Option<Form>) -> Result<Self> {
        let zone = thread.order().map_or_else(|| app.company().zone(), |order| zone_named(&order.zone));
        let when = When::new(shell.language, zone, app.clock.now_ms());
        let mut found = thread.list(app.db.read(), None, SHOWN).await?;
        found.reverse();
        let last_id = found.last().map_or(0, |message| message.id.0);
        let mut day = String::new();
        let mut lines = Vec::with_capacity(found.len());
        for shown in show(app, app.db.read(), actor, thread, found).await? {
            let today = when.day(shown.message.created_ms);
            let named = if today == day { String::new() } else { today.clone() };
            lines.push(Line::of(shown, &when, named));
            day = today;
        }
        let pick = form.as_ref().map_or(pick, Pick::of_form);
        let writing = Writing::of(&lines, pick);
        let form = form.unwrap_or_else(|| match &writing {
            Writing::Edit { id, .. } => {
                let text = lines.iter().find(|line| line.id == *id).map(|line| line.body.clone()).unwrap_or_default();
                Form::filled(shell.language, [("text", text)])
            }
            _ => Form::empty(shell.language),
        });
        let key = Some(form.value("_key")).filter(|key| !key.is_empty()).unwrap_or_else(|| shell.key("message"));
        let replies = if actor.is_staff() { Some(quick::texts(app.db.read(), thread.audience).await?) } else { None };
        Ok(Self {
            place: thread.place(),
            audience: thread.audience,
            lines,
            last_id,
            may_write: thread.may_write(),
            query: String::new(),
            url,
            topic: thread.topic(),
            key,
            form,
            writing,
            replies,
            remembers: actor.user_id.is_some(),
        })
    }

    /// The word of the audience, for classes and keys of texts.
    pub fn audience(&self) -> &'static str {
        Choice::code(self.audience)
    }

    /// How the field for a new message is called.
    pub fn label(&self) -> String {
        format!("messages-write-{}", self.audience())
    }

    /// What stands where nothing has been written yet.
    pub fn nothing(&self) -> String {
        format!("messages-none-{}", self.audience())
    }

    /// The address of this chat with a message picked: `…?audience=worker&reply=5`.
    pub fn pick(&self, what: &str, id: &MessageId) -> String {
        format!("{}{}{}{what}={id}", self.url, self.query, if self.query.is_empty() { "?" } else { "&" })
    }

    /// What stands above the field: which message is answered, changed or taken back.
    pub fn about(&self, shell: &Shell) -> Option<(String, String)> {
        match &self.writing {
            Writing::New => None,
            Writing::Answer(quote) => Some((shell.ta("messages-replying", &[("who", &quote.who)]), quote.text.clone())),
            Writing::Edit { .. } => Some((shell.t("messages-editing").into_owned(), String::new())),
            Writing::Delete { text, .. } => Some((shell.t("messages-delete-ask").into_owned(), text.clone())),
        }
    }

    pub fn is_new(&self) -> bool {
        matches!(self.writing, Writing::New)
    }

    pub fn is_editing(&self) -> bool {
        matches!(self.writing, Writing::Edit { .. })
    }

    pub fn is_deleting(&self) -> bool {
        matches!(self.writing, Writing::Delete { .. })
    }

    /// The address of this chat.
    pub fn own(&self) -> String {
        format!("{}{}", self.url, self.query)
    }
}

impl Line {
    fn of(shown: Shown, when: &When, day: String) -> Self {
        let Shown { message, mine, read, answers, may_revise } = shown;
        Self {
            id: message.id,
            mine,
            read,
            deleted: message.deleted_ms.is_some(),
            edited: message.edited_ms.is_some(),
            quote: answers.map(|one| Quote { id: one.id, who: one.who, text: shortened(&one.body) }),
            who: message.who,
            role: message.role,
            body: message.body,
            time: when.time(message.created_ms),
            day,
            may_revise,
            version: message.version,
        }
    }
}

impl Writing {
    /// What is picked, if it is there and may be done; otherwise a new message.
    fn of(lines: &[Line], pick: Pick) -> Self {
        let find = |id: Option<MessageId>| lines.iter().find(|line| Some(line.id) == id && !line.deleted);
        if let Some(line) = find(pick.edit).filter(|line| line.may_revise) {
            return Self::Edit { id: line.id, version: line.version };
        }
        if let Some(line) = find(pick.delete).filter(|line| line.may_revise) {
            return Self::Delete { id: line.id, version: line.version, text: shortened(&line.body) };
        }
        match find(pick.reply) {
            Some(line) => Self::Answer(Quote { id: line.id, who: line.who.clone(), text: shortened(&line.body) }),
            None => Self::New,
        }
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What a page's form says: a message, a second thought about one, or that everything up to `read` has been read.
#[derive(Clone, Debug)]
pub struct Posted {
    pub audience: Option<Audience>,
    pub said: Said,
}

#[derive(Clone, Debug)]
pub enum Said {
    Message(NewMessage),
    Edit(MessageId, NewText),
    Delete(MessageId),
    Read(MessageId),
}

impl Input for Posted {
    fn read(fields: &mut Fields) -> Self {
        let audience = fields.optional_choice("audience");
        let read: Option<MessageId> = fields.optional_id("read");
        let edit: Option<MessageId> = fields.optional_id("edit");
        let delete: Option<MessageId> = fields.optional_id("delete");
        let said = match (read, edit, delete) {
            (Some(id), ..) => Said::Read(id),
            (None, Some(id), _) => Said::Edit(id, NewText::read(fields)),
            (None, None, Some(id)) => Said::Delete(id),
            (None, None, None) => Said::Message(NewMessage::read(fields)),
        };
        Self { audience, said }
    }
}

/// Carries out what a page's form says and shows the chat at `here` again. A page that only says what was read, by itself, is shown
/// nothing.
///
/// # Errors
/// What is wrong with the form, and whatever refuses the deed.
pub async fn answer(
    app: &App,
    actor: &Actor,
    command: &Command,
    thread: &Thread,
    input: Result<Posted>,
    Fragment(partial): Fragment,
    here: &str,
) -> Result<Response> {
    let said = input?.said;
    post(app, actor, command, thread, &said).await?;
    Ok(if partial && matches!(said, Said::Read(_)) { StatusCode::NO_CONTENT.into_response() } else { see_other(here) })
}

/// Carries out what a page's form says. A second thought that comes too late is a fault of the field, so that the text stays.
async fn post(app: &App, actor: &Actor, command: &Command, thread: &Thread, said: &Said) -> Result<()> {
    let done = once!(app, actor, command => |change| match said {
        Said::Message(message) => send(change, thread, message).await.map(drop),
        Said::Edit(id, text) => revise::edit(change, *id, command.version, text).await.map(drop),
        Said::Delete(id) => revise::delete(change, *id, command.version).await.map(drop),
        Said::Read(last) => mark_read(change, thread, *last).await,
    });
    match (said, done) {
        (Said::Edit(..) | Said::Delete(_), Err(Error::Conflict(code, _))) => Err(Error::field("text", code)),
        (Said::Edit(..) | Said::Delete(_), Err(Error::Stale)) => Err(Error::field("text", "message_changed")),
        (_, done) => done,
    }
}
