//! One write at a time, each answered before the next.

use anyhow::Result;
use redis_hashmap::ToRedisHash;
use redis_hashmap_benches::User;

use super::Env;
use crate::clients::derived;
use crate::round::{self, TURNS, ours, peer};
use crate::spent::{Clock, Spent};
use crate::table::Table;

const RECORDS: u64 = 12_000;

pub(super) fn run(env: &Env, id: &'static str) -> Result<Table> {
    let user = User::sample();
    let contestants = vec![
        peer("`redis::cmd().arg()..`", RECORDS, |n| {
            let mut con = env.connection()?;
            timed(env, n, || Ok(user.cmd().exec(&mut con)?))
        }),
        peer("the same with `Cmd::with_capacity`", RECORDS, |n| {
            let mut con = env.connection()?;
            timed(env, n, || Ok(user.cmd_with_capacity().exec(&mut con)?))
        }),
        peer("`redis-derive` 0.2 (`redis` 0.32)", RECORDS, |n| {
            let old = derived::User::sample();
            let mut con = derived::connection(env.server.socket())?;
            timed(env, n, || old.write(&mut con))
        }),
        ours("**`write_hash`**", RECORDS, |n| {
            let mut con = env.connection()?;
            timed(env, n, || Ok(user.write_hash(&mut con)?))
        }),
    ];
    let title = "One write and its answer, over a Unix socket";
    round::run(env, id, title, TURNS, contestants)
}

fn timed(env: &Env, records: u64, mut once: impl FnMut() -> Result<()>) -> Result<Spent> {
    for _ in 0..records / 10 {
        once()?;
    }
    let clock = Clock::start()?;
    for _ in 0..records {
        once()?;
    }
    let spent = clock.stop(records);
    env.check(&User::sample())?;
    Ok(spent)
}
