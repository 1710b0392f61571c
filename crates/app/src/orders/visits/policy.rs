//! Who may do what to a visit they can see. Pure rules; the state is another question.

use super::Visit;
use crate::{
    access::{Action, Actor, Who},
    orders::VisitAction,
};

impl Action for VisitAction {
    type On = Visit;
    fn allows(self, actor: &Actor, visit: &Visit) -> bool {
        allows(actor, self, visit)
    }
}

fn allows(actor: &Actor, action: VisitAction, visit: &Visit) -> bool {
    use VisitAction::{Accept, Arrive, Cancel, Check, Decline, Depart, Fail, Finish, Move, Offer, Pause, Resume, Return};
    match (actor.who, action) {
        (Who::Administrator | Who::Dispatcher | Who::System, _) => true,
        // The offer is made to the lead, who answers for the crew.
        (Who::Specialist(me) | Who::Contractor(me), Accept | Decline) => visit.lead_id == me,
        (Who::Specialist(_) | Who::Contractor(_), Depart | Arrive | Pause | Resume | Finish | Fail) => true,
        (Who::Specialist(_) | Who::Contractor(_), Offer | Check | Return | Cancel | Move) => false,
        (Who::Customer(_) | Who::Link(_), _) => false,
    }
}

/// Whether a dispatcher who does this stands in for the worker, and so must say why.
pub fn on_behalf(actor: &Actor, action: VisitAction) -> bool {
    use VisitAction::{Accept, Arrive, Decline, Depart, Fail, Finish, Pause, Resume};
    actor.is_staff() && matches!(action, Accept | Decline | Depart | Arrive | Pause | Resume | Finish | Fail)
}

/// Whether the action itself asks for a reason, whoever does it.
pub fn needs_reason(action: VisitAction) -> bool {
    matches!(action, VisitAction::Decline | VisitAction::Fail | VisitAction::Return | VisitAction::Cancel)
}
