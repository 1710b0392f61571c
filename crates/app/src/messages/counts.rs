//! The numbers in the menu, as an open page keeps them up to date.

use super::{Audience, own_unread, unread};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    web::{Page, Routes, Shell},
};
use askama::Template;
use axum::extract::State;

pub fn routes() -> Routes {
    Routes::new().get("/counts", Access::SignedIn, show)
}

#[derive(Template)]
#[template(path = "layout/counts.html")]
struct Show {
    shell: Shell,
}

async fn show(State(app): State<App>, actor: Actor, mut shell: Shell) -> Result<Page> {
    shell.counts.unread = Some(menu_unread(&app, &actor).await?);
    Page::of(&Show { shell })
}

/// The unread lines that the menu tells a worker or a customer of: outside any order the one, of all orders the other; 0 for the office.
pub async fn menu_unread(app: &App, actor: &Actor) -> Result<u32> {
    if actor.customer_id().is_none() {
        return Ok(own_unread(app, actor, &[]).await?.direct());
    }
    let lines = unread(app.db.read(), app.db.engine(), actor, None, Audience::Customer).await?;
    Ok(u32::try_from(lines).unwrap_or(u32::MAX))
}
