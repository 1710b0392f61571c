//! The board: every order as a row of a table, filtered by what stands in the address.

use super::{
    address::Address,
    card::Card,
    filters::{Asked, Panel},
};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    orders::{
        NO_DATE_MS,
        query::{self, Filter, Sort},
        tally,
    },
    web::{Choice as _, Fields, Fragment, Input, Page, Shell, input::Query},
};
use askama::Template;
use axum::extract::{RawQuery, State};

#[derive(Template)]
#[template(path = "desk/board.html")]
struct Index {
    shell: Shell,
    panel: Panel,
    rows: Vec<Row>,
    next: Option<String>,
    /// Where to ask how many orders came since.
    newer: String,
    /// Empty on the first page, whose rows are had again from its own address.
    here: String,
}

/// The next rows of the table, for the button under it.
#[derive(Template)]
#[template(path = "desk/more.html")]
struct More {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    /// Where these rows can be had again.
    here: String,
}

/// A row, perhaps under a heading of its own.
struct Row {
    card: Card,
    heads_undated: bool,
}

pub async fn index(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Fragment(partial): Fragment,
    RawQuery(raw): RawQuery,
    Query(asked): Query<Asked>,
) -> Result<Page> {
    let (lang, now) = (shell.language, app.clock.now_ms());
    let address = Address::new("/orders", raw.as_deref());
    let list = query::list(&app, &actor, &asked.filter).await?;
    let next = list.next_cursor.as_ref().map(|cursor| address.with("cursor", cursor));
    let rows = with_headings(list.items.iter().map(|listed| Card::of(lang, now, listed)), &asked.filter)?;
    if partial && !asked.filter.paging.is_first() {
        let here = format!("/orders?{}", raw.unwrap_or_default());
        return Page::of(&More { shell, rows, next, here });
    }
    let newer = Address::new("/orders/newer", raw.as_deref()).with("since", &now.to_string());
    let panel = Panel::load(&app, &actor, address, asked, raw.as_deref(), lang).await?;
    Page::of(&Index { panel, rows, next, newer, here: String::new(), shell })
}

/// Sorted by the visit's day, the orders without one stand last under a heading.
fn with_headings(cards: impl Iterator<Item = Card>, filter: &Filter) -> Result<Vec<Row>> {
    let by_day = filter.sort == Some(Sort::Due);
    let mut before = if by_day { filter.paging.after::<2>()?.map(|[due, _]| due != NO_DATE_MS) } else { None };
    let rows = cards.map(|card| {
        let heads_undated = by_day && !card.has_date && before != Some(false);
        before = Some(card.has_date);
        Row { card, heads_undated }
    });
    Ok(rows.collect())
}

/// Since when the page counts the orders that came after it.
pub struct Since {
    since_ms: i64,
    asked: Asked,
}

impl Input for Since {
    fn read(fields: &mut Fields) -> Self {
        Self { since_ms: fields.whole("since", 0..=i64::MAX), asked: Asked::read(fields) }
    }
}

/// How many orders of the shown filter are newer than the page, as a link to them; the page's live part.
#[derive(Template)]
#[template(path = "desk/newer.html")]
struct Newer {
    shell: Shell,
    count: i64,
    url: String,
    here: String,
}

pub async fn newer(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    RawQuery(raw): RawQuery,
    Query(Since { since_ms, asked }): Query<Since>,
) -> Result<Page> {
    let count = tally::newer(&app, &actor, &asked.filter, since_ms).await?;
    let url = Address::new("/orders", raw.as_deref()).to_string();
    Page::of(&Newer { shell, count, url, here: format!("/orders/newer?{}", raw.unwrap_or_default()) })
}
