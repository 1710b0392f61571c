//! Services («Виды работ»): what the company does, how long it takes, and what a visit must bring back.

mod api;
mod form;
mod pages;
mod row;
pub mod skills;
#[cfg(test)]
mod tests;
mod view;

use crate::{
    access::{Actor, Who},
    accounts::{audit, changes::Changes},
    error::{Error, Result},
    ids::{ServiceId, SkillId},
    web::{Change, Routes},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, Select,
    entity::prelude::*,
};

pub use form::{NewService, ServiceChange};
pub use row::service::Model as Service;
pub use view::ServiceView;

use row::service::{ActiveModel, Column, Entity};

/// The catalogue of work, in both doors.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// The services that exist for `actor`: the office sees the archive too.
fn visible_to(actor: &Actor) -> Select<Entity> {
    match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => Entity::find(),
        _ => Entity::find().filter(Column::Active.eq(true)),
    }
}

/// A service by id.
pub async fn find(conn: &impl ConnectionTrait, id: ServiceId) -> Result<Service> {
    Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)
}

/// The services that can be ordered, by name.
pub async fn active(conn: &impl ConnectionTrait) -> Result<Vec<Service>> {
    Ok(Entity::find().filter(Column::Active.eq(true)).order_by_asc(Column::NameFolded).all(conn).await?)
}

/// A service with the names of the skills that it needs.
#[derive(Clone, Debug)]
pub struct Skilled {
    pub service: Service,
    pub skills: Vec<String>,
}

/// The catalogue as `actor` sees it, by name; `active` leaves the archive or all else out.
pub async fn list(conn: &impl ConnectionTrait, actor: &Actor, active: Option<bool>) -> Result<Vec<Skilled>> {
    let mut wanted = visible_to(actor).order_by_asc(Column::NameFolded).order_by_asc(Column::Id);
    if let Some(active) = active {
        wanted = wanted.filter(Column::Active.eq(active));
    }
    with_skills(conn, wanted.all(conn).await?).await
}

/// A service that `actor` sees.
///
/// # Errors
/// [`Error::NotFound`] for one that does not exist for them.
pub async fn show(conn: &impl ConnectionTrait, actor: &Actor, id: ServiceId) -> Result<Skilled> {
    let service = visible_to(actor).filter(Column::Id.eq(id)).one(conn).await?.ok_or(Error::NotFound)?;
    with_skills(conn, vec![service]).await?.pop().ok_or(Error::NotFound)
}

#[derive(FromQueryResult)]
struct Needed {
    service_id: ServiceId,
    skill_id: SkillId,
    name: String,
}

/// The skills that a service needs, by name.
pub async fn needs(conn: &impl ConnectionTrait, id: ServiceId) -> Result<Vec<(SkillId, String)>> {
    Ok(needed(conn, &[id]).await?.into_iter().map(|row| (row.skill_id, row.name)).collect())
}

async fn needed(conn: &impl ConnectionTrait, ids: &[ServiceId]) -> Result<Vec<Needed>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let text = format!(
        "SELECT ss.service_id, ss.skill_id, s.name FROM service_skills ss JOIN skills s ON s.id = ss.skill_id \
         WHERE ss.service_id IN ({marks}) ORDER BY s.name_folded"
    );
    let values = ids.iter().map(|id| sea_orm::Value::from(id.0));
    let statement = sea_orm::Statement::from_sql_and_values(conn.get_database_backend(), text, values);
    Ok(Needed::find_by_statement(statement).all(conn).await?)
}

async fn with_skills(conn: &impl ConnectionTrait, services: Vec<Service>) -> Result<Vec<Skilled>> {
    let ids: Vec<ServiceId> = services.iter().map(|service| service.id).collect();
    let needed = needed(conn, &ids).await?;
    let of = |id| needed.iter().filter(|row| row.service_id == id).map(|row| row.name.clone()).collect();
    Ok(services.into_iter().map(|service| Skilled { skills: of(service.id), service }).collect())
}

/// Adds a service to the catalogue.
///
/// # Errors
/// A fault at `name` when there is one of that name already.
pub async fn create(change: &Change, NewService(new): &NewService) -> Result<Skilled> {
    let mut service = Service {
        id: ServiceId(0),
        name: String::new(),
        name_folded: String::new(),
        duration_minutes: 0,
        checklist: "[]".into(),
        photos_before: 0,
        photos_after: 0,
        signature_required: false,
        price_minor: None,
        active: true,
        version: 1,
    };
    new.apply(&mut service)?;
    let row = ActiveModel { id: NotSet, ..service.into_active_model().reset_all() };
    let service = row.insert(change.tx.conn()).await.map_err(name_taken)?;
    put_skills(change, service.id, new.skills.as_deref().unwrap_or_default()).await?;
    audit::record(change, "service.created", "service", Some(service.id.0), &service.name).await?;
    show(change.tx.conn(), &change.actor, service.id).await
}

/// Changes a service; the archive is one of the things that may change.
///
/// # Errors
/// A fault at `name` when there is another one of that name.
pub async fn edit(change: &Change, id: ServiceId, version: Option<i64>, to: &ServiceChange) -> Result<Skilled> {
    let conn = change.tx.conn();
    let held = Entity::find_by_id(id).lock_exclusive().one(conn).await?.ok_or(Error::NotFound)?;
    change.expect_version(version, held.version)?;
    let before = with_skills(conn, vec![held]).await?.pop().ok_or(Error::NotFound)?;
    let mut service = before.service.clone();
    to.apply(&mut service)?;
    if let Some(skills) = &to.skills {
        row::service_skill::Entity::delete_many().filter(row::service_skill::Column::ServiceId.eq(id)).exec(conn).await?;
        put_skills(change, id, skills).await?;
    }
    let after = with_skills(conn, vec![service]).await?.pop().ok_or(Error::NotFound)?;
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    let mut row = after.service.clone().into_active_model().reset_all();
    row.version = Set(before.service.version + 1);
    row.update(conn).await.map_err(name_taken)?;
    let deed = match (before.service.active, after.service.active) {
        (true, false) => "service.archived",
        (false, true) => "service.restored",
        _ => "service.changed",
    };
    audit::record(change, deed, "service", Some(id.0), &format!("{}: {changes}", after.service.name)).await?;
    show(conn, &change.actor, id).await
}

async fn put_skills(change: &Change, service_id: ServiceId, names: &[String]) -> Result<()> {
    let skills = skills::ids_of(change, names).await?;
    let rows = skills.into_iter().map(|skill_id| row::service_skill::ActiveModel { service_id: Set(service_id), skill_id: Set(skill_id) });
    row::service_skill::Entity::insert_many(rows).exec_without_returning(change.tx.conn()).await?;
    Ok(())
}

fn name_taken(error: DbErr) -> Error {
    if store::dialect::is_duplicate(&error) { Error::field("name", "taken") } else { error.into() }
}

fn differences(before: &Skilled, after: &Skilled) -> Changes {
    let (a, b) = (&before.service, &after.service);
    let mut changes = Changes::default();
    changes.note("name", &a.name, &b.name);
    changes.note("duration_minutes", &a.duration_minutes, &b.duration_minutes);
    changes.note("skills", &before.skills, &after.skills);
    changes.note("checklist", &a.checklist(), &b.checklist());
    changes.note("photos_before", &a.photos_before, &b.photos_before);
    changes.note("photos_after", &a.photos_after, &b.photos_after);
    changes.note("signature_required", &a.signature_required, &b.signature_required);
    changes.note("price_minor", &a.price_minor, &b.price_minor);
    changes.note("active", &a.active, &b.active);
    changes
}

impl Service {
    /// The lines to tick off before a visit can be finished.
    pub fn checklist(&self) -> Vec<String> {
        serde_json::from_str(&self.checklist).unwrap_or_default()
    }
}
