//! One's own page: contacts, language and theme, password, sessions, consents.

use super::users::contacts_form;
use crate::{
    access::{Access, Actor},
    accounts::{
        api::{end_others, own_id},
        consent, own,
        own::PasswordChange,
        preferences::{Wishes, remember},
        session,
    },
    app::App,
    error::Result,
    ids::SessionId,
    people::{form::UserChange, manage},
    text::format::When,
    web::{
        Page, Posted, Routes, Shell,
        page::{Form, form_again, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/profile", Access::SignedIn, show)
        .post("/profile", Access::SignedIn, update)
        .post("/profile/password", Access::SignedIn, update_password)
        .post("/profile/sessions", Access::SignedIn, destroy_others)
        .post("/profile/sessions/{id}", Access::SignedIn, destroy_session)
        .post("/profile/consents/{id}", Access::SignedIn, withdraw)
}

struct SessionRow {
    id: SessionId,
    device: String,
    address: String,
    used: String,
    current: bool,
}

struct ConsentRow {
    id: i64,
    text: String,
    given: String,
    withdrawn: Option<String>,
}

/// What the page shows, in the frame of the office or of the phone.
struct Parts {
    form: Form,
    password_form: Form,
    version: i64,
    sessions: Vec<SessionRow>,
    consents: Vec<ConsentRow>,
    has_login: bool,
}

#[derive(Template)]
#[template(path = "people/profile_office.html")]
struct Office {
    shell: Shell,
    p: Parts,
}

#[derive(Template)]
#[template(path = "people/profile_phone.html")]
struct Phone {
    shell: Shell,
    p: Parts,
}

async fn page(app: &App, actor: &Actor, shell: Shell, form: Option<Form>, password_form: Option<Form>) -> Result<Page> {
    let account = own::account(app, actor).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let sessions = session::list(app.db.read(), account.id, app.clock.now_ms()).await?;
    let consents = consent::of_user(app.db.read(), account.id).await?;
    let session_row = |session: crate::accounts::row::session::Model| SessionRow {
        current: actor.session_id == Some(session.id),
        id: session.id,
        device: device_name(&shell, &session.device),
        address: session.address,
        used: when.ago(session.used_ms),
    };
    let consent_row = |consent: consent::Consent| ConsentRow {
        id: consent.id,
        text: consent.text,
        given: when.date_time(consent.given_ms),
        withdrawn: consent.withdrawn_ms.map(|ms| when.date_time(ms)),
    };
    let p = Parts {
        form: form.unwrap_or_else(|| contacts_form(&shell, &account)),
        password_form: password_form.unwrap_or_else(|| Form::empty(shell.language)),
        version: account.version,
        sessions: sessions.into_iter().map(session_row).collect(),
        consents: consents.into_iter().map(consent_row).collect(),
        has_login: account.login.is_some(),
    };
    if shell.is_staff() { Page::of(&Office { shell, p }) } else { Page::of(&Phone { shell, p }) }
}

/// «Chrome, Windows» out of what the browser says of itself; a program's own name otherwise.
fn device_name(shell: &Shell, agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] =
        [("YaBrowser", "Yandex"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")];
    const SYSTEMS: [(&str, &str); 6] =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];
    let known = |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.trim().is_empty() => shell.t("profile-device-unknown").into_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

async fn show(State(app): State<App>, actor: Actor, shell: Shell) -> Result<Page> {
    page(&app, &actor, shell, None, None).await
}

async fn update(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<UserChange>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => {
            let wishes = Wishes { language: to.language, theme: to.theme };
            manage::update_own(&app, &actor, command.version, to).await.map(|()| wishes)
        }
        Err(e) => Err(e),
    };
    match result {
        Ok(wishes) => {
            let mut response = see_other_with("/profile", "flash-saved");
            remember(response.headers_mut(), app.config.is_https(), wishes);
            Ok(response)
        }
        Err(e) => Ok(unprocessable(page(&app, &actor, shell, Some(form_again(e, form)?), None).await?)),
    }
}

async fn update_password(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<PasswordChange>) -> Result<Response> {
    let (input, form, _) = posted.into_parts();
    let result = match input {
        Ok(to) => own::change_password(&app, &actor, to).await,
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => Ok(see_other_with("/profile", "flash-password-changed")),
        Err(e) => Ok(unprocessable(page(&app, &actor, shell, None, Some(form_again(e, form)?)).await?)),
    }
}

async fn destroy_session(State(app): State<App>, actor: Actor, Path(id): Path<SessionId>) -> Result<Response> {
    let user_id = own_id(&actor)?;
    change!(app, &actor => |change| session::revoke_own(change, user_id, id).await)?;
    Ok(see_other_with("/profile", "flash-session-ended").into_response())
}

async fn destroy_others(State(app): State<App>, actor: Actor) -> Result<Response> {
    end_others(&app, &actor).await?;
    Ok(see_other_with("/profile", "flash-sessions-ended"))
}

async fn withdraw(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<Response> {
    let user_id = own_id(&actor)?;
    change!(app, &actor => |change| consent::withdraw(change, user_id, id).await)?;
    Ok(see_other_with("/profile", "flash-consent-withdrawn"))
}
