//! The delivery log: every message with how it fared, for both doors.

use super::{
    Channel, State, Wording,
    health::{self, Direction, Health},
    lines::NOT_SET,
    row::delivery,
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{CustomerId, OrderId, UserId},
    orders::view::rfc3339,
    text::{
        format::{When, inside},
        i18n::{self, Lang},
        money::money,
    },
    web::{
        ApiBody, Change, Choice, Fields, Input, Page, Posted, Routes, Shell, doc,
        input::Query,
        page::see_other_with,
        paging::{List, Paging},
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::Response,
};
use channels::{messenger::WEBHOOK_FAILS, whatsapp};
use sea_orm::{FromQueryResult, QuerySelect, entity::prelude::*};
use serde::Serialize;
use utoipa::ToSchema;

/// For how long a message that did not arrive is called to the administrator's attention: three days, in ms.
const UNDELIVERED_MS: i64 = 3 * 24 * 3_600_000;

pub fn routes() -> Routes {
    Routes::new()
        .get("/notifications", Access::Administrator, page)
        .post("/notifications/{id}/retry", Access::Administrator, page_retry)
        .get("/api/v1/notifications", Access::Administrator, doc("List the messages that were sent, and how they fared", lines))
        .post(
            "/api/v1/notifications/{id}/retry",
            Access::Administrator,
            doc("Try a message again that did not arrive, as far as is known", api_retry),
        )
}

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub channel: Option<Channel>,
    pub order_id: Option<OrderId>,
    /// Those alone that the administrator is called to.
    pub undelivered: bool,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            state: fields.optional_choice("state"),
            channel: fields.optional_choice("channel"),
            order_id: fields.optional_id("order_id"),
            undelivered: fields.flag("undelivered"),
            paging: Paging::read(fields),
        }
    }
}

/// A line of the log. People are named by reference: the log keeps no address and no phone.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub order_id: Option<OrderId>,
    pub order_number: Option<String>,
    pub user_id: Option<UserId>,
    pub customer_id: Option<CustomerId>,
    pub who: Option<String>,
    pub channel: Channel,
    pub wording: Wording,
    pub state: State,
    pub attempts: i64,
    pub answer: String,
    pub cost_minor: Option<i64>,
    pub parts: i64,
    pub created_ms: i64,
    pub due_ms: Option<i64>,
    pub sent_ms: Option<i64>,
    pub delivered_ms: Option<i64>,
    pub read_ms: Option<i64>,
}

/// A page of the log, newest first; one statement.
pub async fn list(app: &App, filter: &Filter) -> Result<List<Entry>> {
    let mut parts = vec!["1 = 1"];
    let mut values: Vec<Value> = vec![];
    if let Some(state) = filter.state {
        parts.push("n.state = ?");
        values.push(state.code().into());
    }
    if let Some(channel) = filter.channel {
        parts.push("n.channel = ?");
        values.push(channel.code().into());
    }
    if let Some(order) = filter.order_id {
        parts.push("n.order_id = ?");
        values.push(order.into());
    }
    if filter.undelivered {
        parts.push(UNDELIVERED);
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        parts.push("n.id < ?");
        values.push(id.into());
    }
    let text = format!(
        "SELECT n.id, n.order_id, o.number AS order_number, n.user_id, n.customer_id, COALESCE(u.name, c.name) AS who, n.channel, n.wording, n.state, \
         n.attempts, n.answer, n.cost_minor, n.parts, n.created_ms, n.due_ms, n.sent_ms, n.delivered_ms, n.read_ms FROM deliveries n \
         LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN users u ON u.id = n.user_id LEFT JOIN customers c ON c.id = n.customer_id \
         WHERE {} ORDER BY n.id DESC LIMIT {}",
        parts.join(" AND "),
        filter.paging.fetch()
    );
    let lines = Entry::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(filter.paging.page(lines, |line| [line.id]))
}

/// That nobody else will take care of a message that did not arrive, or of which nobody knows whether it did; as a condition on its row.
const UNDELIVERED: &str = "(state = 'dead' OR (state = 'unknown' AND escalate_ms IS NULL))";

/// How many messages of the last days did not arrive, as far as is known, and were not tried again since.
pub async fn undelivered(app: &App) -> Result<u32> {
    use delivery::{Column, Entity};
    let since = app.clock.now_ms() - UNDELIVERED_MS;
    let count = Entity::find().filter(Expr::cust(UNDELIVERED)).filter(Column::CreatedMs.gt(since)).count(app.db.read()).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Tries a message once more that was given up, or of which nobody knows whether it arrived.
///
/// # Errors
/// A conflict for any other.
pub async fn retry(change: &Change, id: i64) -> Result<()> {
    use delivery::{Column, Entity};
    let row = Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)?;
    if !matches!(row.state, State::Dead | State::Unknown) {
        return Err(Error::conflict("not_now"));
    }
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Queued))
        .col_expr(Column::DueMs, Expr::value(change.now))
        .col_expr(Column::Attempts, Expr::value(0))
        // What is said of the earlier try says nothing of this one.
        .col_expr(Column::ProviderId, Expr::value(""))
        .col_expr(Column::AddressMark, Expr::value(Option::<String>::None))
        .col_expr(Column::ReturnedMs, Expr::value(Option::<i64>::None))
        // Its day of patience begins anew.
        .col_expr(Column::CreatedMs, Expr::value(change.now));
    update.filter(Column::Id.eq(id)).exec(change.tx.conn()).await?;
    Ok(())
}

#[derive(Serialize, ToSchema)]
struct NotificationView {
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

async fn lines(Extract(app): Extract<App>, Query(filter): Query<Filter>) -> Result<Json<List<NotificationView>>> {
    Ok(Json(list(&app, &filter).await?.map(NotificationView::from)))
}

async fn api_retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, body: ApiBody<()>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| retry(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A line of the log as the page shows it.
struct Row {
    id: i64,
    when: String,
    who: String,
    who_url: String,
    order: String,
    order_url: String,
    what: String,
    channel: String,
    state: State,
    state_label: String,
    attempts: i64,
    answer: String,
    cost: String,
    parts: i64,
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
    rows: Vec<Row>,
    states: Vec<Chip>,
    channels: Vec<Chip>,
    is_on: bool,
    /// What keeps channels from taking messages.
    troubles: Vec<String>,
    next: Option<String>,
}

async fn page(Extract(app): Extract<App>, shell: Shell, Query(filter): Query<Filter>) -> Result<Page> {
    let page = list(&app, &filter).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let url = |state: Option<State>, channel: Option<Channel>, more: &str| {
        let parts = [
            state.map(|state| format!("state={state}")),
            channel.map(|channel| format!("channel={channel}")),
            filter.order_id.map(|order| format!("order_id={order}")),
            (filter.undelivered && !more.is_empty()).then(|| "undelivered=1".to_owned()),
            (!more.is_empty()).then(|| format!("cursor={more}")),
        ];
        let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() { "/notifications".to_owned() } else { format!("/notifications?{query}") }
    };
    let next = page.next_cursor.as_ref().map(|cursor| url(filter.state, filter.channel, cursor));
    let rows = page.items.into_iter().map(|line| row(&shell, &when, line)).collect();
    let all = |label: &str, url: String, is_on: bool| Chip { label: shell.t(label).into_owned(), url, is_on };
    let states = State::ALL.iter().map(|state| Chip {
        label: shell.t(&format!("notification-state-{state}")).into_owned(),
        url: url(Some(*state), filter.channel, ""),
        is_on: filter.state == Some(*state),
    });
    let states = std::iter::once(all("label-all", url(None, filter.channel, ""), filter.state.is_none() && !filter.undelivered))
        .chain(states)
        .collect();
    let channels =
        Channel::ALL.iter().filter(|channel| app.lines.has(**channel) || filter.channel == Some(**channel)).map(|channel| Chip {
            label: shell.t(&format!("channel-{channel}")).into_owned(),
            url: url(filter.state, Some(*channel), ""),
            is_on: filter.channel == Some(*channel),
        });
    let channels: Vec<Chip> =
        std::iter::once(all("notifications-all-channels", url(filter.state, None, ""), filter.channel.is_none())).chain(channels).collect();
    let troubles = troubles(&app, &shell, &when).await?;
    Page::of(&Index { rows, states, channels, is_on: !app.lines.all().is_empty(), troubles, next, shell })
}

fn row(shell: &Shell, when: &When, line: Entry) -> Row {
    let is_well = matches!(line.state, State::Sent | State::Delivered | State::Read);
    Row {
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
        what: shell.t(&format!("notify-{}-about", line.wording)).into_owned(),
        channel: shell.t(&format!("channel-{}", line.channel)).into_owned(),
        state_label: shell.t(&format!("notification-state-{}", line.state)).into_owned(),
        state: line.state,
        attempts: line.attempts,
        answer: if is_well { String::new() } else { answer_words(shell.language, &line.answer) },
        cost: line.cost_minor.map(|cost| money(shell.language, cost)).unwrap_or_default(),
        parts: line.parts,
    }
}

/// What is known of the words of providers and of the network: a part of them, and the key of what it means.
const KNOWN: [(&str, &str); 47] = [
    (whatsapp::NO_TEMPLATE, "no-template"),
    ("blocked by the user", "blocked"),
    ("error.dialog.suspended", "blocked"),
    ("chat.denied", "blocked"),
    ("user is deactivated", "gone"),
    ("user.not.found", "gone"),
    ("chat not found", "unknown"),
    ("chat.not.found", "unknown"),
    ("dialog.not", "unknown"),
    ("initiate conversation", "unknown"),
    ("Unauthorized", "token"),
    ("404 Not Found", "token"),
    ("the token is not taken", "token"),
    ("verify.token", "token"),
    (": api_id", "token"),
    (": login or key", "token"),
    (": email or key", "token"),
    ("535 5.7", "password"),
    ("takes no password", "password"),
    (": no money", "no-money"),
    (": sender", "sender"),
    ("the sender is forbidden", "sender"),
    (": phone", "phone"),
    ("the phone is on a stop list", "stop-list"),
    ("cannot be delivered", "undeliverable"),
    (": expired", "expired"),
    ("the certificate is not trusted", "certificate"),
    ("certificate does not hold", "mail-certificate"),
    ("offers no encryption", "no-encryption"),
    ("terminated by other getUpdates", "asked-by-another"),
    ("webhook is active", "webhook-stands"),
    ("terminated by setWebhook", "webhook-stands"),
    ("405 method.not.allowed", "webhook-stands"),
    ("Too Many Requests", "too-fast"),
    ("too.many.requests", "too-fast"),
    ("too many messages", "too-fast"),
    ("550 5.1.1", "no-mailbox"),
    ("no mailbox", "no-mailbox"),
    (whatsapp::UNDELIVERABLE, "no-whatsapp"),
    (whatsapp::WINDOW_CLOSED, "window"),
    ("an answer that is no JSON", "an-answer-that-is-no-json"),
    ("an answer of another form", "an-answer-that-is-no-json"),
    (": out of order", "an-answer-that-is-no-json"),
    ("the DKIM key", "dkim-key"),
    ("root certificate ", "root-certificate"),
    ("the mail server's address", "mail-address"),
    ("the sender is no ", "mail-sender"),
];
/// The same where it is all that was said.
const BARE: [(&str, &str); 7] = [
    ("401", "push-key"),
    ("403", "push-key"),
    ("429", "too-fast"),
    ("500", "an-answer-that-is-no-json"),
    ("502", "an-answer-that-is-no-json"),
    ("503", "an-answer-that-is-no-json"),
    ("535", "password"),
];

/// What a provider or the network said, in the reader's language where it is a known thing.
pub(super) fn answer_words(lang: Lang, answer: &str) -> String {
    if let Some(said) = answer.strip_prefix(WEBHOOK_FAILS) {
        return i18n::ta(lang, "notification-answer-webhook-fails", &[("said", said.into())]);
    }
    if let Some(name) = answer.strip_suffix(NOT_SET) {
        return i18n::ta(lang, "notification-answer-not-set", &[("name", name.into())]);
    }
    let bare = BARE.iter().find(|(words, _)| answer == *words);
    let known = bare.or_else(|| KNOWN.iter().find(|(words, _)| answer.contains(words)));
    let key = format!("notification-answer-{}", known.map_or(answer, |known| known.1).replace(' ', "-").to_lowercase());
    if i18n::has(&key) { i18n::t(lang, &key).into_owned() } else { answer.to_owned() }
}

/// What keeps channels from carrying messages, in words.
async fn troubles(app: &App, shell: &Shell, when: &When) -> Result<Vec<String>> {
    let mut words = vec![];
    for (channel, health) in health::all(app).await? {
        let channel = shell.t(&format!("channel-{channel}"));
        words.extend(stands(shell, when, &health).into_iter().map(|said| format!("{channel}. {said}")));
    }
    Ok(words)
}

/// What keeps a channel from carrying messages, in words.
pub(super) fn stands(shell: &Shell, when: &When, health: &Health) -> Vec<String> {
    let why = |why: &str| answer_words(shell.language, why);
    if let Some(wrong) = &health.wrong {
        return vec![shell.ta("channels-wrong-why", &[("why", &why(wrong))])];
    }
    let trouble = |trouble: &health::Trouble| {
        let key = match trouble.direction {
            Direction::Out => "channels-trouble",
            Direction::In => "channels-deaf",
        };
        shell.ta(key, &[("since", &inside(&when.day_time(trouble.since_ms))), ("why", &why(&trouble.why))])
    };
    let mut words: Vec<String> = health.troubles.iter().map(trouble).collect();
    // A push service that fails is left alone without having asked for it.
    if let (Some(until), true) = (health.waits_until, words.is_empty()) {
        words.push(shell.ta("channels-waits", &[("until", &when.time(until))]));
    }
    words
}

async fn page_retry(Extract(app): Extract<App>, actor: Actor, Path(id): Path<i64>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| retry(change, id).await)?;
    Ok(see_other_with("/notifications", "flash-notification-retried"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_providers_say_is_told_in_the_readers_language() {
        let told = [
            ("no connection: the certificate is not trusted", "нет доверия сертификату сервиса, проверьте файл с сертификатом"),
            ("no connection", "нет связи с сервисом"),
            ("no answer in time", "сервис не ответил вовремя"),
            ("SMSC 3: no money", "на счету кончились деньги, пополните его"),
            ("SMS.RU 201: no money", "на счету кончились деньги, пополните его"),
            ("SMSC 6: sender", "имя отправителя не зарегистрировано или текст запрещён"),
            ("SMS.RU 200: api_id", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            ("401 Unauthorized", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            ("401 verify.token", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            (
                "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                "сообщения этого бота забирает другая программа",
            ),
            (
                "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
                "сервис приносит ответы на адрес, который был указан раньше",
            ),
            ("405 method.not.allowed", "сервис приносит ответы на адрес, который был указан раньше"),
            ("429 Too Many Requests: retry after 30", "сервис просит подождать"),
            ("535 5.7.8", "почтовый сервер не принимает имя или пароль"),
            ("the mail server offers no encryption", "почтовый сервер не предлагает шифрование"),
            ("the mail server's certificate does not hold", "сертификат почтового сервера не вызывает доверия"),
            ("502", "на стороне сервиса сбой"),
            ("550 5.7.1", "550 5.7.1"),
            ("SMSC 1: refused", "SMSC 1: refused"),
        ];
        for (said, words) in told {
            assert_eq!(answer_words(Lang::Ru, said), words, "{said}");
        }
        for (said, key) in KNOWN.iter().chain(&BARE) {
            assert_ne!(answer_words(Lang::En, said), *said, "{key}");
            assert!(i18n::has(&format!("notification-answer-{key}")), "{key}");
        }
    }
}
