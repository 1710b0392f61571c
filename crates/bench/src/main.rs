//! Measures how fast the product answers, beside a bare handler with the same main query, and says what is reached.
//!
//! `bench` measures and writes `docs/performance.md`; `bench serve` is the bare handler.

mod asks;
mod ceiling;
mod load;
mod measure;
mod row;
mod seeded;

use anyhow::{Context, Result};
use measure::Plan;
use seeded::Engine;
use std::{path::PathBuf, time::Duration};

/// How many orders the main measurements run on.
const ORDERS: u32 = 100_000;

#[tokio::main]
async fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return ceiling::serve().await;
    }
    let program = measure::product()?;
    let target = program.ancestors().nth(2).context("the build folder")?;
    let seconds = std::env::var("BENCH_SECONDS").map_or(Ok(2.0), |text| text.parse())?;
    let plan = Plan { kept: kept(target), each: Duration::from_secs_f64(seconds), program: program.clone() };
    measure::whole(&plan, &Engine::Sqlite, ORDERS).await?;
    Ok(())
}

fn kept(target: &std::path::Path) -> PathBuf {
    std::env::var_os("BENCH_FOLDER").map_or_else(|| target.join("bench"), PathBuf::from)
}
