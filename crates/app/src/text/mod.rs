//! Everything about words, numbers and times as people read and type them.
//!
//! Sentences come from the Fluent catalogue (`locales/{ru,en}/*.ftl`) through [`t`], [`tn`] and [`ta`];
//! nothing else in the crate holds text for people.

mod fold;
mod form_time;
mod format;
mod i18n;
mod money;
mod phone;

#[cfg(test)]
mod catalogue_tests;

pub use fold::{digits, fold, fold_within, words};
pub use form_time::{TimeError, date_input_value, day_start, parse_date, parse_local, parse_time, time_input_value};
pub use format::{When, duration};
pub use i18n::{Lang, Value, error, t, ta, tn};
pub use money::{MAX_MONEY, MoneyError, file_size, money, parse_money};
pub use phone::{Phone, PhoneError};
