//! Everything about words, numbers and times as people read and type them.
//!
//! Sentences come from the Fluent catalogue (`locales/{ru,en}/*.ftl`) through `t`, `tn` and `ta` of [`i18n`];
//! nothing else in the crate holds text for people.

pub mod fold;
pub mod form_time;
pub mod format;
pub mod i18n;
pub mod money;
pub mod phone;

#[cfg(test)]
mod catalogue_tests;
