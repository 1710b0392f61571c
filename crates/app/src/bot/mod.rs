//! The bot in messengers: the working day of workers, the orders of customers, and what the office answers on the way; one set of
//! use cases for all messengers.
//!
//! It is one more face beside the pages: it asks the same use cases with the same rights, and shows what they answer. What comes twice
//! is done once, because each message is a command with the messenger's own id of it.

#[cfg(test)]
mod access_tests;
mod customer;
#[cfg(test)]
mod customer_tests;
#[cfg(test)]
mod late_tests;
#[cfg(test)]
mod link_tests;
mod office;
#[cfg(test)]
mod old_tests;
#[cfg(test)]
mod pace_tests;
#[cfg(test)]
mod place_tests;
mod stranger;
mod talk;
#[cfg(test)]
mod tests;
mod visit;
mod worker;
mod write;

use crate::{
    access::Actor,
    accounts::{one_time::typed_code, session},
    app::App,
    error::{Error, Result},
    notifications::{Line, Task, deed::Deed, ways},
};
use channels::messenger::{Incoming, Said, What};
use futures_util::future::BoxFuture;
use talk::{Step, Talk, Waiting};

/// Answers one thing that came by a messenger.
pub fn answer<'a>(app: &'a App, line: &'a Line, task: &'a Task) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let arrived = &task.arrived;
        let mut talk = Talk::of(app, line, arrived).await?;
        match &task.note {
            note if task.is_given_up => return given_up(&mut talk, &arrived.what, note.is_some()).await,
            Some(note) => return late(&mut talk, note, &arrived.what).await,
            None => {}
        }
        if let What::Blocked = arrived.what {
            return ways::set_state(app, line.channel, &arrived.chat, crate::notifications::WayState::Dead).await;
        }
        // Who writes has not blocked us.
        ways::set_state(app, line.channel, &arrived.chat, crate::notifications::WayState::Alive).await?;
        talk.forget_late().await?;
        let outcome = match code_of(&arrived.what) {
            Some(code) => stranger::link(&mut talk, &code, &arrived.what).await,
            None => match known(&talk).await? {
                Some(actor) => {
                    talk.lang = actor.lang;
                    match talk.forget_kept().await {
                        Ok(()) => heard(&mut talk, &actor, &arrived.what).await,
                        error => error,
                    }
                }
                None => stranger::heard(&mut talk, &arrived.what).await,
            },
        };
        match outcome {
            // It is our fault: the same is answered once more later.
            Err(error) if is_ours(&error) => Err(error),
            // What they typed can be put right; anything else would refuse each further line too.
            Err(error @ Error::Invalid(_)) => talk.refuse(&error).await,
            Err(error) => {
                talk.set(Step::Nothing).await?;
                talk.refuse(&error).await
            }
            Ok(()) => Ok(()),
        }
    })
}

fn is_ours(error: &Error) -> bool {
    matches!(error, Error::Db(_) | Error::Other(_) | Error::Full)
}

/// It could not be taken in, and whoever sent it may do so again.
async fn given_up(talk: &mut Talk<'_>, what: &What, is_file: bool) -> Result<()> {
    if let What::Blocked = what {
        return Ok(());
    }
    if let Some(actor) = known(talk).await? {
        talk.lang = actor.lang;
    }
    talk.say(&talk.t(if is_file { "bot-file-lost" } else { "bot-not-taken" }), &[]).await
}

/// A file that the messenger did not give at first. Whatever is asked meanwhile stays open.
async fn late(talk: &mut Talk<'_>, note: &str, what: &What) -> Result<()> {
    let (Some(actor), What::Said(said)) = (known(talk).await?, what) else { return Ok(()) };
    talk.lang = actor.lang;
    match write::late(talk, &actor, note, said).await {
        Err(error) if !is_ours(&error) => talk.refuse(&error).await,
        other => other,
    }
}

/// The code that links a messenger, if that is what came: by a deep link, or typed by whoever cannot follow it.
fn code_of(what: &What) -> Option<String> {
    match what {
        What::Start(code) => {
            Some(code.trim()).filter(|code| !code.is_empty()).map(|code| typed_code(code).unwrap_or_else(|| code.to_owned()))
        }
        What::Said(said) if said.files.is_empty() => typed_code(&said.text),
        _ => None,
    }
}

/// Who talks here, with the rights of this moment.
async fn known(talk: &Talk<'_>) -> Result<Option<Actor>> {
    let Some(user_id) = ways::holder(talk.app, talk.line.channel, &talk.chat).await? else { return Ok(None) };
    session::actor_elsewhere(talk.app, user_id, talk.line.channel.to_string()).await
}

fn heard<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, what: &'a What) -> BoxFuture<'a, Result<()>> {
    talk.lang = actor.lang;
    if !matches!(what, What::Said(said) if said.reply_to.is_none()) {
        talk.say_nothing_of_it();
    }
    match what {
        What::Pressed { data, .. } => match Deed::parse(data) {
            Some(deed) => boxed(move || pressed(talk, actor, deed)),
            // A button of another version: what there is now is shown.
            None => boxed(move || menu(talk, actor)),
        },
        What::Start(_) => boxed(move || menu(talk, actor)),
        What::Said(one) if one.text.trim().starts_with('/') && one.files.is_empty() => boxed(move || menu(talk, actor)),
        What::Said(one) if one.files.is_empty() && is_cancel(&one.text) => {
            let one = one.clone();
            boxed(async move || if is_answer(talk, actor, &one).await? { said(talk, actor, one).await } else { cancel(talk, actor).await })
        }
        What::Said(one) => boxed(move || said(talk, actor, one.clone())),
        What::Place { lat, lon } if actor.worker_id().is_some() => boxed(move || worker::place(talk, actor, (*lat, *lon))),
        What::Place { lat, lon } if !matches!(talk.step, Step::Order(_)) => {
            let here = here(talk, (*lat, *lon));
            boxed(move || said(talk, actor, here))
        }
        What::Place { .. } => boxed(move || customer::words_wanted(talk)),
        What::Phone { phone, is_proved: false } => boxed(move || said(talk, actor, Said { text: phone.clone(), ..Said::default() })),
        What::Phone { .. } => boxed(move || menu(talk, actor)),
        What::Unread => boxed(async move || talk.say(&talk.t("bot-unread"), &[]).await),
        What::Blocked | What::Other => boxed(async || Ok(())),
    }
}

async fn said(talk: &mut Talk<'_>, actor: &Actor, mut said: Said) -> Result<()> {
    let all = said.files.len();
    said.files.retain(is_taken);
    if said.files.len() < all {
        talk.say(&talk.t("bot-unread"), &[]).await?;
        if said.files.is_empty() && said.text.trim().is_empty() {
            return Ok(());
        }
    }
    let (said, with) = (&said, &mut *talk);
    let heard = if actor.worker_id().is_some() {
        boxed(move || worker::said(with, actor, said))
    } else if actor.is_staff() {
        boxed(move || office::said(with, actor, said))
    } else {
        boxed(move || customer::said(with, actor, said))
    };
    heard.await?;
    talk.say_opening().await
}

/// Whether it is a picture or a document, and nothing to be heard or watched.
fn is_taken(file: &Incoming) -> bool {
    const PLAYED: [&str; 11] = ["ogg", "oga", "opus", "mp3", "m4a", "wav", "mp4", "mov", "avi", "mkv", "webm"];
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    file.is_picture || (!file.name.is_empty() && !PLAYED.contains(&ending.as_str()))
}

/// A place as a line of chat.
fn here(talk: &Talk<'_>, (lat, lon): (f64, f64)) -> Said {
    let text = talk.ta("bot-i-am-here", &[("url", &format!("https://yandex.ru/maps/?pt={lon},{lat}&z=16"))]);
    Said { text, ..Said::default() }
}

/// Whether somebody who types instead of pressing wants to stop.
fn is_cancel(text: &str) -> bool {
    let word = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    ["отмена", "отменить", "назад", "cancel", "back"].contains(&word.as_str())
}

/// Whether such a word is an answer to somebody: to a line that it replies to, or a customer's to what they were asked by people, where
/// nothing goes on that could be cancelled.
async fn is_answer(talk: &Talk<'_>, actor: &Actor, said: &Said) -> Result<bool> {
    let is_request = said.text.trim().to_lowercase().starts_with("отмен");
    Ok(write::answered(talk, actor, said).await?.is_some() || (actor.customer_id().is_some() && talk.step.is_idle() && is_request))
}

/// Ends what is going on.
async fn cancel(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    match talk.step.clone() {
        Step::Reason { visit, .. } => {
            talk.set(Step::Nothing).await?;
            visit::show(talk, actor, visit).await
        }
        Step::Order(_) => {
            let waiting = Waiting { draft: None, ..talk.waiting.clone() };
            talk.remember(Step::Nothing, waiting).await?;
            menu(talk, actor).await
        }
        _ => menu(talk, actor).await,
    }
}

/// What can be done here, as a start of everything.
async fn menu(talk: &mut Talk<'_>, actor: &Actor) -> Result<()> {
    talk.set(Step::Nothing).await?;
    if actor.worker_id().is_some() {
        worker::menu(talk).await
    } else if actor.is_staff() {
        office::menu(talk, actor).await
    } else {
        customer::menu(talk).await
    }
}

/// Whether a button answers what was asked last; any other turns to something else.
fn answers(step: &Step, deed: Deed) -> bool {
    match (step, deed) {
        (_, Deed::Cancel) => true,
        (Step::Reason { visit, .. }, Deed::Because { id, .. }) => *visit == id,
        (Step::Order(_), Deed::Service(_) | Deed::Send | Deed::Change { .. }) => true,
        (Step::CancelOrder { order, .. }, Deed::CancelOrder { id, .. }) => *order == id,
        _ => false,
    }
}

async fn pressed(talk: &mut Talk<'_>, actor: &Actor, deed: Deed) -> Result<()> {
    if !answers(&talk.step, deed) {
        talk.set(Step::Nothing).await?;
    }
    done(talk, actor, deed).await
}

fn done<'a>(talk: &'a mut Talk<'_>, actor: &'a Actor, deed: Deed) -> BoxFuture<'a, Result<()>> {
    match deed {
        Deed::Menu => boxed(move || menu(talk, actor)),
        Deed::Cancel => boxed(move || cancel(talk, actor)),
        Deed::Today => worker::day(talk, actor, 0),
        Deed::Tomorrow => worker::day(talk, actor, 1),
        Deed::Later => worker::day(talk, actor, 2),
        Deed::Here => boxed(move || worker::ask_place(talk, actor)),
        Deed::ShowVisit(id) => visit::show(talk, actor, id),
        Deed::Visit { action, id, version } => boxed(move || visit::act(talk, actor, id, action, version)),
        Deed::Because { action, id, version, reason } => boxed(move || visit::because(talk, actor, (id, action, version), reason)),
        Deed::For(id) => boxed(move || worker::sent_for(talk, actor, id)),
        Deed::Pictures { id, kind } => worker::pictures(talk, actor, id, kind),
        Deed::Tick { id, place } => boxed(move || worker::tick(talk, actor, id, place)),
        Deed::WriteAboutVisit(id) => write::ask(talk, actor, write::To::Visit(id)),
        Deed::WriteAboutOrder(id) => write::ask(talk, actor, write::To::Order(id)),
        Deed::WriteToOffice => write::ask(talk, actor, write::To::Office),
        Deed::Answer(id) => write::ask(talk, actor, write::To::Chat(id)),
        Deed::Fits(id, starts_ms) => boxed(move || customer::fits(talk, actor, id, starts_ms)),
        Deed::MoveWanted(id) => boxed(move || customer::move_wanted(talk, actor, id)),
        Deed::Stars(id, stars) => customer::stars(talk, actor, id, stars),
        Deed::Orders => customer::orders(talk, actor),
        Deed::ShowOrder(id) => customer::show(talk, actor, id),
        Deed::NewOrder => boxed(move || customer::begin(talk, actor)),
        Deed::Service(id) => boxed(move || customer::service(talk, actor, id)),
        Deed::Change { address } => boxed(move || customer::change(talk, actor, address)),
        Deed::AcceptWork { id, version } => boxed(move || customer::accept_work(talk, actor, id, version)),
        Deed::ReturnWork { id, version } => boxed(move || customer::return_work(talk, actor, id, version)),
        Deed::CancelOrder { id, reason: None } => boxed(move || customer::ask_why_cancel(talk, actor, id)),
        Deed::CancelOrder { id, reason: Some(reason) } => boxed(move || customer::cancel_because(talk, actor, id, reason)),
        Deed::Send => customer::send(talk, actor),
        Deed::Confirm { id, version } => boxed(move || office::confirm(talk, actor, id, version)),
        Deed::Assign(id) => office::assign(talk, actor, id),
        Deed::AssignTo { order, worker, slot } => office::assign_to(talk, actor, (order, worker, slot)),
        Deed::Waiting => office::waiting(talk, actor),
    }
}

/// A future on the heap, made in a frame of its own: what the deeds are in the midst of would otherwise lie on the stack side by side,
/// one for each of them, as long as one of them is done.
#[inline(never)]
fn boxed<'a, F: Future<Output = Result<()>> + Send + 'a>(make: impl FnOnce() -> F) -> BoxFuture<'a, Result<()>> {
    Box::pin(make())
}
