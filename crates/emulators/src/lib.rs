//! Providers of messages, emulated: they answer as the real ones document, show what they were told, and fail on demand.
//!
//! What every provider needs is here: a clock that can be put forward, a journal of calls, a script of faults, limits of
//! rate, a line that can be cut, and the pages. Each provider is a folder.

mod answer;
mod clock;
mod desk;
mod faults;
mod journal;
mod limits;
mod line;
pub mod mail;
pub mod max;
mod page;
mod parcel;
pub mod push;
mod running;
pub mod sms;
pub mod telegram;
pub mod whatsapp;

pub use desk::Desk;
pub use faults::{Fault, Trouble};
pub use journal::{Call, busiest};
pub use limits::{Limit, Limits};
pub use mail::Mail;
pub use max::Max;
pub use push::Push;
pub use running::Running;
pub use sms::Sms;
pub use telegram::Telegram;
pub use whatsapp::WhatsApp;
