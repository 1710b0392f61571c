//! Accounts: who may sign in, how they prove it, and what is remembered of what they did.

pub mod audit;
pub mod changes;
pub mod consent;
mod keys;
pub mod one_time;
mod origin;
pub mod own;
pub mod password;
pub mod preferences;
pub mod row;
pub mod session;
pub mod sign_in;
pub mod user;

pub use keys::Keys;
pub use origin::Origin;
pub use user::UserView;

pub mod api;
pub mod pages;

use crate::web::Routes;

/// Signing in and out, one's own sessions, password, consents and preferences, and the audit log.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes()).merge(preferences::routes()).merge(audit::routes())
}
