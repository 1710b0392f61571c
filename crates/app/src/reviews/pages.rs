//! Pages of reviews: the office's list and a worker's own.

use super::{Filter, list, summary};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    text::{
        format::When,
        i18n::{Lang, tn},
    },
    web::{
        Page, Routes, Shell,
        input::Query,
        shell::{hue, initials},
    },
};
use askama::Template;
use axum::extract::State;

pub fn routes() -> Routes {
    Routes::new().get("/reviews", Access::Staff, index).get("/my/reviews", Access::Worker, own)
}

/// A review as a page shows it.
struct Row {
    stars: i64,
    /// «5 звёзд», for readers of screens.
    label: String,
    body: String,
    when: String,
    order: String,
    order_url: String,
    service: String,
    customer: String,
    worker: String,
    worker_initials: String,
    worker_hue: i64,
}

/// One line of the chart: so many reviews with so many stars.
struct Bar {
    stars: i64,
    count: i64,
    /// «5 звёзд».
    name: String,
    /// «12 отзывов».
    label: String,
    percent: i64,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "reviews/index.html")]
struct Index {
    shell: Shell,
    rows: Vec<Row>,
    bars: Vec<Bar>,
    total: i64,
    count: String,
    average: String,
    stars: Option<i64>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "reviews/own.html")]
struct Own {
    shell: Shell,
    rows: Vec<Row>,
    total: i64,
    count: String,
    average: String,
    next: Option<String>,
}

async fn rows(app: &App, actor: &Actor, lang: Lang, filter: &Filter) -> Result<(Vec<Row>, Option<String>)> {
    let page = list(app, actor, filter).await?;
    let when = When::new(lang, app.company().zone(), app.clock.now_ms());
    let next = page.next_cursor.clone();
    let rows = page.items.into_iter().map(|row| Row {
        stars: row.stars,
        label: tn(lang, "count-stars", row.stars),
        when: when.day_time(row.updated_ms),
        order: row.order_number,
        order_url: format!("/orders/{}", row.order_id),
        service: row.service,
        customer: row.customer,
        worker_initials: row.lead.as_deref().map(initials).unwrap_or_default(),
        worker_hue: hue(row.lead_user_id.unwrap_or(0)),
        worker: row.lead.unwrap_or_default(),
        body: row.body,
    });
    Ok((rows.collect(), next))
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Query(filter): Query<Filter>) -> Result<Page> {
    let (rows, cursor) = rows(&app, &actor, shell.language, &filter).await?;
    let (counts, sum) = summary(&app, &actor).await?;
    let bars = (1..=5).rev().zip(counts.iter().rev()).map(|(stars, count)| Bar {
        stars,
        count: *count,
        name: tn(shell.language, "count-stars", stars),
        label: tn(shell.language, "count-reviews", *count),
        percent: if sum.reviews == 0 { 0 } else { count * 100 / sum.reviews },
        chosen: filter.stars == Some(stars),
    });
    let chosen = filter.stars.map(|stars| format!("stars={stars}&")).unwrap_or_default();
    let next = cursor.map(|cursor| format!("/reviews?{chosen}cursor={cursor}"));
    let (total, average) = (sum.reviews, sum.average(shell.language));
    let count = tn(shell.language, "count-reviews", total);
    let bars = bars.collect();
    Page::of(&Index { shell, rows, bars, total, count, average, stars: filter.stars, next })
}

async fn own(State(app): State<App>, actor: Actor, shell: Shell, Query(filter): Query<Filter>) -> Result<Page> {
    let (rows, cursor) = rows(&app, &actor, shell.language, &filter).await?;
    let (_, sum) = summary(&app, &actor).await?;
    let next = cursor.map(|cursor| format!("/my/reviews?cursor={cursor}"));
    let (total, average) = (sum.reviews, sum.average(shell.language));
    let count = tn(shell.language, "count-reviews", total);
    Page::of(&Own { shell, rows, total, count, average, next })
}
