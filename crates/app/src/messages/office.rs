//! The office's chats of an order: a panel with three tabs, and the same on a page of its own.

use super::{
    Audience, Thread,
    page::{Chat, Pick, Posted as Sent, Writing, answer},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::OrderId,
    orders::files::PostedFiles,
    web::{
        Choice, Fields, Fragment, Input, Page, Routes, Shell,
        input::Query,
        page::{Form, form_again, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/orders/{id}/messages", Access::Staff, index).post("/orders/{id}/messages", Access::Staff, create)
}

/// A tab of the panel.
struct Tab {
    url: String,
    label: String,
    /// What changes with its messages.
    topic: String,
    icon: &'static str,
    code: &'static str,
    chosen: bool,
    unread: i64,
}

#[derive(Template)]
#[template(path = "messages/panel.html")]
struct Panel<'a> {
    shell: &'a Shell,
    tabs: &'a [Tab],
    chat: &'a Chat,
}

#[derive(Template)]
#[template(path = "messages/office.html")]
struct Office<'a> {
    shell: &'a Shell,
    id: OrderId,
    number: String,
    tabs: &'a [Tab],
    chat: &'a Chat,
}

struct Chosen {
    audience: Audience,
    pick: Pick,
}

impl Input for Chosen {
    fn read(fields: &mut Fields) -> Self {
        Self { audience: fields.optional_choice("audience").unwrap_or(Audience::Customer), pick: Pick::read(fields) }
    }
}

async fn index(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    Path(id): Path<OrderId>,
    Query(chosen): Query<Chosen>,
) -> Result<Response> {
    Ok(page(&app, &actor, &shell, fragment, id, chosen, None).await?.into_response())
}

async fn page(
    app: &App,
    actor: &Actor,
    shell: &Shell,
    Fragment(panel): Fragment,
    id: OrderId,
    Chosen { audience, pick }: Chosen,
    form: Option<Form>,
) -> Result<Page> {
    let thread = Thread::of_order(app, app.db.read(), actor, id, audience).await?;
    let mut chat = Chat::of(app, actor, shell, &thread, format!("/orders/{id}/messages"), pick, form).await?;
    chat.query = format!("?audience={audience}");
    let mut tabs = vec![];
    for one in [Audience::Customer, Audience::Worker, Audience::Internal] {
        tabs.push(tab(app, actor, shell, id, one, audience).await?);
    }
    let (tabs, chat) = (&tabs, &chat);
    match panel {
        true => Page::of(&Panel { shell, tabs, chat }),
        false => {
            let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
            Page::of(&Office { shell, id, number, tabs, chat })
        }
    }
}

async fn tab(app: &App, actor: &Actor, shell: &Shell, id: OrderId, audience: Audience, chosen: Audience) -> Result<Tab> {
    let code = audience.code();
    Ok(Tab {
        url: format!("/orders/{id}/messages?audience={code}"),
        topic: super::thread::topic(id, audience),
        label: shell.t(&format!("messages-tab-{code}")).into_owned(),
        icon: match audience {
            Audience::Customer => "user",
            Audience::Worker => "tool",
            Audience::Internal | Audience::Direct => "lock",
        },
        code,
        chosen: audience == chosen,
        unread: super::unread(app.db.read(), app.db.engine(), actor, Some(id), audience).await?,
    })
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    Path(id): Path<OrderId>,
    posted: PostedFiles<Sent>,
) -> Result<Response> {
    let (sent, form) = posted.into_parts();
    let audience = Audience::parse(&form.value("audience")).ok_or(Error::field("audience", "required"))?;
    let thread = Thread::of_order(&app, app.db.read(), &actor, id, audience).await?;
    match answer(&app, &actor, &thread, sent, Fragment(fragment.0), &format!("/orders/{id}/messages?audience={audience}")).await {
        Ok(response) => Ok(response),
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(page(&app, &actor, &shell, fragment, id, Chosen { audience, pick: Pick::default() }, Some(form)).await?))
        }
    }
}
