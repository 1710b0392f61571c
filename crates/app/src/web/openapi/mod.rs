//! The OpenAPI 3.1 document of the API, made from the handlers themselves so that it cannot say what they do not do.
//!
//! [`doc`] puts a summary beside a handler; what the handler takes follows from its arguments (an input's fields are
//! found by letting it read itself), and what it gives from its return type.

mod describe;
mod document;
mod page;
pub mod shape;
#[cfg(test)]
mod tests;

pub use describe::{Described, Doc, Gives, Operation, Signature, Takes, doc};
pub use document::{document, text};
pub use page::routes;
