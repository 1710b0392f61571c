//! Workers: the specialists and contractors who do visits, with their skills, zones and hours.

mod api;
mod edit;
mod form;
mod pages;
mod roster;
mod row;
#[cfg(test)]
mod tests;
mod view;

use crate::{
    error::{Error, Result},
    ids::{UserId, WorkerId},
    web::Routes,
    words::words,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};
use store::Tx;

pub use edit::edit;
pub use form::WorkerChange;
pub use roster::{Listed, Presence, Wanted, list, show};
pub use row::worker::Model as Worker;
pub use view::WorkerView;

/// Workers, in both doors.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

words! {
    /// In-house or outside.
    WorkerKind {
        Specialist = "specialist",
        Contractor = "contractor",
    }
}

/// A worker with the name that people know.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Named {
    pub id: WorkerId,
    pub user_id: UserId,
    pub kind: WorkerKind,
    pub name: String,
    pub active: bool,
}

/// Makes a worker of a user who just became one.
pub async fn create(tx: &Tx, user_id: UserId, kind: WorkerKind, contact_phone: Option<String>) -> Result<Worker> {
    let row = row::worker::ActiveModel {
        user_id: Set(user_id),
        kind: Set(kind),
        contact_phone: Set(contact_phone),
        zones: Set(String::new()),
        hours: Set(String::new()),
        note: Set(String::new()),
        active: Set(true),
        version: Set(1),
        ..Default::default()
    };
    Ok(row.insert(tx.conn()).await?)
}

/// Holds these workers' rows until the transaction ends, so that nobody else plans for them meanwhile.
///
/// # Errors
/// A fault at `worker_ids` when one of them does not exist or no longer works here.
pub async fn hold(tx: &Tx, ids: &[WorkerId]) -> Result<()> {
    use row::worker::{Column, Entity};
    let held =
        Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id).lock_exclusive().all(tx.conn()).await?;
    let come = held.len() == ids.len() && held.iter().all(|worker| worker.active);
    let marks = vec!["?"; ids.len()].join(", ");
    let blocked =
        format!("SELECT 1 FROM workers w JOIN users u ON u.id = w.user_id WHERE w.id IN ({marks}) AND u.blocked_ms IS NOT NULL LIMIT 1");
    let blocked = tx.conn().query_one_raw(store::sql(tx.engine(), &blocked, ids.iter().map(|id| id.0.into()))).await?;
    if come && blocked.is_none() { Ok(()) } else { Err(Error::field("worker_ids", "not_in_list")) }
}

/// Workers by id with their names, in the order of the names.
pub async fn named(conn: &impl ConnectionTrait, engine: store::Engine, ids: &[WorkerId]) -> Result<Vec<Named>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let text = format!(
        "SELECT w.id, w.user_id, w.kind, u.name, w.active FROM workers w JOIN users u ON u.id = w.user_id WHERE w.id IN ({marks}) ORDER BY u.name_folded, w.id"
    );
    Ok(Named::find_by_statement(store::sql(engine, &text, ids.iter().map(|id| id.0.into()))).all(conn).await?)
}

/// The worker that a user is.
pub async fn of_user(conn: &impl ConnectionTrait, user_id: UserId) -> Result<Option<Worker>> {
    Ok(row::worker::Entity::find().filter(row::worker::Column::UserId.eq(user_id)).one(conn).await?)
}

/// Makes the worker's record of a user fit their role: made or taken up again for a worker, inactive for others.
pub async fn follow_role(tx: &Tx, user_id: UserId, kind: Option<WorkerKind>, contact_phone: Option<String>) -> Result<()> {
    match (of_user(tx.conn(), user_id).await?, kind) {
        (None, Some(kind)) => drop(create(tx, user_id, kind, contact_phone).await?),
        (Some(worker), kind) => {
            let mut to = row::worker::ActiveModel::from(worker.clone());
            to.active = Set(kind.is_some());
            to.kind = Set(kind.unwrap_or(worker.kind));
            to.version = Set(worker.version + 1);
            to.update(tx.conn()).await?;
        }
        (None, None) => {}
    }
    Ok(())
}
