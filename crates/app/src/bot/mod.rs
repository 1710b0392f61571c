//! The bot in messengers: the working day of workers, the orders of customers, and what the office answers on the way; one set of
//! use cases for all messengers.
//!
//! It is one more face beside the pages: it asks the same use cases with the same rights, and shows what they answer. What comes twice
//! is done once, because each message is a command with the messenger's own id of it.

#[cfg(test)]
mod access_tests;
mod customer;
mod office;
mod stranger;
mod talk;
#[cfg(test)]
mod tests;
mod visit;
mod worker;
mod write;

use crate::{
    access::Actor,
    accounts::session,
    app::App,
    error::{Error, Result},
    notifications::{Line, deed::Deed, ways},
};
use channels::messenger::{Arrived, What};
use futures_util::future::BoxFuture;
use talk::{Step, Talk};

/// How long a code is that links a messenger.
const CODE_LENGTH: usize = 43;

/// Answers one thing that came by a messenger.
pub fn answer<'a>(app: &'a App, line: &'a Line, arrived: &'a Arrived) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut talk = Talk::of(app, line, arrived).await?;
        if let What::Blocked = arrived.what {
            return ways::set_state(app, line.channel, &arrived.chat, crate::notifications::WayState::Dead).await;
        }
        // Who writes has not blocked us.
        ways::set_state(app, line.channel, &arrived.chat, crate::notifications::WayState::Alive).await?;
        let outcome = match code_of(&arrived.what) {
            Some(code) => stranger::link(&mut talk, code).await,
            None => match known(&talk).await? {
                Some(actor) => heard(&mut talk, &actor, &arrived.what).await,
                None => stranger::heard(&mut talk, &arrived.what).await,
            },
        };
        match outcome {
            // It is our fault: the same is answered once more later.
            Err(error @ (Error::Db(_) | Error::Other(_) | Error::Full)) => Err(error),
            Err(error) => talk.refuse(&error).await,
            Ok(()) => Ok(()),
        }
    })
}

/// The code that links a messenger, if that is what came: by a deep link, or typed by whoever cannot follow it.
fn code_of(what: &What) -> Option<&str> {
    let code = match what {
        What::Start(code) => code.trim(),
        What::Said(said) if said.text.trim().len() == CODE_LENGTH && !said.text.trim().contains(' ') => said.text.trim(),
        _ => return None,
    };
    (!code.is_empty()).then_some(code)
}

/// Who talks here, with the rights of this moment.
async fn known(talk: &Talk<'_>) -> Result<Option<Actor>> {
    let Some(user_id) = ways::holder(talk.app, talk.line.channel, &talk.chat).await? else { return Ok(None) };
    session::actor_elsewhere(talk.app, user_id, talk.line.channel.to_string()).await
}

async fn heard(talk: &mut Talk<'_>, actor: &Actor, what: &What) -> Result<()> {
    talk.lang = actor.lang;
    match what {
        What::Pressed { data, .. } => match Deed::parse(data) {
            Some(deed) => pressed(talk, actor, deed).await,
            // A button of another version: what there is now is shown.
            None => menu(talk, actor).await,
        },
        What::Start(_) => menu(talk, actor).await,
        What::Said(said) if said.text.trim().starts_with('/') && said.files.is_empty() => menu(talk, actor).await,
        What::Said(said) if actor.worker_id().is_some() => worker::said(talk, actor, said).await,
        What::Said(said) if actor.is_staff() => office::said(talk, actor, said).await,
        What::Said(said) => customer::said(talk, actor, said).await,
        What::Place { lat, lon } => worker::place(talk, actor, (*lat, *lon)).await,
        What::Phone { .. } => menu(talk, actor).await,
        What::Blocked | What::Other => Ok(()),
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

async fn pressed(talk: &mut Talk<'_>, actor: &Actor, deed: Deed) -> Result<()> {
    match deed {
        Deed::Menu | Deed::Cancel => menu(talk, actor).await,
        Deed::Today => worker::day(talk, actor, 0).await,
        Deed::Tomorrow => worker::day(talk, actor, 1).await,
        Deed::ShowVisit(id) => visit::show(talk, actor, id).await,
        Deed::Visit { action, id, version } => visit::act(talk, actor, id, action, version).await,
        Deed::Because { action, id, version, reason } => visit::because(talk, actor, (id, action, version), reason).await,
        Deed::Pictures { id, after } => worker::pictures(talk, actor, id, after).await,
        Deed::Tick { id, place } => worker::tick(talk, actor, id, place).await,
        Deed::WriteAboutVisit(id) => write::ask(talk, actor, write::To::Visit(id)).await,
        Deed::WriteAboutOrder(id) => write::ask(talk, actor, write::To::Order(id)).await,
        Deed::WriteToOffice => write::ask(talk, actor, write::To::Office).await,
        Deed::Answer(id) => write::ask(talk, actor, write::To::Chat(id)).await,
        Deed::Fits(id, starts_ms) => customer::fits(talk, actor, id, starts_ms).await,
        Deed::MoveWanted(id) => customer::move_wanted(talk, actor, id).await,
        Deed::Stars(id, stars) => customer::stars(talk, actor, id, stars).await,
        Deed::Orders => customer::orders(talk, actor).await,
        Deed::ShowOrder(id) => customer::show(talk, actor, id).await,
        Deed::NewOrder => customer::begin(talk, actor).await,
        Deed::Service(id) => customer::service(talk, actor, id).await,
        Deed::Send => customer::send(talk, actor).await,
        Deed::Confirm { id, version } => office::confirm(talk, actor, id, version).await,
        Deed::Assign(id) => office::assign(talk, actor, id).await,
        Deed::AssignTo { order, worker, slot } => office::assign_to(talk, actor, (order, worker, slot)).await,
        Deed::Waiting => office::waiting(talk, actor).await,
    }
}
