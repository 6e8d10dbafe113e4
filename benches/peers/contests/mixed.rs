//! Records of other sizes than the nine fields, against `redis::pipe()`.

mod records;

use anyhow::{Result, ensure};
use redis_hashmap::{HashBatch, ToRedisHash, Writable};

use super::Env;
use super::batch::{BATCH, PIPE};
use crate::round::{self, TURNS, ours, peer};
use crate::spent::Clock;
use crate::table::Table;

use records::{Big, Deleted, Kept, Queued, Wide};

pub(super) fn wide(env: &Env, id: &'static str) -> Result<Table> {
    with(env, id, "200 fields, 100 records a batch", 100, 4_000, &Wide::sample())
}

pub(super) fn big(env: &Env, id: &'static str) -> Result<Table> {
    with(env, id, "A value of 1 MiB, 8 records a batch", 8, 400, &Big::sample())
}

pub(super) fn kept(env: &Env, id: &'static str) -> Result<Table> {
    let title = "20 fields, 10 of them absent and kept, 500 records a batch";
    with(env, id, title, 500, 100_000, &Kept::sample())
}

pub(super) fn deleted(env: &Env, id: &'static str) -> Result<Table> {
    let title = "20 fields, 10 of them absent and deleted (`MULTI`, `HSET`, `HDEL`, `EXEC`), 500 records a batch";
    with(env, id, title, 500, 60_000, &Deleted::sample())
}

fn with<R: ToRedisHash + Writable + Queued>(
    env: &Env,
    id: &'static str,
    title: &'static str,
    size: u64,
    records: u64,
    record: &R,
) -> Result<Table> {
    same_bytes(record)?;
    let turn = |records: u64, once: &mut dyn FnMut() -> Result<()>| {
        let batches = records.div_ceil(size).max(2);
        once()?;
        let clock = Clock::start()?;
        for _ in 0..batches {
            once()?;
        }
        Ok(clock.stop(batches * size))
    };
    let contestants = vec![
        peer(PIPE, records, |n| {
            let mut con = env.connection()?;
            turn(n, &mut || {
                let mut pipe = redis::pipe();
                for _ in 0..size {
                    record.queue_by_hand(&mut pipe);
                }
                Ok(pipe.query::<()>(&mut con)?)
            })
        }),
        ours(BATCH, records, |n| {
            let mut con = env.connection()?;
            let mut batch = HashBatch::new();
            turn(n, &mut || {
                let mut sending = batch.sending(&mut con);
                for _ in 0..size {
                    sending.push(record)?;
                }
                Ok(sending.finish().into_result()?)
            })
        }),
    ];
    round::run(env, id, title, TURNS, contestants)
}

/// Both send the same.
fn same_bytes<R: Writable + Queued>(record: &R) -> Result<()> {
    let mut pipe = redis::pipe();
    record.queue_by_hand(&mut pipe);
    let mut batch = HashBatch::new();
    batch.push(record)?;
    let mut ours = Vec::new();
    batch.write_to(&mut ours)?;
    ensure!(pipe.get_packed_pipeline() == ours, "the pipeline by hand sends something else");
    Ok(())
}
