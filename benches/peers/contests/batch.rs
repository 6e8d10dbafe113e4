//! 500 records at a time, over one connection.

use std::iter::repeat_n;

use anyhow::{Result, ensure};
use redis_hashmap::{HashBatch, write_all};
use redis_hashmap_benches::User;

use super::Env;
use crate::clients::{derived, fred, limit, rustis};
use crate::round::{self, TURNS, ours, peer};
use crate::spent::{Clock, Spent};
use crate::table::Table;

pub(crate) const SIZE: u64 = 500;
/// Where ours stand, and what they are compared with. All but the first few records are encoded while the
/// server is busy; but those of a batch that is filled before it has its connection.
pub(crate) const BATCH: &str = "**`HashBatch`**, `sending`";
pub(crate) const ALL: &str = "**`write_all`**, 500 a call";
pub(crate) const PIPE: &str = "`redis::pipe()`";

const RECORDS: u64 = 200_000;

pub(super) fn run(env: &Env, id: &'static str) -> Result<Table> {
    let user = User::sample();
    let mut contestants = vec![
        peer(PIPE, RECORDS, |n| {
            let mut con = env.connection()?;
            timed(env, n, || {
                let mut pipe = redis::pipe();
                for _ in 0..SIZE {
                    pipe.add_command(user.cmd()).ignore();
                }
                Ok(pipe.query::<()>(&mut con)?)
            })
        }),
        peer("the same with `Cmd::with_capacity`", RECORDS, |n| {
            let mut con = env.connection()?;
            timed(env, n, || {
                let mut pipe = redis::pipe();
                for _ in 0..SIZE {
                    pipe.add_command(user.cmd_with_capacity()).ignore();
                }
                Ok(pipe.query::<()>(&mut con)?)
            })
        }),
        peer("`redis-derive` 0.2, `pipe()` of `redis` 0.32", RECORDS, |n| {
            let old = derived::User::sample();
            let mut con = derived::connection(env.server.socket())?;
            timed(env, n, || old.pipe(SIZE, &mut con))
        }),
        peer("`fred` 10, `pipeline()`", RECORDS, |n| {
            let runtime = Env::runtime()?;
            let client = runtime.block_on(fred::over_unix(env.server.socket()))?;
            timed(env, n, || runtime.block_on(fred::pipeline(&client, &user, SIZE)))
        }),
        peer("`rustis` 0.27, `create_pipeline()`, over TCP", RECORDS, |n| {
            let runtime = Env::runtime()?;
            let client = runtime.block_on(rustis::connect(env.port()?))?;
            timed(env, n, || runtime.block_on(rustis::pipeline(&client, &user, SIZE)))
        }),
        ours("**`HashBatch`**, filled, then `execute`", RECORDS, |n| {
            let mut con = env.connection()?;
            let mut batch = HashBatch::new();
            timed(env, n, || {
                for _ in 0..SIZE {
                    batch.push(&user)?;
                }
                Ok(batch.execute(&mut con).into_result()?)
            })
        }),
        ours(BATCH, RECORDS, |n| {
            let mut con = env.connection()?;
            let mut batch = HashBatch::new();
            timed(env, n, || {
                let mut sending = batch.sending(&mut con);
                for _ in 0..SIZE {
                    sending.push(&user)?;
                }
                Ok(sending.finish().into_result()?)
            })
        }),
        ours(ALL, RECORDS, |n| {
            let mut con = env.connection()?;
            let size = usize::try_from(SIZE)?;
            timed(env, n, || {
                Ok(write_all(&mut con, repeat_n(&user, size)).into_result().map(drop)?)
            })
        }),
        ours("**`write_all`**, all in one call", RECORDS, |n| {
            let mut con = env.connection()?;
            let warm = write_all(&mut con, repeat_n(&user, 10_000));
            ensure!(warm.applied == 10_000, "{warm:?}");
            let clock = Clock::start()?;
            let report = write_all(&mut con, repeat_n(&user, usize::try_from(n)?));
            ensure!(report.applied == n, "{report:?}");
            let spent = clock.stop(n);
            env.check(&user)?;
            Ok(spent)
        }),
    ];
    // A program of the system, where it is installed; the report says so where it is not.
    if !env.counts && limit::is_there() {
        contestants.push(peer(limit::NAME, RECORDS, |n| limit::run(env.server.socket(), &user, n)));
    }
    round::run(env, id, "500 records a batch, over a Unix socket", TURNS, contestants)
}

/// `once` writes a batch.
fn timed(env: &Env, records: u64, mut once: impl FnMut() -> Result<()>) -> Result<Spent> {
    let batches = records.div_ceil(SIZE);
    for _ in 0..batches.div_ceil(10) {
        once()?;
    }
    let clock = Clock::start()?;
    for _ in 0..batches {
        once()?;
    }
    let spent = clock.stop(batches * SIZE);
    env.check(&User::sample())?;
    Ok(spent)
}
