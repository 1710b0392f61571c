//! Providers of messages, emulated: they answer as the real ones document, show what they were told, and fail on demand.
//!
//! What every provider needs is here: a clock that can be put forward, a journal of calls, a script of faults, limits of
//! rate, and a line that can be cut. Each provider is a folder.

mod answer;
mod clock;
mod desk;
mod faults;
mod journal;
mod limits;
mod line;
mod page;
pub mod push;
mod service;
pub mod telegram;
pub mod whatsapp;

pub use desk::Desk;
pub use faults::{Fault, Trouble};
pub use journal::{Call, busiest};
pub use limits::{Limit, Limits};
pub use push::Push;
pub use service::Listening;
pub use telegram::{Running, Telegram};
pub use whatsapp::WhatsApp;
