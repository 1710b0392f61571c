//! Pages of visits: «Мои задания» of a worker, everybody's for the office.

use super::{Visit, of_worker, row, visible_to};
use crate::{
    access::Actor,
    app::App,
    error::Result,
    ids::WorkerId,
    orders::VisitStatus,
    web::{
        Fields, Input,
        paging::{List, Paging},
    },
};
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};

/// Which visits are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub statuses: Vec<VisitStatus>,
    pub worker_id: Option<WorkerId>,
    /// The visit's start lies in `[from, to)`, ms UTC.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// The latest start first; otherwise the earliest.
    pub newest_first: bool,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            statuses: fields.choices("status"),
            worker_id: fields.optional_id("worker_id"),
            from_ms: fields.optional_bound("from", false),
            to_ms: fields.optional_bound("to", true),
            newest_first: fields.flag("newest_first"),
            paging: Paging::read(fields),
        }
    }
}

/// A page of the visits that `actor` can see; one statement.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<List<Visit>> {
    use row::visit::Column;
    let mut visits = visible_to(actor);
    if !filter.statuses.is_empty() {
        visits = visits.filter(Column::Status.is_in(filter.statuses.iter().copied()));
    }
    if let Some(worker) = filter.worker_id {
        visits = visits.filter(Column::Id.in_subquery(of_worker(worker)));
    }
    if let Some(from) = filter.from_ms {
        visits = visits.filter(Column::StartsMs.gte(from));
    }
    if let Some(to) = filter.to_ms {
        visits = visits.filter(Column::StartsMs.lt(to));
    }
    if let Some([starts, id]) = filter.paging.after::<2>()? {
        let same_start = Condition::all().add(Column::StartsMs.eq(starts));
        let after = if filter.newest_first {
            Condition::any().add(Column::StartsMs.lt(starts)).add(same_start.add(Column::Id.lt(id)))
        } else {
            Condition::any().add(Column::StartsMs.gt(starts)).add(same_start.add(Column::Id.gt(id)))
        };
        visits = visits.filter(after);
    }
    let order = if filter.newest_first { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    let rows = visits
        .order_by(Column::StartsMs, order.clone())
        .order_by(Column::Id, order)
        .limit(filter.paging.fetch())
        .all(app.db.read())
        .await?;
    Ok(filter.paging.page(rows, |visit| [visit.starts_ms, visit.id.0]))
}
