//! The table of what was measured, and plainly what is reached and what is not.

use crate::{
    asks::Deed,
    measure::{Cell, Engagement},
    messages::Post,
    streams::{STREAMS, Watched},
    visit::Visit,
};
use anyhow::{Context, Result};
use std::{fmt::Write, fs, path::Path, process::Command};

const BEGIN: &str = "<!-- measured: written by `make bench` -->\n";
const END: &str = "<!-- end of what was measured -->";
/// Over so many connections the targets hold.
const MEASURED_AT: usize = 8;
const MEGABYTE: f64 = 1024.0 * 1024.0;

const KILOBYTE: f64 = 1024.0;

/// All that a run measured.
#[derive(Default)]
pub struct Report {
    pub machine: String,
    pub whole: Vec<Engagement>,
    /// The reads on SQLite and MariaDB with other numbers of orders.
    pub curve: Vec<Engagement>,
    pub visit: Option<Visit>,
    /// A thousand open pages, on each engine.
    pub watched: Vec<Watched>,
    /// Events on their way to the provider, on each engine.
    pub posts: Vec<Post>,
}

/// What ought to be, what is, and whether that will do.
struct Target {
    what: String,
    wanted: String,
    is: String,
    reached: bool,
}

impl Target {
    fn at_least(what: String, wanted: f64, is: f64) -> Self {
        Self { what, wanted: format!("≥ {wanted}"), is: format!("{is:.2}"), reached: is >= wanted }
    }

    fn below(what: String, wanted: f64, is: f64, unit: &str) -> Self {
        Self { what, wanted: format!("< {wanted}{unit}"), is: format!("{is:.2}{unit}"), reached: is < wanted }
    }

    fn at_most(what: String, wanted: f64, is: f64) -> Self {
        Self { what, wanted: format!("≤ {wanted}"), is: format!("{is:.2}"), reached: is <= wanted }
    }
}

impl Cell {
    /// The product's answers a second as a share of the ceiling's, and the same of answers per second of processor time.
    fn shares(&self) -> Option<(f64, f64)> {
        let ceiling = self.ceiling.as_ref()?;
        Some((self.product.per_second() / ceiling.per_second(), ceiling.cpu_us() / self.product.cpu_us()))
    }
}

impl Report {
    /// The measured part of the page, in Markdown.
    pub fn text(&self) -> Result<String> {
        let mut text = format!("{}\n\n## Targets\n\n| | wanted | measured | |\n| --- | --- | --- | --- |\n", self.machine);
        for Target { what, wanted, is, reached } in self.targets() {
            writeln!(text, "| {what} | {wanted} | {is} | {} |", if reached { "reached" } else { "**not reached**" })?;
        }
        for engagement in &self.whole {
            write!(text, "\n## {}, {} orders\n\n", engagement.engine, grouped(engagement.orders.into()))?;
            text.push_str("| | connections | a second | p50 ms | p99 ms | CPU µs | bare: a second | CPU µs | share | share by CPU |\n");
            text.push_str("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n");
            for cell in &engagement.cells {
                line(&mut text, cell)?;
            }
            let counts: Vec<String> = engagement.statements.iter().map(|(deed, count)| format!("{} {count}", deed.name())).collect();
            write!(text, "\nSQL statements of one request: {}. ", counts.join(", "))?;
            let (start, peak) = (engagement.start.as_secs_f64(), engagement.peak as f64 / MEGABYTE);
            writeln!(text, "Ready {start:.2} s after the start. Most memory held: {peak:.0} MB.")?;
        }
        self.write_curve(&mut text)?;
        self.write_streams(&mut text)?;
        self.write_posts(&mut text)?;
        if let Some(Visit { cold_ms, warm_ms, bytes }) = self.visit {
            write!(
                text,
                "\n## First visit\n\nThe board in headless Chromium, until the list can be seen: {cold_ms:.0} ms with an empty cache, "
            )?;
            writeln!(text, "{warm_ms:.0} ms the second time. The first visit transfers {:.0} KB in all.", bytes as f64 / KILOBYTE)?;
        }
        Ok(text)
    }

    fn write_streams(&self, text: &mut String) -> Result<()> {
        write!(text, "\n## Open pages\n\n{} people, each with a stream of events.\n\n", grouped(STREAMS.try_into()?))?;
        text.push_str("| | KB of one stream | after the lines | told: p50 ms | p95 ms | fetched: p50 ms | p95 ms |\n");
        text.push_str("| --- | --: | --: | --: | --: | --: | --: |\n");
        for Watched { engine, at_rest, after_lines, told, shown } in &self.watched {
            write!(text, "| {engine} | {:.1} | {:.1} |", at_rest / KILOBYTE, after_lines / KILOBYTE)?;
            for sample in [told, shown] {
                write!(text, " {:.1} | {:.1} |", sample.within_ms(0.5), sample.within_ms(0.95))?;
            }
            text.push('\n');
        }
        Ok(())
    }

    fn write_posts(&self, text: &mut String) -> Result<()> {
        text.push_str(
            "\n## From an event to the provider\n\n| | | p50 s | p95 s | longest s | refused |\n| --- | --- | --: | --: | --: | --: |\n",
        );
        for post in &self.posts {
            for told in &post.told {
                let [half, most, all] = [0.5, 0.95, 1.0].map(|share| told.sample.within_ms(share) / 1e3);
                writeln!(text, "| {} | {} | {half:.2} | {most:.2} | {all:.2} | {} |", post.engine, told.queue, told.refused)?;
            }
        }
        Ok(())
    }

    fn write_curve(&self, text: &mut String) -> Result<()> {
        if self.curve.is_empty() {
            return Ok(());
        }
        write!(
            text,
            "\n## As the orders grow\n\nCPU µs of one request, and requests a second, over {MEASURED_AT} connections.\n\n| | orders |"
        )?;
        for deed in Deed::READS {
            write!(text, " {} |", deed.name())?;
        }
        text.push_str("\n| --- | --: |");
        text.push_str(&" --: |".repeat(Deed::READS.len()));
        text.push('\n');
        for engagement in &self.curve {
            write!(text, "| {} | {} |", engagement.engine, grouped(engagement.orders.into()))?;
            for deed in Deed::READS {
                let sample = &engagement.cell(deed, MEASURED_AT).context("a cell of the curve")?.product;
                write!(text, " {:.0} µs, {:.0}/s |", sample.cpu_us(), sample.per_second())?;
            }
            text.push('\n');
        }
        Ok(())
    }

    fn targets(&self) -> Vec<Target> {
        let mut targets = vec![];
        for engagement in &self.whole {
            let engine = engagement.engine;
            for (deed, wanted) in [(Deed::List, 0.4), (Deed::Board, 0.25)] {
                let shares = engagement.cell(deed, MEASURED_AT).and_then(Cell::shares);
                let (share, by_cpu) = shares.unwrap_or((f64::NAN, f64::NAN));
                let what = format!("{}, {engine}: share of the ceiling", deed.name());
                targets.push(Target::at_least(format!("{what}, requests a second"), wanted, share));
                targets.push(Target::at_least(format!("{what}, CPU"), wanted, by_cpu));
            }
            for (deed, count) in engagement.statements.iter().filter(|(deed, _)| matches!(deed, Deed::Board | Deed::Order)) {
                targets.push(Target::at_most(format!("{}, {engine}: SQL statements", deed.name()), 5.0, *count as f64));
            }
            if engine == "SQLite" {
                for deed in Deed::READS {
                    let p99 = engagement.cell(deed, MEASURED_AT).map_or(f64::NAN, |cell| cell.product.within_ms(0.99));
                    targets.push(Target::below(format!("{}, {engine}: p99 over 8 connections", deed.name()), 25.0, p99, " ms"));
                }
            }
            targets.push(Target::below(format!("{engine}: most memory held under load"), 150.0, engagement.peak as f64 / MEGABYTE, " MB"));
            targets.push(Target::below(format!("{engine}: start"), 1.0, engagement.start.as_secs_f64(), " s"));
        }
        targets.extend(self.growth());
        targets.extend(self.live());
        let visit = self.visit.iter();
        targets.extend(
            visit.map(|visit| Target::below("first visit of the board in all".into(), 200.0, visit.bytes as f64 / KILOBYTE, " KB")),
        );
        targets
    }

    /// What people wait for who wait for each other.
    fn live(&self) -> Vec<Target> {
        let mut targets = vec![];
        for post in &self.posts {
            for told in &post.told {
                let what = format!("event to the provider, {}, {}: p95", post.engine, told.queue);
                targets.push(Target::below(what, 2.0, told.sample.within_ms(0.95) / 1e3, " s"));
            }
        }
        for watched in &self.watched {
            let engine = watched.engine;
            let pages = grouped(STREAMS as u64);
            let what = format!("line of chat to another browser, {engine}: p95 with {pages} open streams");
            targets.push(Target::below(what, 300.0, watched.shown.within_ms(0.95), " ms"));
            let most = watched.at_rest.max(watched.after_lines);
            targets.push(Target::below(format!("memory of one stream, {engine}: {pages} open streams"), 64.0, most / KILOBYTE, " KB"));
        }
        targets
    }

    /// How much more processor time a read takes on the largest database than on the smallest.
    fn growth(&self) -> Vec<Target> {
        let mut targets = vec![];
        for engine in ["SQLite", "MariaDB"] {
            let of_engine: Vec<&Engagement> = self.curve.iter().filter(|engagement| engagement.engine == engine).collect();
            let [small, .., large] = of_engine[..] else { continue };
            for deed in Deed::READS {
                let (Some(little), Some(much)) = (small.cell(deed, MEASURED_AT), large.cell(deed, MEASURED_AT)) else { continue };
                let (from, to) = (grouped(small.orders.into()), grouped(large.orders.into()));
                let what = format!("{}, {engine}: slower from {from} to {to} orders, times", deed.name());
                targets.push(Target::at_most(format!("{what}, CPU"), 1.5, much.product.cpu_us() / little.product.cpu_us()));
                let slower = little.product.per_second() / much.product.per_second();
                targets.push(Target::at_most(format!("{what}, requests a second"), 1.5, slower));
            }
        }
        targets
    }

    /// Puts the measured part into the page at `path`, between its two marks.
    pub fn write_into(&self, path: &Path) -> Result<()> {
        let page = fs::read_to_string(path)?;
        let (before, rest) = page.split_once(BEGIN).context("the page has no mark where the measured part begins")?;
        let (_, after) = rest.split_once(END).context("the page has no mark where the measured part ends")?;
        Ok(fs::write(path, format!("{before}{BEGIN}\n{}\n{END}{after}", self.text()?))?)
    }
}

fn line(text: &mut String, cell: &Cell) -> std::fmt::Result {
    let product = &cell.product;
    write!(
        text,
        "| {} | {} | {:.0} | {:.1} | {:.1} | {:.0} |",
        cell.deed.name(),
        cell.connections,
        product.per_second(),
        product.within_ms(0.5),
        product.within_ms(0.99),
        product.cpu_us()
    )?;
    match (&cell.ceiling, cell.shares()) {
        (Some(bare), Some((share, by_cpu))) => {
            writeln!(text, " {:.0} | {:.0} | {share:.2} | {by_cpu:.2} |", bare.per_second(), bare.cpu_us())
        }
        _ => writeln!(text, " | | | |"),
    }
}

/// 1 000 000
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// When, on what, and of which state of the code this was measured.
pub fn machine(root: &Path) -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
    };
    let model = after(&read("/proc/cpuinfo"), "model name");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kilobytes: f64 = after(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0.0);
    let load = read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    let git = |words: &[&str]| {
        let output = Command::new("git").current_dir(root).args(words).output();
        output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let changed = if git(&["status", "--porcelain", "--untracked-files=no"]).is_empty() { "" } else { " with changes" };
    format!(
        "Measured on {} at commit {}{changed}: {cores} cores of {model}, {:.0} GB of memory; load before the run {load}.",
        jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date(),
        git(&["rev-parse", "--short", "HEAD"]),
        kilobytes / 1024.0 / 1024.0,
    )
}
