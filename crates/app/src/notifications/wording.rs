//! What there is to tell: each wording with whom it is for, how pressing it is, and what can be answered at once.

use super::deed::Deed;
use crate::{
    ids::{OrderId, VisitId},
    orders::VisitAction,
    web::Choice,
    words::words,
};

words! {
    /// Those who are told.
    Side {
        Office = "office",
        Worker = "worker",
        Customer = "customer",
    }
}

words! {
    /// What a message is about, as far as people choose channels by it.
    Kind {
        /// When somebody comes, and that it has changed.
        Visits = "visits",
        /// How the order goes on.
        Orders = "orders",
        /// Somebody wrote.
        Chat = "chat",
        /// The morning's list.
        Day = "day",
    }
}

/// How long a message may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressing {
    /// Also at night.
    Now,
    /// As soon as the person is awake.
    Soon,
    /// As soon as nothing changes any more for a minute: of ten changes the last is told.
    Settled,
}

words! {
    /// One thing to tell. Its words stand under `notify-…`, what it is called under `notify-…-about`.
    Wording {
        OfficeNew = "office-new",
        OfficeCancelled = "office-cancelled",
        OfficeCancellationRequested = "office-cancellation-requested",
        OfficeFinished = "office-finished",
        OfficeReturned = "office-returned",
        OfficeDeclined = "office-declined",
        OfficeExpired = "office-expired",
        OfficeNotDone = "office-not-done",
        OfficeMoveWanted = "office-move-wanted",
        OfficeMessage = "office-message",
        OfficeMention = "office-mention",
        CrewOffered = "crew-offered",
        CrewAssigned = "crew-assigned",
        CrewMoved = "crew-moved",
        CrewChanged = "crew-changed",
        /// Where, what or which work: what the crew goes by is not what it was.
        CrewOrderChanged = "crew-order-changed",
        CrewTakenOff = "crew-taken-off",
        CrewCancelled = "crew-cancelled",
        CrewReturned = "crew-returned",
        CrewDay = "crew-day",
        CrewMessage = "crew-message",
        CrewCustomerMessage = "crew-customer-message",
        CustomerConfirmed = "customer-confirmed",
        CustomerWhoComes = "customer-who-comes",
        CustomerMoved = "customer-moved",
        /// The time that was told does not hold any more, and there is no other yet.
        CustomerMoving = "customer-moving",
        CustomerTomorrow = "customer-tomorrow",
        CustomerLate = "customer-late",
        CustomerVisitCancelled = "customer-visit-cancelled",
        CustomerOnTheWay = "customer-on-the-way",
        CustomerDone = "customer-done",
        CustomerCancelled = "customer-cancelled",
        /// The order is cancelled, and nobody comes though it was said.
        CustomerCalledOff = "customer-called-off",
        CustomerMessage = "customer-message",
        /// Somebody is reached by a messenger from now on, and knows of it unless another has done it.
        MessengerLinked = "messenger-linked",
        /// The administrator tries a channel.
        Trial = "trial",
    }
}

impl Wording {
    /// Whom it is for.
    pub fn side(self) -> Side {
        match self {
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
            | Self::MessengerLinked
            | Self::Trial => Side::Office,
            Self::CrewOffered
            | Self::CrewAssigned
            | Self::CrewMoved
            | Self::CrewChanged
            | Self::CrewOrderChanged
            | Self::CrewTakenOff
            | Self::CrewCancelled
            | Self::CrewReturned
            | Self::CrewDay
            | Self::CrewMessage
            | Self::CrewCustomerMessage => Side::Worker,
            Self::CustomerConfirmed
            | Self::CustomerWhoComes
            | Self::CustomerMoved
            | Self::CustomerMoving
            | Self::CustomerTomorrow
            | Self::CustomerLate
            | Self::CustomerVisitCancelled
            | Self::CustomerOnTheWay
            | Self::CustomerDone
            | Self::CustomerCancelled
            | Self::CustomerCalledOff
            | Self::CustomerMessage => Side::Customer,
        }
    }

    /// Whether it is about the person's own account, whatever their role.
    pub fn is_of_account(self) -> bool {
        matches!(self, Self::MessengerLinked | Self::Trial)
    }

    /// What it is about.
    pub fn kind(self) -> Kind {
        match self {
            Self::OfficeNew
            | Self::OfficeCancelled
            | Self::OfficeCancellationRequested
            | Self::OfficeFinished
            | Self::OfficeReturned
            | Self::CustomerConfirmed
            | Self::CustomerDone
            | Self::CustomerCancelled
            | Self::MessengerLinked
            | Self::Trial => Kind::Orders,
            Self::OfficeDeclined
            | Self::OfficeExpired
            | Self::OfficeNotDone
            | Self::OfficeMoveWanted
            | Self::CrewOffered
            | Self::CrewAssigned
            | Self::CrewMoved
            | Self::CrewChanged
            | Self::CrewOrderChanged
            | Self::CrewTakenOff
            | Self::CrewCancelled
            | Self::CrewReturned
            | Self::CustomerWhoComes
            | Self::CustomerMoved
            | Self::CustomerMoving
            | Self::CustomerTomorrow
            | Self::CustomerLate
            | Self::CustomerVisitCancelled
            | Self::CustomerOnTheWay
            | Self::CustomerCalledOff => Kind::Visits,
            Self::OfficeMessage | Self::OfficeMention | Self::CrewMessage | Self::CrewCustomerMessage | Self::CustomerMessage => Kind::Chat,
            Self::CrewDay => Kind::Day,
        }
    }

    /// The name of the template that WhatsApp is to know for it.
    pub fn template(self) -> String {
        format!("montaj_{}", self.code().replace('-', "_"))
    }

    /// How long it may wait.
    pub fn pressing(self) -> Pressing {
        match self {
            Self::CustomerOnTheWay
            | Self::CustomerLate
            | Self::CrewTakenOff
            | Self::CrewCancelled
            | Self::MessengerLinked
            | Self::Trial => Pressing::Now,
            Self::CrewMoved
            | Self::CrewChanged
            | Self::CrewOrderChanged
            | Self::CustomerWhoComes
            | Self::CustomerMoved
            | Self::CustomerMoving => Pressing::Settled,
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
            | Self::CrewOffered
            | Self::CrewAssigned
            | Self::CrewReturned
            | Self::CrewDay
            | Self::CrewMessage
            | Self::CrewCustomerMessage
            | Self::CustomerConfirmed
            | Self::CustomerTomorrow
            | Self::CustomerVisitCancelled
            | Self::CustomerDone
            | Self::CustomerCancelled
            | Self::CustomerCalledOff
            | Self::CustomerMessage => Pressing::Soon,
        }
    }

    /// Whether somebody waits for it at this moment, so that it goes before what waits on the same line.
    pub fn goes_first(self) -> bool {
        self.pressing() == Pressing::Now || self.kind() == Kind::Chat
    }

    /// Whether it says when somebody will come, so that it is worth nothing once that time is over.
    pub fn tells_what_comes(self) -> bool {
        use Wording::{CrewAssigned, CrewChanged, CrewMoved, CrewOffered, CustomerLate, CustomerMoved, CustomerTomorrow, CustomerWhoComes};
        matches!(
            self,
            CrewOffered | CrewAssigned | CrewMoved | CrewChanged | CustomerWhoComes | CustomerMoved | CustomerTomorrow | CustomerLate
        )
    }

    /// Those that one waiting message of them stands for when another of them comes: the time of a visit, told again and again.
    pub fn replaces(self) -> &'static [Self] {
        match self {
            Self::CrewMoved | Self::CrewChanged | Self::CrewOrderChanged => {
                &[Self::CrewOffered, Self::CrewAssigned, Self::CrewMoved, Self::CrewChanged, Self::CrewOrderChanged]
            }
            Self::CustomerWhoComes | Self::CustomerMoved | Self::CustomerMoving => {
                &[Self::CustomerWhoComes, Self::CustomerMoved, Self::CustomerMoving]
            }
            _ => &[],
        }
    }

    /// What a message says that waits and was to say `waiting`, once this is to be told, too: of a visit that somebody has not heard of
    /// they hear for the first time, whatever it was before.
    pub fn instead_of(self, waiting: Self) -> Self {
        match (waiting, self) {
            (Self::CrewOffered | Self::CrewAssigned, Self::CrewMoved) => Self::CrewOffered,
            (Self::CrewOffered | Self::CrewAssigned, Self::CrewChanged) => Self::CrewAssigned,
            (Self::CustomerWhoComes, _) => Self::CustomerWhoComes,
            // The order is looked at when the message goes out: it says what it was to say.
            (waiting, Self::CrewOrderChanged) => waiting,
            (_, told) => told,
        }
    }

    /// What the person can do about it at once, row by row: the key of the button's words and the deed.
    pub fn buttons(self, about: &Subject) -> Vec<Vec<(&'static str, Deed)>> {
        match (self, about.visit, about.order) {
            (Self::CrewOffered | Self::CrewMoved, Some((id, version)), _) => vec![
                vec![
                    ("bot-accept", Deed::Visit { action: VisitAction::Accept, id, version }),
                    ("bot-decline", Deed::Visit { action: VisitAction::Decline, id, version }),
                ],
                vec![("bot-show", Deed::ShowVisit(id))],
            ],
            (Self::CrewAssigned | Self::CrewChanged | Self::CrewOrderChanged | Self::CrewReturned, Some((id, _)), _) => {
                vec![vec![("bot-show", Deed::ShowVisit(id))]]
            }
            (Self::CrewDay, ..) => vec![vec![("bot-today", Deed::Today)]],
            (Self::CustomerTomorrow, Some((id, _)), _) => {
                vec![vec![("bot-fits", Deed::Fits(id, about.starts_ms)), ("bot-move", Deed::MoveWanted(id))]]
            }
            (Self::CustomerDone, _, Some((id, _))) => vec![vec![("bot-show", Deed::ShowOrder(id))]],
            (Self::OfficeNew, _, Some((id, version))) => {
                vec![vec![("bot-confirm", Deed::Confirm { id, version }), ("bot-assign", Deed::Assign(id))]]
            }
            (Self::OfficeDeclined | Self::OfficeExpired, _, Some((id, _))) => vec![vec![("bot-assign", Deed::Assign(id))]],
            _ => vec![],
        }
    }
}

/// What a message is about, with the versions that its buttons carry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject {
    pub order: Option<(OrderId, i64)>,
    pub visit: Option<(VisitId, i64)>,
    /// The time that the message names, ms UTC.
    pub starts_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::i18n::{Lang, t};

    /// The manual's table of templates: what a message is called, the template's name, words to begin with.
    fn templates(manual: &'static str) -> Vec<(&'static str, &'static str, &'static str)> {
        let cells = |row: &'static str| row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches(['«', '»', '`'])).collect();
        let rows = manual.lines().filter(|line| line.starts_with('|') && line.contains("`montaj_"));
        rows.map(cells).map(|cells: Vec<_>| (cells[0], cells[1], cells[2])).collect()
    }

    #[test]
    fn the_manual_has_every_template_that_whatsapp_is_asked_for() {
        let manual = include_str!("../../../../docs/manual/channels.md");
        let known = templates(manual);
        let named: Vec<(String, String)> = known.iter().map(|(about, name, _)| ((*about).to_owned(), (*name).to_owned())).collect();
        let wanted = Wording::ALL.iter().map(|wording| (t(Lang::Ru, &format!("notify-{wording}-about")).into_owned(), wording.template()));
        assert_eq!(named, wanted.collect::<Vec<_>>());
        for (about, _, words) in known {
            for place in ["{{1}}", "{{2}}", "{{3}}"] {
                assert_eq!(words.matches(place).count(), 1, "{about}: {words}");
            }
            // Meta takes no words that begin or end with a value.
            assert!(!words.starts_with('{') && !words.ends_with('}'), "{about}: {words}");
        }
    }
}
