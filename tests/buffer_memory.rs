//! What the buffer allocates for a write, and how much memory it takes. In a binary of its own, because it
//! counts the whole process: the thread that writes, too.

use std::alloc::System;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::ProtocolVersion;
use redis_hashmap::{ErrorKind, HashBuffer, ToRedisHash};
use redis_hashmap_tests::servers::{self, Server};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One at a time.
static ALONE: Mutex<()> = Mutex::new(());

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
    name: String,
    score: f64,
    blob: Vec<u8>,
}

fn user(id: u64, len: usize) -> User {
    User { id, name: "Grace Hopper".into(), score: 1.5, blob: vec![b'x'; len] }
}

fn server() -> Server {
    let found = servers::found().expect("servers");
    Server::start(&found[0], &[]).expect("a server")
}

fn client(server: &Server) -> redis::Client {
    server.client(ProtocolVersion::RESP2).expect("a client")
}

/// Of the whole process, whatever its threads do meanwhile.
fn allocations(run: impl FnOnce()) -> usize {
    let count = || {
        let stats = ALLOCATOR.stats();
        stats.allocations + stats.reallocations
    };
    let before = count();
    run();
    count() - before
}

/// Bytes that are allocated now.
fn held() -> isize {
    let stats = ALLOCATOR.stats();
    let signed = |bytes: usize| isize::try_from(bytes).expect("not so many");
    // What grew or shrank in place is in both already.
    signed(stats.bytes_allocated) - signed(stats.bytes_deallocated)
}

/// By so many tasks at once.
fn allocations_of(tasks: u64, each: u64) -> f64 {
    let server = server();
    // A delay, so that a window is of all that want to write: a window costs a few allocations, and without a
    // delay it is of as many as this machine encodes in a round trip, of a test's slow code.
    let delay = Duration::from_millis(5);
    let buffer = HashBuffer::builder(client(&server)).max_delay(delay).open().expect("a buffer");
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    // They wait for the start, with all that they need.
    let run = |each: u64| {
        let started =
            std::sync::Arc::new(tokio::sync::Barrier::new(usize::try_from(tasks).unwrap() + 1));
        let tasks: Vec<_> = (0..tasks)
            .map(|id| {
                let (buffer, started) = (buffer.clone(), std::sync::Arc::clone(&started));
                let user = user(id, 20);
                runtime.spawn(async move {
                    started.wait().await;
                    for _ in 0..each {
                        buffer.write(&user).await.expect("written");
                    }
                })
            })
            .collect();
        allocations(|| {
            runtime.block_on(async {
                started.wait().await;
                for task in tasks {
                    task.await.expect("no panic");
                }
            });
        })
    };
    run(each);
    let count = run(each);
    #[allow(clippy::cast_precision_loss)] // not so many
    let ratio = count as f64 / (tasks * each) as f64;
    println!("{tasks} tasks: {ratio:.4} allocations a write");
    ratio
}

#[test]
fn a_write_allocates_next_to_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (tasks, each) in [(4096, 20), (512, 100)] {
        let ratio = allocations_of(tasks, each);
        assert!(ratio <= 0.1, "{tasks} tasks: {ratio} allocations a write");
    }
}

/// What the docs say it takes beside `max_bytes`.
const BESIDE: isize = 8 * 1024 * 1024;

#[test]
fn memory_is_bounded() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for len in [0, 300, 20_000, 100_000] {
        let server = server();
        let before = held();
        let max = 32 * 1024 * 1024;
        let buffer = HashBuffer::builder(client(&server)).max_bytes(max).open().expect("a buffer");
        for _ in 0..3 {
            server.pause().expect("stalled");
            let mut written: usize = 0;
            let error = loop {
                match buffer.send(&user(written as u64, len)) {
                    Ok(()) => written += 1,
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), ErrorKind::Full);
            assert!(written * (len + 300) > max / 2, "{written} is not full");
            let full = held() - before;
            println!("{len}: {written} records in {} KiB", full / 1024);
            assert!(full < isize::try_from(max).unwrap() + BESIDE, "{full} bytes are held");
            server.resume().expect("going on");
            buffer.flush_blocking();
            let empty = held() - before;
            assert!(empty < BESIDE, "{empty} bytes are kept");
        }
        // One giant is given back.
        buffer.write_blocking(&user(0, max * 2)).expect("written");
        buffer.write_blocking(&user(0, 1)).expect("written");
        let empty = held() - before;
        assert!(empty < BESIDE, "{empty} bytes are kept after a giant");
    }
}
