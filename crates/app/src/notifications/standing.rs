//! Whether what a message says still stands at the moment at which it goes out: it may have waited for the morning, for a provider, or for
//! its turn.

use super::{Wording, decide::Facts};
use crate::orders::{OrderStatus, VisitStatus};

const DAY_MS: i64 = 24 * 3_600_000;

/// What a message is about, as it stands now.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub now: i64,
    pub order: Option<OrderStatus>,
    pub visit: Option<VisitNow>,
}

/// A visit as it stands now.
#[derive(Clone, Copy, Debug)]
pub struct VisitNow {
    pub status: VisitStatus,
    pub starts_ms: i64,
    pub ends_ms: i64,
    /// Whether whoever the message is for goes there.
    pub is_of_crew: bool,
}

impl Wording {
    /// Whether a message with these facts may still be sent. Of what is gone nothing is known, and nothing said against it.
    pub fn holds(self, facts: &Facts, at: &Standing) -> bool {
        use VisitStatus::{Accepted, Cancelled, EnRoute, Offered, OnSite, Paused, Returned};
        let visit = |holds: &dyn Fn(VisitNow) -> bool| at.visit.is_none_or(holds);
        let is_at_the_time_told =
            |visit: VisitNow| facts.starts_ms.is_none_or(|at| at == visit.starts_ms) && facts.ends_ms.is_none_or(|at| at == visit.ends_ms);
        // Somebody is to come at the time that the message names, and it is not over.
        let is_ahead = |visit: VisitNow, wanted: &[VisitStatus]| {
            wanted.contains(&visit.status) && is_at_the_time_told(visit) && at.now < visit.ends_ms
        };
        let is_order = |wanted: &[OrderStatus]| at.order.is_none_or(|status| wanted.contains(&status));
        let is_cancelled = at.order == Some(OrderStatus::Cancelled);
        match self {
            // What happened stays news to the office; chats are looked after by themselves.
            Self::OfficeNew
            | Self::OfficeCancelled
            | Self::OfficeCancellationRequested
            | Self::OfficeFinished
            | Self::OfficeReturned
            | Self::OfficeDeclined
            | Self::OfficeExpired
            | Self::OfficeNotDone
            | Self::OfficeMoveWanted
            | Self::OfficeMessage
            | Self::OfficeMention
            | Self::CrewMessage
            | Self::CrewCustomerMessage
            | Self::CustomerMessage
            | Self::MessengerLinked
            | Self::Trial => true,
            // One of the crew may have accepted for all before another has read of it.
            Self::CrewOffered | Self::CrewAssigned | Self::CrewMoved | Self::CrewChanged => {
                visit(&|visit| visit.is_of_crew && is_ahead(visit, &[Offered, Accepted]))
            }
            Self::CrewOrderChanged => {
                let goes = [Offered, Accepted, EnRoute, OnSite, Paused, Returned];
                !is_cancelled && visit(&|visit| visit.is_of_crew && goes.contains(&visit.status))
            }
            Self::CrewTakenOff => visit(&|visit| !visit.is_of_crew),
            Self::CrewCancelled => visit(&|visit| visit.status == Cancelled),
            Self::CrewReturned => visit(&|visit| visit.is_of_crew && visit.status == Returned),
            Self::CrewDay => facts.starts_ms.is_none_or(|dawn| at.now < dawn + DAY_MS),
            Self::CustomerConfirmed => !is_cancelled,
            Self::CustomerWhoComes | Self::CustomerMoved | Self::CustomerLate => visit(&|visit| is_ahead(visit, &[Accepted, EnRoute])),
            Self::CustomerTomorrow => visit(&|visit| is_ahead(visit, &[Accepted]) && at.now < visit.starts_ms),
            Self::CustomerMoving => !is_cancelled && visit(&|visit| !visit.status.customer_sees()),
            Self::CustomerVisitCancelled => !is_cancelled && visit(&|visit| visit.status == Cancelled),
            Self::CustomerOnTheWay => visit(&|visit| visit.status == EnRoute),
            Self::CustomerDone => is_order(&[OrderStatus::Acceptance, OrderStatus::Completed]),
            Self::CustomerCancelled | Self::CustomerCalledOff => is_order(&[OrderStatus::Cancelled]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Choice;

    fn told() -> Facts {
        Facts { starts_ms: Some(1000), ends_ms: Some(2000), ..Facts::default() }
    }

    fn at(now: i64, status: VisitStatus) -> Standing {
        let visit = VisitNow { status, starts_ms: 1000, ends_ms: 2000, is_of_crew: true };
        Standing { now, order: Some(OrderStatus::Scheduled), visit: Some(visit) }
    }

    #[test]
    fn what_is_overtaken_holds_no_more() {
        use VisitStatus::{Accepted, Cancelled, Declined, EnRoute, Offered, OnSite};
        let moved = |standing: Standing| {
            let visit = standing.visit.map(|visit| VisitNow { starts_ms: 5000, ends_ms: 6000, ..visit });
            Standing { visit, ..standing }
        };
        let without = |standing: Standing| {
            let visit = standing.visit.map(|visit| VisitNow { is_of_crew: false, ..visit });
            Standing { visit, ..standing }
        };
        for wording in [Wording::CustomerWhoComes, Wording::CustomerMoved] {
            assert!(wording.holds(&told(), &at(0, Accepted)) && wording.holds(&told(), &at(1500, EnRoute)), "{wording}");
            for standing in [at(0, Offered), at(0, Declined), at(0, Cancelled), at(0, OnSite), at(2000, Accepted), moved(at(0, Accepted))] {
                assert!(!wording.holds(&told(), &standing), "{wording} {standing:?}");
            }
        }
        assert!(Wording::CustomerTomorrow.holds(&told(), &at(999, Accepted)));
        assert!(!Wording::CustomerTomorrow.holds(&told(), &at(1000, Accepted)), "it has begun");
        assert!(!Wording::CustomerTomorrow.holds(&told(), &at(0, EnRoute)));
        assert!(Wording::CustomerLate.holds(&told(), &at(1500, Accepted)));
        assert!(!Wording::CustomerLate.holds(&told(), &at(1500, OnSite)) && !Wording::CustomerLate.holds(&told(), &at(2000, Accepted)));
        assert!(Wording::CustomerOnTheWay.holds(&told(), &at(0, EnRoute)) && !Wording::CustomerOnTheWay.holds(&told(), &at(0, OnSite)));
        assert!(Wording::CustomerMoving.holds(&told(), &at(0, Offered)) && !Wording::CustomerMoving.holds(&told(), &at(0, Accepted)));
        for wording in [Wording::CrewOffered, Wording::CrewAssigned, Wording::CrewMoved, Wording::CrewChanged] {
            assert!(wording.holds(&told(), &at(0, Offered)) && wording.holds(&told(), &at(0, Accepted)), "{wording}");
            for standing in [at(0, Cancelled), moved(at(0, Offered)), without(at(0, Offered)), at(2000, Offered)] {
                assert!(!wording.holds(&told(), &standing), "{wording} {standing:?}");
            }
        }
        assert!(Wording::CrewTakenOff.holds(&told(), &without(at(0, Offered))) && !Wording::CrewTakenOff.holds(&told(), &at(0, Offered)));
        assert!(!Wording::CrewDay.holds(&told(), &Standing { now: 1000 + DAY_MS, order: None, visit: None }));
        let cancelled = Standing { order: Some(OrderStatus::Cancelled), ..at(0, Cancelled) };
        for wording in [Wording::CustomerConfirmed, Wording::CustomerVisitCancelled, Wording::CustomerMoving, Wording::CrewOrderChanged] {
            assert!(!wording.holds(&told(), &cancelled), "{wording}");
        }
        for wording in [Wording::CustomerCancelled, Wording::CustomerCalledOff] {
            assert!(wording.holds(&told(), &cancelled) && !wording.holds(&told(), &at(0, Accepted)), "{wording}");
        }
    }

    #[test]
    fn nothing_is_said_against_what_is_not_known() {
        for wording in Wording::ALL {
            assert!(wording.holds(&Facts::default(), &Standing { now: 0, order: None, visit: None }), "{wording}");
        }
    }
}
