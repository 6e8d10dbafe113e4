//! Threads and tasks that write through one buffer, while its server is killed, stalled, and cut off.
//!
//! Each key has one writer, which counts its writes: so the number that the server holds in the end says
//! whether an answer was untrue, or a write of before came over a later one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use redis::ProtocolVersion;
use redis_hashmap::{BufferedWrite, Effect, Error, HashBuffer, ToRedisHash, Written};
use redis_hashmap_tests::servers::{Flavour, Server, ServerBinary};

use crate::lab::{Case, Lab, await_that, run};
use crate::wire::{Fault, Wire};

pub(crate) fn cases(binary: &ServerBinary, protocol: ProtocolVersion) -> Vec<Case> {
    // Once in full, and a part of it on every other server.
    let is_full = binary.flavour == Flavour::Valkey && protocol == ProtocolVersion::RESP3;
    let here = if is_full {
        Case::new("buffer_storm", |lab| storm(lab, FULL, false))
    } else {
        Case::new("buffer_storm", |lab| storm(lab, PART, false))
    };
    vec![
        here,
        Case::new("buffer_storm_that_resends", |lab| storm(lab, PART, true)),
        Case::long("buffer_storm_ten_times", |lab| storm(lab, TENFOLD, false)),
        Case::long("buffer_storm_that_resends_ten_times", |lab| storm(lab, TENFOLD, true)),
    ]
}

#[derive(Clone, Copy)]
struct Size {
    faults: u64,
    records: u64,
}

const FULL: Size = Size { faults: 50, records: 200_000 };
const PART: Size = Size { faults: 6, records: 20_000 };
const TENFOLD: Size = Size { faults: 500, records: 2_000_000 };

const THREADS: u64 = 64;
const TASKS: u64 = 1024;
const WRITERS: u64 = THREADS + TASKS;
/// A stall is longer than this.
const TIMEOUT: Duration = Duration::from_millis(60);
/// Less than all writers want at once.
const ROOM: usize = 96 * 1024;
/// How many writes of a task are on their way at once.
const AT_ONCE: usize = 3;

#[derive(ToRedisHash)]
#[redis_hash(key = "storm:{writer}")]
struct Record {
    #[redis_hash(skip)]
    writer: u64,
    first: u64,
    /// Absent in every second write, which is then `HSET` and `HDEL` in one transaction.
    second: Option<u64>,
    third: String,
}

impl Record {
    fn new(writer: u64, n: u64) -> Self {
        let second = n.is_multiple_of(2).then_some(n);
        Self { writer, first: n, second, third: format!("{writer}:{n}:{:064}", 0) }
    }
}

/// What a writer knows of its key.
#[derive(Default)]
struct Known {
    /// The last write that was answered with Ok.
    done: u64,
    /// The writes after that, of which nobody knows.
    unknown: Vec<u64>,
}

impl Known {
    fn learn(&mut self, n: u64, outcome: Result<Written, Error>, tally: &Tally) {
        match outcome {
            Ok(written) => {
                assert_eq!(written, Written::Applied);
                self.done = n;
                self.unknown.clear();
                tally.done.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => match error.effect() {
                Effect::Unknown => {
                    self.unknown.push(n);
                    tally.unknown.fetch_add(1, Ordering::Relaxed);
                }
                // The server is loading its data, say.
                Effect::NotSent | Effect::Rejected => {
                    tally.failed.fetch_add(1, Ordering::Relaxed);
                }
                other => panic!("{other:?}: {error}"),
            },
        }
    }
}

#[derive(Default)]
struct Tally {
    done: AtomicU64,
    unknown: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    fn counts(&self) -> [u64; 3] {
        [&self.done, &self.unknown, &self.failed].map(|count| count.load(Ordering::Relaxed))
    }

    fn all(&self) -> u64 {
        self.counts().iter().sum()
    }
}

fn storm(lab: &Lab, size: Size, resends: bool) {
    // What was answered is in the file when the server is killed.
    let keeps =
        ["--appendonly", "yes", "--appendfsync", "no", "--auto-aof-rewrite-percentage", "0"];
    let server = lab.fresh(&keeps);
    let wire = Wire::to(lab.info(&server));
    let mut builder = HashBuffer::builder(wire.client()).max_bytes(ROOM).timeout(TIMEOUT);
    if resends {
        builder = builder.resend_unknown();
    }
    let buffer = builder.open().expect("a buffer");
    let tally = Tally::default();
    let each = size.records / WRITERS + 1;

    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    let known: Vec<_> = thread::scope(|scope| {
        let faults = scope.spawn(|| make_faults(lab, &server, &wire, size, &tally));
        let threads: Vec<_> = (0..THREADS)
            .map(|writer| {
                let (buffer, tally) = (&buffer, &tally);
                scope.spawn(move || write_one_by_one(buffer, writer, each, tally))
            })
            .collect();
        let tasks =
            (THREADS..WRITERS).map(|writer| write_some_at_once(&buffer, writer, each, &tally));
        let tasks = runtime.block_on(futures_util::future::join_all(tasks));
        let threads = threads.into_iter().map(|thread| thread.join().expect("a writer saw it"));
        let known = threads.chain(tasks).collect();
        faults.join().expect("the faults");
        known
    });
    buffer.close(Duration::from_secs(10)).expect("nothing is left");

    let counts = tally.counts();
    println!(
        "{}: {} faults, {counts:?} writes done, unknown, and failed",
        lab.trial(),
        size.faults
    );
    assert_eq!(tally.all(), each * WRITERS, "a writer has no answer");
    assert!(resends || counts[1] > 0, "no fault hit a write");
    for (writer, known) in (0..).zip(&known) {
        assert_as_known(lab, &server, writer, known);
    }
}

fn write_one_by_one(buffer: &HashBuffer, writer: u64, each: u64, tally: &Tally) -> Known {
    let mut known = Known::default();
    for n in 1..=each {
        known.learn(n, buffer.write_blocking(&Record::new(writer, n)), tally);
    }
    known
}

async fn write_some_at_once(buffer: &HashBuffer, writer: u64, each: u64, tally: &Tally) -> Known {
    let mut known = Known::default();
    let mut pending: VecDeque<(u64, BufferedWrite)> = VecDeque::new();
    for n in 1..=each {
        if pending.len() == AT_ONCE
            && let Some((n, write)) = pending.pop_front()
        {
            known.learn(n, write.await, tally);
        }
        pending.push_back((n, buffer.write(&Record::new(writer, n))));
    }
    for (n, write) in pending {
        known.learn(n, write.await, tally);
    }
    known
}

/// So many, each after its share of the writes.
fn make_faults(lab: &Lab, server: &Server, wire: &Wire, size: Size, tally: &Tally) {
    let mut random = lab.random();
    for nth in 0..size.faults {
        await_that("the writers go on", || tally.all() >= nth * size.records / size.faults);
        match nth % 5 {
            0 => server.restart().expect("restarted"),
            1 | 3 => {
                server.pause().expect("stalled");
                thread::sleep(TIMEOUT + Duration::from_millis(random.u64(..60)));
                server.resume().expect("going on");
            }
            cut => {
                wire.set(match cut {
                    2 => Fault::CutRequestAfter(random.usize(..50_000)),
                    _ => Fault::CutReplyAfter(random.usize(..2_000)),
                });
                // Nothing passes after the cut, on new connections neither.
                thread::sleep(Duration::from_millis(random.u64(..60)));
                wire.set(Fault::None);
            }
        }
    }
}

type Read = (Option<u64>, Option<u64>, Option<String>);

/// The last write that was done, or a later one of which nobody knows; whole.
fn assert_as_known(lab: &Lab, server: &Server, writer: u64, known: &Known) {
    let mut con = lab.connection_to(server);
    let read: Read =
        run(&mut con, &["HMGET", &format!("storm:{writer}"), "first", "second", "third"]);
    let n = read.0.unwrap_or(0);
    if n > 0 {
        let record = Record::new(writer, n);
        assert_eq!(read, (Some(n), record.second, Some(record.third)), "half of a record");
    }
    let Known { done, unknown } = known;
    assert!(
        n == *done || unknown.contains(&n),
        "{writer} holds {n}: {done} was done, {unknown:?} unknown"
    );
}
