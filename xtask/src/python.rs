//! redis-py for the interop tests, in `target/python`, beside whatever Python packages the machine
//! has.

use std::{env, ffi::OsString, fs, path::PathBuf};

use anyhow::{Context, Result};
use redis_hashmap_tests::target;

use crate::{folder, pins, pip};

/// Installs what is pinned, if it is not there yet.
pub(crate) fn provision() -> Result<()> {
    let (finished, list) = (packages(), "requirements.txt");
    if fs::read_to_string(finished.join(list)).is_ok_and(|installed| installed == pins::PYTHON) {
        return Ok(());
    }
    pip::available()?;
    eprintln!("redis-py: installing");
    folder::publish(&finished, |ready| {
        fs::write(ready.join(list), pins::PYTHON)?;
        pip::install(&ready.join(list), ready)
    })
}

/// The PYTHONPATH with which a `python3` finds them.
pub(crate) fn path() -> Result<OsString> {
    let others = env::var_os("PYTHONPATH").unwrap_or_default();
    let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
    env::join_paths([packages()].into_iter().chain(others))
        .context("this workspace's path cannot be in PYTHONPATH")
}

fn packages() -> PathBuf {
    target().join("python")
}
