//! Encoding one record.

use std::hint::black_box;

use anyhow::{Result, ensure};
use redis_hashmap::ToRedisHash;
use redis_hashmap_benches::User;

use super::Env;
use crate::clients::derived;
use crate::round::{self, TURNS, ours, peer};
use crate::spent::{Clock, Spent};
use crate::table::Table;

const RECORDS: u64 = 1_000_000;

pub(super) fn run(env: &Env, id: &'static str) -> Result<Table> {
    let user = User::sample();
    let old = derived::User::sample();
    let mut packed = Vec::new();
    user.as_hash().encode(&mut packed)?;
    ensure!(packed == user.cmd().get_packed_command(), "`redis::cmd` packs something else");
    ensure!(packed == old.cmd().get_packed_command(), "`redis-derive` packs something else");
    let contestants = vec![
        peer("`redis::cmd().arg()..`, packed", RECORDS, |n| {
            timed(n, || drop(black_box(black_box(&user).cmd().get_packed_command())))
        }),
        peer("the same with `Cmd::with_capacity`", RECORDS, |n| {
            timed(n, || {
                drop(black_box(black_box(&user).cmd_with_capacity().get_packed_command()));
            })
        }),
        peer("`hset_multiple` with strings, packed", RECORDS, |n| {
            timed(n, || drop(black_box(black_box(&user).hset_multiple().get_packed_command())))
        }),
        peer("`redis-derive` 0.2 (`redis` 0.32), packed", RECORDS, |n| {
            timed(n, || drop(black_box(black_box(&old).cmd().get_packed_command())))
        }),
        ours("**`#[derive(ToRedisHash)]`**, into a reused buffer", RECORDS, |n| {
            timed(n, || {
                packed.clear();
                black_box(black_box(&user).as_hash().encode(&mut packed)).expect("it encodes");
            })
        }),
    ];
    round::run(env, id, "Encoding one record", TURNS, contestants)
}

fn timed(records: u64, mut once: impl FnMut()) -> Result<Spent> {
    for _ in 0..records / 10 {
        once();
    }
    let clock = Clock::start()?;
    for _ in 0..records {
        once();
    }
    Ok(clock.stop(records))
}
