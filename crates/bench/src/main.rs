//! Measures how fast the product answers, beside a bare handler with the same main query, and says what is reached.
//!
//! `bench` measures and writes `docs/performance.md`; `bench serve` is the bare handler.

mod asks;
mod ceiling;
mod load;
mod measure;
mod report;
mod row;
mod seeded;
mod visit;

use anyhow::{Context, Result};
use measure::Plan;
use report::Report;
use seeded::Engine;
use std::{path::Path, str::FromStr, time::Duration};

/// How many orders the main measurements run on, unless the largest database is to be smaller.
const ORDERS: u32 = 100_000;

/// The product's own, so that the bare handler has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return ceiling::serve().await;
    }
    let own = std::env::current_exe()?;
    let (profile, root) = (own.parent().context("the build folder")?, Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let plan = Plan {
        program: profile.join("maxmontaj67"),
        kept: std::env::var_os("BENCH_FOLDER").context("BENCH_FOLDER is not set: run `make bench`")?.into(),
        each: Duration::from_secs_f64(setting("BENCH_SECONDS", 2.0)?),
    };
    let largest: u32 = setting("BENCH_ORDERS", 1_000_000)?;
    let server = std::env::var("BENCH_MARIADB_URL").context("BENCH_MARIADB_URL is not set: run `make bench`")?;
    let report = measure(&plan, &root, largest, Engine::MariaDb(server)).await?;
    println!("{}", report.text()?);
    report.write_into(&root.join("docs/performance.md"))
}

async fn measure(plan: &Plan, root: &Path, largest: u32, mariadb: Engine) -> Result<Report> {
    let machine = report::machine(root);
    let mut curve = vec![];
    let orders = ORDERS.min(largest);
    for orders in [10_000, ORDERS, 1_000_000].into_iter().filter(|orders| *orders <= largest) {
        curve.push(measure::reads(plan, &Engine::Sqlite, orders).await?);
    }
    for orders in [10_000, ORDERS].into_iter().filter(|orders| *orders <= largest) {
        curve.push(measure::reads(plan, &mariadb, orders).await?);
    }
    let mut whole = vec![];
    for engine in [&Engine::Sqlite, &mariadb] {
        whole.push(measure::whole(plan, engine, orders).await?);
    }
    let visit = measure::first_visit(plan, root, &Engine::Sqlite, orders).await?;
    Ok(Report { machine, whole, curve, visit })
}

fn setting<T: FromStr>(name: &str, usual: T) -> Result<T> {
    match std::env::var(name) {
        Ok(text) => text.parse().ok().with_context(|| format!("{name}={text} is not a number")),
        Err(_) => Ok(usual),
    }
}
