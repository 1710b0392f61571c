//! The start page: how the company stands, each number with the list behind it.

use super::{
    attention::{self, Group},
    card::status_label,
    chart::Columns,
    filters::day_of,
};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    orders::{
        OrderStatus,
        tally::{self, Sums},
        view::rfc3339,
    },
    text::{
        form_time,
        format::{When, duration},
    },
    web::{Choice as _, Page, Shell, page::see_other},
};
use askama::Template;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::{Span, civil::Date, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

const WEEK_MS: i64 = 7 * 24 * 3_600_000;
const MINUTE_MS: i64 = 60_000;
const WEEKS: i64 = 8;
/// So many orders that need attention are shown here.
const MOST: u64 = 8;

#[derive(Template)]
#[template(path = "desk/start.html")]
struct Start {
    shell: Shell,
    date: String,
    today: String,
    sums: Sums,
    week_done: i64,
    week_note: String,
    average: String,
    statuses: Vec<StatusBar>,
    weeks: Columns,
    groups: Vec<Group>,
}

struct StatusBar {
    status: OrderStatus,
    label: String,
    count: i64,
    percent: i64,
}

/// Everybody's first page: the office's numbers, the worker's visits, the customer's orders.
pub async fn show(State(app): State<App>, actor: Actor, shell: Shell) -> Result<Response> {
    if !actor.is_staff() {
        return Ok(see_other(if actor.worker_id().is_some() { "/visits" } else { "/my/orders" }));
    }
    let (lang, now, zone) = (shell.language, app.clock.now_ms(), app.company().zone());
    let when = When::new(lang, zone.clone(), now);
    let overview = overview(&app, &actor).await?;
    let weeks: Vec<(String, i64)> = overview.completed_by_week.iter().map(|week| (when.date(week.starts_ms), week.count)).collect();
    let (groups, _) = attention::load(&app, &actor, &shell, MOST).await?;
    let page = Start {
        date: when.date_long(now),
        today: form_time::date_input_value(now, &zone),
        week_done: overview.completed_this_week,
        week_note: shell.ta("desk-last-week", &[("number", &overview.completed_last_week.to_string())]),
        average: overview.average_minutes.map_or_else(|| "–".into(), |minutes| duration(lang, minutes)),
        statuses: status_bars(&shell, &overview.by_status),
        sums: overview.sums,
        weeks: Columns::new(&weeks),
        groups,
        shell,
    };
    Ok(Page::of(&page)?.into_response())
}

/// How the company stands.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    /// The open orders.
    #[serde(flatten)]
    sums: Sums,
    by_status: Vec<tally::StatusCount>,
    /// Weeks begin on Monday in the company's zone; the last one is not over.
    completed_by_week: Vec<Week>,
    completed_this_week: i64,
    completed_last_week: i64,
    /// From creation to completion, of the orders completed this month; nothing when there are none.
    average_minutes: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct Week {
    #[serde(skip)]
    starts_ms: i64,
    starts_at: String,
    count: i64,
}

fn week_of(starts_ms: i64, count: i64) -> Week {
    Week { starts_ms, starts_at: rfc3339(starts_ms), count }
}

/// Programs' view of the start page.
pub async fn show_overview(State(app): State<App>, actor: Actor) -> Result<Json<Overview>> {
    Ok(Json(overview(&app, &actor).await?))
}

async fn overview(app: &App, actor: &Actor) -> Result<Overview> {
    let (now, zone) = (app.clock.now_ms(), app.company().zone());
    let (month_ms, week_ms) = beginnings(now, &zone);
    let first_ms = week_ms - (WEEKS - 1) * WEEK_MS;
    let found = tally::completed_by_week(app, actor, first_ms, month_ms).await?;
    let in_week = |week: i64| found.iter().filter(|row| row.week == week).map(|row| row.count).sum::<i64>();
    let (month_count, month_time) = found.iter().fold((0, 0), |(n, ms), row| (n + row.month_count, ms + row.month_ms));
    Ok(Overview {
        sums: tally::sums(app, actor, day_of(now, &zone)).await?,
        by_status: tally::by_status(app, actor).await?,
        completed_by_week: (0..WEEKS).map(|week| week_of(first_ms + week * WEEK_MS, in_week(week))).collect(),
        completed_this_week: in_week(WEEKS - 1),
        completed_last_week: in_week(WEEKS - 2),
        average_minutes: (month_count > 0).then(|| month_time / month_count / MINUTE_MS),
    })
}

/// The first moments of this month and of this week.
fn beginnings(now: i64, zone: &TimeZone) -> (i64, i64) {
    let today = zone.to_datetime(jiff::Timestamp::from_millisecond(now).unwrap_or_default()).date();
    let start = |date: Date| form_time::day_start(date, zone).unwrap_or(now);
    let monday = today.checked_sub(Span::new().days(i64::from(today.weekday().to_monday_zero_offset()))).unwrap_or(today);
    (start(today.first_of_month()), start(monday))
}

fn status_bars(shell: &Shell, counts: &[tally::StatusCount]) -> Vec<StatusBar> {
    use OrderStatus::{Acceptance, Confirmed, InProgress, New, OnHold, Scheduled};
    let shown = [New, Confirmed, Scheduled, InProgress, Acceptance, OnHold];
    let of = |status: OrderStatus| counts.iter().find(|row| row.status == status).map_or(0, |row| row.count);
    let most = shown.iter().map(|status| of(*status)).max().unwrap_or(0).max(1);
    let bar = |status: OrderStatus| StatusBar {
        status,
        label: status_label(shell.language, status),
        count: of(status),
        percent: of(status) * 100 / most,
    };
    shown.into_iter().map(bar).collect()
}

impl Start {
    fn today_url(&self) -> String {
        format!("/orders?from={0}&to={0}", self.today)
    }
}
