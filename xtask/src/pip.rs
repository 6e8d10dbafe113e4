//! `python3 -m pip`, our way to download: it is on most machines, and knows its own proxies and
//! mirrors.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::pins::{Pin, Wheel};

/// Why nothing can be downloaded at all; a type of its own, because a server on PATH will do as
/// well.
#[derive(Debug)]
pub(crate) struct NoPip(String);

impl std::error::Error for NoPip {}

impl std::fmt::Display for NoPip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`python3 -m pip` does not run ({})", self.0)
    }
}

/// Downloads a wheel into `folder`, and answers its path.
pub(crate) fn download(pin: &Pin, wheel: &Wheel, folder: &Path) -> Result<PathBuf> {
    let requirement = format!("{}=={}", pin.package, pin.release);
    // The Python version is fixed so that every Python downloads the same file.
    let args =
        ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"];
    let platform = ["--implementation", "cp", "--platform", wheel.platform, &requirement, "--dest"];
    pip(args.into_iter().chain(platform).map(OsStr::new).chain([folder.as_os_str()]))
        .with_context(|| format!("cannot download {requirement} for {}", wheel.platform))?;
    only_file(folder).with_context(|| format!("pip was to download {requirement}"))
}

/// Downloads the one package that the file `requirements` lists, with its digest, into `folder`,
/// and answers its path.
///
/// Even then pip runs the package's own `setup.py`, so it is pip that looks at the digest, before
/// that.
pub(crate) fn download_sources(requirements: &Path, folder: &Path) -> Result<PathBuf> {
    let args = ["download", "--quiet", "--no-deps", "--require-hashes", "--requirement"];
    let to = [requirements.as_os_str(), "--dest".as_ref(), folder.as_os_str()];
    pip(args.into_iter().map(OsStr::new).chain(to))?;
    only_file(folder)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let file = files.pop().context("there is no file")?;
    ensure!(files.is_empty(), "there is more than one file");
    Ok(file.path())
}

/// Installs what the file `requirements` lists, with its digests, into `folder`.
pub(crate) fn install(requirements: &Path, folder: &Path) -> Result<()> {
    let args = [
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--requirement",
    ];
    let target = [requirements.as_os_str(), "--target".as_ref(), folder.as_os_str()];
    pip(args.into_iter().map(OsStr::new).chain(target))
}

fn pip<'a>(args: impl Iterator<Item = &'a OsStr>) -> Result<()> {
    let output = command().args(args).output().context("cannot run python3")?;
    if output.status.success() {
        return Ok(());
    }
    bail!("pip failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end())
}

/// Whether there is a pip. Asked before anything else, so that its absence is told plainly.
pub(crate) fn available() -> Result<(), NoPip> {
    let output = command().arg("--version").output().map_err(|error| NoPip(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(NoPip(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

fn command() -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "pip"]).stdin(Stdio::null());
    // As variables, because an old pip refuses the options that it does not know.
    for (name, value) in [
        ("PIP_NO_INPUT", "1"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        ("PIP_ROOT_USER_ACTION", "ignore"),
    ] {
        command.env(name, value);
    }
    command
}
