//! A thousand records, a hundred thousand and ten million: what one of them takes.

use std::fs;

use anyhow::{Context, Result, ensure};
use redis_hashmap::write_all;
use redis_hashmap_benches::User;

use super::Env;
use crate::round::{self, Contestant, ours};
use crate::spent::Clock;
use crate::table::Table;

pub(crate) const FEW: &str = "**`write_all`** of 1,000";
pub(crate) const MANY: &str = "**`write_all`** of 100,000";
pub(crate) const MOST: &str = "**`write_all`** of 10,000,000";

/// Ten million hashes are more than a server here holds: every run goes round and round these, so that it
/// meets the same hashes, in the same order.
const KEYS: usize = 100_000;

pub(super) fn run(env: &Env, id: &'static str) -> Result<Table> {
    let users: Vec<User> =
        (0..KEYS as u64).map(|n| User { id: 100_000 + n, ..User::sample() }).collect();
    // All are there from the start.
    let all = write_all(&mut env.connection()?, &users);
    ensure!(all.applied == KEYS as u64, "{all:?}");
    let mut contestants =
        vec![rounds(env, FEW, 1_000, 300, &users), rounds(env, MANY, 100_000, 5, &users)];
    // Nothing of it depends on how many there are, and the counting allocator is slow.
    if !env.counts {
        contestants.push(rounds(env, MOST, 10_000_000, 1, &users));
    }
    let table =
        round::run(env, id, "More records, from one iterator, over a Unix socket", 1, contestants)?;
    redis::cmd("FLUSHALL").exec(&mut env.connection()?)?;
    Ok(table)
}

/// `times` calls of `write_all` in a turn, each of `records`.
fn rounds<'a>(
    env: &'a Env,
    name: &'static str,
    records: u64,
    times: u64,
    users: &'a [User],
) -> Contestant<'a> {
    ours(name, records * times, move |n| {
        // A quick run has less of them, rather than fewer of less.
        let (records, times) = if n < records { (n, 1) } else { (records, n / records) };
        let before = Memory::now()?;
        let mut con = env.connection()?;
        let mut users = users.iter().cycle();
        let warm = write_all(&mut con, users.by_ref().take(1_000));
        ensure!(warm.failed == 0, "{warm:?}");
        let clock = Clock::start()?;
        for _ in 0..times {
            let report = write_all(&mut con, users.by_ref().take(usize::try_from(records)?));
            ensure!(report.applied == records, "{report:?}");
        }
        let mut spent = clock.stop(records * times);
        spent.memory = before.growth()?;
        Ok(spent)
    })
}

/// What the process holds, where Linux tells it.
struct Memory(Option<u64>);

impl Memory {
    fn now() -> Result<Self> {
        // Lets the peak begin anew; elsewhere there is no such file.
        let can_tell = fs::write("/proc/self/clear_refs", "5").is_ok();
        Ok(Self(if can_tell { Some(status("VmRSS:")?) } else { None }))
    }

    /// The peak since then, above what was held then.
    fn growth(&self) -> Result<Option<u64>> {
        let Some(before) = self.0 else { return Ok(None) };
        Ok(Some(status("VmHWM:")?.saturating_sub(before)))
    }
}

/// In bytes.
fn status(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1_024)
}
