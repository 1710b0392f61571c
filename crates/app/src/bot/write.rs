//! Lines of chat from a messenger: into the right conversation, and known to have come this way, so that the answer comes back.

use super::talk::{Step, Talk, refuse_longer};
use crate::{
    access::Actor,
    error::{Error, Result},
    ids::{ChatId, OrderId, VisitId},
    messages::{self, Audience, NewMessage, Thread},
    notifications::{self, deed::Deed},
    orders::visits,
    text::i18n,
    web::{Choice, Command},
};
use channels::messenger::{Said, What};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

/// What a chat takes.
const LONGEST_LINE: usize = 4000;
const SECOND_MS: i64 = 1000;
/// How long what follows a line goes where the line went.
const FOLLOWS_MS: i64 = 120 * SECOND_MS;
/// The same for the pictures of a worker, whose words and later pictures are the report's.
const ALBUM_MS: i64 = 30 * SECOND_MS;

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

/// Asks for the line; where it has been written already, it goes there.
pub fn ask<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, to: To) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        // Whoever is not in that conversation is not asked for a line.
        let thread = thread(talk, actor, to).await?;
        if matches!(to, To::Order(_)) && actor.customer_id().is_some() && !talk.waiting.said.is_empty() {
            return write_kept(talk, actor, to).await;
        }
        talk.set(Step::Write { to, written_ms: None }).await?;
        let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
        let text = match (thread.audience, number.is_empty()) {
            (Audience::Internal, _) => talk.ta("bot-write-colleagues", &[("number", &number)]),
            (Audience::Customer, _) if actor.customer_id().is_none() => talk.ta("bot-write-customer", &[("number", &number)]),
            (Audience::Worker, _) if actor.is_staff() => {
                let name = lead(talk, &thread).await?;
                talk.ta("bot-write-worker-about", &[("name", &name), ("number", &number)])
            }
            (Audience::Direct, _) if actor.is_staff() => talk.ta("bot-write-worker", &[("name", &thread.name())]),
            (_, false) => talk.ta("bot-write-about", &[("number", &number)]),
            (_, true) => talk.t("bot-write"),
        };
        let buttons = vec![vec![talk.button("bot-cancel", Deed::Cancel)]];
        talk.say(&text, &buttons).await
    })
}

async fn lead(talk: &Talk<'_>, thread: &Thread) -> Result<String> {
    let Some(visit) = &thread.visit else { return Ok(String::new()) };
    let crew = visits::crews(talk.app.db.read(), talk.app.db.engine(), &[visit.id]).await?;
    Ok(crew.into_iter().find(|member| member.worker_id == visit.lead_id).map(|lead| lead.name).unwrap_or_default())
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

/// Where the next words go, if they were asked for or follow others closely.
pub fn awaited(talk: &Talk<'_>, actor: &Actor, said: &Said) -> Option<To> {
    let Step::Write { to, written_ms } = talk.step else { return None };
    let Some(written) = written_ms else { return Some(to) };
    let follows = match (actor.worker_id(), said.text.trim().is_empty()) {
        (None, _) => FOLLOWS_MS,
        (Some(_), true) => ALBUM_MS,
        (Some(_), false) => 0,
    };
    (talk.heard_ms() - written < follows).then_some(to)
}

/// Writes what was said into a conversation and says that it is there. Other questions of ours stay open.
pub fn write<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, to: To, said: &'a Said) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let written = put(talk, actor, to, said, |part| talk.command(&format!("write{part}"))).await;
        if is_nobodys(&written) && actor.worker_id().is_some() && to != To::Office {
            let put = put(talk, actor, To::Office, said, |part| talk.command(&format!("write{part}"))).await?;
            return told(talk, To::Office, put, Some("bot-written-office")).await;
        }
        let put = written?;
        // Of an album each picture comes by itself: it is told once.
        let follows = matches!(talk.step, Step::Write { written_ms: Some(_), .. }) && said.text.trim().is_empty() && put.refused.is_empty();
        told(talk, to, put, (!follows).then_some("bot-written")).await
    })
}

/// It was theirs a moment ago: what a worker wrote is not to be lost.
fn is_nobodys(written: &Result<Put>) -> bool {
    matches!(written, Err(Error::NotFound | Error::Conflict("nobody_to_write", _)))
}

/// Where a file belongs that the messenger did not give yet.
#[derive(Serialize, Deserialize)]
struct Late {
    to: To,
    /// By this it is written once.
    command: String,
}

/// Writes a file that was put off, and says that it is there.
///
/// # Errors
/// [`Error::Other`] when the messenger does not give it now either.
pub async fn late(talk: &mut Talk<'_>, actor: &Actor, note: &str, said: &Said) -> Result<()> {
    let Late { to, command } = serde_json::from_str(note).map_err(anyhow::Error::from)?;
    let command = |_: &str| Command::of_message(command.clone());
    let written = put_now(talk, actor, to, said, command).await;
    let lost = is_nobodys(&written) && actor.worker_id().is_some();
    let put = if lost { put_now(talk, actor, To::Office, said, command).await? } else { written? };
    if !put.late.is_empty() {
        return Err(anyhow::anyhow!("a file stays with its messenger").into());
    }
    let came = put.is_written.then(|| talk.t("bot-file-came"));
    let lines: Vec<String> = came.into_iter().chain(put.refused).collect();
    talk.say(&lines.join("\n"), &[]).await
}

/// Writes what was said before it was known what about.
pub fn write_kept<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, to: To) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut all = Put::default();
        for said in talk.waiting.said.clone() {
            let put = put(talk, actor, to, &said, |part| talk.command_of(&format!("kept {}{part}", said.id))).await?;
            all.is_written |= put.is_written;
            all.refused.extend(put.refused);
            all.late.extend(put.late);
        }
        let waiting = super::talk::Waiting { said: vec![], ..talk.waiting.clone() };
        talk.remember(Step::Nothing, waiting).await?;
        told(talk, to, all, Some("bot-written")).await
    })
}

/// What became of something that was said.
#[derive(Debug, Default)]
pub struct Put {
    is_written: bool,
    /// Why files were not taken, in words.
    refused: Vec<String>,
    /// The places of files that the messenger does not give yet.
    late: Vec<usize>,
}

/// Writes it, without the files that are not taken. What the messenger does not give yet follows by itself. `command` names the command
/// of each part.
pub async fn put(talk: &Talk<'_>, actor: &Actor, to: To, said: &Said, command: impl Fn(&str) -> Command) -> Result<Put> {
    let put = put_now(talk, actor, to, said, &command).await?;
    for at in &put.late {
        let is_all = said.text.trim().is_empty() && said.files.len() == 1;
        let command = command(&if is_all { String::new() } else { format!(" late {at}") }).key.unwrap_or_default();
        let alone = Said { id: said.id.clone(), files: vec![said.files[*at].clone()], ..Said::default() };
        let note = serde_json::to_string(&Late { to, command: command.clone() }).map_err(anyhow::Error::from)?;
        talk.put_off(command, What::Said(alone), note).await?;
    }
    Ok(put)
}

async fn put_now(talk: &Talk<'_>, actor: &Actor, to: To, said: &Said, command: impl Fn(&str) -> Command) -> Result<Put> {
    let thread = thread(talk, actor, to).await?;
    let body = said.text.trim().to_owned();
    refuse_longer(&body, LONGEST_LINE)?;
    let (mut files, mut put) = (vec![], Put::default());
    for (at, file) in said.files.iter().enumerate() {
        // A messenger that does not give one is not asked for each.
        if !put.late.is_empty() {
            put.late.push(at);
            continue;
        }
        match talk.fetch(&file.file).await {
            Ok(bytes) => files.push(messages::NewFile { name: file.name.clone(), bytes }),
            Err(Error::Other(error)) => {
                tracing::warn!(%error, "a file of a chat stays with its messenger");
                put.late.push(at);
            }
            Err(error @ Error::Invalid(_)) => put.refused.push(talk.words_of(&error)),
            Err(error) => return Err(error),
        }
    }
    if body.is_empty() && files.is_empty() {
        return Ok(put);
    }
    match line(talk, actor, &thread, &command(""), &body, files.clone()).await {
        Ok(()) => put.is_written = true,
        // One of the files is not taken: the words and the others are.
        Err(Error::Invalid(_)) if !files.is_empty() => {
            if !body.is_empty() {
                line(talk, actor, &thread, &command(" words"), &body, vec![]).await?;
                put.is_written = true;
            }
            for (at, file) in files.into_iter().enumerate() {
                match line(talk, actor, &thread, &command(&format!(" {at}")), "", vec![file]).await {
                    Ok(()) => put.is_written = true,
                    Err(error @ Error::Invalid(_)) => put.refused.push(talk.words_of(&error)),
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(put)
}

async fn line(talk: &Talk<'_>, actor: &Actor, thread: &Thread, command: &Command, body: &str, files: Vec<messages::NewFile>) -> Result<()> {
    let new = NewMessage { body: body.to_owned(), ..NewMessage::default() };
    messages::write_from_messenger(talk.app, actor, command, thread, new, files, talk.line.channel.code()).await
}

async fn told(talk: &mut Talk<'_>, to: To, put: Put, key: Option<&str>) -> Result<()> {
    if matches!(talk.step, Step::Nothing | Step::Write { .. }) {
        talk.set(Step::Write { to, written_ms: Some(talk.app.clock.now_ms()) }).await?;
    }
    let mut lines: Vec<String> = key.filter(|_| put.is_written).map(|key| talk.t(key)).into_iter().collect();
    lines.extend(put.refused);
    if !put.late.is_empty() && key.is_some() {
        let count = i64::try_from(put.late.len()).unwrap_or(0);
        lines.push(i18n::ta(talk.lang, "bot-files-late", &[("count", count.into())]));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let menu = vec![vec![talk.button("bot-menu", Deed::Menu)]];
    talk.say(&lines.join("\n"), &menu).await
}

/// The conversation that a message of the bot's was from or about which was answered: of a line of chat its own, of news that of its
/// order or visit, unless something else was asked since. The office is told of each order, and means nobody by it.
pub async fn answered(talk: &Talk<'_>, actor: &Actor, said: &Said) -> Result<Option<To>> {
    let Some(message) = &said.reply_to else { return Ok(None) };
    let Some(told) = notifications::told_by(talk.app, talk.line.channel, &talk.chat, message).await? else { return Ok(None) };
    let is_idle = talk.step.is_idle() || matches!(talk.step, Step::Which(_));
    Ok(match (told.chat_id, told.order_id, told.visit_id) {
        (Some(chat), ..) => Some(To::Chat(chat)),
        (None, _, Some(visit)) if is_idle && actor.worker_id().is_some() => Some(To::Visit(visit)),
        (None, Some(order), _) if is_idle && actor.customer_id().is_some() => Some(To::Order(order)),
        _ => None,
    })
}
