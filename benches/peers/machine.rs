//! What the figures were measured on; nothing that names the machine.

use std::fs;
use std::process::Command;
use std::thread;

use redis_hashmap_tests::servers::ServerBinary;
use serde::Serialize;

use crate::Size;
use crate::clients::limit;

/// What to know beside the figures.
#[derive(Serialize)]
pub(crate) struct Machine {
    /// Of a quick run, the figures mean nothing.
    pub(crate) is_quick: bool,
    pub(crate) server: String,
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    /// Of the last minute before the start: how busy it was already.
    pub(crate) load_before: String,
    pub(crate) redis_benchmark: Option<String>,
    /// The peers, as they were resolved.
    pub(crate) versions: Vec<String>,
}

pub(crate) fn describe(server: &ServerBinary, size: Size) -> Machine {
    let unknown = || "unknown".to_owned();
    Machine {
        is_quick: size == Size::Quick,
        server: server.label(),
        cpu: cpu().unwrap_or_else(unknown),
        cores: thread::available_parallelism().map_or(0, usize::from),
        kernel: said("uname", "-sr").map_or_else(unknown, |said| kernel(&said).to_owned()),
        rustc: said("rustc", "--version").unwrap_or_else(unknown),
        load_before: load().unwrap_or_else(unknown),
        redis_benchmark: if limit::is_there() {
            said("redis-benchmark", "--version")
        } else {
            None
        },
        versions: versions(include_str!("Cargo.lock")),
    }
}

fn said(program: &str, arg: &str) -> Option<String> {
    let output = Command::new(program).arg(arg).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// Without what its builder put behind the version.
fn kernel(said: &str) -> &str {
    said.split_once('-').map_or(said, |(version, _)| version)
}

fn cpu() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load() -> Option<String> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    load.split_whitespace().next().map(str::to_owned)
}

fn versions(lock: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        let Some(name) = quoted(line, "name = ") else { continue };
        let version = lines.next().and_then(|line| quoted(line, "version = "));
        if let Some(version) = version
            && ["fred", "redis", "redis-derive", "rustis", "tokio"].contains(&name)
        {
            all.push(format!("{name} {version}"));
        }
    }
    all
}

fn quoted<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    line.strip_prefix(key).map(|value| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_its_version() {
        assert_eq!(kernel("Linux 6.1.0-18-amd64"), "Linux 6.1.0");
        assert_eq!(kernel("Darwin 24.1.0"), "Darwin 24.1.0");
    }

    #[test]
    fn versions_of_the_peers() {
        let versions = versions(include_str!("Cargo.lock"));
        for peer in ["fred 10.", "redis 0.32.", "redis 1.", "redis-derive 0.2.", "rustis 0."] {
            assert!(versions.iter().any(|version| version.starts_with(peer)), "{versions:?}");
        }
    }
}
