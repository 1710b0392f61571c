//! The page on which the first administrator fills the new system with demonstration data.

use super::{Login, Plan, fill, password, refuse_filled};
use crate::{
    access::{Access, Actor},
    accounts,
    app::App,
    error::{Error, Result},
    web::{Page, Posted, Routes, Shell, page::see_other},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/demo", Access::Administrator, new).post("/demo", Access::Administrator, create)
}

#[derive(Template)]
#[template(path = "seed/demo.html")]
struct Demo {
    shell: Shell,
    password: String,
    /// Who can be signed in as; empty before the data is made.
    logins: Vec<Login>,
}

async fn new(State(app): State<App>, actor: Actor, shell: Shell) -> Result<Response> {
    match refuse_filled(&app, actor.user_id).await {
        Ok(()) => Ok(Page::of(&Demo { shell, password: String::new(), logins: vec![] })?.into_response()),
        Err(Error::Conflict(..)) => Ok(see_other("/")),
        Err(e) => Err(e),
    }
}

async fn create(State(app): State<App>, actor: Actor, shell: Shell, _: Posted<()>) -> Result<Page> {
    let plan = Plan { orders: 300, workers: None, customers: None, months: 3, seed: 67, beside: actor.user_id };
    let password = password();
    let hash = accounts::password::hash(password.clone()).await?;
    let logins = fill(&app, &plan, &hash, |_| {}).await?;
    Page::of(&Demo { shell, password, logins })
}
