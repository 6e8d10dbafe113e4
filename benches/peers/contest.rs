//! `cargo xtask bench` runs this: `contest FOLDER`, with `--quick` for a look whether it runs, or with
//! `--only CONTEST` for those whose names begin so.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};
use redis_hashmap_peers::{Scope, Size};

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let (size, only, folder) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--quick", folder] => (Size::Quick, "", folder),
        ["--only", only, folder] => (Size::Full, only, folder),
        [folder] => (Size::Full, "", folder),
        _ => bail!("contest [--quick | --only CONTEST] FOLDER"),
    };
    let scope = Scope { size, only: only.to_owned() };
    // Cargo puts both binaries into one folder.
    let counting = env::current_exe()?.with_file_name("allocations");
    redis_hashmap_peers::contest(scope, Path::new(folder), &counting)
}
