//! The doors of the delivery log: the administrator's page, and the same for programs.

use super::{
    Channel, State, Wording, answers,
    log::{self, Entry, Filter},
};
use crate::{
    access::{Access, Actor},
    accounts::audit::next_page,
    app::App,
    error::{Error, Result},
    ids::{CustomerId, OrderId, UserId},
    orders::view::rfc3339,
    text::{format::When, money::money},
    web::{
        ApiBody, Choice, Fields, Input, Page, Posted, Routes, Shell, doc,
        input::{Query, form_values},
        page::{Form, own_path, see_other_with},
        paging::List,
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

const PATH: &str = "/notifications";

pub fn routes() -> Routes {
    Routes::new()
        .get(PATH, Access::Administrator, index)
        .get("/notifications/retry", Access::Administrator, new_retries)
        .post("/notifications/retry", Access::Administrator, create_retries)
        .post("/notifications/{id}/retry", Access::Administrator, create_retry)
        .get("/api/v1/notifications", Access::Administrator, doc("List the messages that were sent, and how they fared", api_index))
        .post(
            "/api/v1/notifications/retry",
            Access::Administrator,
            doc("Try all messages of a filter again that were given up, 500 at most", api_create_retries),
        )
        .post(
            "/api/v1/notifications/{id}/retry",
            Access::Administrator,
            doc("Try a message again that did not arrive, as far as is known", api_create_retry),
        )
}

#[derive(Serialize, ToSchema)]
pub(super) struct NotificationView {
    id: i64,
    #[schema(value_type = Option<i64>)]
    order_id: Option<OrderId>,
    /// Nothing for a customer without a login.
    #[schema(value_type = Option<i64>)]
    user_id: Option<UserId>,
    #[schema(value_type = Option<i64>)]
    customer_id: Option<CustomerId>,
    channel: Channel,
    wording: Wording,
    /// Whether it put other words into a message that had come.
    is_revision: bool,
    state: State,
    attempts: i64,
    /// What the provider said last.
    answer: String,
    /// Kopecks, where the provider says so.
    cost_minor: Option<i64>,
    /// In how many parts it went.
    parts: i64,
    created_at: String,
    /// When it is tried next.
    due_at: Option<String>,
    sent_at: Option<String>,
    delivered_at: Option<String>,
    read_at: Option<String>,
}

impl From<Entry> for NotificationView {
    fn from(line: Entry) -> Self {
        Self {
            id: line.id,
            order_id: line.order_id,
            user_id: line.user_id,
            customer_id: line.customer_id,
            channel: line.channel,
            wording: line.wording,
            is_revision: line.is_revision(),
            state: line.state,
            attempts: line.attempts,
            answer: line.answer,
            cost_minor: line.cost_minor,
            parts: line.parts,
            created_at: rfc3339(line.created_ms),
            due_at: line.due_ms.map(rfc3339),
            sent_at: line.sent_ms.map(rfc3339),
            delivered_at: line.delivered_ms.map(rfc3339),
            read_at: line.read_ms.map(rfc3339),
        }
    }
}

async fn api_index(Extract(app): Extract<App>, Query(filter): Query<Filter>) -> Result<Json<List<NotificationView>>> {
    Ok(Json(log::list(&app, &filter).await?.map(NotificationView::from)))
}

async fn api_create_retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, body: ApiBody<()>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| log::retry(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct RetriedView {
    /// How many messages are tried again.
    retried: u64,
}

async fn api_create_retries(
    Extract(app): Extract<App>,
    actor: Actor,
    Query(filter): Query<Filter>,
    body: ApiBody<()>,
) -> Result<(StatusCode, Json<RetriedView>)> {
    let retried = once!(app, &actor, &body.command => |change| log::retry_all(change, &filter).await)?;
    Ok((StatusCode::ACCEPTED, Json(RetriedView { retried })))
}

/// A line of the log as pages show it.
pub(super) struct Row {
    pub id: i64,
    pub when: String,
    pub who: String,
    pub who_url: String,
    pub order: String,
    pub order_url: String,
    pub what: String,
    pub channel: String,
    pub state_label: String,
    pub tone: &'static str,
    /// Whether somebody may try it again.
    pub is_lost: bool,
    pub attempts: i64,
    pub answer: String,
    pub cost: String,
    pub parts: i64,
}

impl Row {
    pub fn of(shell: &Shell, when: &When, line: Entry) -> Self {
        let is_well = matches!(line.state, State::Sent | State::Delivered | State::Read);
        let what = shell.t(&format!("notify-{}-about", line.wording)).into_owned();
        let what = if line.is_revision() { shell.ta("notification-revision", &[("what", &what)]) } else { what };
        Self {
            id: line.id,
            when: when.day_time(line.sent_ms.unwrap_or(line.created_ms)),
            who_url: match (line.user_id, line.customer_id) {
                (Some(user), _) => format!("/users/{user}"),
                (None, Some(customer)) => format!("/customers/{customer}"),
                (None, None) => String::new(),
            },
            who: line.who.unwrap_or_default(),
            order_url: line.order_id.map(|order| format!("/orders/{order}")).unwrap_or_default(),
            order: line.order_number.unwrap_or_default(),
            what,
            channel: shell.t(&format!("channel-{}", line.channel)).into_owned(),
            state_label: shell.t(&format!("notification-state-{}", line.state)).into_owned(),
            tone: match line.state {
                State::Sent => "blue",
                State::Delivered | State::Read => "green",
                State::Dead => "red",
                State::Failed | State::Unknown => "amber",
                State::Queued | State::Sending | State::Passed => "grey",
            },
            is_lost: matches!(line.state, State::Dead | State::Unknown),
            attempts: line.attempts,
            answer: if is_well { String::new() } else { answers::answer_words(shell.language, &line.answer) },
            cost: line.cost_minor.map(|cost| money(shell.language, cost)).unwrap_or_default(),
            parts: line.parts,
        }
    }
}

/// One of the choices above the list.
struct Chip {
    label: String,
    url: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "notifications/index.html")]
struct Index {
    shell: Shell,
    form: Form,
    rows: Vec<Row>,
    states: Vec<Chip>,
    channels: Vec<Chip>,
    is_on: bool,
    is_narrowed: bool,
    /// What keeps channels from taking messages.
    troubles: Vec<String>,
    /// How many messages can be tried again at once, and where that is asked for.
    given_up: u64,
    retry_url: String,
    /// This page, to come back to.
    here: String,
    next: Option<String>,
}

/// The parts of the filter that the address names.
const NAMES: [&str; 7] = ["q", "from", "to", "state", "undelivered", "channel", "order_id"];

/// The filter of an address with these parts of it set or, with nothing, left out; from the first page on.
fn query(uri: &Uri, changes: &[(&str, Option<&str>)]) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept = pairs
        .filter(|(name, value)| NAMES.contains(&name.as_ref()) && !value.is_empty() && changes.iter().all(|(changed, _)| changed != name));
    let set = changes.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(set).finish()
}

fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn states(shell: &Shell, uri: &Uri, filter: &Filter) -> Vec<Chip> {
    let chip = |label: &str, state: Option<State>, undelivered: bool| Chip {
        label: shell.t(label).into_owned(),
        url: address(PATH, &query(uri, &[("state", state.map(Choice::code)), ("undelivered", undelivered.then_some("1"))])),
        is_on: filter.state == state && filter.undelivered == undelivered,
    };
    let of_state = |state: &State| chip(&format!("notification-state-{state}"), Some(*state), false);
    let first = [chip("label-all", None, false), chip("notifications-undelivered", None, true)];
    first.into_iter().chain(State::ALL.iter().map(of_state)).collect()
}

fn channels(app: &App, shell: &Shell, uri: &Uri, filter: &Filter) -> Vec<Chip> {
    let chip = |label: &str, channel: Option<Channel>| Chip {
        label: shell.t(label).into_owned(),
        url: address(PATH, &query(uri, &[("channel", channel.map(Choice::code))])),
        is_on: filter.channel == channel,
    };
    let known = Channel::ALL.iter().filter(|channel| app.lines.has(**channel) || filter.channel == Some(**channel));
    let of_channel = known.map(|channel| chip(&format!("channel-{channel}"), Some(*channel)));
    std::iter::once(chip("notifications-all-channels", None)).chain(of_channel).collect()
}

async fn index(Extract(app): Extract<App>, shell: Shell, uri: Uri, Query(filter): Query<Filter>) -> Result<Page> {
    let page = log::list(&app, &filter).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let mut form = Form::empty(shell.language);
    form.values = form_values(uri.query().unwrap_or_default().as_bytes());
    let is_of_lost = filter.undelivered || filter.state == Some(State::Dead);
    let given_up = if is_of_lost { log::count_given_up(&app, &filter).await?.0 } else { 0 };
    let stands = answers::troubles(&app, &shell, &when).await?.into_iter();
    let troubles = stands.flat_map(|(channel, _, words)| {
        let channel = shell.t(&format!("channel-{channel}"));
        words.into_iter().map(move |said| format!("{channel}. {said}"))
    });
    Page::of(&Index {
        troubles: troubles.collect(),
        states: states(&shell, &uri, &filter),
        channels: channels(&app, &shell, &uri, &filter),
        rows: page.items.into_iter().map(|line| Row::of(&shell, &when, line)).collect(),
        next: page.next_cursor.map(|cursor| next_page(&uri, &cursor)),
        retry_url: address("/notifications/retry", &query(&uri, &[])),
        here: uri.to_string(),
        is_narrowed: NAMES.iter().any(|name| !form.value(name).is_empty()),
        is_on: !app.lines.all().is_empty(),
        given_up,
        form,
        shell,
    })
}

/// The page of the log to come back to.
struct Back(Option<String>);

impl Input for Back {
    fn read(fields: &mut Fields) -> Self {
        let back = fields.optional_text("back", 1000);
        Self(own_path(&back).filter(|path| path == PATH || path.starts_with("/notifications?")))
    }
}

async fn create_retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, posted: Posted<Back>) -> Result<Response> {
    let (Back(back), command) = posted.input()?;
    once!(app, &actor, &command => |change| log::retry(change, id).await)?;
    Ok(see_other_with(back.as_deref().unwrap_or(PATH), "flash-notification-retried"))
}

/// Asks whether so many messages are to be tried again.
#[derive(Template)]
#[template(path = "notifications/retry.html")]
struct Retries {
    shell: Shell,
    count: u64,
    has_more: bool,
    action: String,
    back: String,
}

async fn new_retries(Extract(app): Extract<App>, shell: Shell, uri: Uri, Query(filter): Query<Filter>) -> Result<Page> {
    let (count, has_more) = log::count_given_up(&app, &filter).await?;
    let query = query(&uri, &[]);
    Page::of(&Retries { shell, count, has_more, action: address("/notifications/retry", &query), back: address(PATH, &query) })
}

async fn create_retries(
    Extract(app): Extract<App>,
    actor: Actor,
    uri: Uri,
    Query(filter): Query<Filter>,
    posted: Posted<()>,
) -> Result<Response> {
    let ((), command) = posted.input()?;
    let tried = once!(app, &actor, &command => |change| log::retry_all(change, &filter).await)?;
    if tried == 0 {
        return Err(Error::conflict("nothing_given_up"));
    }
    Ok(see_other_with(&address(PATH, &query(&uri, &[])), "flash-notifications-retried"))
}
