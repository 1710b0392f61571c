//! The states of orders and visits, and which action leads from where to where.

use crate::words::words;

words! {
    /// Where an order stands.
    OrderStatus {
        New = "new",
        Confirmed = "confirmed",
        Scheduled = "scheduled",
        InProgress = "in_progress",
        Acceptance = "acceptance",
        Completed = "completed",
        OnHold = "on_hold",
        Cancelled = "cancelled",
    }
}

impl OrderStatus {
    /// Neither completed nor cancelled.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Completed | Self::Cancelled)
    }
}

words! {
    /// What can be done to an order.
    OrderAction {
        Confirm = "confirm",
        Cancel = "cancel",
        Hold = "hold",
        Resume = "resume",
        Accept = "accept",
        Return = "return",
        Reopen = "reopen",
    }
}

impl OrderAction {
    /// The states in which this can be done.
    pub fn from(self) -> &'static [OrderStatus] {
        use OrderStatus::{Acceptance, Cancelled, Completed, Confirmed, InProgress, New, OnHold, Scheduled};
        match self {
            Self::Confirm => &[New],
            Self::Cancel => &[New, Confirmed, Scheduled],
            Self::Hold => &[New, Confirmed, Scheduled, InProgress, Acceptance],
            Self::Resume => &[OnHold],
            Self::Accept | Self::Return => &[Acceptance],
            Self::Reopen => &[Completed, Cancelled],
        }
    }
}

words! {
    /// Where a visit stands.
    VisitStatus {
        Planned = "planned",
        Offered = "offered",
        Accepted = "accepted",
        EnRoute = "en_route",
        OnSite = "on_site",
        Paused = "paused",
        Done = "done",
        NotDone = "not_done",
        Checked = "checked",
        Returned = "returned",
        Declined = "declined",
        Expired = "expired",
        Cancelled = "cancelled",
    }
}

impl VisitStatus {
    /// The workers are taken up at the visit's time.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Planned | Self::Offered | Self::Accepted | Self::EnRoute | Self::OnSite | Self::Paused)
    }

    /// It came to nothing before it began.
    pub fn is_void(self) -> bool {
        matches!(self, Self::Declined | Self::Expired | Self::Cancelled)
    }

    /// On the way or at the address.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::EnRoute | Self::OnSite | Self::Paused)
    }

    /// The worker sees it in «Мои задания».
    pub fn worker_sees(self) -> bool {
        !matches!(self, Self::Planned | Self::Declined | Self::Expired | Self::Cancelled)
    }

    /// A contractor sees whom to visit and where.
    pub fn contractor_knows(self) -> bool {
        matches!(self, Self::Accepted | Self::EnRoute | Self::OnSite | Self::Paused | Self::Done | Self::Returned)
    }

    /// The customer is told who comes and when.
    pub fn customer_sees(self) -> bool {
        !matches!(self, Self::Planned | Self::Offered | Self::Declined | Self::Expired | Self::Cancelled)
    }
}

words! {
    /// What can be done to a visit.
    VisitAction {
        Offer = "offer",
        Accept = "accept",
        Decline = "decline",
        Depart = "depart",
        Arrive = "arrive",
        Pause = "pause",
        Resume = "resume",
        Finish = "finish",
        Fail = "fail",
        Check = "check",
        Return = "return",
        Cancel = "cancel",
        Move = "move",
    }
}

impl VisitAction {
    /// The states in which this can be done.
    pub fn from(self) -> &'static [VisitStatus] {
        use VisitStatus::{Accepted, Done, EnRoute, NotDone, Offered, OnSite, Paused, Planned, Returned};
        match self {
            Self::Offer => &[Planned],
            Self::Accept | Self::Decline => &[Offered],
            Self::Depart => &[Accepted],
            Self::Arrive => &[EnRoute, Returned],
            Self::Pause | Self::Finish => &[OnSite],
            Self::Resume => &[Paused],
            Self::Fail => &[Accepted, EnRoute, OnSite, Paused, Returned],
            Self::Check | Self::Return => &[Done],
            Self::Cancel => &[Planned, Offered, Accepted, EnRoute, NotDone, Returned],
            Self::Move => &[Planned, Offered, Accepted],
        }
    }
}

/// The state of an order that follows from its visits, where the order is the system's to move.
///
/// `None` leaves it where it is: a new order waits for a person, a closed or held one too.
pub fn derived(order: OrderStatus, visits: &[VisitStatus]) -> Option<OrderStatus> {
    use OrderStatus::{Acceptance, Confirmed, InProgress, Scheduled};
    if !matches!(order, Confirmed | Scheduled | InProgress | Acceptance) {
        return None;
    }
    let any = |wanted: &[VisitStatus]| visits.iter().any(|status| wanted.contains(status));
    let next = if any(&[VisitStatus::OnSite, VisitStatus::Paused]) {
        InProgress
    } else if any(&[VisitStatus::Returned]) {
        Scheduled
    } else if any(&[VisitStatus::Offered, VisitStatus::Accepted, VisitStatus::EnRoute]) {
        // Between the first visit and the next the work goes on.
        if order == InProgress { InProgress } else { Scheduled }
    } else if any(&[VisitStatus::Done]) || (any(&[VisitStatus::Checked]) && matches!(order, InProgress | Acceptance)) {
        // What was checked before a hold or in an earlier life does not complete the order; something new must be done.
        // A failed or merely planned visit beside a done one means that something is still to do.
        if any(&[VisitStatus::NotDone, VisitStatus::Planned]) && order != Acceptance { InProgress } else { Acceptance }
    } else {
        Confirmed
    };
    (next != order).then_some(next)
}
