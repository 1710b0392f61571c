//! What every page with a chat has in common: its lines and its form.

use super::{Audience, NewMessage, Thread, is_mine, list, mark_read, send};
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::Result,
    ids::MessageId,
    text::format::When,
    web::{Command, Fields, Input, Shell, page::Form},
};

/// The last so many messages are shown.
const SHOWN: u64 = 200;

/// A line of a chat as a page shows it.
pub struct Line {
    pub id: MessageId,
    pub mine: bool,
    pub who: String,
    pub role: String,
    pub body: String,
    pub time: String,
    /// Names the day above the first line of it.
    pub day: String,
}

/// A chat on a page.
pub struct Chat {
    pub order: i64,
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
    /// Whether the reader can be remembered to have read.
    pub remembers: bool,
}

impl Chat {
    /// The chat as `actor` sees it; `form` holds a message that was refused.
    pub async fn of(app: &App, actor: &Actor, shell: &Shell, thread: &Thread, url: String, form: Option<Form>) -> Result<Self> {
        let when = When::new(shell.language, zone_named(&thread.order.zone), app.clock.now_ms());
        let mut found = list(app.db.read(), thread, None, SHOWN).await?;
        found.reverse();
        let last_id = found.last().map_or(0, |message| message.id.0);
        let mut day = String::new();
        let mut lines = Vec::with_capacity(found.len());
        for message in found {
            let today = when.day(message.created_ms);
            lines.push(Line {
                id: message.id,
                mine: is_mine(actor, &message),
                who: message.who,
                role: message.role,
                body: message.body,
                time: when.time(message.created_ms),
                day: if today == day { String::new() } else { today.clone() },
            });
            day = today;
        }
        let key = form.as_ref().map(|form| form.value("_key")).filter(|key| !key.is_empty()).unwrap_or_else(|| shell.key("message"));
        Ok(Self {
            order: thread.order.id.0,
            audience: thread.audience,
            lines,
            last_id,
            may_write: thread.may_write(),
            query: String::new(),
            url,
            topic: thread.topic(),
            key,
            form: form.unwrap_or_else(|| Form::empty(shell.language)),
            remembers: actor.user_id.is_some(),
        })
    }

    /// The word of the audience, for classes and keys of texts.
    pub fn audience(&self) -> &'static str {
        crate::web::Choice::code(self.audience)
    }

    /// How the field for a new message is called.
    pub fn label(&self) -> String {
        format!("messages-write-{}", self.audience())
    }

    /// What stands where nothing has been written yet.
    pub fn nothing(&self) -> String {
        format!("messages-none-{}", self.audience())
    }
}

/// What a page's form says: a message, or that everything up to `read` has been read.
#[derive(Clone, Debug)]
pub struct Posted {
    pub audience: Option<Audience>,
    pub said: Said,
}

#[derive(Clone, Debug)]
pub enum Said {
    Message(NewMessage),
    Read(MessageId),
}

impl Input for Posted {
    fn read(fields: &mut Fields) -> Self {
        let audience = fields.optional_choice("audience");
        let read: Option<MessageId> = fields.optional_id("read");
        let said = match read {
            Some(id) => Said::Read(id),
            None => Said::Message(NewMessage::read(fields)),
        };
        Self { audience, said }
    }
}

/// Carries out what a page's form says.
pub async fn post(app: &App, actor: &Actor, command: &Command, thread: &Thread, said: &Said) -> Result<()> {
    once!(app, actor, command => |change| match said {
        Said::Message(message) => send(change, thread, message).await.map(drop),
        Said::Read(last) => mark_read(change, thread, *last).await,
    })
}
