//! «Справка»: the manual of `docs/manual`, inside the binary, by role and task, with a search.
//!
//! Nothing in it is secret, and whoever cannot sign in needs it most: it is open to everybody. The lists and the search
//! show the chapters of one's own role, to the office those of all roles.

mod manual;
mod markdown;
mod pages;
mod search;
#[cfg(test)]
mod tests;

pub use pages::routes;
