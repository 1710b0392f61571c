//! The first visit of the board in a real browser.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;
use tokio::process::Command;

/// What `scripts/first-visit.mjs` measured, the median of a few visits.
#[derive(Deserialize)]
pub struct Visit {
    /// Until the list can be seen, with nothing in the browser's cache.
    pub cold_ms: f64,
    /// The same, the second time.
    pub warm_ms: f64,
    /// All that the first visit transferred.
    pub bytes: u64,
}

/// Opens the board of the program at `address` as whom `token` stands for.
pub async fn first(root: &Path, address: &str, token: &str) -> Result<Visit> {
    let script = root.join("scripts/first-visit.mjs");
    let output = Command::new("node").arg(script).args([&format!("http://{address}"), token]).output().await.context("starting node")?;
    ensure!(output.status.success(), "the browser: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
