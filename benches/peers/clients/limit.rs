//! `redis-benchmark`, the server's own: a client in C that encodes the command once, and sends the same
//! bytes again and again. Nothing that encodes each record can be much faster.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use redis_hashmap_benches::User;

use crate::contests::BATCH;
use crate::spent::{Spent, count};

pub(crate) const NAME: &str = "`redis-benchmark -P 500` (C)";

pub(crate) fn is_there() -> bool {
    let version = Command::new("redis-benchmark").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// So many times the record, over one connection, 500 at a time.
pub(crate) fn run(socket: &Path, user: &User, records: u64) -> Result<Spent> {
    let command = user.cmd();
    let args = command.args_iter().map(|arg| match arg {
        redis::Arg::Simple(arg) => String::from_utf8_lossy(arg).into_owned(),
        _ => String::new(),
    });
    let before = cpu_of_children()?;
    let output = Command::new("redis-benchmark")
        .arg("-s")
        .arg(socket)
        .args(["-c", "1", "--csv", "-P", &BATCH.to_string(), "-n", &records.to_string()])
        .args(args)
        .output()
        .context("cannot run redis-benchmark")?;
    let cpu = cpu_of_children()?.saturating_sub(before);
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "redis-benchmark failed: {said}");
    let rate = rate(&said).with_context(|| format!("redis-benchmark said: {said}"))?;
    let wall = Duration::from_secs_f64(count(records) / rate);
    Ok(Spent { records, wall, cpu, allocations: 0, memory: None })
}

/// Of those that have ended; the server has not.
fn cpu_of_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let times = [usage.user_time(), usage.system_time()].map(|time| {
        let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
        Duration::from_secs(u64::try_from(time.tv_sec()).unwrap_or_default())
            + Duration::from_micros(micros)
    });
    Ok(times.iter().sum())
}

/// The second column of the last line; the first is the command.
fn rate(csv: &str) -> Option<f64> {
    let line = csv.lines().rfind(|line| line.starts_with('"'))?;
    let mut columns = line.rsplit("\",\"");
    // From behind, since the command may have anything in it: seven columns follow it.
    columns.nth(6)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_prints() {
        let csv = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\
                   \"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n\
                   \"HSET user:1005 name Grace \",\"394321.78\",\"1.1\",\"0.9\",\"1.1\",\"1.2\",\"1.3\",\"2.0\"\n";
        assert_eq!(rate(csv), Some(394_321.78));
        assert_eq!(rate("Could not connect\n"), None);
    }
}
