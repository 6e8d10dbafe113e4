//! The page.

use std::fmt::Write as _;

use crate::bars::{Bar, Limit};
use crate::machine::Machine;
use crate::table::{Figure, Table};

/// All of it.
pub(crate) fn page(machine: &Machine, tables: &[Table], bars: &[Bar]) -> String {
    let mut page = String::new();
    write_page(&mut page, machine, tables, bars).expect("a String takes all");
    page
}

/// What was to be reached.
pub(crate) fn bars(bars: &[Bar]) -> String {
    let mut text = String::new();
    write_bars(&mut text, bars).expect("a String takes all");
    text
}

fn write_page(
    out: &mut String,
    machine: &Machine,
    tables: &[Table],
    bars: &[Bar],
) -> std::fmt::Result {
    let rounds = tables.iter().flat_map(|table| &table.rows).map(|row| row.rounds.len()).max();
    writeln!(out, "# Results\n")?;
    if machine.is_quick {
        writeln!(
            out,
            "A QUICK RUN, of little: it shows that all runs, and its figures mean nothing.\n"
        )?;
    }
    writeln!(
        out,
        "Written by `cargo xtask bench`; how it measures is said in [the README](../README.md).\n"
    )?;
    writeln!(out, "| | |\n| --- | --- |")?;
    writeln!(out, "| server | {} |", machine.server)?;
    writeln!(out, "| machine | {}, {} cores, {} |", machine.cpu, machine.cores, machine.kernel)?;
    writeln!(out, "| load before | {} |", machine.load_before)?;
    writeln!(out, "| compiler | {} |", machine.rustc)?;
    writeln!(out, "| peers | {} |", machine.versions.join(", "))?;
    match &machine.redis_benchmark {
        Some(version) => writeln!(out, "| the server's limit | {version} |")?,
        None => writeln!(
            out,
            "| the server's limit | NOT measured: `redis-benchmark` is not installed (Debian: `apt install redis-tools`) |"
        )?,
    }
    writeln!(
        out,
        "| rounds | {}, interleaved, in each the quickest of three turns (of one in the growth); medians, with the lowest and the highest |",
        rounds.unwrap_or(0)
    )?;
    writeln!(out, "\n## What was to be reached\n")?;
    write_bars(out, bars)?;
    for table in tables {
        write_table(out, table)?;
    }
    Ok(())
}

fn write_bars(out: &mut String, bars: &[Bar]) -> std::fmt::Result {
    writeln!(out, "| what | bar | figure | reached |\n| --- | --- | --- | --- |")?;
    for bar in bars {
        let limit = match bar.limit {
            Limit::AtLeast(bar) => format!("at least {bar}"),
            Limit::AtMost(bar) => format!("at most {bar}"),
        };
        let figure =
            bar.figure.map_or_else(|| "not measured".to_owned(), |figure| format!("{figure:.2}"));
        let reached = match bar.is_reached() {
            Some(true) => "yes",
            Some(false) => "**NO**",
            None => "-",
        };
        writeln!(out, "| {} | {limit} | {figure} | {reached} |", bar.what)?;
    }
    Ok(())
}

fn write_table(out: &mut String, table: &Table) -> std::fmt::Result {
    writeln!(out, "\n## {}\n\n![{}]({}.svg)\n", table.title, table.title, table.id)?;
    let has_memory = table.rows.iter().any(|row| row.memory().is_some());
    let memory = if has_memory { " memory above the start |" } else { "" };
    writeln!(
        out,
        "| | records a second | times the first | CPU of the client a record | allocations a record |{memory}"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |{}", if has_memory { " --- |" } else { "" })?;
    for row in &table.rows {
        let against = table.rows.first().map(|first| row.speed_against(first));
        let against = against.map_or_else(String::new, |figure| format!("{:.2}x", figure.median));
        let allocations =
            row.allocations.map_or_else(|| "-".to_owned(), |count| format!("{count:.2}"));
        let memory = match row.memory() {
            Some(bytes) if has_memory => format!(" {} KiB |", bytes / 1_024),
            None if has_memory => " - |".to_owned(),
            _ => String::new(),
        };
        writeln!(
            out,
            "| {} | {} | {against} | {} | {allocations} |{memory}",
            row.name,
            spread(row.per_second(), per_second),
            spread(row.cpu(), nanos),
        )?;
    }
    Ok(())
}

fn spread(figure: Figure, shown: impl Fn(f64) -> String) -> String {
    format!("{} ({} to {})", shown(figure.median), shown(figure.low), shown(figure.high))
}

/// `12.3 k`
pub(super) fn per_second(rate: f64) -> String {
    match rate {
        rate if rate >= 1e6 => format!("{:.2} M", rate / 1e6),
        rate if rate >= 1e5 => format!("{:.0} k", rate / 1e3),
        rate if rate >= 1e3 => format!("{:.1} k", rate / 1e3),
        rate => format!("{rate:.0}"),
    }
}

/// `1.23 us`
pub(super) fn nanos(nanos: f64) -> String {
    match nanos {
        nanos if nanos >= 1e6 => format!("{:.2} ms", nanos / 1e6),
        nanos if nanos >= 1e3 => format!("{:.2} us", nanos / 1e3),
        nanos => format!("{nanos:.0} ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_they_are_shown() {
        assert_eq!(per_second(15_400_000.0), "15.40 M");
        assert_eq!(per_second(394_321.8), "394 k");
        assert_eq!(per_second(20_123.0), "20.1 k");
        assert_eq!(per_second(812.4), "812");
        assert_eq!(nanos(63.7), "64 ns");
        assert_eq!(nanos(1_049.0), "1.05 us");
        assert_eq!(nanos(2_340_000.0), "2.34 ms");
    }

    #[test]
    fn a_bar_is_judged_as_it_is_printed() {
        let bar = |figure| Bar { what: String::new(), limit: Limit::AtLeast(1.0), figure };
        assert_eq!(bar(Some(0.996)).is_reached(), Some(true));
        assert_eq!(bar(Some(0.994)).is_reached(), Some(false));
        assert_eq!(bar(None).is_reached(), None);
        let text = bars(&[bar(Some(0.996)), bar(Some(0.5)), bar(None)]);
        let ends: Vec<_> = text.lines().skip(2).map(|line| line.rsplit("| ").next()).collect();
        assert_eq!(ends, [Some("yes |"), Some("**NO** |"), Some("- |")]);
    }
}
