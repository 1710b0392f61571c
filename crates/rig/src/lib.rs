//! Runs the real program as a process of its own, for proofs and measurements.

mod client;
mod mariadb;
mod place;
mod program;

pub use client::{Answer, Client};
pub use mariadb::MariaDb;
pub use place::{Place, connect};
pub use program::{Cost, Program, run, user};

/// A port of the loopback address that nobody listens on at this moment.
///
/// # Errors
/// When the system has none to give.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
