//! What every page with a chat has in common: its lines and its form.

use super::{
    Answered, Audience, Files, Message, NewMessage, Shown, Thread, mark_read,
    mentions::{self, Piece},
    quick,
    revise::{self, NewText},
    show, typing, write,
};
use crate::{
    access::{Actor, Role, Who},
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::{MessageId, UserId, VisitId},
    orders::Order,
    orders::files::{Arrived, Beside, File, MEGABYTES_BESIDE, MOST_BESIDE},
    text::{format::When, money::file_size},
    web::{
        Choice, Command, Fields, Fragment, Input, Shell,
        page::{Form, see_other},
    },
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sea_orm::ConnectionTrait;

/// The last so many messages are shown.
const SHOWN: u64 = 200;
/// A message that another one answers is quoted up to so many characters.
const QUOTED: usize = 120;

/// The fault of a text whose form went before with another one: it needs a new key.
const WENT_BEFORE: &str = "message_went_before";

/// A line of a chat as a page shows it.
pub struct Line {
    pub id: MessageId,
    pub mine: bool,
    pub read: bool,
    pub delivered: bool,
    pub who: String,
    pub role: String,
    /// Empty when the message was taken back, or is of files alone.
    pub body: String,
    /// The same, cut into what is said and who is named.
    pub pieces: Vec<Piece>,
    pub photos: Vec<Attached>,
    pub papers: Vec<Attached>,
    pub deleted: bool,
    pub edited: bool,
    pub quote: Option<Quote>,
    pub time: String,
    /// Names the day above the first line of it.
    pub day: String,
    pub may_revise: bool,
    version: i64,
}

/// A file of a message as a page shows it.
pub struct Attached {
    pub name: String,
    /// «4,8 МБ».
    pub size: String,
    pub url: String,
    pub thumbnail: String,
}

/// The message that a line answers, shortened.
pub struct Quote {
    pub id: MessageId,
    pub who: String,
    /// How many files it has, where it has no text; empty when the message was taken back.
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
    /// What was written before this message is wanted.
    before: Option<MessageId>,
    /// What was written from this message on is wanted.
    from: Option<MessageId>,
}

impl Input for Pick {
    fn read(fields: &mut Fields) -> Self {
        Self {
            reply: fields.optional_id("reply"),
            edit: fields.optional_id("edit"),
            delete: fields.optional_id("delete"),
            before: fields.optional_id("before"),
            from: fields.optional_id("from"),
        }
    }
}

impl Pick {
    /// What a refused form was for.
    fn of_form(form: &Form) -> Self {
        let id = |name: &str| form.value(name).parse().ok().map(MessageId);
        Self { reply: id("reply_to"), edit: id("edit"), delete: id("delete"), ..Self::default() }
    }

    /// The wanted part of a chat, oldest first; whether something stands before it, and whether it is an older part.
    async fn part(self, conn: &impl ConnectionTrait, thread: &Thread) -> Result<(Vec<Message>, bool, bool)> {
        if let Some(from) = self.from {
            let found = thread.list_from(conn, from, SHOWN).await?;
            // What is among the newest is shown with them.
            if found.len() as u64 == SHOWN {
                return Ok((found, true, true));
            }
        }
        let mut found = thread.list(conn, self.before.map(|id| id.0), SHOWN + 1).await?;
        let goes_on = found.len() as u64 > SHOWN;
        found.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
        found.reverse();
        Ok((found, goes_on, self.before.is_some()))
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
    /// Whom of the office the reader may name, in JSON; empty where that is nobody.
    pub people: String,
    /// Whoever writes here: what they have begun is kept for them alone.
    pub reader: String,
    /// With whose crew the office talks, where an order has several.
    pub visit: Option<VisitId>,
    /// Where what was written before is shown, if there is any.
    pub earlier: Option<String>,
    /// Whether an older part is shown: it does not change by itself.
    pub is_past: bool,
    /// Whether the reader sees what changed and deleted messages said before.
    pub sees_versions: bool,
    /// Where it is told how the customer hears of an answer, for the office alone.
    pub hears: Option<String>,
}

impl Chat {
    /// The chat as `actor` sees it; `form` holds a message that was refused.
    pub async fn of(app: &App, actor: &Actor, shell: &Shell, thread: &Thread, url: String, pick: Pick, form: Option<Form>) -> Result<Self> {
        let zone = thread.order().map_or_else(|| app.company().zone(), |order| zone_named(&order.zone));
        let when = When::new(shell.language, zone, app.clock.now_ms());
        let (found, goes_on, is_past) = pick.part(app.db.read(), thread).await?;
        let earlier = found.first().filter(|_| goes_on).map(|message| message.id);
        let last_id = found.last().map_or(0, |message| message.id.0);
        let mut day = String::new();
        let mut lines = Vec::with_capacity(found.len());
        // Whoever holds a link gets the files at it; the others at one address for all chats.
        let place = if matches!(actor.who, Who::Link(_)) { url.clone() } else { "/messages".to_owned() };
        let look = Look { shell, when, place, reader: actor.user_id };
        for shown in show(app, app.db.read(), actor, thread, found).await? {
            let today = look.when.day(shown.message.created_ms);
            let named = if today == day { String::new() } else { today.clone() };
            lines.push(look.line(shown, named));
            day = today;
        }
        let pick = form.as_ref().map_or(pick, Pick::of_form);
        let writing = Writing::of(shell, &lines, pick);
        let form = form.unwrap_or_else(|| match &writing {
            Writing::Edit { id, .. } => {
                let text = lines.iter().find(|line| line.id == *id).map(|line| line.body.clone()).unwrap_or_default();
                Form::filled(shell.language, [("text", text)])
            }
            _ => Form::empty(shell.language),
        });
        let is_used = form.errors.iter().any(|fault| fault.code == WENT_BEFORE);
        let key = Some(form.value("_key")).filter(|key| !key.is_empty() && !is_used).unwrap_or_else(|| shell.key("message"));
        let people = mentions::people(app.db.read(), app.db.engine(), actor, thread).await?;
        let people: Vec<String> = people.into_iter().map(|one| one.name).collect();
        let people = if people.is_empty() { String::new() } else { serde_json::to_string(&people).map_err(anyhow::Error::from)? };
        let replies = if actor.is_staff() { Some(quick::texts(app.db.read(), thread.audience).await?) } else { None };
        let chat = Self {
            place: thread.section(),
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
            people,
            reader: actor.user_id.map_or_else(|| "link".to_owned(), |id| id.to_string()),
            visit: None,
            earlier: None,
            is_past,
            sees_versions: actor.role() == Some(Role::Administrator),
            hears: thread.order().filter(|_| actor.is_staff() && thread.audience == Audience::Customer).map(hears),
        };
        Ok(Self { earlier: earlier.map(|id| chat.pick("before", &id)), ..chat })
    }

    /// The same, as one of several chats at its address.
    #[must_use]
    pub fn among(self, query: String, visit: Option<VisitId>) -> Self {
        let earlier = self.earlier.map(|at| at.replacen('?', &format!("{query}&"), 1));
        Self { query, visit, earlier, ..self }
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

    /// Whether files may come with what is being written.
    pub fn takes_files(&self) -> bool {
        matches!(self.writing, Writing::New | Writing::Answer(_))
    }

    pub fn most_files(&self) -> usize {
        MOST_BESIDE
    }

    pub fn megabytes(&self) -> u64 {
        MEGABYTES_BESIDE
    }

    /// What to say when too many files are chosen.
    pub fn too_many(&self, shell: &Shell) -> String {
        shell.ta("error-too-many-files", &[("max", &MOST_BESIDE.to_string())])
    }

    /// What to say when the chosen files are too large together.
    pub fn too_large(&self, shell: &Shell) -> String {
        shell.ta("error-files-too-large", &[("max", &MEGABYTES_BESIDE.to_string())])
    }

    /// The address of this chat.
    pub fn own(&self) -> String {
        format!("{}{}", self.url, self.query)
    }
}

fn hears(order: &Order) -> String {
    format!("/customers/{}/channel?order_id={}", order.customer_id, order.id)
}

/// How one reader sees the lines.
struct Look<'a> {
    shell: &'a Shell,
    when: When,
    /// Where the files of messages are: `/messages` or `/o/<secret>/messages`.
    place: String,
    reader: Option<UserId>,
}

impl Look<'_> {
    fn line(&self, shown: Shown, day: String) -> Line {
        let Shown { message, mine, read, delivered, answers, files, mentions, may_revise } = shown;
        let (photos, papers) = files.into_iter().partition::<Vec<File>, _>(File::is_picture);
        let attached = |files: Vec<File>| files.into_iter().map(|file| attached(self.shell, &self.place, message.id, file)).collect();
        Line {
            id: message.id,
            mine,
            read,
            delivered,
            photos: attached(photos),
            papers: attached(papers),
            deleted: message.deleted_ms.is_some(),
            edited: message.edited_ms.is_some(),
            quote: answers.map(|one| self.quote(one)),
            pieces: mentions::pieces(&message.body, &mentions, self.reader),
            who: message.who,
            role: message.role,
            body: message.body,
            time: self.when.time(message.created_ms),
            day,
            may_revise,
            version: message.version,
        }
    }

    fn quote(&self, Answered { message, files }: Answered) -> Quote {
        Quote { id: message.id, text: said(self.shell, &message.body, files), who: message.who }
    }
}

/// A file of a message, where the files of messages are: `/messages` or `/o/<secret>/messages`.
pub(super) fn attached(shell: &Shell, place: &str, message: MessageId, file: File) -> Attached {
    let at = format!("{place}/{message}/files/{}", file.id);
    Attached {
        size: file_size(shell.language, u64::try_from(file.bytes).unwrap_or_default()),
        url: if file.is_picture() { format!("{at}?size=display") } else { at.clone() },
        thumbnail: format!("{at}/thumbnail"),
        name: file.name,
    }
}

/// What a message says in one line: its text, or how many files it has.
pub(super) fn said(shell: &Shell, body: &str, files: usize) -> String {
    if body.is_empty() && files > 0 { shell.tn("count-files", files) } else { shortened(body) }
}

impl Line {
    fn said(&self, shell: &Shell) -> String {
        said(shell, &self.body, self.photos.len() + self.papers.len())
    }
}

impl Writing {
    /// What is picked, if it is there and may be done; otherwise a new message.
    fn of(shell: &Shell, lines: &[Line], pick: Pick) -> Self {
        let find = |id: Option<MessageId>| lines.iter().find(|line| Some(line.id) == id && !line.deleted);
        if let Some(line) = find(pick.edit).filter(|line| line.may_revise) {
            return Self::Edit { id: line.id, version: line.version };
        }
        if let Some(line) = find(pick.delete).filter(|line| line.may_revise) {
            return Self::Delete { id: line.id, version: line.version, text: line.said(shell) };
        }
        match find(pick.reply) {
            Some(line) => Self::Answer(Quote { id: line.id, who: line.who.clone(), text: line.said(shell) }),
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
    /// Something is being typed.
    Typing,
}

impl Input for Posted {
    fn read(fields: &mut Fields) -> Self {
        let audience = fields.optional_choice("audience");
        let read: Option<MessageId> = fields.optional_id("read");
        let edit: Option<MessageId> = fields.optional_id("edit");
        let delete: Option<MessageId> = fields.optional_id("delete");
        let said = match (read, edit, delete) {
            _ if fields.flag("typing") => Said::Typing,
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
    thread: &Thread,
    sent: Beside<Posted>,
    Fragment(partial): Fragment,
    here: &str,
) -> Result<Response> {
    let said = sent.input?.said;
    if matches!(said, Said::Typing) {
        typing(app, actor, thread).await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    post(app, actor, &sent.command, thread, &said, sent.files).await?;
    Ok(if partial && matches!(said, Said::Read(_)) { StatusCode::NO_CONTENT.into_response() } else { see_other(here) })
}

/// Carries out what a page's form says. A second thought that comes too late is a fault of the field, so that the text stays.
async fn post(app: &App, actor: &Actor, command: &Command, thread: &Thread, said: &Said, arrived: Vec<Arrived>) -> Result<()> {
    let files = if matches!(said, Said::Message(_)) { Files::take(app, arrived).await? } else { Files::default() };
    let done: Result<Option<MessageId>> = once!(app, actor, command => |change| match said {
        Said::Message(message) => write(change, thread, message, &files).await.map(|message| Some(message.id)),
        Said::Edit(id, text) => revise::edit(change, *id, command.version, text).await.map(|_| None),
        Said::Delete(id) => revise::delete(change, *id, command.version).await.map(|_| None),
        Said::Read(last) => mark_read(change, thread, *last).await.map(|()| None),
        Said::Typing => Ok(None),
    });
    files.settle_by(app, &done, |made| *made).await;
    match (said, done) {
        (Said::Edit(..) | Said::Delete(_), Err(Error::Conflict(code, _))) => Err(Error::field("text", code)),
        (Said::Edit(..) | Said::Delete(_), Err(Error::Stale)) => Err(Error::field("text", "message_changed")),
        // The answer to the first try got lost, and its author has thought of other words.
        (Said::Message(_), Err(Error::KeyReused)) => Err(Error::field("text", WENT_BEFORE)),
        (_, done) => done.map(drop),
    }
}
