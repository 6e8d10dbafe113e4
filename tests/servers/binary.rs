//! Which server binaries this machine has.

use std::{
    ffi::OsStr,
    fmt, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use semver::Version;

use super::Error;
use crate::target;

/// Who made the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// `redis-server`
    Redis,
    /// `valkey-server`
    Valkey,
}

impl Flavour {
    const ALL: [Self; 2] = [Self::Redis, Self::Valkey];

    /// The name of its binary.
    pub fn program(self) -> &'static str {
        match self {
            Self::Redis => "redis-server",
            Self::Valkey => "valkey-server",
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redis => "redis",
            Self::Valkey => "valkey",
        })
    }
}

/// A server that can be started.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerBinary {
    /// What it says it is; Fedora's `redis-server`, for one, is Valkey.
    pub flavour: Flavour,
    /// What it says its version is.
    pub version: Version,
    /// Where it is.
    pub path: PathBuf,
}

impl ServerBinary {
    /// Asks the file at `path` what it is.
    ///
    /// # Errors
    /// If it does not run, or is no server.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let not = |reason: String| Error::NotAServer { path: path.to_owned(), reason };
        let output = Command::new(path)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| not(error.to_string()))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let (flavour, version) = parse(&said).ok_or_else(|| {
            not(format!(
                "it said {:?} and {:?}",
                said.trim(),
                String::from_utf8_lossy(&output.stderr).trim()
            ))
        })?;
        Ok(Self { flavour, version, path: path.to_owned() })
    }

    /// Its short name, such as `valkey-9.1.2`.
    pub fn label(&self) -> String {
        format!("{}-{}", self.flavour, self.version)
    }
}

impl fmt::Display for ServerBinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

/// `Valkey server v=9.1.2 sha=00000000:1 malloc=...`
fn parse(said: &str) -> Option<(Flavour, Version)> {
    let flavour = match said.split_whitespace().next()? {
        "Redis" => Flavour::Redis,
        "Valkey" => Flavour::Valkey,
        _ => return None,
    };
    let version = said.split_whitespace().find_map(|word| word.strip_prefix("v="))?;
    Some((flavour, Version::parse(version).ok()?))
}

/// The folder of the provisioned servers; one folder a server in it, named by its label.
pub fn provisioned() -> PathBuf {
    target().join("servers")
}

/// Every server of this machine, each flavour and version once, in the order of their versions:
/// those that `cargo xtask servers` has provisioned, and what is on PATH.
///
/// # Errors
/// If there is none, or if a provisioned one does not run. One on PATH that does not run is
/// somebody else's, and is passed over.
pub fn found() -> Result<Vec<ServerBinary>, Error> {
    let mut all = Vec::new();
    for path in provisioned_paths()? {
        all.push(ServerBinary::at(&path)?);
    }
    for flavour in Flavour::ALL {
        // Not canonicalized: Debian's `redis-server` is a link to `redis-check-rdb`, told apart by
        // its name.
        let paths = which::which_all(flavour.program());
        all.extend(paths.into_iter().flatten().filter_map(|path| ServerBinary::at(&path).ok()));
    }
    // A stable sort, and the provisioned ones came first: they win over the same version on PATH.
    all.sort_by(|a, b| (a.flavour, &a.version).cmp(&(b.flavour, &b.version)));
    all.dedup_by(|b, a| (a.flavour, &a.version) == (b.flavour, &b.version));
    if all.is_empty() { Err(Error::NoneFound) } else { Ok(all) }
}

fn provisioned_paths() -> Result<Vec<PathBuf>, Error> {
    let folder = provisioned();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let doing = || format!("list {}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder).map_err(Error::os(doing()))? {
        let entry = entry.map_err(Error::os(doing()))?;
        // A hidden folder is one that xtask has not finished.
        if hidden(&entry.file_name()) {
            continue;
        }
        paths.extend(
            Flavour::ALL
                .map(|flavour| entry.path().join(flavour.program()))
                .into_iter()
                .filter(|p| p.is_file()),
        );
    }
    paths.sort();
    Ok(paths)
}

fn hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_servers_print_them() {
        for (said, label) in [
            (
                "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0\n",
                "redis-7.0.15",
            ),
            (
                "Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64 build=1536df31c0395150\n",
                "valkey-9.1.2",
            ),
        ] {
            let (flavour, version) = parse(said).expect(said);
            assert_eq!(format!("{flavour}-{version}"), label);
        }
        assert_eq!(parse("redis-cli 6.2.5\n"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn each_is_found_once_and_runs() {
        let found = found().expect("a server");
        let labels: std::collections::BTreeSet<_> = found.iter().map(ServerBinary::label).collect();
        assert_eq!(labels.len(), found.len(), "{found:?}");
    }

    #[test]
    fn what_is_no_server_says_so() {
        let error = ServerBinary::at(Path::new("/bin/sh")).expect_err("a shell is no server");
        assert!(error.to_string().starts_with("/bin/sh is no server that runs here"), "{error}");
    }
}
