//! `cargo xtask bench`: ours beside the peers, into `benches/results`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use redis_hashmap_tests::target;

/// The task. What is less than all of it goes `elsewhere`, and leaves the results that are there alone.
pub(crate) fn run(args: &[String], elsewhere: Option<&str>) -> Result<ExitCode> {
    let workspace = target().with_file_name("");
    let manifest = workspace.join("benches/peers/Cargo.toml");
    let folder = match elsewhere {
        Some(name) => target().join(name),
        None => workspace.join("benches/results"),
    };

    // A workspace of its own, for the sake of everybody's builds; the same folder for what is built.
    let build = target().join("peers");
    let cargo = |verb: &str| {
        let mut cargo = Command::new(crate::cargo());
        cargo.args([verb, "--release", "--manifest-path"]).arg(&manifest);
        cargo.env(
            "CARGO_TARGET_DIR",
            std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| build.clone().into()),
        );
        cargo
    };
    let status = cargo("build").arg("--bins").status().context("cannot run cargo")?;
    if !status.success() {
        return Ok(crate::exit_code(status));
    }
    let mut run = cargo("run");
    run.args(["--bin", "contest", "--"]).args(args);
    let status = run.arg(&folder).status().context("cannot run cargo")?;
    if status.success() {
        let shown = folder.strip_prefix(&workspace).unwrap_or(&folder);
        println!("\nin {}: results.md, results.json, charts", shown.display());
    }
    Ok(crate::exit_code(status))
}
