//! The figures for programs.

use anyhow::Result;
use serde_json::{Value, json};

use crate::bars::{Bar, Limit};
use crate::machine::Machine;
use crate::table::{Figure, Row, Table};

pub(crate) fn text(machine: &Machine, tables: &[Table], bars: &[Bar]) -> Result<String> {
    let all = json!({
        "machine": machine,
        "bars": bars.iter().map(bar).collect::<Vec<_>>(),
        "contests": tables.iter().map(table).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn bar(bar: &Bar) -> Value {
    let (kind, limit) = match bar.limit {
        Limit::AtLeast(limit) => ("at least", limit),
        Limit::AtMost(limit) => ("at most", limit),
    };
    json!({
        "what": bar.what, "kind": kind, "bar": limit, "figure": bar.figure, "reached": bar.is_reached(),
    })
}

fn table(table: &Table) -> Value {
    let contestants: Vec<_> = table.rows.iter().map(row).collect();
    json!({ "id": table.id, "title": table.title, "contestants": contestants })
}

fn row(row: &Row) -> Value {
    let rounds: Vec<_> = row
        .rounds
        .iter()
        .map(|round| {
            json!({
                "records": round.records,
                "seconds": round.wall.as_secs_f64(),
                "cpu_seconds": round.cpu.as_secs_f64(),
            })
        })
        .collect();
    json!({
        "name": row.name,
        "ours": row.is_ours,
        "records_per_second": figure(row.per_second()),
        "cpu_nanoseconds_per_record": figure(row.cpu()),
        "allocations_per_record": row.allocations,
        "memory_bytes_above_start": row.memory(),
        "rounds": rounds,
    })
}

fn figure(figure: Figure) -> Value {
    json!({ "median": figure.median, "low": figure.low, "high": figure.high })
}
