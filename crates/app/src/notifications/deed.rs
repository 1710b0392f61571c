//! What a button under a message asks for, in the few bytes that messengers give it.

use crate::{
    ids::{ChatId, OrderId, VisitId, WorkerId},
    orders::{VisitAction, files::FileKind},
    web::Choice,
};

/// What is asked for. Whether the person may, and whether it still fits, is found out when it is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The start of everything.
    Menu,
    Today,
    Tomorrow,
    /// What comes after tomorrow.
    Later,
    /// The worker wants to tell where they are.
    Here,
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
    /// What was sent is for this visit.
    For(VisitId),
    /// The pictures that were sent are of before the work, of after it, or of neither.
    Pictures {
        id: VisitId,
        kind: FileKind,
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
    /// Another address for the new order, or another description.
    Change {
        address: bool,
    },
    /// The new order is as it should be.
    Send,
    /// The customer accepts the work.
    AcceptWork {
        id: OrderId,
        version: i64,
    },
    /// The customer returns the work.
    ReturnWork {
        id: OrderId,
        version: i64,
    },
    /// The customer cancels the order: asked for, or for the reason that stands at this place in its list.
    CancelOrder {
        id: OrderId,
        reason: Option<usize>,
    },
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
            Self::Later => write!(f, "later"),
            Self::Here => write!(f, "here"),
            Self::ShowVisit(id) => write!(f, "visit:{id}"),
            Self::Visit { action, id, version } => write!(f, "act:{}:{id}:{version}", action.code()),
            Self::Because { action, id, version, reason } => write!(f, "why:{}:{id}:{version}:{reason}", action.code()),
            Self::For(id) => write!(f, "for:{id}"),
            Self::Pictures { id, kind } => write!(f, "pics:{id}:{}", kind.code()),
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
            Self::Change { address } => write!(f, "change:{}", u8::from(*address)),
            Self::Send => write!(f, "send"),
            Self::AcceptWork { id, version } => write!(f, "work:{id}:{version}"),
            Self::ReturnWork { id, version } => write!(f, "back:{id}:{version}"),
            Self::CancelOrder { id, reason: None } => write!(f, "drop:{id}"),
            Self::CancelOrder { id, reason: Some(reason) } => write!(f, "drop:{id}:{reason}"),
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
            "later" => Self::Later,
            "here" => Self::Here,
            "visit" => Self::ShowVisit(VisitId(number(1)?)),
            "act" => Self::Visit { action: action()?, id: VisitId(number(2)?), version: number(3)? },
            "why" => Self::Because { action: action()?, id: VisitId(number(2)?), version: number(3)?, reason: place(4)? },
            "for" => Self::For(VisitId(number(1)?)),
            "pics" => Self::Pictures { id: VisitId(number(1)?), kind: FileKind::parse(parts.get(2)?)? },
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
            "change" => Self::Change { address: number(1)? == 1 },
            "send" => Self::Send,
            "work" => Self::AcceptWork { id: OrderId(number(1)?), version: number(2)? },
            "back" => Self::ReturnWork { id: OrderId(number(1)?), version: number(2)? },
            "drop" => Self::CancelOrder { id: OrderId(number(1)?), reason: place(2) },
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
            Deed::Pictures { id, kind: FileKind::After },
            Deed::For(id),
            Deed::Change { address: true },
            Deed::AcceptWork { id: order, version: 999_999 },
            Deed::ReturnWork { id: order, version: 999_999 },
            Deed::CancelOrder { id: order, reason: None },
            Deed::CancelOrder { id: order, reason: Some(2) },
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
