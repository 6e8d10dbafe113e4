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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Under a minute: does it run?
    Quick,
    /// Under ten minutes: what is shown.
    Full,
}

/// What is run.
#[derive(Clone, Debug)]
pub struct Scope {
    /// How much of it.
    pub size: Size,
    /// The contests whose names begin so.
    pub only: String,
}

/// Allocations for one record, by contest and contestant.
type Allocations = BTreeMap<String, BTreeMap<String, f64>>;

/// Runs the contests and writes `results.md`, `results.json` and the charts into `folder`.
/// `allocations` is the other binary, which counts.
///
/// # Errors
/// If there is no server or no such contest, or a contestant fails.
pub fn contest(scope: Scope, folder: &Path, allocations: &Path) -> Result<()> {
    let only = scope.only.clone();
    let size = scope.size;
    let env = Env::start(scope)?;
    let machine = machine::describe(env.server(), size);
    eprintln!("on {}", env.server());
    let mut tables = contests::run(&env)?;
    let counted = counted(allocations, &only)?;
    for table in &mut tables {
        table.count(&counted);
    }
    let bars = bars::all(&tables);
    report::write(folder, &machine, &tables, &bars)?;
    print!("{}", report::bars(&bars));
    Ok(())
}

/// Runs the contests whose names begin so once, for the binary whose allocator counts: the counts, as JSON.
///
/// # Errors
/// If there is no server or no such contest, or a contestant fails.
pub fn count(only: String) -> Result<String> {
    let env = Env::counting(only)?;
    let tables = contests::run(&env)?;
    let counts: Allocations = tables.iter().map(Table::counts).collect();
    Ok(serde_json::to_string(&counts)?)
}

fn counted(binary: &Path, only: &str) -> Result<Allocations> {
    eprintln!("counting allocations");
    let output =
        Command::new(binary).arg(only).output().context("cannot run the binary that counts")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "allocations were not counted:\n{said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}
