//! «Мои заказы».

use super::{
    Call,
    stage::{Known, Stage},
};
use crate::{
    access::Actor,
    app::App,
    company::zone_named,
    error::Result,
    messages,
    orders::query::{Filter, Listed, list},
    text::{
        format::When,
        i18n::{Lang, ta},
        money::money,
    },
    web::{Fields, Input, Page, Shell, input::Query, paging::Paging},
};
use askama::Template;
use axum::extract::State;

/// Which page of the list.
pub struct Wanted(Paging);

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self(Paging::read(fields))
    }
}

struct Row {
    id: i64,
    number: String,
    service: String,
    address: String,
    when: String,
    price: String,
    stage: Stage,
    open: bool,
    /// Lines of chat not read.
    unread: i64,
}

#[derive(Template)]
#[template(path = "portal/index.html")]
struct Index {
    shell: Shell,
    call: Option<Call>,
    open: Vec<Row>,
    closed: Vec<Row>,
    next: Option<String>,
}

pub async fn index(State(app): State<App>, actor: Actor, mut shell: Shell, Query(Wanted(paging)): Query<Wanted>) -> Result<Page> {
    let page = list(&app, &actor, &Filter { paging, ..Filter::default() }).await?;
    let unread = messages::unread_by_order(&app, &actor).await?;
    shell.counts.unread = Some(u32::try_from(unread.values().sum::<i64>()).unwrap_or(u32::MAX));
    let now = app.clock.now_ms();
    let of =
        |listed: &Listed| Row { unread: unread.get(&listed.order.id).copied().unwrap_or_default(), ..row(listed, shell.language, now) };
    let (open, closed) = page.items.iter().map(of).partition(|row: &Row| row.open);
    Page::of(&Index { call: Call::of(&app.company()), shell, open, closed, next: page.next_cursor })
}

/// The visit that a list shows, as far as the customer may know it.
pub(super) fn known(listed: &Listed) -> Option<Known> {
    let status = listed.visit_status.filter(|status| status.customer_sees())?;
    Some(Known { status, starts_ms: listed.visit_starts_ms?, ends_ms: listed.visit_ends_ms? })
}

fn row(listed: &Listed, lang: Lang, now_ms: i64) -> Row {
    let order = &listed.order;
    let when = When::new(lang, zone_named(&order.zone), now_ms);
    let visit = known(listed);
    let stage = Stage::of(order.status, visit, now_ms);
    let coming = visit.filter(|_| matches!(stage, Stage::Agreed | Stage::Late | Stage::EnRoute | Stage::EnRouteLate));
    Row {
        id: order.id.0,
        unread: 0,
        number: order.number.clone(),
        service: listed.service_name.clone(),
        address: order.address.clone(),
        when: match (coming, order.completed_ms) {
            (Some(visit), _) => when.window(visit.starts_ms, visit.ends_ms),
            (None, Some(done)) if !order.open => when.date(done),
            _ => ta(lang, "portal-of-date", &[("date", when.date(order.created_ms).into())]),
        },
        price: order.price_minor.map(|price| money(lang, price)).unwrap_or_default(),
        stage,
        open: order.open,
    }
}
