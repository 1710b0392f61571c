//! An order («Заказ»): what one customer wants done at one address. One or more visits («Задания») carry it out.
//!
//! In the order of life: [`create`], confirm, the visits of [`visits`] with their [`reports`], acceptance; and aside
//! hold, cancel, reopen. Order and visits are one folder because the status of the one follows from the others.

mod change;
mod create;
pub mod customers;
mod event;
pub mod files;
pub mod form;
mod hand_over;
mod lifecycle;
pub mod links;
mod note;
pub mod offered;
pub mod pages;
pub mod policy;
pub mod query;
pub mod reports;
mod row;
pub mod search;
mod status;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod told;
pub mod view;
pub mod visits;
pub mod whole;

pub mod api;

use crate::words::words;
use sea_orm::{QuerySelect, entity::prelude::*};
use store::Tx;

pub use change::{OrderChange, edit};
pub use create::{NewOrder, create};
pub use event::{Detail, Event, EventKind, Published, Reader, history, record};
pub(in crate::orders) use event::{record_move, tell_open_pages};
pub use hand_over::hand_over;
pub use lifecycle::{Deed, act, wake_due};
pub use note::{NewNote, add_note};
pub use row::Model as Order;
pub use status::{OrderAction, OrderStatus, VisitAction, VisitStatus, derived};

pub(crate) use lifecycle::follow_visits;

words! {
    /// How urgent it is.
    Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

words! {
    /// Where the order came from.
    Source {
        Phone = "phone",
        Portal = "portal",
        Site = "site",
        Api = "api",
        Messenger = "messenger",
    }
}

words! {
    /// A mark that somebody must act; it stands beside the status and never hides it.
    Problem {
        Declined = "declined",
        Expired = "expired",
        NotDone = "not_done",
        CancellationRequested = "cancellation_requested",
    }
}

/// The place of orders without a date, after all that have one: ms of the year 5138.
pub const NO_DATE_MS: i64 = 99_999_999_999_999;

/// The order's row, held until `tx` ends: for those who already know that the actor sees it.
pub(crate) async fn hold_row(tx: &Tx, id: crate::ids::OrderId) -> crate::error::Result<Order> {
    row::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?.ok_or(crate::error::Error::NotFound)
}

pub(crate) use query::find_to_change;
