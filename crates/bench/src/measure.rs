//! The measurements: each kind of request on each engine, the product and the bare handler in turns.

use crate::{
    asks::{Asks, Deed, same_answers},
    load::{Ask, Load, Next, Sample},
    seeded::{Engine, Seeded},
    visit::{self, Visit},
};
use anyhow::{Context, Result, bail};
use rig::Program;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Product and ceiling take turns so often, so that a busy machine disturbs both alike.
const TURNS: u32 = 4;
pub const CONNECTIONS: [usize; 3] = [1, 8, 32];

/// How to measure.
pub struct Plan {
    /// The product's program.
    pub program: PathBuf,
    /// Where seeded databases are kept.
    pub kept: PathBuf,
    /// How long each kind of request is sent over each number of connections.
    pub each: Duration,
}

/// One kind of request over so many connections.
pub struct Cell {
    pub deed: Deed,
    pub connections: usize,
    pub product: Sample,
    pub ceiling: Option<Sample>,
}

/// All that was measured on one seeded database.
pub struct Engagement {
    pub engine: &'static str,
    pub orders: u32,
    pub cells: Vec<Cell>,
    /// SQL statements of one request.
    pub statements: Vec<(Deed, u64)>,
    pub start: Duration,
    /// The most memory that the product held, in bytes.
    pub peak: u64,
}

impl Engagement {
    pub fn cell(&self, deed: Deed, connections: usize) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.deed == deed && cell.connections == connections)
    }
}

/// Everything, on one engine with so many orders.
pub async fn whole(plan: &Plan, engine: &Engine, orders: u32) -> Result<Engagement> {
    let seeded = Seeded::of(&plan.program, &plan.kept, engine, orders).await?;
    let product = Program::start(&plan.program, &seeded.settings()).await?;
    let ceiling = Program::start(&std::env::current_exe()?, &seeded.settings()).await?;
    let asks = Asks::prepare(&product, seeded.sign_in(&product).await?).await?;
    calm(&product).await?;
    same_answers(&product, &ceiling, &asks).await?;
    let statements = statements(&product, &asks).await?;
    let mut cells = vec![];
    for connections in CONNECTIONS {
        // Offers of the made-up company go on running out.
        calm(&product).await?;
        // An access token lives for ten minutes.
        let asks = Asks::prepare(&product, seeded.sign_in(&product).await?).await?;
        for deed in Deed::READS {
            cells.push(cell(plan, &product, &ceiling, &asks, deed, connections).await?);
        }
        let before = asks.newest(&product).await?;
        cells.push(cell(plan, &product, &ceiling, &asks, Deed::Create, connections).await?);
        asks.note_made(&product, before).await?;
        cells.push(cell(plan, &product, &ceiling, &asks, Deed::Confirm, connections).await?);
    }
    let (start, peak) = (product.ready_after(), product.cost()?.peak);
    for program in [product, ceiling] {
        program.stop().await.ok();
    }
    Ok(Engagement { engine: engine.name(), orders, cells, statements, start, peak })
}

/// The reads alone, over eight connections.
pub async fn reads(plan: &Plan, engine: &Engine, orders: u32) -> Result<Engagement> {
    let seeded = Seeded::of(&plan.program, &plan.kept, engine, orders).await?;
    let product = Program::start(&plan.program, &seeded.settings()).await?;
    calm(&product).await?;
    let asks = Asks::prepare(&product, seeded.sign_in(&product).await?).await?;
    let mut cells = vec![];
    for deed in Deed::READS {
        let product = alternate(&product, asks.of(deed), None, 8, plan.each).await?.0;
        cells.push(Cell { deed, connections: 8, product, ceiling: None });
    }
    let (start, peak) = (product.ready_after(), product.cost()?.peak);
    product.stop().await?;
    Ok(Engagement { engine: engine.name(), orders, cells, statements: vec![], start, peak })
}

async fn cell(plan: &Plan, product: &Program, ceiling: &Program, asks: &Asks, deed: Deed, connections: usize) -> Result<Cell> {
    let bare = deed.ceiling().map(|path| {
        let ask = Ask::get(path, vec![]);
        let next: Next = Arc::new(move || Some(ask.clone()));
        (ceiling, next)
    });
    let (product, ceiling) = alternate(product, asks.of(deed), bare, connections, plan.each).await?;
    let cell = Cell { deed, connections, product, ceiling };
    eprintln!(
        "{:<22} {connections:>2} connections: {:>7.0}/s, p99 {:>6.1} ms, {:>6.0} µs CPU{}",
        deed.name(),
        cell.product.per_second(),
        cell.product.within_ms(0.99),
        cell.product.cpu_us(),
        cell.ceiling.as_ref().map_or_else(String::new, |bare| format!(
            "; bare {:>7.0}/s, {:>6.0} µs CPU",
            bare.per_second(),
            bare.cpu_us()
        )),
    );
    Ok(cell)
}

/// The product for `each`, in turns with the bare handler.
async fn alternate(
    product: &Program,
    next: Next,
    bare: Option<(&Program, Next)>,
    connections: usize,
    each: Duration,
) -> Result<(Sample, Option<Sample>)> {
    let mut ours = Load::over(product, connections, next).await?;
    let mut bare = match bare {
        Some((program, next)) => Some(Load::over(program, connections, next).await?),
        None => None,
    };
    // The first answers fill caches, as the first person of a day does for all others.
    ours.press(each / 10).await?;
    if let Some(bare) = &mut bare {
        bare.press(each / 10).await?;
    }
    let (mut sample, mut ceiling) = (Sample::default(), Sample::default());
    for _ in 0..TURNS {
        sample.add(ours.press(each / TURNS).await?);
        if let Some(bare) = &mut bare {
            ceiling.add(bare.press(each / TURNS).await?);
        }
    }
    Ok((sample, bare.is_some().then_some(ceiling)))
}

/// Waits until the program has caught up with what fell due while the database lay unused.
pub async fn calm(product: &Program) -> Result<()> {
    const SPAN: Duration = Duration::from_secs(1);
    /// What jobs that have nothing to do send in such a span, and the question itself.
    const IDLE: u64 = 20;
    let mut client = product.client().await?;
    for _ in 0..120 {
        let before = sent(&mut client).await?;
        tokio::time::sleep(SPAN).await;
        if sent(&mut client).await? - before <= IDLE {
            return Ok(());
        }
    }
    bail!("the program does not come to rest")
}

/// How many statements one request of each kind sends: the fewest of a few tries, as jobs send some of their own.
async fn statements(product: &Program, asks: &Asks) -> Result<Vec<(Deed, u64)>> {
    let mut client = product.client().await?;
    let mut counts = vec![];
    for deed in Deed::READS {
        let next = asks.of(deed);
        let mut fewest = u64::MAX;
        for _ in 0..5 {
            let before = sent(&mut client).await?;
            next().context("an ask")?.send(&mut client).await?;
            fewest = fewest.min(sent(&mut client).await? - before);
        }
        counts.push((deed, fewest));
    }
    // Asking for the numbers sends statements too.
    let before = sent(&mut client).await?;
    let own = sent(&mut client).await? - before;
    Ok(counts.into_iter().map(|(deed, count)| (deed, count - own.min(count))).collect())
}

async fn sent(client: &mut rig::Client) -> Result<u64> {
    let metrics = Ask::get("/metrics", vec![]).send(client).await?.text();
    let line = metrics.lines().find_map(|line| line.strip_prefix("db_statements_total "));
    line.and_then(|count| count.parse().ok()).context("no count of statements in /metrics")
}

/// The first visit of the board in a real browser.
pub async fn first_visit(plan: &Plan, root: &Path, engine: &Engine, orders: u32) -> Result<Visit> {
    let seeded = Seeded::of(&plan.program, &plan.kept, engine, orders).await?;
    let product = Program::start(&plan.program, &seeded.settings()).await?;
    let visit = visit::first(root, product.address(), &seeded.sign_in(&product).await?).await?;
    product.stop().await?;
    Ok(visit)
}
