//! What is left behind: a page, the figures for programs, and charts.

mod chart;
mod json;
mod markdown;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bars::Bar;
use crate::machine::Machine;
use crate::table::Table;

pub(crate) use markdown::bars;

/// Writes all of it, over what was there.
pub(crate) fn write(
    folder: &Path,
    machine: &Machine,
    tables: &[Table],
    bars: &[Bar],
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(folder.join("results.md"), markdown::page(machine, tables, bars))?;
    fs::write(folder.join("results.json"), json::text(machine, tables, bars)?)?;
    for table in tables {
        chart::draw(&folder.join(format!("{}.svg", table.id)), table)?;
    }
    Ok(())
}
