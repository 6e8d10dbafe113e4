//! Ours beside the other clients of Rust, and beside the server's own benchmark: each contest takes its
//! contestants in turn within one run.

mod bars;
mod clients;
mod contests;
mod machine;
mod report;
mod round;
mod spent;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use contests::Env;
use table::Table;

/// How much of everything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Under a minute: does it run?
    Quick,
    /// Under ten minutes: what is shown.
    Full,
}

/// Allocations for one record, by contest and contestant.
type Allocations = BTreeMap<String, BTreeMap<String, f64>>;

/// Runs all contests and writes `results.md`, `results.json` and the charts into `folder`.
/// `allocations` is the other binary, which counts.
///
/// # Errors
/// If there is no server, or a contestant fails.
pub fn contest(size: Size, folder: &Path, allocations: &Path) -> Result<()> {
    let env = Env::start(size)?;
    let before = machine::describe(env.server(), size);
    eprintln!("on {}", env.server());
    let mut tables = contests::run_all(&env)?;
    let counted = counted(allocations)?;
    for table in &mut tables {
        table.count(&counted);
    }
    let bars = bars::all(&tables);
    report::write(folder, &before, &tables, &bars)?;
    print!("{}", report::bars(&bars));
    Ok(())
}

/// Runs all contests once, for the binary whose allocator counts: the counts, as JSON.
///
/// # Errors
/// If there is no server, or a contestant fails.
pub fn count() -> Result<String> {
    let env = Env::counting()?;
    let tables = contests::run_all(&env)?;
    let counts: Allocations = tables.iter().map(Table::counts).collect();
    Ok(serde_json::to_string(&counts)?)
}

fn counted(binary: &Path) -> Result<Allocations> {
    eprintln!("counting allocations");
    let output = Command::new(binary).output().context("cannot run the binary that counts")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "allocations were not counted:\n{said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}
