//! Notifications («Уведомления»): who is told of an event, in which words, and how each message fares on its way.
//!
//! An event leaves the outbox by being decided about: in one transaction the messages it calls for are written and the
//! entry is settled ([`decide`]). Each message is then a row of its own that is claimed for a while, sent with no
//! transaction open, and settled ([`deliver`]): at least once, and exactly once where nothing is killed in between.

mod api;
mod decide;
#[cfg(test)]
mod decide_tests;
mod deliver;
mod duty;
mod listen;
mod log;
mod pages;
mod row;
#[cfg(test)]
mod tests;
mod ways;

use crate::{web::Routes, words::words};

pub use deliver::run;
pub use log::undelivered;

words! {
    /// A way out to people.
    Channel {
        Telegram = "telegram",
    }
}

words! {
    /// Whether a person can be reached through a channel.
    WayState {
        Alive = "alive",
        /// The provider says that this address takes nothing any more.
        Dead = "dead",
    }
}

words! {
    /// How a message fares.
    State {
        Queued = "queued",
        /// On its way at this moment, or was when the program ended.
        Sending = "sending",
        Sent = "sent",
        /// It did not go and will be tried again.
        Failed = "failed",
        /// It will not be tried again by itself.
        Dead = "dead",
    }
}

/// The pages and the API of channels and of the delivery log.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
