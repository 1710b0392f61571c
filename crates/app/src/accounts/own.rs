//! What people do with their own account: prove that it is they, choose another password.

use super::{audit, password, row::user, session};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::UserId,
    web::{Change, Fields, Input},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use std::net::{IpAddr, Ipv4Addr};

/// The old password and the new one.
#[derive(Clone)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

impl Input for PasswordChange {
    fn read(fields: &mut Fields) -> Self {
        Self { current: fields.password("current_password"), new: fields.password("password") }
    }
}

/// The signed-in person's own account.
pub async fn account(app: &App, actor: &Actor) -> Result<user::Model> {
    let id = actor.user_id.ok_or(Error::NotFound)?;
    user::Entity::find_by_id(id).one(app.db.read()).await?.ok_or(Error::NotFound)
}

/// Makes sure that the person at the keyboard is the one who signed in.
///
/// # Errors
/// A fault at `current_password`, or `Throttled`.
pub async fn prove(app: &App, actor: &Actor, account: &user::Model, typed: &str) -> Result<()> {
    let address: IpAddr = actor.address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    let attempt = app.throttle.sign_in(&account.id.to_string(), address, typed)?;
    if !password::verify(typed.to_owned(), account.password_hash.clone()).await? {
        return Err(Error::field("current_password", "password_wrong"));
    }
    attempt.succeeded();
    Ok(())
}

/// Chooses another password; the person is signed out everywhere else, in messengers too.
pub async fn change_password(app: &App, actor: &Actor, to: PasswordChange) -> Result<()> {
    let account = account(app, actor).await?;
    prove(app, actor, &account, &to.current).await?;
    check_new(app, &account, "password", &to.new)?;
    let hash = password::hash(to.new).await?;
    change!(app, actor => |change| {
        set_password(change, account.id, hash.clone()).await?;
        session::sign_out_everywhere(change, account.id, actor.session_id).await?;
        audit::record(change, "password.changed", "user", Some(account.id.0), "").await
    })
}

/// Refuses a new password that is easy to guess for this person.
pub fn check_new(app: &App, account: &user::Model, field: &str, new: &str) -> Result<()> {
    let company = app.company();
    let about =
        [Some(account.name.as_str()), account.login.as_deref(), account.phone.as_deref(), account.email.as_deref(), Some(&company.name)];
    let about: Vec<&str> = about.into_iter().flatten().collect();
    Ok(password::check(field, new, &about)?)
}

/// Writes the hash of a person's new password.
pub async fn set_password(change: &Change, user_id: UserId, hash: String) -> Result<()> {
    let row = user::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() };
    user::Entity::update_many().set(row).filter(user::Column::Id.eq(user_id)).exec(change.tx.conn()).await?;
    Ok(())
}
