//! How people come in: the first administrator by the set-up link, staff by invitation, customers by themselves.

use super::{
    NewPerson, create,
    form::{Arrival, Contacts, Invitation, Registration},
    manage::{self, write_contacts},
};
use crate::{
    access::Role,
    accounts::{
        Origin, audit, consent, one_time, own, password,
        row::user,
        session::{self, Tokens, visitor},
    },
    app::App,
    company,
    error::{Error, Result},
    ids::{CustomerId, UserId},
    text::i18n::Lang,
    web::{Change, Command, client::network_of, throttle::Rate},
};
use sea_orm::entity::prelude::*;
use std::time::Duration;

/// Registrations from one network, and how many of them may name a phone that somebody has already.
const REGISTRATIONS: Rate = Rate { burst: 100.0, each: Duration::from_secs(20) };
const REFUSED: Rate = Rate { burst: 10.0, each: Duration::from_secs(60) };

impl NewPerson {
    /// A person known by these contacts.
    pub fn with_contacts(role: Role, contacts: Contacts, language: &str) -> Self {
        let Contacts { name, login, phone, email } = contacts;
        Self { role, name, login, phone, email, password_hash: None, language: language.to_owned() }
    }
}

/// Refuses a password that is easy to guess for this person.
fn check_password(password: &str, contacts: &Contacts, company: &str) -> Result<()> {
    let known = [contacts.login.as_deref(), contacts.phone.as_deref(), contacts.email.as_deref()];
    let mut about: Vec<&str> = known.into_iter().flatten().collect();
    about.extend([contacts.name.as_str(), company]);
    Ok(password::check("password", password, &about)?)
}

/// Whether the set-up link still opens: it does until there is an administrator.
pub async fn peek_set_up(app: &App, secret: &str) -> Result<()> {
    one_time::peek(app.db.read(), one_time::Kind::Setup, secret, app.clock.now_ms()).await?;
    refuse_second(app.db.read()).await
}

async fn refuse_second(conn: &impl ConnectionTrait) -> Result<()> {
    let first = user::Entity::find().filter(user::Column::Role.eq(Role::Administrator.code())).one(conn).await?;
    if first.is_some() { Err(one_time::GONE) } else { Ok(()) }
}

/// Creates the first administrator, names the company and signs the administrator in.
pub async fn set_up(app: &App, secret: &str, arrival: Arrival, from: &Origin) -> Result<Tokens> {
    check_password(&arrival.password, &arrival.contacts, &arrival.company)?;
    // Outside the transaction, because it takes long.
    let hash = password::hash(arrival.password.clone()).await?;
    let visitor = visitor(from.address.to_string(), from.lang);
    let tokens = change!(app, &visitor => |change| {
        one_time::take(change, one_time::Kind::Setup, secret).await?;
        refuse_second(change.tx.conn()).await?;
        let mut person = NewPerson::with_contacts(Role::Administrator, arrival.contacts.clone(), from.lang.code());
        person.password_hash = Some(hash.clone());
        let user = create(change, person).await?;
        company::set_name(change, arrival.company.clone()).await?;
        audit::record_of(change, user.id, "system.set_up", "").await?;
        session::start(change, user.id, &from.device).await
    })?;
    app.use_company(company::Company::reread(&app.db).await?);
    Ok(tokens)
}

/// Creates a person without a password; the link by which they choose one is the answer.
pub async fn invite(change: &Change, invitation: Invitation) -> Result<(UserId, one_time::LinkId)> {
    let person = NewPerson::with_contacts(invitation.role, invitation.contacts, change.actor.lang.code());
    let user = create(change, person).await?;
    audit::record(change, "user.invited", "user", Some(user.id.0), invitation.role.code()).await?;
    let link = one_time::make(change, one_time::Kind::Invitation, Some(user.id)).await?;
    Ok((user.id, link))
}

/// The person whom a live invitation is for.
pub async fn invited(app: &App, secret: &str) -> Result<user::Model> {
    let id = one_time::peek(app.db.read(), one_time::Kind::Invitation, secret, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    let user = user::Entity::find_by_id(id).one(app.db.read()).await?.ok_or(Error::NotFound)?;
    if user.blocked_ms.is_some() { Err(one_time::GONE) } else { Ok(user) }
}

/// An invited person chooses a password, may complete their contacts, and is signed in.
pub async fn join(app: &App, secret: &str, arrival: Arrival, from: &Origin) -> Result<Tokens> {
    let user = invited(app, secret).await?;
    let asks_consent = user.role() == Role::Customer;
    if asks_consent && !arrival.consent {
        return Err(Error::field("consent", "consent_required"));
    }
    check_password(&arrival.password, &arrival.contacts, &app.company().name)?;
    let hash = password::hash(arrival.password.clone()).await?;
    let visitor = visitor(from.address.to_string(), from.lang);
    change!(app, &visitor => |change| {
        one_time::take(change, one_time::Kind::Invitation, secret).await?;
        let user = manage::hold(change, user.id).await?;
        write_contacts(change, &user, arrival.contacts.clone().into()).await?;
        own::set_password(change, user.id, hash.clone()).await?;
        if asks_consent {
            consent::give(change, user.id, from.lang).await?;
        }
        audit::record_of(change, user.id, "user.joined", "").await?;
        session::start(change, user.id, &from.device).await
    })
}

/// A customer whose phone a messenger has proved: the account, with the customer's record that the phone belongs to, and the consent.
/// They choose a password when they need one. A record's phone stays with it alone when somebody who did not prove it signed up with it.
///
/// # Errors
/// A fault at `phone` when another account has it and there is no record.
pub async fn register_by_messenger(change: &Change, phone: &str, name: &str, record: Option<CustomerId>, lang: Lang) -> Result<UserId> {
    let taken = user::Entity::find().filter(user::Column::Phone.eq(phone)).one(change.tx.conn()).await?.is_some();
    let phone = Some(phone.to_owned()).filter(|_| !taken || record.is_none());
    let contacts = Contacts { name: name.to_owned(), login: None, phone, email: None };
    let person = NewPerson::with_contacts(Role::Customer, contacts, lang.code());
    let user = match record {
        Some(record) => super::create_for_record(change, person, record).await?,
        None => create(change, person).await?,
    };
    consent::give(change, user.id, lang).await?;
    audit::record_of(change, user.id, "user.registered", "").await?;
    Ok(user.id)
}

/// A customer signs up: the account, the customer's record, the consent, and the first session.
///
/// # Errors
/// A fault at `phone` or `email` that another account has, or `Throttled`.
pub async fn register(app: &App, new: Registration, command: &Command, from: &Origin) -> Result<Tokens> {
    let network = network_of(from.address);
    let contacts = Contacts { name: new.name, login: None, phone: Some(new.phone), email: new.email };
    check_password(&new.password, &contacts, &app.company().name)?;
    drop(app.throttle.one("registration", network, REGISTRATIONS)?);
    let refusal = app.throttle.one("registration refused", network, REFUSED)?;
    let hash = password::hash(new.password.clone()).await?;
    let visitor = visitor(from.address.to_string(), from.lang);
    let user_id = once!(app, &visitor, command => |change| {
        let mut person = NewPerson::with_contacts(Role::Customer, contacts.clone(), from.lang.code());
        person.password_hash = Some(hash.clone());
        let user = create(change, person).await?;
        consent::give(change, user.id, from.lang).await?;
        audit::record_of(change, user.id, "user.registered", "").await?;
        Ok(user.id)
    })?;
    refusal.succeeded();
    let user = user::Entity::find_by_id(user_id).one(app.db.read()).await?.filter(|user| user.blocked_ms.is_none());
    let stored = user.and_then(|user| user.password_hash);
    // The same registration sent again is no way past a block, or past a password that was changed since.
    if stored.as_ref() != Some(&hash) && !password::verify(new.password, stored).await? {
        return Err(Error::field("phone", "taken"));
    }
    crate::accounts::sign_in::start_session(app, user_id, from).await
}
