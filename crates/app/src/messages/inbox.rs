//! The office's inbox: the chats in which somebody waits for an answer, the longest first, and all others.

use super::{
    Audience,
    chats::{Deed, settle},
    conversations::{self, Row, Show, Wanted},
    page::said,
    search::{self, Found},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::{ChatId, MessageId, OrderId, VisitId, WorkerId},
    text::format::{When, duration},
    web::{Choice, Fields, Input, Page, Posted, Routes, Shell, input::Query, page::see_other, paging::Paging},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

/// Whoever waits longer than this is shown in red.
const LATE_MS: i64 = 30 * 60_000;

pub fn routes() -> Routes {
    Routes::new()
        .get("/conversations", Access::Staff, index)
        .post("/conversations/{id}/taking", Access::Staff, take)
        .post("/conversations/{id}/taking/removal", Access::Staff, release)
        .post("/conversations/{id}/dismissal", Access::Staff, dismiss)
        .post("/conversations/{id}/dismissal/removal", Access::Staff, recall)
}

/// A chat in the list.
struct Item {
    id: ChatId,
    url: String,
    /// The customer, or the worker.
    name: String,
    /// The lead of the crew with which the chat is, otherwise empty.
    crew: String,
    /// The order's number, empty outside any order.
    number: String,
    audience: &'static str,
    last: String,
    deleted: bool,
    /// Who wrote last, where the name above does not tell.
    author: String,
    when: String,
    unread: bool,
    /// Whether a message that the reader has not read names them.
    named: bool,
    /// How long somebody has waited, empty if nobody does.
    waits: String,
    late: bool,
    /// Who of the office has taken it on.
    taken: Option<String>,
    take_key: String,
    release_key: String,
    dismiss_key: String,
}

impl Item {
    fn of(shell: &Shell, when: &When, now_ms: i64, row: Row) -> Self {
        let crew = row.visit_id.and(row.worker.clone()).unwrap_or_default();
        let name = row.customer.or(row.worker).unwrap_or_default();
        let author = if row.who == name { String::new() } else { row.who };
        let waited = row.waiting_ms.map(|since| (now_ms - since).max(0));
        Self {
            id: row.id,
            url: url(row.order_id, row.visit_id, row.worker_id, row.audience),
            crew,
            name,
            number: row.number.unwrap_or_default(),
            audience: row.audience.code(),
            last: said(shell, &row.body, usize::try_from(row.files).unwrap_or_default()),
            deleted: row.deleted_ms.is_some(),
            author,
            when: when.day_time(row.created_ms),
            unread: row.unread == 1,
            named: row.named > 0,
            waits: waited.map(|ms| duration(shell.language, (ms / 60_000).max(1))).unwrap_or_default(),
            late: waited.is_some_and(|ms| ms > LATE_MS),
            taken: row.taken_by.and(row.taken_name),
            take_key: shell.key(&format!("take-{}", row.id)),
            release_key: shell.key(&format!("release-{}", row.id)),
            dismiss_key: shell.key(&format!("dismiss-{}", row.id)),
        }
    }
}

#[derive(Template)]
#[template(path = "messages/inbox.html")]
struct Index {
    shell: Shell,
    /// Which chats are shown.
    show: &'static str,
    /// In how many chats the reader is named.
    named: u32,
    items: Vec<Item>,
    next: Option<String>,
    /// A chat that has just been said to need no answer.
    dismissed: Option<Dismissed>,
}

/// What may be taken back.
struct Dismissed {
    id: ChatId,
    /// «Ольга, № 26-000001».
    name: String,
    key: String,
}

/// The page shows who waits, unless all are asked for or words are sought.
struct Asked {
    wanted: Wanted,
    q: String,
    dismissed: Option<ChatId>,
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        let wanted = Wanted::read(fields);
        Self {
            wanted: Wanted { show: Some(wanted.show.unwrap_or(Show::Waiting)), ..wanted },
            q: fields.optional_text("q", 200),
            dismissed: fields.optional_id("dismissed"),
        }
    }
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Query(Asked { wanted, q, dismissed }): Query<Asked>) -> Result<Page> {
    if !q.trim().is_empty() {
        return found(&app, &actor, shell, q, &wanted.paging).await;
    }
    let found = conversations::list(&app, &actor, &wanted).await?;
    let dismissed = match dismissed {
        Some(id) => conversations::settled(&app, id).await?.map(|name| Dismissed { id, name, key: shell.key("recall") }),
        None => None,
    };
    let now = app.clock.now_ms();
    let when = When::new(shell.language, app.company().zone(), now);
    let named = conversations::count_named(&app, &actor).await?;
    let show = wanted.show().code();
    let next = found.next_cursor.map(|cursor| format!("/conversations?show={}&cursor={cursor}", wanted.show()));
    let items = found.items.into_iter().map(|row| Item::of(&shell, &when, now, row)).collect();
    Page::of(&Index { show, named, items, next, dismissed, shell })
}

/// A message that was found.
pub(super) struct Hit {
    pub url: String,
    pub name: String,
    pub number: String,
    pub audience: &'static str,
    pub who: String,
    pub text: String,
    pub when: String,
}

#[derive(Template)]
#[template(path = "messages/found.html")]
struct FoundPage {
    shell: Shell,
    q: String,
    hits: Vec<Hit>,
    next: Option<String>,
}

async fn found(app: &App, actor: &Actor, shell: Shell, q: String, paging: &Paging) -> Result<Page> {
    let found = search::search(app, actor, &q, paging).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let query = form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
    let next = found.next_cursor.map(|cursor| format!("/conversations?q={query}&cursor={cursor}"));
    let hit = |one: Found| Hit {
        url: at(&url(one.order_id, one.visit_id, one.worker_id, one.audience), one.id),
        name: one.customer.or(one.worker).unwrap_or_default(),
        number: one.number.unwrap_or_default(),
        audience: one.audience.code(),
        who: one.who,
        text: one.body,
        when: when.day_time(one.created_ms),
    };
    Page::of(&FoundPage { hits: found.items.into_iter().map(hit).collect(), next, q, shell })
}

/// Where the office reads a chat.
pub(super) fn url(order: Option<OrderId>, visit: Option<VisitId>, worker: Option<WorkerId>, audience: Audience) -> String {
    match (order, visit, worker) {
        (Some(order), Some(visit), _) => format!("/orders/{order}/messages?audience={audience}&visit={visit}"),
        (Some(order), None, _) => format!("/orders/{order}/messages?audience={audience}"),
        (None, _, Some(worker)) => format!("/workers/{worker}/messages"),
        (None, _, None) => "/conversations".to_owned(),
    }
}

/// The address of a message on a chat's page, however long ago it was written.
pub(super) fn at(chat: &str, id: MessageId) -> String {
    format!("{chat}{}from={id}#message-{id}", if chat.contains('?') { '&' } else { '?' })
}

async fn settled(app: &App, actor: &Actor, id: ChatId, posted: Posted<()>, deed: Deed) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, actor, &command => |change| settle(change, id, deed).await.map(drop))?;
    // What was a slip may be taken back.
    Ok(if deed == Deed::Dismiss { see_other(&format!("/conversations?dismissed={id}")) } else { see_other("/conversations") })
}

async fn take(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, posted: Posted<()>) -> Result<Response> {
    settled(&app, &actor, id, posted, Deed::Take).await
}

async fn release(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, posted: Posted<()>) -> Result<Response> {
    settled(&app, &actor, id, posted, Deed::Release).await
}

async fn dismiss(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, posted: Posted<()>) -> Result<Response> {
    settled(&app, &actor, id, posted, Deed::Dismiss).await
}

async fn recall(State(app): State<App>, actor: Actor, Path(id): Path<ChatId>, posted: Posted<()>) -> Result<Response> {
    settled(&app, &actor, id, posted, Deed::Recall).await
}
