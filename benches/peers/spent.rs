//! What a contestant's turn took.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cpu_time::ProcessTime;
use stats_alloc::INSTRUMENTED_SYSTEM;

/// What a turn of a contestant took, alone in the process: the server is another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) records: u64,
    pub(crate) wall: Duration,
    /// Of all threads.
    pub(crate) cpu: Duration,
    /// Of all threads; none are counted where our allocator is the system's.
    pub(crate) allocations: u64,
    /// The most memory that was held at once, above what was held before, in bytes.
    pub(crate) memory: Option<u64>,
}

impl Spent {
    pub(crate) fn per_second(&self) -> f64 {
        count(self.records) / self.wall.as_secs_f64()
    }

    /// Nanoseconds of CPU for one record.
    pub(crate) fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e9 / count(self.records)
    }

    pub(crate) fn allocations_each(&self) -> f64 {
        count(self.allocations) / count(self.records)
    }
}

/// Started after what is not timed: the connection, a warm-up.
pub(crate) struct Clock {
    allocations: u64,
    cpu: ProcessTime,
    wall: Instant,
}

impl Clock {
    pub(crate) fn start() -> Result<Self> {
        let cpu = ProcessTime::try_now().context("no CPU time on this system")?;
        Ok(Self { allocations: allocations(), cpu, wall: Instant::now() })
    }

    pub(crate) fn stop(self, records: u64) -> Spent {
        let (wall, cpu) = (self.wall.elapsed(), self.cpu.elapsed());
        let allocations = allocations() - self.allocations;
        Spent { records, wall, cpu, allocations, memory: None }
    }
}

fn allocations() -> u64 {
    let stats = INSTRUMENTED_SYSTEM.stats();
    (stats.allocations + stats.reallocations) as u64
}

/// None of our counts is near 2^52.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn count(n: u64) -> f64 {
    n as f64
}
