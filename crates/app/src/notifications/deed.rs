//! What a button under a message asks for, in the few bytes that messengers give it.

use crate::{
    ids::{ChatId, OrderId, VisitId, WorkerId},
    orders::VisitAction,
    web::Choice,
};

/// What is asked for. Whether the person may, and whether it still fits, is found out when it is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The start of everything.
    Menu,
    Today,
    Tomorrow,
    ShowVisit(VisitId),
    Visit {
        action: VisitAction,
        id: VisitId,
        version: i64,
    },
    /// The same, for the reason that stands at this place in its list.
    Because {
        action: VisitAction,
        id: VisitId,
        version: i64,
        reason: usize,
    },
    /// The pictures that were sent are of before the work, or of after it.
    Pictures {
        id: VisitId,
        after: bool,
    },
    /// What a visit's checklist says at this place is done, or not.
    Tick {
        id: VisitId,
        place: usize,
    },
    /// The customer writes about the visit, or the worker.
    WriteAboutVisit(VisitId),
    WriteAboutOrder(OrderId),
    Answer(ChatId),
    WriteToOffice,
    /// The visit's time suits the customer: this one, ms UTC, and no other.
    Fits(VisitId, i64),
    MoveWanted(VisitId),
    /// No stars ask for them.
    Stars(OrderId, u8),
    Orders,
    ShowOrder(OrderId),
    NewOrder,
    Service(i64),
    /// The new order is as it should be.
    Send,
    Cancel,
    Confirm {
        id: OrderId,
        version: i64,
    },
    Assign(OrderId),
    AssignTo {
        order: OrderId,
        worker: WorkerId,
        slot: i64,
    },
    Waiting,
}

impl std::fmt::Display for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Menu => write!(f, "menu"),
            Self::Today => write!(f, "today"),
            Self::Tomorrow => write!(f, "tomorrow"),
            Self::ShowVisit(id) => write!(f, "visit:{id}"),
            Self::Visit { action, id, version } => write!(f, "act:{}:{id}:{version}", action.code()),
            Self::Because { action, id, version, reason } => write!(f, "why:{}:{id}:{version}:{reason}", action.code()),
            Self::Pictures { id, after } => write!(f, "pics:{id}:{}", u8::from(*after)),
            Self::Tick { id, place } => write!(f, "tick:{id}:{place}"),
            Self::WriteAboutVisit(id) => write!(f, "wv:{id}"),
            Self::WriteAboutOrder(id) => write!(f, "wo:{id}"),
            Self::Answer(id) => write!(f, "ans:{id}"),
            Self::WriteToOffice => write!(f, "write"),
            Self::Fits(id, starts_ms) => write!(f, "fits:{id}:{starts_ms}"),
            Self::MoveWanted(id) => write!(f, "move:{id}"),
            Self::Stars(id, stars) => write!(f, "stars:{id}:{stars}"),
            Self::Orders => write!(f, "orders"),
            Self::ShowOrder(id) => write!(f, "order:{id}"),
            Self::NewOrder => write!(f, "new"),
            Self::Service(id) => write!(f, "service:{id}"),
            Self::Send => write!(f, "send"),
            Self::Cancel => write!(f, "cancel"),
            Self::Confirm { id, version } => write!(f, "confirm:{id}:{version}"),
            Self::Assign(id) => write!(f, "assign:{id}"),
            Self::AssignTo { order, worker, slot } => write!(f, "to:{order}:{worker}:{slot}"),
            Self::Waiting => write!(f, "waiting"),
        }
    }
}

impl Deed {
    /// What a button of ours asked for; nothing for data that no version of this program gave out.
    pub fn parse(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.split(':').collect();
        let number = |at: usize| parts.get(at)?.parse::<i64>().ok();
        let place = |at: usize| parts.get(at)?.parse::<usize>().ok();
        let action = || VisitAction::parse(parts.get(1)?);
        Some(match *parts.first()? {
            "menu" => Self::Menu,
            "today" => Self::Today,
            "tomorrow" => Self::Tomorrow,
            "visit" => Self::ShowVisit(VisitId(number(1)?)),
            "act" => Self::Visit { action: action()?, id: VisitId(number(2)?), version: number(3)? },
            "why" => Self::Because { action: action()?, id: VisitId(number(2)?), version: number(3)?, reason: place(4)? },
            "pics" => Self::Pictures { id: VisitId(number(1)?), after: number(2)? == 1 },
            "tick" => Self::Tick { id: VisitId(number(1)?), place: place(2)? },
            "wv" => Self::WriteAboutVisit(VisitId(number(1)?)),
            "wo" => Self::WriteAboutOrder(OrderId(number(1)?)),
            "ans" => Self::Answer(ChatId(number(1)?)),
            "write" => Self::WriteToOffice,
            // Under earlier messages no time stands: that is none that holds.
            "fits" => Self::Fits(VisitId(number(1)?), number(2).unwrap_or(0)),
            "move" => Self::MoveWanted(VisitId(number(1)?)),
            "stars" => Self::Stars(OrderId(number(1)?), u8::try_from(number(2)?).ok()?),
            "orders" => Self::Orders,
            "order" => Self::ShowOrder(OrderId(number(1)?)),
            "new" => Self::NewOrder,
            "service" => Self::Service(number(1)?),
            "send" => Self::Send,
            "cancel" => Self::Cancel,
            "confirm" => Self::Confirm { id: OrderId(number(1)?), version: number(2)? },
            "assign" => Self::Assign(OrderId(number(1)?)),
            "to" => Self::AssignTo { order: OrderId(number(1)?), worker: WorkerId(number(2)?), slot: number(3)? },
            "waiting" => Self::Waiting,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_read_as_it_was_written_and_fits_a_button() {
        let (id, order) = (VisitId(i64::MAX), OrderId(i64::MAX));
        let deeds = [
            Deed::Menu,
            Deed::Visit { action: VisitAction::Decline, id, version: 12 },
            Deed::Because { action: VisitAction::Decline, id, version: 999_999, reason: 7 },
            Deed::Pictures { id, after: true },
            Deed::Tick { id, place: 3 },
            Deed::Stars(order, 5),
            Deed::Confirm { id: order, version: 3 },
            Deed::AssignTo { order: OrderId(99_999_999), worker: WorkerId(99_999_999), slot: 1_795_500_000_000 },
            Deed::Answer(ChatId(5)),
            Deed::Fits(id, 1_795_500_000_000),
        ];
        for deed in deeds {
            let data = deed.to_string();
            assert_eq!(Deed::parse(&data), Some(deed));
            assert!(data.len() <= 64, "{data}");
        }
        assert_eq!(Deed::parse("fits:7"), Some(Deed::Fits(VisitId(7), 0)));
        assert_eq!(Deed::parse("act:fly:1:1"), None);
        assert_eq!(Deed::parse(""), None);
        assert_eq!(Deed::parse("visit:x"), None);
    }
}
