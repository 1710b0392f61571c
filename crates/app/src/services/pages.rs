//! Pages of the catalogue of work.

use super::{NewService, ServiceChange, Skilled, skills};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::ServiceId,
    text::{
        format::duration,
        money::{money, typed_money},
    },
    web::{
        Fields, Input, Page, Posted, Routes, Shell,
        input::Query,
        page::{Form, Refused, see_other_with},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/services", Access::Administrator, index)
        .get("/services/new", Access::Administrator, new)
        .post("/services", Access::Administrator, create)
        .get("/services/{id}", Access::Administrator, edit)
        .post("/services/{id}", Access::Administrator, update)
        .post("/services/{id}/archive", Access::Administrator, archive)
        .post("/services/{id}/restoration", Access::Administrator, restore)
}

/// Which half of the catalogue is looked at.
struct Which {
    archive: bool,
}

impl Input for Which {
    fn read(fields: &mut Fields) -> Self {
        Self { archive: fields.flag("archive") }
    }
}

#[derive(Template)]
#[template(path = "services/index.html")]
struct Index {
    shell: Shell,
    services: Vec<Skilled>,
    archive: bool,
}

impl Index {
    fn duration(&self, item: &Skilled) -> String {
        duration(self.shell.language, item.service.duration_minutes)
    }

    /// What a visit must bring back.
    fn asks(&self, Skilled { service, .. }: &Skilled) -> Vec<String> {
        let lines = i64::try_from(service.checklist().len()).unwrap_or_default();
        let counted = [
            ("services-photos-before-count", service.photos_before),
            ("services-photos-after-count", service.photos_after),
            ("services-checklist-count", lines),
        ];
        let counted = counted.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| self.shell.tn(key, count));
        counted.chain(service.signature_required.then(|| self.shell.t("services-signature-short").into_owned())).collect()
    }

    fn price(&self, item: &Skilled) -> String {
        item.service.price_minor.map(|price| money(self.shell.language, price)).unwrap_or_default()
    }
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Query(which): Query<Which>) -> Result<Page> {
    let services = super::list(app.db.read(), &actor, Some(!which.archive)).await?;
    Page::of(&Index { shell, services, archive: which.archive })
}

/// The form of a new or an existing service.
#[derive(Template)]
#[template(path = "services/form.html")]
struct Edit {
    shell: Shell,
    form: Form,
    problem: String,
    /// The service that is changed; none for a new one.
    service: Option<Skilled>,
    all_skills: Vec<String>,
}

impl Edit {
    async fn of(app: &App, shell: Shell, service: Option<Skilled>, form: Form) -> Result<Self> {
        let all_skills = skills::all(app.db.read()).await?.into_iter().map(|skill| skill.name).collect();
        Ok(Self { shell, form, problem: String::new(), service, all_skills })
    }

    fn action(&self) -> String {
        self.service.as_ref().map_or_else(|| "/services".into(), |item| format!("/services/{}", item.service.id))
    }
}

fn filled(shell: &Shell, Skilled { service, skills }: &Skilled) -> Form {
    let values = [
        ("name", service.name.clone()),
        ("duration_minutes", service.duration_minutes.to_string()),
        ("price_minor", service.price_minor.map(typed_money).unwrap_or_default()),
        ("checklist", service.checklist().join("\n")),
        ("photos_before", service.photos_before.to_string()),
        ("photos_after", service.photos_after.to_string()),
        ("signature_required", if service.signature_required { "on" } else { "" }.into()),
    ];
    Form::filled(shell.language, values).with_list("skills", skills.iter().cloned())
}

async fn new(State(app): State<App>, shell: Shell) -> Result<Page> {
    let form =
        Form::filled(shell.language, [("duration_minutes", "60".into()), ("photos_before", "0".into()), ("photos_after", "0".into())]);
    Page::of(&Edit::of(&app, shell, None, form).await?)
}

async fn edit(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<ServiceId>) -> Result<Page> {
    let service = super::show(app.db.read(), &actor, id).await?;
    let form = filled(&shell, &service);
    Page::of(&Edit::of(&app, shell, Some(service), form).await?)
}

async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<NewService>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let made = async {
        let new = input?;
        once!(app, &actor, &command => |change| super::create(change, &new).await.map(|made| made.service.id))
    };
    match made.await {
        Ok(_) => Ok(see_other_with("/services", "services-created")),
        Err(e) => again(&app, shell, None, e, form).await,
    }
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<ServiceId>,
    posted: Posted<ServiceChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let changed = async {
        let to = input?;
        once!(app, &actor, &command => |change| super::edit(change, id, command.version, &to).await.map(|made| made.service.id))
    };
    match changed.await {
        Ok(_) => Ok(see_other_with("/services", "services-saved")),
        Err(e) => {
            let service = super::show(app.db.read(), &actor, id).await?;
            again(&app, shell, Some(service), e, form).await
        }
    }
}

async fn again(app: &App, shell: Shell, service: Option<Skilled>, error: Error, form: Form) -> Result<Response> {
    let refused = Refused::of(error, form)?;
    let status: StatusCode = refused.status();
    let page = Edit { problem: refused.problem, ..Edit::of(app, shell, service, refused.form).await? };
    Ok((status, Page::of(&page)?).into_response())
}

async fn set_active(app: &App, actor: &Actor, id: ServiceId, posted: Posted<()>, active: bool) -> Result<()> {
    let ((), command) = posted.input()?;
    let to = ServiceChange::active(active);
    once!(app, actor, &command => |change| super::edit(change, id, command.version, &to).await.map(|_| ()))
}

async fn archive(State(app): State<App>, actor: Actor, Path(id): Path<ServiceId>, posted: Posted<()>) -> Result<Response> {
    set_active(&app, &actor, id, posted, false).await?;
    Ok(see_other_with("/services", "services-archived"))
}

async fn restore(State(app): State<App>, actor: Actor, Path(id): Path<ServiceId>, posted: Posted<()>) -> Result<Response> {
    set_active(&app, &actor, id, posted, true).await?;
    Ok(see_other_with("/services", "services-restored"))
}
