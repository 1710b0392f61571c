//! Signing in by phone, e-mail or login name.

use super::{
    Origin, password,
    row::user,
    session::{self, Tokens, visitor},
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::UserId,
    text::{fold::fold, phone::Phone},
    web::{Fields, Input},
};
use sea_orm::{Condition, entity::prelude::*};

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

/// Signs a person in.
///
/// # Errors
/// A fault at `login` that does not tell whether the account exists, or `Throttled`.
pub async fn sign_in(app: &App, input: SignIn, from: &Origin) -> Result<(user::Model, Tokens)> {
    let found = find_by_login(app, &input.login).await?;
    // One count for each account, by whichever of its names somebody tries it.
    let account = found.as_ref().map_or_else(|| fold(&input.login), |user| user.id.to_string());
    let permit = app.throttle.sign_in(&account, from.address, &input.password)?;
    let proved = password::verify(input.password, found.as_ref().and_then(|user| user.password_hash.clone())).await?;
    let Some(user) = found.filter(|user| proved && user.blocked_ms.is_none()) else {
        return Err(Error::field("login", "sign_in_failed"));
    };
    permit.succeeded();
    let tokens = start_session(app, user.id, from).await?;
    Ok((user, tokens))
}

/// Signs in a person who has just proved who they are.
pub async fn start_session(app: &App, user_id: UserId, from: &Origin) -> Result<Tokens> {
    let visitor = visitor(from.address.to_string(), from.lang);
    essential!(app, &visitor => |change| {
        super::audit::record_of(change, user_id, "session.started", "").await?;
        session::start(change, user_id, &from.device).await
    })
}

/// The user whom this phone, e-mail or login name belongs to.
pub async fn find_by_login(app: &App, typed: &str) -> Result<Option<user::Model>> {
    let mut any = Condition::any().add(user::Column::Login.eq(fold(typed))).add(user::Column::Email.eq(typed.trim().to_lowercase()));
    if let Ok(phone) = Phone::parse(typed) {
        any = any.add(user::Column::Phone.eq(phone.as_str()));
    }
    Ok(user::Entity::find().filter(any).one(app.db.read()).await?)
}
