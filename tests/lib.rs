//! What the tests, the benches and `cargo xtask` share: real servers, started for one test and gone
//! after it.

pub mod flights;
pub mod servers;

use std::path::PathBuf;

/// The workspace's own `target` folder, where `cargo xtask` puts the `servers` and the `python`
/// packages it provisions.
///
/// It stays there when `CARGO_TARGET_DIR` says otherwise: what was downloaded once serves every
/// build.
#[must_use]
pub fn target() -> PathBuf {
    let mut workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    workspace.pop();
    workspace.join("target")
}
