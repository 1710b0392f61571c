//! Who may do what to an order they can see. Pure rules; the state is another question.

use super::{Order, OrderAction, OrderStatus};
use crate::access::{Action, Actor, Who};

impl Action for OrderAction {
    type On = Order;
    fn allows(self, actor: &Actor, _: &Order) -> bool {
        match (actor.who, self) {
            (Who::Administrator | Who::System, _) => true,
            (Who::Dispatcher, action) => action != Self::Reopen,
            (Who::Customer(_) | Who::Link(_), Self::Cancel | Self::Accept | Self::Return) => true,
            (Who::Customer(_) | Who::Link(_), _) => false,
            (Who::Specialist(_) | Who::Contractor(_), _) => false,
        }
    }
}

/// Whether the action asks for a reason.
pub fn needs_reason(action: OrderAction) -> bool {
    matches!(action, OrderAction::Cancel | OrderAction::Return | OrderAction::Reopen | OrderAction::Hold)
}

/// What the actor may do to the order as it stands: the buttons of its page.
pub fn possible(actor: &Actor, order: &Order) -> Vec<OrderAction> {
    let all = <OrderAction as crate::web::Choice>::ALL.iter().copied();
    all.filter(|action| actor.can(*action, order) && action.from().contains(&order.status)).collect()
}

/// Who may change what the order says, and until when.
pub fn may_edit(actor: &Actor, order: &Order) -> bool {
    match actor.who {
        Who::Administrator | Who::Dispatcher => order.status.is_open(),
        Who::Customer(_) => order.status == OrderStatus::New,
        _ => false,
    }
}
