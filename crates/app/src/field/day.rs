//! «Мои задания»: what is offered, what is now, what comes next; and everything that was.

use super::task::Task;
use crate::{
    access::Actor,
    app::App,
    error::Result,
    orders::{
        VisitStatus,
        visits::{
            Visit,
            list::{Filter, list},
        },
    },
    text::{form_time, format::When},
    web::{Page, Shell, input::Query, paging::Paging, see_other},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

/// More than anybody does in a day or has before them.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "field/today.html")]
struct Today {
    shell: Shell,
    date: String,
    count: usize,
    offers: Vec<Task>,
    now: Option<Task>,
    next: Vec<Task>,
    done: Vec<Task>,
    days: Vec<Day>,
}

/// The visits of one of the next days.
struct Day {
    title: String,
    tasks: Vec<Task>,
}

/// The page of today and the next days; the office has its own.
pub(super) async fn index(State(app): State<App>, actor: Actor, mut shell: Shell) -> Result<Response> {
    if actor.is_staff() {
        return Ok(see_other("/orders"));
    }
    let zone = app.company().zone();
    let now_ms = app.clock.now_ms();
    let today = zone.to_datetime(Timestamp::from_millisecond(now_ms).map_err(anyhow::Error::from)?).date();
    let start = |date| form_time::day_start(date, &zone).unwrap_or(now_ms);
    let (dawn, midnight) = (start(today), start(today.tomorrow().unwrap_or(today)));
    let mut visits = open_visits(&app, &actor).await?;
    visits.extend(finished_since(&app, &actor, dawn).await?);
    let tasks = Task::several_with_unread(&app, &actor, &mut shell, &visits).await?;
    let when = When::new(shell.language, zone, now_ms);
    let (offers, rest) = split(tasks, Task::is_offer);
    let (done, mut rest) = split(rest, Task::is_over);
    rest.sort_by_key(|task| (!task.status.is_under_way(), !task.is_returned(), task.starts_ms, task.id));
    let is_today = |task: &Task| task.starts_ms < midnight || task.status.is_under_way() || task.is_returned();
    let (mut current, later) = split(rest, is_today);
    let now = if current.is_empty() { None } else { Some(current.remove(0)) };
    let count = usize::from(now.is_some()) + current.len() + done.len();
    let page = Today { date: when.date_long(now_ms), count, offers, now, next: current, done, days: days(later, &when), shell };
    Ok(Page::of(&page)?.into_response())
}

async fn open_visits(app: &App, actor: &Actor) -> Result<Vec<Visit>> {
    use VisitStatus::{Accepted, EnRoute, Offered, OnSite, Paused, Returned};
    let statuses = vec![Offered, Accepted, EnRoute, OnSite, Paused, Returned];
    Ok(list(app, actor, &Filter { statuses, paging: Paging::first(MOST), ..Filter::default() }).await?.items)
}

async fn finished_since(app: &App, actor: &Actor, dawn: i64) -> Result<Vec<Visit>> {
    let statuses = vec![VisitStatus::Done, VisitStatus::NotDone, VisitStatus::Checked];
    // A visit that ended today began in the last days.
    let from_ms = Some(dawn - 3 * 24 * 3_600_000);
    let visits = list(app, actor, &Filter { statuses, from_ms, paging: Paging::first(MOST), ..Filter::default() }).await?.items;
    Ok(visits.into_iter().filter(|visit| visit.finished_ms.is_some_and(|finished| finished >= dawn)).collect())
}

fn split(tasks: Vec<Task>, is_first: impl Fn(&Task) -> bool) -> (Vec<Task>, Vec<Task>) {
    tasks.into_iter().partition(is_first)
}

fn days(tasks: Vec<Task>, when: &When) -> Vec<Day> {
    let mut days: Vec<Day> = vec![];
    for task in tasks {
        let title = if task.day == when.date(task.starts_ms) { when.date_long(task.starts_ms) } else { task.day.clone() };
        match days.last_mut() {
            Some(day) if day.title == title => day.tasks.push(task),
            _ => days.push(Day { title, tasks: vec![task] }),
        }
    }
    days
}

#[derive(Template)]
#[template(path = "field/all.html")]
struct All {
    shell: Shell,
    months: Vec<Day>,
    next: Option<String>,
    is_first: bool,
}

/// Every visit of the worker, the latest first.
pub(super) async fn history(State(app): State<App>, actor: Actor, mut shell: Shell, Query(asked): Query<Filter>) -> Result<Response> {
    if actor.is_staff() {
        return Ok(see_other("/orders"));
    }
    let is_first = asked.paging.after::<2>()?.is_none();
    let filter = Filter { newest_first: true, paging: asked.paging, ..Filter::default() };
    let visits = list(&app, &actor, &filter).await?;
    let tasks = Task::several_with_unread(&app, &actor, &mut shell, &visits.items).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    Ok(Page::of(&All { months: days(tasks, &when), next: visits.next_cursor, is_first, shell })?.into_response())
}
