//! Measures how fast the product answers, beside a bare handler with the same main query, and says what is reached.
//!
//! `bench` measures and writes `docs/performance.md`; `bench serve` is the bare handler.

mod asks;
mod ceiling;
mod crowd;
mod load;
mod measure;
mod messages;
mod report;
mod row;
mod seeded;
mod streams;
mod visit;

use anyhow::{Context, Result, bail};
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
    let engines = [Engine::Sqlite, Engine::MariaDb(server)];
    let mut report = Report { machine: report::machine(&root), ..Report::default() };
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    match only.as_str() {
        "" => answers(&mut report, &plan, &root, largest, &engines).await?,
        "messages" => {}
        other => bail!("BENCH_ONLY={other} names nothing that can be measured alone"),
    }
    for engine in &engines {
        report.watched.push(streams::measure(&plan, engine).await?);
        report.posts.push(messages::measure(&plan, engine).await?);
    }
    println!("{}", report.text()?);
    // A part is not the whole page.
    if only.is_empty() { report.write_into(&root.join("docs/performance.md")) } else { Ok(()) }
}

/// How fast requests are answered.
async fn answers(report: &mut Report, plan: &Plan, root: &Path, largest: u32, engines: &[Engine; 2]) -> Result<()> {
    let [sqlite, mariadb] = engines;
    let orders = ORDERS.min(largest);
    for orders in [10_000, ORDERS, 1_000_000].into_iter().filter(|orders| *orders <= largest) {
        report.curve.push(measure::reads(plan, sqlite, orders).await?);
    }
    for orders in [10_000, ORDERS].into_iter().filter(|orders| *orders <= largest) {
        report.curve.push(measure::reads(plan, mariadb, orders).await?);
    }
    for engine in engines {
        report.whole.push(measure::whole(plan, engine, orders).await?);
    }
    report.visit = Some(measure::first_visit(plan, root, sqlite, orders).await?);
    Ok(())
}

fn setting<T: FromStr>(name: &str, usual: T) -> Result<T> {
    match std::env::var(name) {
        Ok(text) => text.parse().ok().with_context(|| format!("{name}={text} is not a number")),
        Err(_) => Ok(usual),
    }
}
