//! Which chats exist for whom: PRODUCT's table «who sees what», for messages.

use super::{Audience, topic};
use crate::{
    access::{Actor, Who},
    error::{Error, Result},
    ids::{OrderId, VisitId},
    orders::{
        Order, query,
        visits::{self, Visit},
    },
};
use sea_orm::ConnectionTrait;

/// One chat that the actor is in.
#[derive(Clone, Debug)]
pub struct Thread {
    pub order: Order,
    pub audience: Audience,
    /// Only what concerns these visits; `None` for those who see all of them.
    pub(super) only_visits: Option<Vec<VisitId>>,
    /// The visits to whose crews one may write, in the order of time.
    visits: Vec<Visit>,
}

impl Thread {
    /// The chat of an order with one of its audiences.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the order or the chat does not exist for `actor`.
    pub async fn of_order(conn: &impl ConnectionTrait, actor: &Actor, id: OrderId, audience: Audience) -> Result<Self> {
        let order = query::find(conn, actor, id).await?;
        let is_in = match (actor.who, audience) {
            (Who::Administrator | Who::Dispatcher | Who::System, _) => true,
            (Who::Specialist(_) | Who::Contractor(_), audience) => audience == Audience::Worker,
            (Who::Customer(_) | Who::Link(_), audience) => audience == Audience::Customer,
        };
        if !is_in {
            return Err(Error::NotFound);
        }
        let visits = match audience {
            Audience::Worker => visits::of_order(conn, actor, id).await?,
            Audience::Internal | Audience::Customer => vec![],
        };
        let only_visits = actor.worker_id().map(|_| visits.iter().map(|visit| visit.id).collect());
        Ok(Self { order, audience, only_visits, visits })
    }

    /// The chat with the crew of one visit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for customers, and for a visit that does not exist for `actor`.
    pub async fn of_visit(conn: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<Self> {
        let visit = visits::find(conn, actor, id).await?;
        let thread = Self::of_order(conn, actor, visit.order_id, Audience::Worker).await?;
        Ok(Self { only_visits: Some(vec![id]), visits: vec![visit], ..thread })
    }

    /// To which visit's crew a new message goes: the one that matters now, else the last.
    ///
    /// # Errors
    /// A conflict when nobody has been asked to come yet.
    pub(super) fn visit_to_write(&self) -> Result<Option<VisitId>> {
        if self.audience != Audience::Worker {
            return Ok(None);
        }
        let heard = || self.visits.iter().filter(|visit| visit.status.worker_sees());
        let current = heard().find(|visit| Some(visit.id) == self.order.visit_id);
        match current.or_else(|| heard().next_back()) {
            Some(visit) => Ok(Some(visit.id)),
            None => Err(Error::conflict("nobody_to_write")),
        }
    }

    /// Whether a message would reach anybody.
    pub fn may_write(&self) -> bool {
        self.visit_to_write().is_ok()
    }

    /// What open pages of this chat listen for.
    pub fn topic(&self) -> String {
        topic(self.order.id, self.audience)
    }
}
