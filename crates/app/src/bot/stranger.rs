//! Somebody whom we do not know yet: a code of theirs, or their phone proved by the messenger, tells who it is.

use super::{
    menu,
    talk::{Step, Talk},
};
use crate::{
    access::{Actor, Role},
    accounts::session::{self, visitor},
    customers,
    error::{Error, Result},
    ids::{CustomerId, UserId},
    notifications::{
        deed::Deed,
        ways::{self, Taken},
    },
    people,
    text::phone::Phone,
    web::Choice as _,
};
use channels::{Button, Press, messenger::What};
use sea_orm::FromQueryResult;

/// Links the messenger to whoever the code was made for; of somebody who is known already, what is no code is something said.
pub async fn link(talk: &mut Talk<'_>, code: &str, what: &What) -> Result<()> {
    let attempt = talk.app.throttle.code(talk.line.channel.code(), &talk.chat)?;
    let visitor = visitor(talk.line.channel.to_string(), talk.lang);
    let (channel, chat, name) = (talk.line.channel, talk.chat.clone(), talk.name.clone());
    let linked = async { change!(talk.app, &visitor => |change| ways::take(change, code, channel, &chat, &name).await) };
    match linked.await {
        Ok(taken) => {
            attempt.succeeded();
            welcome(talk, taken, "bot-linked").await
        }
        // Their own code once more, or a word that looks like one.
        Err(Error::Request(410, _)) => match super::known(talk).await? {
            Some(actor) => super::heard(talk, &actor, what).await,
            None => talk.say(&talk.t("bot-code-old"), &[]).await,
        },
        Err(error) => Err(error),
    }
}

async fn welcome(talk: &mut Talk<'_>, taken: Taken, key: &str) -> Result<()> {
    let Some(actor) = session::actor_elsewhere(talk.app, taken.user_id, talk.line.channel.to_string()).await? else {
        return talk.say(&talk.t("bot-not-found"), &[]).await;
    };
    talk.lang = actor.lang;
    talk.begin_anew().await?;
    if let Some(left) = taken.left {
        talk.say_in(&left, &talk.t("bot-elsewhere"), &[]).await?;
    }
    talk.say(&talk.t(key), &[]).await?;
    menu(talk, &actor).await
}

/// Asks who it is, or hears it.
pub async fn heard(talk: &mut Talk<'_>, what: &What) -> Result<()> {
    match what {
        What::Phone { phone, is_proved: true } => by_phone(talk, phone).await,
        What::Unread | What::Blocked | What::Other => Ok(()),
        // There is no button to give a phone with.
        _ if !talk.has_buttons() => talk.say(&talk.t("bot-office-by-code"), &[]).await,
        What::Phone { .. } => talk.say(&talk.t("bot-phone-not-own"), &ask_phone(talk)).await,
        What::Pressed { data, .. } if Deed::parse(data) == Some(Deed::Send) => agreed(talk).await,
        _ => talk.say(&talk.t("bot-hello"), &ask_phone(talk)).await,
    }
}

fn ask_phone(talk: &Talk<'_>) -> Vec<Vec<Button>> {
    vec![vec![Button { label: talk.t("bot-give-phone"), press: Press::Phone }]]
}

#[derive(FromQueryResult)]
struct Known {
    id: UserId,
    role: String,
    has_password: i64,
}

impl Known {
    /// Whether the phone alone tells that it is they. Whoever has a password may have typed anybody's phone, and can take a code from
    /// the site; an account without one has its phone from the office or from a messenger. The office's own people are linked by a code
    /// alone: what they see is worth more than a phone.
    fn is_known_by_phone(&self) -> bool {
        self.has_password == 0 && !Role::parse(&self.role).is_some_and(Role::is_staff)
    }
}

/// Who has this phone.
async fn by_phone(talk: &mut Talk<'_>, phone: &str) -> Result<()> {
    let Ok(phone) = Phone::parse(phone) else { return talk.say(&talk.t("bot-hello"), &ask_phone(talk)).await };
    let phone = phone.as_str().to_owned();
    let text = "SELECT id, role, CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password FROM users WHERE phone = ? AND blocked_ms IS NULL";
    let known = Known::find_by_statement(store::sql(talk.app.db.engine(), text, [phone.as_str().into()])).one(talk.app.db.read()).await?;
    let record = customers::with_phone(talk.app.db.read(), &phone).await?;
    let is_recorded = record.as_ref().is_some_and(|record| record.user_id.is_none());
    match known {
        Some(known) if known.is_known_by_phone() => {
            let system = Actor::system("bot");
            let (channel, chat, name) = (talk.line.channel, talk.chat.clone(), talk.name.clone());
            let taken = change!(talk.app, &system => |change| ways::give(change, known.id, channel, &chat, &name).await)?;
            welcome(talk, taken, "bot-linked").await
        }
        // What the office recorded for this phone is theirs, be it that somebody else has typed it when they signed up.
        Some(_) if !is_recorded => talk.say(&talk.t("bot-office-by-code"), &[]).await,
        None if record.is_some() && !is_recorded => talk.say(&talk.t("bot-office-by-code"), &[]).await,
        Some(_) | None => {
            let name = record.as_ref().map_or_else(|| talk.name.clone(), |record| record.name.clone());
            talk.set(Step::Consent { phone, customer: record.map(|record| record.id), name }).await?;
            let consent = vec![vec![talk.button("bot-agree", Deed::Send)], vec![talk.page("bot-consent-text", "/consent")]];
            talk.say(&talk.t("bot-consent"), &consent).await
        }
    }
}

/// A new customer, known by their phone and with their consent on record.
async fn agreed(talk: &mut Talk<'_>) -> Result<()> {
    let Step::Consent { phone, customer, name } = talk.step.clone() else {
        return talk.say(&talk.t("bot-hello"), &ask_phone(talk)).await;
    };
    let visitor = visitor(talk.line.channel.to_string(), talk.lang);
    let name = if name.trim().is_empty() { talk.t("bot-nameless") } else { name };
    let customer: Option<CustomerId> = customer;
    let (channel, chat, nick, lang) = (talk.line.channel, talk.chat.clone(), talk.name.clone(), talk.lang);
    let command = talk.command("register");
    let taken = once!(talk.app, &visitor, &command => |change| {
        let user = people::arrive::register_by_messenger(change, &phone, &name, customer, lang).await?;
        ways::give(change, user, channel, &chat, &nick).await
    })?;
    talk.set(Step::Nothing).await?;
    welcome(talk, taken, "bot-registered").await
}
