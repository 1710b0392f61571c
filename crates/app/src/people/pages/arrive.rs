//! Pages by which people come in: set-up, invitation, registration.

use crate::{
    access::Access,
    accounts::{Origin, consent, pages::welcome, row::user, session::Tokens},
    app::App,
    error::{Error, Result},
    people::{
        arrive,
        form::{Arrival, Registration},
    },
    web::{
        Page, Posted, Routes, Shell,
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
        .get("/setup/{secret}", Access::Public, setup_new)
        .post("/setup/{secret}", Access::Public, setup_create)
        .get("/invitations/{secret}", Access::Public, invitation_new)
        .post("/invitations/{secret}", Access::Public, invitation_create)
        .get("/sign-up", Access::Public, sign_up_new)
        .post("/sign-up", Access::Public, sign_up_create)
        .get("/consent", Access::Public, consent_show)
}

/// Signs the browser in and leads on.
async fn enter(app: &App, tokens: Tokens, answer: Response) -> Result<Response> {
    let user = user::Entity::find_by_id(tokens.user_id).one(app.db.read()).await?.ok_or(Error::NotFound)?;
    Ok(welcome(app, &user, &tokens, answer))
}

#[derive(Template)]
#[template(path = "people/setup.html")]
struct Setup {
    shell: Shell,
    form: Form,
    secret: String,
}

async fn setup_new(State(app): State<App>, shell: Shell, from: Origin, Path(secret): Path<String>) -> Result<Page> {
    let attempt = app.throttle.link(from.address)?;
    arrive::peek_set_up(&app, &secret).await?;
    attempt.succeeded();
    let form = Form::empty(shell.language);
    Page::of(&Setup { shell, form, secret })
}

async fn setup_create(
    State(app): State<App>,
    shell: Shell,
    from: Origin,
    Path(secret): Path<String>,
    posted: Posted<Arrival>,
) -> Result<Response> {
    let attempt = app.throttle.link(from.address)?;
    arrive::peek_set_up(&app, &secret).await?;
    attempt.succeeded();
    let (input, form, _) = posted.into_parts();
    let wants_demo = input.as_ref().is_ok_and(|arrival| arrival.demo);
    let result = match input {
        Ok(arrival) => arrive::set_up(&app, &secret, arrival, &from).await,
        Err(e) => Err(e),
    };
    match result {
        Ok(tokens) => enter(&app, tokens, see_other_with(if wants_demo { "/demo" } else { "/" }, "flash-set-up")).await,
        Err(e) => Ok(unprocessable(Page::of(&Setup { form: form_again(e, form)?, shell, secret })?)),
    }
}

#[derive(Template)]
#[template(path = "people/invitation.html")]
struct Invitation {
    shell: Shell,
    form: Form,
    secret: String,
    role: String,
    /// The consent that customers are asked for, empty for others.
    consent: String,
}

impl Invitation {
    fn of(app: &App, shell: Shell, form: Form, secret: String, user: &user::Model) -> Self {
        let lang = shell.language;
        let role = shell.t(&format!("role-{}", user.role)).into_owned();
        let asks = user.role() == crate::access::Role::Customer;
        let consent = if asks { consent::text(&app.company(), lang) } else { String::new() };
        Self { shell, form, secret, role, consent }
    }
}

async fn invitation_new(State(app): State<App>, shell: Shell, from: Origin, Path(secret): Path<String>) -> Result<Page> {
    let attempt = app.throttle.link(from.address)?;
    let user = arrive::invited(&app, &secret).await?;
    attempt.succeeded();
    let form = Form::filled(
        shell.language,
        [
            ("name", user.name.clone()),
            ("login", user.login.clone().unwrap_or_default()),
            ("phone", super::users::phone_text(user.phone.as_deref())),
            ("email", user.email.clone().unwrap_or_default()),
        ],
    );
    Page::of(&Invitation::of(&app, shell, form, secret, &user))
}

async fn invitation_create(
    State(app): State<App>,
    shell: Shell,
    from: Origin,
    Path(secret): Path<String>,
    posted: Posted<Arrival>,
) -> Result<Response> {
    let attempt = app.throttle.link(from.address)?;
    let user = arrive::invited(&app, &secret).await?;
    attempt.succeeded();
    let (input, form, _) = posted.into_parts();
    let result = match input {
        Ok(arrival) => arrive::join(&app, &secret, arrival, &from).await,
        Err(e) => Err(e),
    };
    match result {
        Ok(tokens) => enter(&app, tokens, see_other_with("/", "flash-welcome")).await,
        Err(e) => Ok(unprocessable(Page::of(&Invitation::of(&app, shell, form_again(e, form)?, secret, &user))?)),
    }
}

#[derive(Template)]
#[template(path = "people/sign_up.html")]
struct SignUp {
    shell: Shell,
    form: Form,
    consent: String,
}

async fn sign_up_new(State(app): State<App>, shell: Shell) -> Result<Response> {
    if shell.person.is_some() {
        return Ok(see_other("/"));
    }
    let (form, consent) = (Form::empty(shell.language), consent::text(&app.company(), shell.language));
    Ok(Page::of(&SignUp { shell, form, consent })?.into_response())
}

async fn sign_up_create(State(app): State<App>, shell: Shell, from: Origin, posted: Posted<Registration>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(registration) => arrive::register(&app, registration, &command, &from).await,
        Err(e) => Err(e),
    };
    match result {
        Ok(tokens) => enter(&app, tokens, see_other_with("/", "flash-welcome")).await,
        Err(e) => {
            let consent = consent::text(&app.company(), shell.language);
            Ok(unprocessable(Page::of(&SignUp { form: form_again(e, form)?, shell, consent })?))
        }
    }
}

#[derive(Template)]
#[template(path = "people/consent.html")]
struct Consent {
    shell: Shell,
    paragraphs: Vec<String>,
}

/// What a customer agrees to who comes by a messenger.
async fn consent_show(State(app): State<App>, shell: Shell) -> Result<Page> {
    let paragraphs = consent::text(&app.company(), shell.language).lines().map(str::to_owned).collect();
    Page::of(&Consent { shell, paragraphs })
}
