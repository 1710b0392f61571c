//! Pages of signing in and out, and of a forgotten password.

use super::{
    Origin,
    api::end_current,
    one_time, own, password, preferences,
    row::user,
    session::{self, Tokens, clear_cookies, set_cookies},
    sign_in::{self, SignIn},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    web::{
        Fields, Input, Page, Posted, Routes, Shell,
        input::Query,
        page::{Form, form_again, see_other, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use sea_orm::EntityTrait;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", Access::Public, new)
        .post("/sign-in", Access::Public, create)
        .post("/sign-out", Access::SignedIn, destroy)
        .get("/resets/new", Access::Public, forgotten)
        .get("/resets/{secret}", Access::Public, reset_new)
        .post("/resets/{secret}", Access::Public, reset_create)
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct New {
    shell: Shell,
    form: Form,
    next: String,
}

struct Next {
    next: String,
}

impl Input for Next {
    fn read(fields: &mut Fields) -> Self {
        Self { next: own_page(&fields.optional_text("next", 2000)) }
    }
}

/// Only pages of this site: a link must not lead elsewhere after signing in.
pub fn own_page(next: &str) -> String {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if own { next.to_owned() } else { "/".into() }
}

async fn new(shell: Shell, Query(Next { next }): Query<Next>) -> Result<Response> {
    if shell.person.is_some() {
        return Ok(see_other(&next));
    }
    let form = Form::empty(shell.language);
    Ok(Page::of(&New { shell, form, next })?.into_response())
}

struct SignInForm {
    sign_in: SignIn,
    next: String,
}

impl Input for SignInForm {
    fn read(fields: &mut Fields) -> Self {
        Self { sign_in: SignIn::read(fields), next: Next::read(fields).next }
    }
}

async fn create(State(app): State<App>, shell: Shell, from: Origin, posted: Posted<SignInForm>) -> Result<Response> {
    let (input, form, _) = posted.into_parts();
    let next = own_page(&form.value("next"));
    let result = match input {
        Ok(SignInForm { sign_in, next }) => sign_in::sign_in(&app, sign_in, &from).await.map(|signed_in| (signed_in, next)),
        Err(e) => Err(e),
    };
    match result {
        Ok(((user, tokens), next)) => Ok(welcome(&app, &user, &tokens, see_other(&next))),
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(Page::of(&New { shell, form, next })?))
        }
    }
}

/// Signs the browser in on this answer, in the language and theme that the account remembers.
pub fn welcome(app: &App, user: &user::Model, tokens: &Tokens, mut response: Response) -> Response {
    let https = app.config.is_https();
    set_cookies(response.headers_mut(), https, tokens);
    preferences::remember(response.headers_mut(), https, preferences::of_user(user));
    response
}

async fn destroy(State(app): State<App>, actor: Actor) -> Result<Response> {
    end_current(&app, &actor).await?;
    let mut response = see_other("/sign-in");
    clear_cookies(response.headers_mut(), app.config.is_https());
    response.headers_mut().insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

#[derive(Template)]
#[template(path = "accounts/forgotten.html")]
struct Forgotten {
    shell: Shell,
    phone: String,
}

async fn forgotten(State(app): State<App>, shell: Shell) -> Result<Page> {
    let phone = app.company().phone.clone();
    Page::of(&Forgotten { shell, phone })
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct Reset {
    shell: Shell,
    form: Form,
    name: String,
    secret: String,
}

struct NewPassword {
    password: String,
}

impl Input for NewPassword {
    fn read(fields: &mut Fields) -> Self {
        Self { password: fields.password("password") }
    }
}

/// The person whom a live reset link is for.
async fn whom(app: &App, secret: &str) -> Result<user::Model> {
    let id = one_time::peek(app.db.read(), one_time::Kind::Reset, secret, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    user::Entity::find_by_id(id).one(app.db.read()).await?.ok_or(Error::NotFound)
}

async fn reset_new(State(app): State<App>, shell: Shell, from: Origin, Path(secret): Path<String>) -> Result<Page> {
    let attempt = app.throttle.link(from.address)?;
    let name = whom(&app, &secret).await?.name;
    attempt.succeeded();
    let form = Form::empty(shell.language);
    Page::of(&Reset { shell, form, name, secret })
}

async fn reset_create(
    State(app): State<App>,
    shell: Shell,
    from: Origin,
    Path(secret): Path<String>,
    posted: Posted<NewPassword>,
) -> Result<Response> {
    let attempt = app.throttle.link(from.address)?;
    let account = whom(&app, &secret).await?;
    attempt.succeeded();
    let (input, form, _) = posted.into_parts();
    let result = match input {
        Ok(NewPassword { password }) => reset(&app, &account, &secret, password, &from).await,
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => Ok(see_other_with("/sign-in", "flash-password-reset")),
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(Page::of(&Reset { shell, form, name: account.name, secret })?))
        }
    }
}

/// Uses the link up: the new password counts, and the person is signed out everywhere.
async fn reset(app: &App, account: &user::Model, secret: &str, new: String, from: &Origin) -> Result<()> {
    own::check_new(app, account, "password", &new)?;
    let hash = password::hash(new).await?;
    let visitor = session::visitor(from.address.to_string(), from.lang);
    change!(app, &visitor => |change| {
        one_time::take(change, one_time::Kind::Reset, secret).await?;
        own::set_password(change, account.id, hash.clone()).await?;
        session::sign_out_everywhere(change, account.id, None).await?;
        super::audit::record_of(change, account.id, "password.reset", "").await
    })
}
