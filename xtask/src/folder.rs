//! A folder that is there whole, or not at all.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Has `fill` fill a hidden folder, and makes it `finished` in one step, replacing what was there.
///
/// Cut off at any moment, it leaves the old folder, or the new one, or none; the next run begins
/// again.
pub(crate) fn publish(finished: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = finished.parent().context("a folder with a parent")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    // In the same place, because a rename does not cross file systems.
    let hidden = tempfile::Builder::new().prefix(".partial-").tempdir_in(parent)?;
    let ready = hidden.path().join("ready");
    fs::create_dir(&ready)?;
    fill(&ready)?;
    if finished.exists() {
        fs::rename(finished, hidden.path().join("old"))?;
    }
    fs::rename(&ready, finished).with_context(|| format!("cannot make {}", finished.display()))
}
