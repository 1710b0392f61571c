//! Accounts: who may sign in, how they prove it, and what is remembered of what they did.

pub mod audit;
pub mod changes;
mod keys;
pub mod one_time;
pub mod password;
pub mod row;
pub mod session;
pub mod sign_in;

pub use keys::Keys;

mod api;
mod pages;

use crate::web::Routes;

/// Signing in and out, and everything about users.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}
