//! Lines of chat from a messenger: into the right conversation, and known to have come this way, so that the answer comes back.

use super::talk::{Step, Talk};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::{ChatId, OrderId, VisitId},
    messages::{self, Audience, NewMessage, Thread},
    notifications::{self, deed::Deed},
    web::Choice,
};
use channels::messenger::Said;
use serde::{Deserialize, Serialize};

/// The conversation that a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum To {
    /// The crew of a visit and the office.
    Visit(VisitId),
    /// The customer and the office.
    Order(OrderId),
    /// The office and one worker, outside any order.
    Office,
    Chat(ChatId),
}

/// Asks for the line.
pub async fn ask(talk: &mut Talk<'_>, actor: &Actor, to: To) -> Result<()> {
    // Whoever is not in that conversation is not asked for a line.
    let thread = thread(talk, actor, to).await?;
    talk.set(Step::Write(to)).await?;
    let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
    let text = match (thread.audience, number.is_empty()) {
        (Audience::Customer, _) if actor.customer_id().is_none() => talk.ta("bot-write-customer", &[("number", &number)]),
        (Audience::Worker | Audience::Direct, _) if actor.is_staff() => {
            talk.ta("bot-write-worker", &[("name", &thread.name()), ("number", &number)])
        }
        (_, false) => talk.ta("bot-write-about", &[("number", &number)]),
        (_, true) => talk.t("bot-write"),
    };
    let buttons = vec![vec![talk.button("bot-cancel", Deed::Cancel)]];
    talk.say(&text, &buttons).await
}

async fn thread(talk: &Talk<'_>, actor: &Actor, to: To) -> Result<Thread> {
    let (app, conn) = (talk.app, talk.app.db.read());
    match to {
        To::Visit(id) => Thread::of_visit(conn, actor, id).await,
        To::Order(id) => Thread::of_order(app, conn, actor, id, Audience::Customer).await,
        To::Office => Thread::of_worker(app, conn, actor, actor.worker_id().ok_or(Error::NotFound)?).await,
        To::Chat(id) => Thread::of_chat(app, conn, actor, id).await,
    }
}

/// Writes what was said into a conversation and says that it is there.
pub async fn write(talk: &mut Talk<'_>, actor: &Actor, to: To, said: &Said) -> Result<()> {
    let mut files = vec![];
    for file in &said.files {
        files.push(messages::NewFile { name: file.name.clone(), bytes: talk.fetch(&file.file).await? });
    }
    let new = NewMessage { body: said.text.chars().take(4000).collect(), ..NewMessage::default() };
    let thread = thread(talk, actor, to).await?;
    let command = talk.command("write");
    let channel = talk.line.channel.code();
    messages::write_from_messenger(talk.app, actor, &command, &thread, new, files, channel).await?;
    talk.set(Step::Nothing).await?;
    let again = vec![vec![talk.button("bot-menu", Deed::Menu)]];
    talk.say(&talk.t("bot-written"), &again).await
}

/// The conversation of the bot's message that was answered, if it told of one.
pub async fn answered(talk: &Talk<'_>, said: &Said) -> Result<Option<To>> {
    let Some(message) = &said.reply_to else { return Ok(None) };
    Ok(notifications::chat_of_message(talk.app, talk.line.channel, &talk.chat, message).await?.map(To::Chat))
}
