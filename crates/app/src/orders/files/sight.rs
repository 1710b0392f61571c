//! Which files exist for whom: as PRODUCT's table says for what they belong to. Those of messages exist for whom the message does,
//! which is for `messages` to say.

use super::{File, row};
use crate::{
    access::{Actor, Who},
    error::{Error, Result},
    ids::{FileId, MessageId, OrderId, VisitId, WorkerId},
    orders::{
        VisitStatus,
        query::{Condition, quoted, visibility},
    },
};
use sea_orm::{QueryOrder, Select, entity::prelude::*, sea_query::Expr};

/// The files of orders and visits that exist for `actor`. Every read on somebody's behalf starts here.
fn visible_to(actor: &Actor) -> Select<row::Entity> {
    let files = row::Entity::find().filter(row::Column::MessageId.is_null());
    let condition = match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => return files,
        Who::Specialist(worker) => of_worker(worker, VisitStatus::worker_sees, VisitStatus::worker_sees),
        Who::Contractor(worker) => of_worker(worker, VisitStatus::contractor_knows, keeps_own_photos),
        Who::Customer(_) | Who::Link(_) => of_customer(actor),
    };
    let Condition(text, values) = condition;
    files.filter(Expr::cust_with_values(text, values))
}

/// A visit that is over: the contractor's own photos of the work stay theirs to look at, papers and signatures do not.
fn keeps_own_photos(status: VisitStatus) -> bool {
    status.contractor_knows() || matches!(status, VisitStatus::Checked | VisitStatus::NotDone)
}

/// Files of the worker's own visits, and the order's while they know it.
fn of_worker(worker: WorkerId, knows: fn(VisitStatus) -> bool, keeps_photos: fn(VisitStatus) -> bool) -> Condition {
    let (knows, keeps_photos) = (quoted(knows), quoted(keeps_photos));
    let own = "visit_workers vw JOIN visits v ON v.id = vw.visit_id WHERE vw.worker_id = ?";
    let text = format!(
        "files.audience IN ('worker', 'all') AND (\
         files.visit_id IN (SELECT v.id FROM {own} AND v.status IN ({knows})) \
         OR files.kind IN ('before', 'after') AND files.visit_id IN (SELECT v.id FROM {own} AND v.status IN ({keeps_photos})) \
         OR files.visit_id IS NULL AND files.order_id IN (SELECT v.order_id FROM {own} AND v.status IN ({knows})))"
    );
    Condition(text, vec![worker.0.into(), worker.0.into(), worker.0.into()])
}

/// What the customer sent, and what they are shown of a visit once it is done.
fn of_customer(actor: &Actor) -> Condition {
    let Condition(own, values) = visibility(actor);
    let done = quoted(|status| matches!(status, VisitStatus::Done | VisitStatus::Checked | VisitStatus::Returned));
    let text = format!(
        "files.audience IN ('customer', 'all') AND files.order_id IN (SELECT orders.id FROM orders WHERE {own}) \
         AND (files.visit_id IS NULL OR files.visit_id IN (SELECT v.id FROM visits v WHERE v.status IN ({done})))"
    );
    Condition(text, values)
}

/// A file that `actor` can see.
///
/// # Errors
/// [`Error::NotFound`] for one that does not exist for them.
pub async fn find(conn: &impl ConnectionTrait, actor: &Actor, id: FileId) -> Result<File> {
    visible_to(actor).filter(row::Column::Id.eq(id)).one(conn).await?.ok_or(Error::NotFound)
}

/// The files of a visit that `actor` can see, in the order they came.
pub async fn visible_of_visit(conn: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<Vec<File>> {
    Ok(visible_to(actor).filter(row::Column::VisitId.eq(id)).order_by_asc(row::Column::Id).all(conn).await?)
}

/// The files of an order and its visits that `actor` can see, in the order they came.
pub async fn visible_of_order(conn: &impl ConnectionTrait, actor: &Actor, id: OrderId) -> Result<Vec<File>> {
    Ok(visible_to(actor).filter(row::Column::OrderId.eq(id)).order_by_asc(row::Column::Id).all(conn).await?)
}

/// The files of these messages, in the order they came. Whoever calls has asked whether the messages may be seen.
pub async fn of_messages(conn: &impl ConnectionTrait, ids: Vec<MessageId>) -> Result<Vec<File>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Ok(row::Entity::find().filter(row::Column::MessageId.is_in(ids)).order_by_asc(row::Column::Id).all(conn).await?)
}
