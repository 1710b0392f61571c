//! Pages of signing in and out.

use super::{
    api::{end_current, origin},
    session::{clear_cookies, set_cookies},
    sign_in::{self, SignIn},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    web::{
        Page, Posted, Routes, Shell,
        client::ClientIp,
        input::Query,
        page::{Form, form_again, see_other, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/sign-in", Access::Public, new).post("/sign-in", Access::Public, create).post("/sign-out", Access::SignedIn, destroy)
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

impl crate::web::Input for Next {
    fn read(fields: &mut crate::web::Fields) -> Self {
        Self { next: own_page(&fields.optional_text("next", 2000)) }
    }
}

/// Only pages of this site: a link must not lead elsewhere after signing in.
fn own_page(next: &str) -> String {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']) { next.to_owned() } else { "/".into() }
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

impl crate::web::Input for SignInForm {
    fn read(fields: &mut crate::web::Fields) -> Self {
        Self { sign_in: SignIn::read(fields), next: Next::read(fields).next }
    }
}

async fn create(State(app): State<App>, shell: Shell, headers: HeaderMap, ip: ClientIp, posted: Posted<SignInForm>) -> Result<Response> {
    let (input, form, _) = posted.into_parts();
    let next = own_page(&form.value("next"));
    let result = match input {
        Ok(input) => sign_in::sign_in(&app, input.sign_in, &origin(&headers, ip, shell.language)).await,
        Err(e) => Err(e),
    };
    match result {
        Ok((_, tokens)) => {
            let mut response = see_other(&next);
            set_cookies(response.headers_mut(), app.config.is_https(), &tokens);
            Ok(response)
        }
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(Page::of(&New { shell, form, next })?))
        }
    }
}

async fn destroy(State(app): State<App>, actor: Actor) -> Result<Response> {
    end_current(&app, &actor).await?;
    let mut response = see_other("/sign-in");
    clear_cookies(response.headers_mut(), app.config.is_https());
    response.headers_mut().insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
