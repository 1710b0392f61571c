//! Changing a worker's card: skills, zones, hours, contact, note, whether they work here.

use super::{
    Listed, Worker, WorkerChange,
    roster::show,
    row::{worker, worker_skill},
};
use crate::{
    accounts::{audit, changes::Changes},
    company::Hours,
    error::{Error, Result},
    ids::WorkerId,
    services::skills,
    web::Change,
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, QuerySelect, entity::prelude::*};

/// Changes a worker's card.
pub async fn edit(change: &Change, id: WorkerId, version: Option<i64>, to: &WorkerChange) -> Result<Listed> {
    let conn = change.tx.conn();
    let held = worker::Entity::find_by_id(id).lock_exclusive().one(conn).await?.ok_or(Error::NotFound)?;
    change.expect_version(version, held.version)?;
    let before = show(conn, id).await?;
    save(change, held.clone(), to).await?;
    if let Some(names) = &to.skills {
        put_skills(change, id, names).await?;
    }
    let after = show(conn, id).await?;
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(after);
    }
    worker::Entity::update_many()
        .col_expr(worker::Column::Version, (held.version + 1).into())
        .filter(worker::Column::Id.eq(id))
        .exec(conn)
        .await?;
    audit::record(change, "worker.changed", "worker", Some(id.0), &format!("{}: {changes}", after.name)).await?;
    Ok(Listed { version: held.version + 1, ..after })
}

async fn save(change: &Change, mut worker: Worker, to: &WorkerChange) -> Result<()> {
    if let Some(zones) = &to.zones {
        worker.zones = zones.join("\n");
    }
    if let Some(hours) = &to.hours {
        worker.hours = Hours::to_stored(hours.as_ref());
    }
    if let Some(phone) = &to.contact_phone {
        worker.contact_phone.clone_from(phone);
    }
    if let Some(note) = &to.note {
        worker.note.clone_from(note);
    }
    worker.active = to.active.unwrap_or(worker.active);
    worker.into_active_model().reset_all().update(change.tx.conn()).await?;
    Ok(())
}

async fn put_skills(change: &Change, worker_id: WorkerId, names: &[String]) -> Result<()> {
    let conn = change.tx.conn();
    let ids = skills::ids_of(change, names).await?;
    worker_skill::Entity::delete_many().filter(worker_skill::Column::WorkerId.eq(worker_id)).exec(conn).await?;
    let rows = ids.into_iter().map(|skill_id| worker_skill::ActiveModel { worker_id: Set(worker_id), skill_id: Set(skill_id) });
    worker_skill::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(())
}

fn differences(before: &Listed, after: &Listed) -> Changes {
    let hours = |hours: &Option<Hours>| hours.as_ref().map(ToString::to_string);
    let mut changes = Changes::default();
    changes.note("skills", &before.skill_names(), &after.skill_names());
    changes.note("zones", &before.zones, &after.zones);
    changes.note("hours", &hours(&before.hours), &hours(&after.hours));
    changes.note("phone", &before.contact_phone, &after.contact_phone);
    changes.note("note", &before.note, &after.note);
    changes.note("active", &before.active, &after.active);
    changes
}
