//! Pages of the workers.

use super::{Listed, Presence, Wanted, WorkerChange, WorkerKind, list, roster};
use crate::{
    access::{Access, Actor},
    app::App,
    company::{Hours, hours::WEEKDAYS},
    error::Result,
    ids::WorkerId,
    services::skills::{self, Skill},
    text::phone::Phone,
    web::{
        Choice, Page, Posted, Routes, Shell,
        input::Query,
        page::{Form, Refused, see_other_with},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/workers", Access::Staff, index)
        .get("/workers/{id}", Access::Staff, show)
        .get("/workers/{id}/edit", Access::Administrator, edit)
        .post("/workers/{id}", Access::Administrator, update)
}

#[derive(Template)]
#[template(path = "workers/index.html")]
struct Index {
    shell: Shell,
    workers: Vec<Listed>,
    all_skills: Vec<Skill>,
    wanted: Wanted,
}

impl Index {
    fn kinds(&self) -> &'static [WorkerKind] {
        WorkerKind::ALL
    }

    fn presences(&self) -> &'static [Presence] {
        Presence::ALL
    }

    fn is_kind(&self, kind: &WorkerKind) -> bool {
        self.wanted.kind.as_ref() == Some(kind)
    }

    fn is_skill(&self, skill: &Skill) -> bool {
        self.wanted.skill_id == Some(skill.id)
    }

    fn is_filtered(&self) -> bool {
        self.wanted.kind.is_some() || self.wanted.skill_id.is_some() || self.wanted.presence != Presence::All
    }
}

async fn index(State(app): State<App>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Page> {
    let workers = list(app.db.read(), wanted).await?;
    let all_skills = skills::all(app.db.read()).await?;
    Page::of(&Index { shell, workers, all_skills, wanted })
}

/// One weekday's line of hours.
struct Day {
    code: &'static str,
    /// 1 is Monday, as the texts number the days.
    number: usize,
    from: String,
    to: String,
}

fn days_of(hours: Option<&Hours>) -> Vec<Day> {
    let ends = |index| hours.map(|hours| hours.ends(index)).unwrap_or_default();
    WEEKDAYS
        .iter()
        .enumerate()
        .map(|(index, code)| (ends(index), index, *code))
        .map(|((from, to), index, code)| Day { code, number: index + 1, from, to })
        .collect()
}

fn phone_text(phone: &str) -> String {
    Phone::stored(phone).to_string()
}

#[derive(Template)]
#[template(path = "workers/show.html")]
struct Show {
    shell: Shell,
    worker: Listed,
    days: Vec<Day>,
}

async fn show(State(app): State<App>, shell: Shell, Path(id): Path<WorkerId>) -> Result<Page> {
    let worker = roster::show(app.db.read(), id).await?;
    let company = app.company().working_hours();
    let days =
        days_of(worker.hours.as_ref().or(company.as_ref())).into_iter().filter(|_| worker.hours.is_some() || company.is_some()).collect();
    Page::of(&Show { shell, worker, days })
}

#[derive(Template)]
#[template(path = "workers/form.html")]
struct Edit {
    shell: Shell,
    worker: Listed,
    form: Form,
    problem: String,
    all_skills: Vec<String>,
    days: Vec<Day>,
}

impl Edit {
    async fn of(app: &App, shell: Shell, worker: Listed, form: Form) -> Result<Self> {
        let all_skills = skills::all(app.db.read()).await?.into_iter().map(|skill| skill.name).collect();
        let days = days_of(None);
        Ok(Self { shell, worker, form, problem: String::new(), all_skills, days })
    }

    fn end(&self, day: &Day, end: &str) -> String {
        self.form.value(&format!("hours.{}.{end}", day.code))
    }

    fn fault(&self, day: &Day) -> String {
        self.form.error(&format!("hours.{}", day.code))
    }
}

fn filled(shell: &Shell, worker: &Listed) -> Form {
    let values = [
        ("phone", worker.contact_phone.as_deref().map(phone_text).unwrap_or_default()),
        ("zones", worker.zones.join(", ")),
        ("note", worker.note.clone()),
        ("active", if worker.active { "on" } else { "" }.into()),
    ];
    let mut form = Form::filled(shell.language, values).with_list("skills", worker.skill_names());
    for day in days_of(worker.hours.as_ref()) {
        form.values.insert(format!("hours.{}.from", day.code), day.from.into());
        form.values.insert(format!("hours.{}.to", day.code), day.to.into());
    }
    form
}

async fn edit(State(app): State<App>, shell: Shell, Path(id): Path<WorkerId>) -> Result<Page> {
    let worker = roster::show(app.db.read(), id).await?;
    let form = filled(&shell, &worker);
    Page::of(&Edit::of(&app, shell, worker, form).await?)
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<WorkerId>,
    posted: Posted<WorkerChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let changed = async {
        let to = input?;
        once!(app, &actor, &command => |change| super::edit(change, id, command.version, &to).await.map(|worker| worker.version))
    };
    let Err(error) = changed.await else { return Ok(see_other_with(&format!("/workers/{id}"), "workers-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    let worker = roster::show(app.db.read(), id).await?;
    let page = Edit { problem: refused.problem, ..Edit::of(&app, shell, worker, refused.form).await? };
    Ok((status, Page::of(&page)?).into_response())
}
