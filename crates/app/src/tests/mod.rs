//! Tests that look at the whole system: who gets where, and the rules that the code itself must keep.

mod access_matrix;
mod architecture;
mod doors;
mod forms;
mod generated_docs;
mod migrations;
pub mod paths;
mod sessions;
mod testkit;
mod upgrades;
