//! The office's chats of an order: a panel with three tabs, and the same on a page of its own.

use super::{
    Audience, Thread, chats,
    page::{Chat, Pick, Posted as Sent, Writing, answer},
};
use crate::{
    access::{Access, Actor},
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::{OrderId, VisitId},
    orders::{files::PostedFiles, visits},
    text::format::{When, duration},
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
    /// Whoever waits for an answer here.
    waits: &'a Option<Waits>,
    crews: &'a [Crew],
    chat: &'a Chat,
}

#[derive(Template)]
#[template(path = "messages/office.html")]
struct Office<'a> {
    shell: &'a Shell,
    id: OrderId,
    number: String,
    tabs: &'a [Tab],
    /// Whoever waits for an answer here.
    waits: &'a Option<Waits>,
    crews: &'a [Crew],
    chat: &'a Chat,
}

/// Somebody waits for an answer.
struct Waits {
    id: i64,
    /// For how long.
    time: String,
    /// Who of the office has taken it on.
    taken: Option<String>,
}

/// The chat with one of an order's crews.
struct Crew {
    url: String,
    /// «Рустам, завтра, 10:00».
    label: String,
    chosen: bool,
}

struct Chosen {
    audience: Audience,
    visit: Option<VisitId>,
    pick: Pick,
}

impl Input for Chosen {
    fn read(fields: &mut Fields) -> Self {
        let audience = fields.optional_choice("audience").unwrap_or(Audience::Customer);
        Self { audience, visit: fields.optional_id("visit"), pick: Pick::read(fields) }
    }
}

/// The chat of an order with an audience; with the crew of this visit, or of the one that matters now.
async fn chosen(app: &App, actor: &Actor, id: OrderId, audience: Audience, visit: Option<VisitId>) -> Result<Thread> {
    let conn = app.db.read();
    match visit.filter(|_| audience == Audience::Worker) {
        Some(visit) => {
            let thread = Thread::of_visit(conn, actor, visit).await?;
            if thread.order().is_some_and(|order| order.id == id) { Ok(thread) } else { Err(Error::NotFound) }
        }
        None => Thread::of_order(app, conn, actor, id, audience).await,
    }
}

/// The crews of an order with whom the office talks or has talked, where there are several.
async fn crews(app: &App, actor: &Actor, shell: &Shell, thread: &Thread) -> Result<Vec<Crew>> {
    let Some(order) = thread.order().filter(|_| thread.audience == Audience::Worker) else { return Ok(vec![]) };
    let visits = visits::of_order(app.db.read(), actor, order.id).await?;
    let visits: Vec<_> = visits.into_iter().filter(|visit| visit.status.worker_sees()).collect();
    if visits.len() < 2 {
        return Ok(vec![]);
    }
    let ids: Vec<VisitId> = visits.iter().map(|visit| visit.id).collect();
    let members = visits::crews(app.db.read(), app.db.engine(), &ids).await?;
    let when = When::new(shell.language, zone_named(&order.zone), app.clock.now_ms());
    let crew = |visit: visits::Visit| {
        let lead = members.iter().find(|member| member.visit_id == visit.id).map(|member| member.name.as_str()).unwrap_or_default();
        Crew {
            url: query(order.id, Audience::Worker, Some(visit.id)),
            label: format!("{lead}, {}", when.day_time(visit.starts_ms)),
            chosen: thread.visit.as_ref().is_some_and(|one| one.id == visit.id),
        }
    };
    Ok(visits.into_iter().map(crew).collect())
}

/// The address of an order's chat.
fn query(id: OrderId, audience: Audience, visit: Option<VisitId>) -> String {
    super::inbox::url(Some(id), visit, None, audience)
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
    Chosen { audience, visit, pick }: Chosen,
    form: Option<Form>,
) -> Result<Page> {
    let thread = chosen(app, actor, id, audience, visit).await?;
    let crews = &crews(app, actor, shell, &thread).await?;
    let url = format!("/orders/{id}/messages");
    // Only where there are several it has to be said which.
    let visit = thread.visit.as_ref().map(|visit| visit.id).filter(|_| !crews.is_empty());
    let chat = Chat::of(app, actor, shell, &thread, url.clone(), pick, form).await?;
    let chat = chat.among(query(id, audience, visit).replacen(&url, "", 1), visit);
    let mut tabs = vec![];
    for one in [Audience::Customer, Audience::Worker, Audience::Internal] {
        tabs.push(tab(app, actor, shell, id, one, audience).await?);
    }
    let waits = match thread.chat {
        Some(chat) => chats::waits(app.db.read(), app.db.engine(), chat).await?.map(|waits| Waits {
            id: waits.id.0,
            time: duration(shell.language, ((app.clock.now_ms() - waits.since_ms) / 60_000).max(1)),
            taken: waits.taken_name,
        }),
        None => None,
    };
    let (tabs, waits, chat) = (&tabs, &waits, &chat);
    match panel {
        true => Page::of(&Panel { shell, tabs, waits, crews, chat }),
        false => {
            let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
            Page::of(&Office { shell, id, number, tabs, waits, crews, chat })
        }
    }
}

async fn tab(app: &App, actor: &Actor, shell: &Shell, id: OrderId, audience: Audience, chosen: Audience) -> Result<Tab> {
    let code = audience.code();
    Ok(Tab {
        url: format!("/orders/{id}/messages?audience={code}"),
        topic: super::thread::topic_of_order(id, audience),
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
    let visit = form.value("visit").parse().ok().map(VisitId);
    let thread = chosen(&app, &actor, id, audience, visit).await?;
    match answer(&app, &actor, &thread, sent, Fragment(fragment.0), &query(id, audience, visit)).await {
        Ok(response) => Ok(response),
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(
                page(&app, &actor, &shell, fragment, id, Chosen { audience, visit, pick: Pick::default() }, Some(form)).await?,
            ))
        }
    }
}
