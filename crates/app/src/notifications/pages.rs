//! One's own channels, and the administrator's delivery log.

use super::{
    Channel, State, WayState,
    log::{self, Filter},
    ways::{self, Link},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    text::{format::When, i18n},
    web::{Choice, Page, Posted, Routes, Shell, input::Query, page::see_other_with},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::Response,
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/me/channels", Access::SignedIn, show)
        .post("/me/channels", Access::SignedIn, create)
        .post("/me/channels/{channel}/removal", Access::SignedIn, destroy)
        .get("/notifications", Access::Administrator, index)
        .post("/notifications/{id}/retry", Access::Administrator, retry)
}

/// How Telegram stands for the person.
struct Parts {
    /// Whether the company has set the bot up.
    is_on: bool,
    /// The bot has told its name, so that it can be linked.
    is_ready: bool,
    name: Option<String>,
    is_dead: bool,
    link: Option<Link>,
}

#[derive(Template)]
#[template(path = "notifications/channels_office.html")]
struct Office {
    shell: Shell,
    p: Parts,
}

#[derive(Template)]
#[template(path = "notifications/channels_phone.html")]
struct Phone {
    shell: Shell,
    p: Parts,
}

async fn page(app: &App, actor: &Actor, shell: Shell, link: Option<Link>) -> Result<Page> {
    let ways = ways::own(app, actor).await?;
    let way = ways.iter().find(|way| way.channel == Channel::Telegram);
    let p = Parts {
        is_on: app.config.telegram_bot_token.is_some(),
        is_ready: app.telegram().name.is_some(),
        name: way.map(|way| way.name.clone()),
        is_dead: way.is_some_and(|way| way.state == WayState::Dead),
        link,
    };
    if shell.is_staff() { Page::of(&Office { shell, p }) } else { Page::of(&Phone { shell, p }) }
}

async fn show(Extract(app): Extract<App>, actor: Actor, shell: Shell) -> Result<Page> {
    page(&app, &actor, shell, None).await
}

async fn create(Extract(app): Extract<App>, actor: Actor, shell: Shell, _: Posted<()>) -> Result<Page> {
    let bot = app.telegram().name.ok_or_else(|| Error::conflict("channel_off"))?;
    let link = ways::link(&app, &actor, &bot).await?;
    page(&app, &actor, shell, Some(link)).await
}

async fn destroy(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    once!(app, &actor, &command => |change| ways::unlink(change, channel).await)?;
    Ok(see_other_with("/me/channels", "flash-channel-unlinked"))
}

/// A line of the log as the page shows it.
struct Row {
    id: i64,
    when: String,
    user: String,
    user_url: String,
    order: String,
    order_url: String,
    what: String,
    state: State,
    state_label: String,
    attempts: i64,
    answer: String,
}

#[derive(Template)]
#[template(path = "notifications/index.html")]
struct Index {
    shell: Shell,
    rows: Vec<Row>,
    /// Each state with its label, and whether it is the one shown.
    states: Vec<(State, String, bool)>,
    is_on: bool,
    /// What keeps Telegram from taking messages, empty when nothing does.
    trouble: String,
    is_narrowed: bool,
    next: Option<String>,
}

async fn index(Extract(app): Extract<App>, shell: Shell, Query(filter): Query<Filter>) -> Result<Page> {
    let page = log::list(&app, &filter).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let label = |state: State| shell.t(&format!("notification-state-{state}")).into_owned();
    let chosen = filter.state.map(|state| format!("state={state}&")).unwrap_or_default();
    let next = page.next_cursor.as_ref().map(|cursor| format!("/notifications?{chosen}cursor={cursor}"));
    let row = |line: log::Line| Row {
        id: line.id,
        when: when.day_time(line.sent_ms.unwrap_or(line.created_ms)),
        user_url: format!("/users/{}", line.user_id),
        user: line.user,
        order_url: format!("/orders/{}", line.order_id),
        order: line.order_number,
        what: shell.t(&format!("{}-about", line.wording)).into_owned(),
        state_label: label(line.state),
        state: line.state,
        attempts: line.attempts,
        answer: if line.state == State::Sent { String::new() } else { answer_words(&shell, &line.answer) },
    };
    let rows = page.items.into_iter().map(row).collect();
    let states = State::ALL.iter().map(|state| (*state, label(*state), filter.state == Some(*state))).collect();
    let (is_on, is_narrowed) = (app.config.telegram_bot_token.is_some(), filter.state.is_some());
    let trouble = trouble(&app, &shell, &when);
    Page::of(&Index { rows, states, is_on, trouble, is_narrowed, next, shell })
}

/// What a provider or the network said, in the reader's language where it is a known thing.
fn answer_words(shell: &Shell, answer: &str) -> String {
    const KNOWN: [(&str, &str); 4] =
        [("blocked by the user", "blocked"), ("user is deactivated", "gone"), ("chat not found", "unknown"), ("Unauthorized", "token")];
    let known = KNOWN.iter().find(|(words, _)| answer.contains(words)).map_or(answer, |known| known.1);
    let key = format!("notification-answer-{}", known.replace(' ', "-").to_lowercase());
    if i18n::has(&key) { shell.t(&key).into_owned() } else { answer.to_owned() }
}

fn trouble(app: &App, shell: &Shell, when: &When) -> String {
    let words = |(since, why): (i64, String)| {
        shell.ta("notifications-trouble", &[("since", &when.day_time(since)), ("why", &answer_words(shell, &why))])
    };
    app.telegram().trouble.map(words).unwrap_or_default()
}

async fn retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| log::retry(change, id).await)?;
    Ok(see_other_with("/notifications", "flash-notification-retried"))
}
