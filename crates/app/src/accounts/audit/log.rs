//! The audit log as the administrator reads it: filters, pages of lines by key, the same for programs.

use super::row;
use crate::{
    access::{Access, Role},
    accounts::user::rfc3339,
    app::App,
    error::Result,
    ids::UserId,
    text::{
        fold::fold_within,
        format::When,
        i18n::{self, Lang, t},
    },
    web::{
        Fields, Input, Page, Routes, Shell, doc,
        input::{Query, text_of},
        page::Form,
        paging::{List, Paging},
    },
};
use askama::Template;
use axum::{Json, extract::State};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};

/// The deeds that the filter offers, in the order of a day's work.
const DEEDS: [&str; 30] = [
    "session.started",
    "session.ended",
    "session.token_reused",
    "password.changed",
    "password.reset",
    "profile.changed",
    "consent.given",
    "consent.withdrawn",
    "system.set_up",
    "user.registered",
    "user.created",
    "user.invited",
    "user.joined",
    "user.changed",
    "user.role_changed",
    "user.channel_linked",
    "user.channel_unlinked",
    "user.blocked",
    "user.unblocked",
    "user.reset_issued",
    "user.sessions_ended",
    "customer.joined",
    "customer.created",
    "customer.changed",
    "worker.changed",
    "service.created",
    "service.changed",
    "service.archived",
    "service.restored",
    "company.changed",
];

pub fn routes() -> Routes {
    Routes::new().get("/audit", Access::Administrator, index).get(
        "/api/v1/audit",
        Access::Administrator,
        doc("List the audit log", api_index),
    )
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub user_id: Option<UserId>,
    /// The beginning of a word in the name of who did it.
    pub who: String,
    pub deed: String,
    pub object_kind: String,
    pub object_id: Option<i64>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user_id: fields.optional_id("user_id"),
            who: fields.optional_text("who", 200),
            deed: fields.optional_text("deed", 64),
            object_kind: fields.optional_text("object_kind", 32),
            object_id: fields.optional_id("object_id"),
            from_ms: bound(fields, "from"),
            to_ms: bound(fields, "to"),
            paging: Paging::read(fields),
        }
    }
}

fn bound(fields: &mut Fields, name: &str) -> Option<i64> {
    let text = text_of(&fields.raw(name)?);
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => Some(moment.as_millisecond()),
        Err(_) => fields.local_bound(name, &text, name == "to"),
    }
}

/// A page of the log, newest first.
pub async fn list(app: &App, filter: &Filter) -> Result<List<row::Model>> {
    use row::{Column, Entity};
    let mut lines = Entity::find();
    if let Some(id) = filter.user_id {
        lines = lines.filter(Column::UserId.eq(id));
    }
    let who = fold_within(&filter.who, 200);
    if !who.is_empty() {
        lines = lines.filter(Expr::cust_with_values("user_id IN (SELECT id FROM users WHERE INSTR(name_folded, ?) > 0)", [who]));
    }
    if !filter.deed.is_empty() {
        lines = lines.filter(Column::Deed.eq(&filter.deed));
    }
    if !filter.object_kind.is_empty() {
        lines = lines.filter(Column::ObjectKind.eq(&filter.object_kind));
    }
    if let Some(id) = filter.object_id {
        lines = lines.filter(Column::ObjectId.eq(id));
    }
    if let Some(ms) = filter.from_ms {
        lines = lines.filter(Column::AtMs.gte(ms));
    }
    if let Some(ms) = filter.to_ms {
        lines = lines.filter(Column::AtMs.lt(ms));
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        lines = lines.filter(Column::Id.lt(id));
    }
    let rows = lines.order_by_desc(Column::Id).limit(filter.paging.fetch()).all(app.db.read()).await?;
    Ok(filter.paging.page(rows, |line| [line.id]))
}

/// The newest lines by a person or about them.
pub async fn latest_about(app: &App, user_id: UserId, most: u64) -> Result<Vec<row::Model>> {
    use row::{Column, Entity};
    let by = Entity::find().filter(Column::UserId.eq(user_id)).order_by_desc(Column::Id).limit(most);
    let about =
        Entity::find().filter(Column::ObjectKind.eq("user")).filter(Column::ObjectId.eq(user_id.0)).order_by_desc(Column::Id).limit(most);
    let mut lines = by.all(app.db.read()).await?;
    lines.extend(about.all(app.db.read()).await?);
    lines.sort_by_key(|line| std::cmp::Reverse(line.id));
    lines.dedup_by_key(|line| line.id);
    lines.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(lines)
}

/// A line as people read it.
pub struct Line {
    pub when: String,
    pub who: String,
    pub user_id: Option<UserId>,
    pub deed: String,
    pub detail: String,
    /// Where the thing can be looked at.
    pub object: Option<(String, String)>,
    pub address: String,
}

impl Line {
    pub fn of(row: &row::Model, lang: Lang, when: &When) -> Self {
        Self {
            when: when.day_time(row.at_ms),
            who: match row.who.as_str() {
                "" => t(lang, "audit-nobody").into_owned(),
                "console" if row.user_id.is_none() => t(lang, "audit-console").into_owned(),
                who => who.to_owned(),
            },
            user_id: row.user_id,
            deed: deed_text(lang, &row.deed),
            detail: detail_text(lang, &row.detail),
            object: object_of(row, lang),
            address: row.address.clone(),
        }
    }
}

/// The deed in words; the code itself for one that a newer version wrote.
fn deed_text(lang: Lang, deed: &str) -> String {
    let key = format!("audit-deed-{}", deed.replace(['.', '_'], "-"));
    if i18n::has(&key) { t(lang, &key).into_owned() } else { deed.to_owned() }
}

/// Details are roles («specialist dispatcher»: from, to), names of fields, or words that somebody typed.
fn detail_text(lang: Lang, detail: &str) -> String {
    if let Some(changes) = crate::accounts::changes::in_words(lang, detail) {
        return changes;
    }
    let words: Vec<&str> = detail.split(' ').collect();
    if words.iter().all(|word| Role::parse(word).is_some()) {
        let roles: Vec<_> = words.iter().map(|word| t(lang, &format!("role-{word}"))).collect();
        return roles.join(" → ");
    }
    let keys: Vec<String> = words.iter().map(|word| format!("audit-field-{word}")).collect();
    if keys.iter().all(|key| i18n::has(key)) {
        let fields: Vec<_> = keys.iter().map(|key| t(lang, key)).collect();
        return fields.join(", ");
    }
    detail.to_owned()
}

fn object_of(row: &row::Model, lang: Lang) -> Option<(String, String)> {
    let id = row.object_id?;
    let folder = match row.object_kind.as_str() {
        "user" if row.user_id.is_some_and(|by| by.0 == id) => return None,
        "user" => "users",
        "order" => "orders",
        "customer" => "customers",
        "worker" => "workers",
        "service" => "services",
        _ => return None,
    };
    let name = t(lang, &format!("audit-object-{}", row.object_kind));
    Some((format!("/{folder}/{id}"), format!("{name} {id}")))
}

#[derive(Template)]
#[template(path = "accounts/audit.html")]
struct Index {
    shell: Shell,
    form: Form,
    lines: Vec<Line>,
    deeds: Vec<(&'static str, String)>,
    next: Option<String>,
    narrowed: bool,
}

async fn index(State(app): State<App>, shell: Shell, uri: axum::http::Uri, Query(filter): Query<Filter>) -> Result<Page> {
    let page = list(&app, &filter).await?;
    let lang = shell.language;
    let when = When::new(lang, app.company().zone(), app.clock.now_ms());
    let query = uri.query().unwrap_or("");
    let mut form = Form::empty(lang);
    form.values = crate::web::input::form_values(query.as_bytes());
    Page::of(&Index {
        lines: page.items.iter().map(|row| Line::of(row, lang, &when)).collect(),
        deeds: DEEDS.iter().map(|deed| (*deed, deed_text(lang, deed))).collect(),
        next: page.next_cursor.map(|cursor| next_page(&uri, &cursor)),
        narrowed: ["who", "deed", "user_id", "object_id", "from", "to"].iter().any(|name| !form.value(name).is_empty()),
        form,
        shell,
    })
}

/// This page's address with another cursor.
pub fn next_page(uri: &axum::http::Uri, cursor: &str) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes()).filter(|(name, value)| name != "cursor" && !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).append_pair("cursor", cursor).finish();
    format!("{}?{query}", uri.path())
}

/// A line of the audit log as the API gives it.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct LineView {
    id: i64,
    at: String,
    #[schema(value_type = Option<i64>)]
    user_id: Option<UserId>,
    who: String,
    deed: String,
    object_kind: String,
    object_id: Option<i64>,
    detail: String,
    address: String,
}

impl From<row::Model> for LineView {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id,
            at: rfc3339(row.at_ms),
            user_id: row.user_id,
            who: row.who,
            deed: row.deed,
            object_kind: row.object_kind,
            object_id: row.object_id,
            detail: row.detail,
            address: row.address,
        }
    }
}

async fn api_index(State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<List<LineView>>> {
    Ok(Json(list(&app, &filter).await?.map(LineView::from)))
}
