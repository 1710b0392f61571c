//! A visit («Задание»): one trip of one worker or crew for an order.
//!
//! In the order of life: [`plan`], offer, accept or decline, depart, arrive, pause and resume, finish or fail,
//! check or return; and at any time before, cancel.

pub mod api;
pub mod available;
mod lifecycle;
pub mod list;
pub mod plan;
pub mod policy;
mod row;
mod wish;

use super::VisitStatus;
use crate::{
    access::{Actor, Who},
    error::{Error, Result},
    ids::{OrderId, VisitId, WorkerId},
};
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, QueryTrait, Select, entity::prelude::*};
use store::Tx;

pub use available::{Candidate, candidates};
pub use lifecycle::{Step, act, break_off_all, cancel_all, expire_due, finish_all, return_last};
pub use plan::{NewVisit, move_to, plan};
pub use row::visit::Model as Visit;
pub use wish::{Wish, fits, is_awaited, is_confirmed, next_of, want_move};

/// The visits that `actor` can see. Every read of the table starts here.
fn visible_to(actor: &Actor) -> Select<row::visit::Entity> {
    let visits = row::visit::Entity::find();
    let seen = |wanted: fn(VisitStatus) -> bool| row::visit::Column::Status.is_in(statuses(wanted));
    match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => visits,
        Who::Specialist(worker) | Who::Contractor(worker) => {
            visits.filter(seen(VisitStatus::worker_sees)).filter(row::visit::Column::Id.in_subquery(of_worker(worker)))
        }
        Who::Customer(customer) => visits
            .filter(seen(VisitStatus::customer_sees))
            .filter(Expr::cust(format!("order_id IN (SELECT id FROM orders WHERE customer_id = {})", customer.0))),
        Who::Link(order) => visits.filter(seen(VisitStatus::customer_sees)).filter(row::visit::Column::OrderId.eq(order)),
    }
}

/// The statuses for which `wanted` holds.
pub fn statuses(wanted: fn(VisitStatus) -> bool) -> Vec<VisitStatus> {
    <VisitStatus as crate::web::Choice>::ALL.iter().copied().filter(|status| wanted(*status)).collect()
}

fn of_worker(worker: WorkerId) -> sea_orm::sea_query::SelectStatement {
    row::crew::Entity::find().select_only().column(row::crew::Column::VisitId).filter(row::crew::Column::WorkerId.eq(worker)).into_query()
}

/// A visit that `actor` can see.
///
/// # Errors
/// [`Error::NotFound`] for one that does not exist for them.
pub async fn find(conn: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<Visit> {
    visible_to(actor).filter(row::visit::Column::Id.eq(id)).one(conn).await?.ok_or(Error::NotFound)
}

/// `find`, holding the row until `tx` ends.
async fn find_to_change(tx: &Tx, actor: &Actor, id: VisitId) -> Result<Visit> {
    visible_to(actor).filter(row::visit::Column::Id.eq(id)).lock_exclusive().one(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The visits of an order that `actor` can see, in the order of time.
pub async fn of_order(conn: &impl ConnectionTrait, actor: &Actor, order_id: OrderId) -> Result<Vec<Visit>> {
    Ok(visible_to(actor)
        .filter(row::visit::Column::OrderId.eq(order_id))
        .order_by_asc(row::visit::Column::StartsMs)
        .order_by_asc(row::visit::Column::Id)
        .all(conn)
        .await?)
}

/// Since when a worker is of a visit's crew, ms UTC.
pub async fn joined(conn: &impl ConnectionTrait, visit: VisitId, worker: WorkerId) -> Result<Option<i64>> {
    Ok(row::crew::Entity::find_by_id((visit, worker)).one(conn).await?.map(|member| member.joined_ms))
}

/// One member of a visit's crew.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CrewMember {
    pub visit_id: VisitId,
    pub worker_id: WorkerId,
    pub user_id: crate::ids::UserId,
    pub name: String,
    pub phone: Option<String>,
}

/// The crews of these visits, the lead of each first; one statement for all.
pub async fn crews(conn: &impl ConnectionTrait, engine: store::Engine, visits: &[VisitId]) -> Result<Vec<CrewMember>> {
    if visits.is_empty() {
        return Ok(vec![]);
    }
    let marks = vec!["?"; visits.len()].join(", ");
    let text = format!(
        "SELECT vw.visit_id, vw.worker_id, w.user_id, u.name, COALESCE(w.contact_phone, u.phone) AS phone FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id \
         JOIN workers w ON w.id = vw.worker_id JOIN users u ON u.id = w.user_id WHERE vw.visit_id IN ({marks}) \
         ORDER BY vw.visit_id, CASE WHEN v.lead_id = vw.worker_id THEN 0 ELSE 1 END, u.name_folded, vw.worker_id"
    );
    Ok(CrewMember::find_by_statement(store::sql(engine, &text, visits.iter().map(|id| id.0.into()))).all(conn).await?)
}
