//! `cargo xtask test`: every test, against every server.

use std::{
    env,
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use redis_hashmap_tests::servers::ServerBinary;

use crate::{flights, node, pip::NoPip, provision, python};

/// The task; `args` go to `cargo test`.
pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let mut report = provision::servers()?;
    if let Err(why) = python::provision() {
        report.missing.push(("redis-py", why));
    }
    if let Err(why) = node::provision() {
        report.missing.push(("node-redis", why));
    }
    // Where there is pip, there is the file, too: not to have it is a failure.
    let mut may_pass = true;
    if let Err(why) = flights::provision() {
        may_pass = why.is::<NoPip>();
        report.missing.push(("the flights of 2013", why));
    }
    report.print();
    // At a desk, offline perhaps, what there is gets tested. Where nobody looks, a gap must not
    // look like success.
    ensure!(
        report.missing.is_empty() || env::var_os("CI").is_none(),
        "with CI set, nothing may be missing"
    );

    let started = Instant::now();
    let status = Command::new(crate::cargo())
        .args(["test", "--workspace", "--all-features", "--no-fail-fast"])
        .args(args)
        .env("PYTHONPATH", python::path()?)
        .status()
        .context("cannot run cargo")?;

    let labels: Vec<_> = report.found.iter().map(ServerBinary::label).collect();
    let outcome = if status.success() && may_pass { "passed" } else { "FAILED" };
    println!("\n{outcome} in {} s, on {}", started.elapsed().as_secs(), labels.join(", "));
    for (what, _) in &report.missing {
        println!("NOT tested, because it is missing: {what}");
    }
    Ok(if may_pass { crate::exit_code(status) } else { ExitCode::FAILURE })
}
