//! node-redis for the interop tests, in `target/node`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use redis_hashmap_tests::target;

use crate::folder;

const PACKAGE: &str = include_str!("../node/package.json");
/// What is installed, each with its checksum.
const LOCK: &str = include_str!("../node/package-lock.json");

/// Installs what is pinned, if it is not there yet.
pub(crate) fn provision() -> Result<()> {
    let finished = packages();
    let lock = "package-lock.json";
    if fs::read_to_string(finished.join(lock)).is_ok_and(|installed| installed == LOCK) {
        return Ok(());
    }
    eprintln!("node-redis: installing");
    folder::publish(&finished, |ready| {
        fs::write(ready.join("package.json"), PACKAGE)?;
        fs::write(ready.join(lock), LOCK)?;
        install(ready)
    })
}

fn install(folder: &Path) -> Result<()> {
    let status = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .status()
        .context("cannot run npm: is Node.js installed?")?;
    ensure!(status.success(), "npm could not install it ({status})");
    Ok(())
}

fn packages() -> PathBuf {
    target().join("node")
}
