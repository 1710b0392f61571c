//! Proofs that nothing is lost: the real program is killed, cut off from power, starved of disk, database and patience.
//!
//! `make test` runs them in modest sizes; `make torture CYCLES=200` goes on for longer.

#![cfg(test)]

mod backlog;
mod company;
mod database_down;
mod disk;
mod hang;
mod kill;
mod loop_disk;
mod messages;
mod power;
mod record;
mod slow;
mod states;
mod uploads;
mod writer;

use std::sync::LazyLock;
use tokio::sync::RwLock;

/// Held by whoever measures time alone; the others share it.
static QUIET: LazyLock<RwLock<()>> = LazyLock::new(RwLock::default);

/// How often a proof is repeated: so often in a plain test run, otherwise as `TORTURE_CYCLES` says.
fn cycles(usual: usize) -> usize {
    std::env::var("TORTURE_CYCLES").ok().and_then(|cycles| cycles.parse().ok()).unwrap_or(usual)
}

/// Whether this is `make torture`, which has the machine for itself.
fn is_long() -> bool {
    std::env::var_os("TORTURE_CYCLES").is_some()
}

/// The number that all chance in a run comes from, printed so that a failure can be repeated with `TORTURE_SEED`.
fn seed() -> u64 {
    let seed = std::env::var("TORTURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("TORTURE_SEED={seed}");
    seed
}

/// A figure of the run, shown also when all is well.
fn report(line: &str) {
    tell(&format!("measured: {line}"));
}

/// Says that a proof cannot be made here. The test run counts these lines.
fn skip(proof: &str, why: &str) {
    tell(&format!("skipped: {proof}: {why}"));
}

/// Past the test harness, which would keep it to itself.
fn tell(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "\n{line}");
}
