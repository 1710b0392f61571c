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
    shell.counts.unread = if shell.is_customer() {
        let lines = unread(app.db.read(), app.db.engine(), &actor, None, Audience::Customer).await?;
        u32::try_from(lines).unwrap_or(u32::MAX)
    } else {
        own_unread(&app, &actor, &[]).await?.direct()
    };
    Page::of(&Show { shell })
}
