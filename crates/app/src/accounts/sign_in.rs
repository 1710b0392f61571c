//! Signing in by phone, e-mail or login name.

use super::{
    password,
    row::user,
    session::{self, Tokens, visitor},
};
use crate::{
    app::App,
    error::{Error, Result},
    text::{fold::fold, i18n::Lang, phone::Phone},
    web::{Fields, Input},
};
use sea_orm::{Condition, entity::prelude::*};
use std::net::IpAddr;

/// What is typed to sign in.
#[derive(Clone)]
pub struct SignIn {
    pub login: String,
    pub password: String,
}

impl Input for SignIn {
    fn read(fields: &mut Fields) -> Self {
        let input = Self { login: fields.text("login", 254), password: fields.password("password") };
        fields.raw("otp");
        input
    }
}

/// Where from somebody signs in.
#[derive(Clone, Debug)]
pub struct From {
    pub address: IpAddr,
    pub device: String,
    pub lang: Lang,
}

/// Signs a person in.
///
/// # Errors
/// A fault at `login` that does not tell whether the account exists, or `Throttled`.
pub async fn sign_in(app: &App, input: SignIn, from: &From) -> Result<(user::Model, Tokens)> {
    let permit = app.throttle.sign_in(&fold(&input.login), from.address, &input.password)?;
    let found = find_by_login(app, &input.login).await?;
    let proved = password::verify(input.password, found.as_ref().and_then(|user| user.password_hash.clone())).await?;
    let Some(user) = found.filter(|user| proved && user.blocked_ms.is_none()) else {
        return Err(Error::field("login", "sign_in_failed"));
    };
    permit.succeeded();
    let mut person = visitor(from.address.to_string(), from.lang);
    person.user_id = Some(user.id);
    person.name.clone_from(&user.name);
    let tokens = change!(app, &person => |change| {
        super::audit::record(change, "session.started", "user", Some(user.id.0), "").await?;
        session::start(change, user.id, &from.device).await
    })?;
    Ok((user, tokens))
}

/// The user whom this phone, e-mail or login name belongs to.
pub async fn find_by_login(app: &App, typed: &str) -> Result<Option<user::Model>> {
    let mut any = Condition::any().add(user::Column::Login.eq(fold(typed))).add(user::Column::Email.eq(typed.trim().to_lowercase()));
    if let Ok(phone) = Phone::parse(typed) {
        any = any.add(user::Column::Phone.eq(phone.as_str()));
    }
    Ok(user::Entity::find().filter(any).one(app.db.read()).await?)
}
