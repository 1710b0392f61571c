//! Where an order stands in the words of its customer.

use crate::orders::{OrderStatus, VisitStatus};

/// An order's visit as its customer may know it.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub status: VisitStatus,
    pub starts_ms: i64,
    pub ends_ms: i64,
}

/// What the first line of the page answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    New,
    Confirmed,
    /// A worker has been asked and has not answered yet.
    Looking,
    /// A visit failed, another is needed.
    Again,
    Agreed,
    /// The time has come and nobody has left yet.
    Late,
    EnRoute,
    EnRouteLate,
    OnSite,
    Paused,
    /// Something is done, and something is still to do.
    Between,
    Fixing,
    Acceptance,
    Completed,
    OnHold,
    Cancelled,
}

/// A delay that nobody calls one, ms.
const PATIENCE_MS: i64 = 10 * 60_000;

impl Stage {
    /// Follows from the order and the visit that matters now, if the customer may know it.
    pub fn of(order: OrderStatus, visit: Option<Known>, now_ms: i64) -> Self {
        let visit = visit.filter(|visit| visit.status.customer_sees());
        let late = |ms: i64| now_ms > ms + PATIENCE_MS;
        match (order, visit) {
            (OrderStatus::New, _) => Self::New,
            (OrderStatus::OnHold, _) => Self::OnHold,
            (OrderStatus::Cancelled, _) => Self::Cancelled,
            (OrderStatus::Completed, _) => Self::Completed,
            (OrderStatus::Acceptance, _) => Self::Acceptance,
            (_, Some(visit)) => match visit.status {
                VisitStatus::Accepted if late(visit.starts_ms) => Self::Late,
                VisitStatus::Accepted => Self::Agreed,
                VisitStatus::EnRoute if late(visit.ends_ms) => Self::EnRouteLate,
                VisitStatus::EnRoute => Self::EnRoute,
                VisitStatus::OnSite => Self::OnSite,
                VisitStatus::Paused => Self::Paused,
                VisitStatus::Returned => Self::Fixing,
                VisitStatus::NotDone => Self::Again,
                _ => Self::Between,
            },
            (OrderStatus::Confirmed, None) => Self::Confirmed,
            (OrderStatus::Scheduled, None) => Self::Looking,
            (OrderStatus::InProgress, None) => Self::Between,
        }
    }

    /// The word in the keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Confirmed => "confirmed",
            Self::Looking => "looking",
            Self::Again => "again",
            Self::Agreed => "agreed",
            Self::Late => "late",
            Self::EnRoute => "en-route",
            Self::EnRouteLate => "en-route-late",
            Self::OnSite => "on-site",
            Self::Paused => "paused",
            Self::Between => "between",
            Self::Fixing => "fixing",
            Self::Acceptance => "acceptance",
            Self::Completed => "completed",
            Self::OnHold => "on-hold",
            Self::Cancelled => "cancelled",
        }
    }

    /// The key of the short name of this stage.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "order-client-new",
            Self::Confirmed => "order-client-confirmed",
            Self::Looking => "visit-client-offered",
            Self::Again => "visit-client-not-done",
            Self::Agreed => "visit-client-accepted",
            Self::Late => "portal-late",
            Self::EnRoute | Self::EnRouteLate => "visit-client-en-route",
            Self::OnSite => "visit-client-on-site",
            Self::Paused => "visit-client-paused",
            Self::Between => "portal-between",
            Self::Fixing => "visit-client-returned",
            Self::Acceptance => "visit-client-done",
            Self::Completed => "order-client-completed",
            Self::OnHold => "order-client-on-hold",
            Self::Cancelled => "order-client-cancelled",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::New => "violet",
            Self::Confirmed | Self::Looking | Self::Late | Self::EnRouteLate | Self::Again | Self::Paused | Self::Acceptance => "amber",
            Self::Agreed => "blue",
            Self::EnRoute => "teal",
            Self::OnSite | Self::Between | Self::Fixing => "orange",
            Self::Completed => "green",
            Self::OnHold | Self::Cancelled => "grey",
        }
    }

    /// The glyph of the sprite that stands before the name.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::New => "dashed",
            Self::Confirmed | Self::Looking | Self::Again => "quarter",
            Self::Agreed => "half",
            Self::Late => "clock",
            Self::EnRoute | Self::EnRouteLate => "road",
            Self::OnSite | Self::Between => "most",
            Self::Paused | Self::OnHold => "pause",
            Self::Fixing => "back",
            Self::Acceptance => "check",
            Self::Completed => "done",
            Self::Cancelled => "cross",
        }
    }

    /// Which of the five steps the order stands at; none when it stands aside.
    pub fn step(self) -> Option<usize> {
        match self {
            Self::New | Self::Confirmed | Self::Looking | Self::Again => Some(0),
            Self::Agreed | Self::Late => Some(1),
            Self::EnRoute | Self::EnRouteLate => Some(2),
            Self::OnSite | Self::Paused | Self::Between | Self::Fixing => Some(3),
            Self::Acceptance | Self::Completed => Some(4),
            Self::OnHold | Self::Cancelled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(order: OrderStatus, visit: VisitStatus, now_ms: i64) -> Stage {
        Stage::of(order, Some(Known { status: visit, starts_ms: 100 * MINUTE, ends_ms: 200 * MINUTE }), now_ms)
    }

    #[test]
    fn an_offer_is_the_companys_own_business() {
        for status in [VisitStatus::Planned, VisitStatus::Offered, VisitStatus::Declined, VisitStatus::Expired, VisitStatus::Cancelled] {
            assert_eq!(at(OrderStatus::Scheduled, status, 0), Stage::Looking, "{status}");
            assert_eq!(at(OrderStatus::Confirmed, status, 0), Stage::Confirmed, "{status}");
        }
    }

    #[test]
    fn a_delay_is_told() {
        assert_eq!(at(OrderStatus::Scheduled, VisitStatus::Accepted, 110 * MINUTE), Stage::Agreed);
        assert_eq!(at(OrderStatus::Scheduled, VisitStatus::Accepted, 111 * MINUTE), Stage::Late);
        assert_eq!(at(OrderStatus::Scheduled, VisitStatus::EnRoute, 150 * MINUTE), Stage::EnRoute);
        assert_eq!(at(OrderStatus::Scheduled, VisitStatus::EnRoute, 211 * MINUTE), Stage::EnRouteLate);
    }

    #[test]
    fn the_work_goes_on() {
        assert_eq!(at(OrderStatus::InProgress, VisitStatus::OnSite, 0), Stage::OnSite);
        assert_eq!(at(OrderStatus::InProgress, VisitStatus::Done, 0), Stage::Between);
        assert_eq!(at(OrderStatus::Scheduled, VisitStatus::Returned, 0), Stage::Fixing);
        assert_eq!(at(OrderStatus::Confirmed, VisitStatus::NotDone, 0), Stage::Again);
        assert_eq!(at(OrderStatus::Acceptance, VisitStatus::Done, 0), Stage::Acceptance);
        assert_eq!(Stage::of(OrderStatus::InProgress, None, 0), Stage::Between);
    }
}
