//! Pictures and files on disk: what may come in, what is kept of it, and where it lies.

mod document;
mod error;
mod incoming;
mod kind;
mod name;
pub mod picture;
mod pictures;
mod store;
mod strip;
#[cfg(test)]
mod tests;

pub use error::{Error, Refused};
pub use incoming::{Checked, Document, Incoming, Picture, Received};
pub use kind::{Kind, sniff};
pub use name::{content_disposition, name_for, safe_name};
pub use picture::Limits;
pub use pictures::{KeptPicture, KeptSignature, Pictures};
pub use store::{Key, NotAKey, Store, Stored};
