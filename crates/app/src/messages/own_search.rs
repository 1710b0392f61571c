//! A worker's and a customer's search in their own chats; the office's is its inbox.

use super::{
    Audience,
    inbox::{Hit, at},
    search::{self, Found},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    text::format::When,
    web::{Choice, Fields, Input, Page, Routes, Shell, input::Query, paging::Paging, see_other},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/messages/search", Access::SignedIn, index)
}

/// The words that are sought; none before they are typed.
struct Asked {
    q: String,
    paging: Paging,
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        Self { q: fields.optional_text("q", 200), paging: Paging::read(fields) }
    }
}

#[derive(Template)]
#[template(path = "messages/search.html")]
struct Index {
    shell: Shell,
    /// Where the arrow leads.
    back: &'static str,
    q: String,
    hits: Vec<Hit>,
    next: Option<String>,
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Query(Asked { q, paging }): Query<Asked>) -> Result<Response> {
    let back = match actor.role() {
        Some(role) if role.is_worker() => "/visits",
        Some(role) if !role.is_staff() => "/my/orders",
        _ => return Ok(see_other("/conversations")),
    };
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let (mut hits, mut next) = (vec![], None);
    if !q.is_empty() {
        let found = search::search(&app, &actor, &q, &paging).await?;
        let query = form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
        next = found.next_cursor.map(|cursor| format!("/messages/search?q={query}&cursor={cursor}"));
        hits.extend(found.items.into_iter().map(|one| hit(&actor, &when, one)));
    }
    Ok(Page::of(&Index { shell, back, q, hits, next })?.into_response())
}

fn hit(actor: &Actor, when: &When, one: Found) -> Hit {
    let place = match (one.audience, one.order_id, one.visit_id) {
        (Audience::Customer, Some(order), _) if actor.worker_id().is_some() => format!("/messages/orders/{order}"),
        (Audience::Customer, Some(order), _) => format!("/my/orders/{order}/messages"),
        (_, _, Some(visit)) => format!("/visits/{visit}/messages"),
        _ => "/messages".to_owned(),
    };
    Hit {
        url: at(&place, one.id),
        name: String::new(),
        number: one.number.unwrap_or_default(),
        audience: one.audience.code(),
        who: one.who,
        text: one.body,
        when: when.day_time(one.created_ms),
    }
}
