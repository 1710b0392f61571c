//! One database, two engines: embedded SQLite or MariaDB, chosen at run time by the URL.
//!
//! Reads go through [`Db::read`], writes only through [`Db::write`]. The tables are made by
//! migrations written once with the helpers of [`columns`] and run on both engines.

pub mod columns;
mod db;
pub mod dialect;
mod ids;
mod migrate;
mod select;

pub use db::{Attempts, Db, DbFailure, Tx};
pub use dialect::{Engine, sql};
pub use migrate::{Migration, migrate, pending};
pub use sea_orm;
pub use select::{Cells, Select};
