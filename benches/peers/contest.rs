//! `cargo xtask bench` runs this: `contest FOLDER`, with `--quick` for a look whether it runs.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};
use redis_hashmap_peers::Size;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let (size, folder) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--quick", folder] => (Size::Quick, folder),
        [folder] => (Size::Full, folder),
        _ => bail!("contest [--quick] FOLDER"),
    };
    // Cargo puts both binaries into one folder.
    let counting = env::current_exe()?.with_file_name("allocations");
    redis_hashmap_peers::contest(size, Path::new(folder), &counting)
}
