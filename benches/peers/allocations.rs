//! The same contests under an allocator that counts, for all threads: in a binary of its own, so that
//! counting disturbs no figure of time.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> anyhow::Result<()> {
    // Of the contests whose names begin so.
    let only = std::env::args().nth(1).unwrap_or_default();
    println!("{}", redis_hashmap_peers::count(only)?);
    Ok(())
}
