//! Connections that are killed and servers that stall, under writers and readers who all look.
//!
//! Every value names its own key, so that an answer to somebody else's question, or a record of two
//! halves, is seen.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Connection, RedisResult};
use redis_hashmap::{Checked, Effect, Error, ToRedisHash};
use redis_hashmap_tests::servers::Server;

use crate::lab::{Case, Lab, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("chaos_checked_connections", |lab| checked(lab, 1)),
        Case::new("chaos_a_multiplexed_connection", |lab| multiplexed(lab, 1)),
        Case::long("chaos_checked_connections_ten_times", |lab| checked(lab, 10)),
        Case::long("chaos_a_multiplexed_connection_ten_times", |lab| multiplexed(lab, 10)),
    ]
}

/// At least so many, for each trial.
const FAULTS: u64 = 500;
const OPERATIONS: u64 = 100_000;
/// A stall is longer than this, and ends some while of it after.
const TIMEOUT: Duration = Duration::from_millis(60);
/// No operation, with its new connection, may take longer.
const HANG: Duration = Duration::from_secs(20);
const WRITERS: u64 = 4;
const RECORDS: u64 = 50;

#[derive(ToRedisHash)]
#[redis_hash(key = "chaos:{id}")]
struct Pair {
    #[redis_hash(skip)]
    id: u64,
    first: String,
    /// Absent in every second write, which is then `HSET` and `HDEL` in one transaction.
    second: Option<String>,
    third: String,
}

impl Pair {
    fn new(id: u64, n: u64) -> Self {
        let text = format!("{id}:{n}");
        let second = n.is_multiple_of(2).then(|| text.clone());
        Self { id, first: text.clone(), second, third: text }
    }
}

type Read = (Option<String>, Option<String>, Option<String>);

/// A record of one write, or none yet.
fn assert_whole(id: u64, read: &Read) {
    let (first, second, third) = read;
    let Some(text) = first else {
        assert_eq!(*read, (None, None, None), "half of record {id}");
        return;
    };
    let n = text.strip_prefix(&format!("{id}:")).and_then(|n| n.parse::<u64>().ok());
    let n = n.unwrap_or_else(|| panic!("an answer to another question: {id} is {read:?}"));
    assert_eq!(third.as_ref(), Some(text), "record {id} of two halves");
    assert_eq!(second.as_ref(), n.is_multiple_of(2).then_some(text), "record {id} of two halves");
}

fn assert_true(error: &Error) {
    let effect = error.effect();
    assert!(matches!(effect, Effect::NotSent | Effect::Unknown), "{effect:?}: {error}");
}

/// Kills and stalls, until told otherwise; at least as many as there are to be.
fn make_faults(lab: &Lab, server: &Server, at_least: u64, is_over: &AtomicBool) -> u64 {
    let mut random = lab.random();
    let mut admin = lab.connection_to(server);
    let mut faults = 0;
    while faults < at_least || !is_over.load(Ordering::Relaxed) {
        if random.u8(..10) == 0 {
            server.pause().expect("stalled");
            thread::sleep(TIMEOUT + Duration::from_millis(random.u64(..40)));
            server.resume().expect("going on");
        } else {
            let _killed: u64 = run(&mut admin, &["CLIENT", "KILL", "TYPE", "normal"]);
        }
        faults += 1;
        // So that most operations are not disturbed at all: what is looked for is what comes after.
        thread::sleep(Duration::from_millis(random.u64(..20)));
    }
    faults
}

fn read_command(id: u64) -> redis::Cmd {
    let mut cmd = redis::cmd("HMGET");
    cmd.arg(format!("chaos:{id}")).arg(&["first", "second", "third"]);
    cmd
}

fn checked(lab: &Lab, times: u64) {
    let server = lab.fresh(&[]);
    let (is_over, failures) = (AtomicBool::new(false), AtomicU64::new(0));
    let connect = || -> RedisResult<Checked<Connection>> {
        Checked::new(server.connection(lab.protocol())?).with_timeout(TIMEOUT)
    };
    let write_and_read = |writer: u64| {
        let mut random = fastrand::Rng::with_seed(writer);
        let mut kept: Option<Checked<Connection>> = None;
        for n in 0..OPERATIONS * times / WRITERS / 2 {
            let started = Instant::now();
            // Each record has one writer, and any reader.
            let id = writer * RECORDS + random.u64(..RECORDS);
            let read = random.u64(..WRITERS * RECORDS);
            loop {
                assert!(started.elapsed() < HANG, "hangs");
                let usable = kept.take().filter(|con| !con.is_broken());
                // Made while it stalls, or killed as it is made.
                let Ok(con) = usable.map_or_else(connect, Ok) else { continue };
                let con = kept.insert(con);
                let written = Pair::new(id, n).write_hash(con);
                let answer = written.map_err(|error| assert_true(&error)).ok().and_then(|()| {
                    let answer: RedisResult<Read> = read_command(read).query(con);
                    answer.ok()
                });
                if let Some(answer) = answer {
                    assert_whole(read, &answer);
                    break;
                }
                failures.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let faults = thread::scope(|scope| {
        let faults = scope.spawn(|| make_faults(lab, &server, FAULTS * times, &is_over));
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || write_and_read(writer))).collect();
        let outcomes: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        is_over.store(true, Ordering::Relaxed);
        assert!(outcomes.into_iter().all(|outcome| outcome.is_ok()), "a writer saw it");
        faults.join().expect("the faults")
    });
    println!(
        "{}: {faults} faults under {} reads and writes, {} of which failed",
        lab.trial(),
        OPERATIONS * times,
        failures.into_inner()
    );
    all_whole(lab, &server);
}

/// All of them, once it is quiet.
fn all_whole(lab: &Lab, server: &Server) {
    let mut con = lab.connection_to(server);
    for id in 0..WRITERS * RECORDS {
        assert_whole(id, &read_command(id).query(&mut con).expect("an answer"));
    }
}

/// Tasks on one connection; who meets an error makes a new one.
fn multiplexed(lab: &Lab, times: u64) {
    let server = lab.fresh(&[]);
    let (is_over, failures) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    let faults = thread::scope(|scope| {
        let faults = scope.spawn(|| make_faults(lab, &server, FAULTS * times, &is_over));
        let shared = tokio::sync::Mutex::new(None);
        let tasks = (0..WRITERS * 8).map(|writer| {
            let count = OPERATIONS * times / WRITERS / 16;
            task(lab, &server, &shared, (writer, count), &failures)
        });
        runtime.block_on(futures_util::future::join_all(tasks));
        is_over.store(true, Ordering::Relaxed);
        faults.join().expect("the faults")
    });
    println!(
        "{}: {faults} faults under {} reads and writes, {} of which failed",
        lab.trial(),
        OPERATIONS * times,
        failures.into_inner()
    );
    all_whole(lab, &server);
}

type Shared = tokio::sync::Mutex<Option<MultiplexedConnection>>;

async fn connection(lab: &Lab, server: &Server, shared: &Shared) -> Option<MultiplexedConnection> {
    let mut shared = shared.lock().await;
    if shared.is_none() {
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(Some(TIMEOUT));
        let client = server.client(lab.protocol()).expect("a client");
        *shared = client.get_multiplexed_async_connection_with_config(&config).await.ok();
    }
    shared.clone()
}

async fn task(
    lab: &Lab,
    server: &Server,
    shared: &Shared,
    (writer, count): (u64, u64),
    failures: &AtomicU64,
) {
    let mut random = fastrand::Rng::with_seed(writer);
    for n in 0..count {
        let started = Instant::now();
        // Several writers to a record: what is written is one of theirs, whole.
        let id = random.u64(..WRITERS * RECORDS);
        let read = random.u64(..WRITERS * RECORDS);
        loop {
            assert!(started.elapsed() < HANG, "hangs");
            let Some(mut con) = connection(lab, server, shared).await else { continue };
            let answer = match Pair::new(id, n).write_hash_async(&mut con).await {
                Ok(()) => read_command(read).query_async::<Read>(&mut con).await.ok(),
                Err(error) => {
                    assert_true(&error);
                    None
                }
            };
            if let Some(answer) = answer {
                assert_whole(read, &answer);
                break;
            }
            failures.fetch_add(1, Ordering::Relaxed);
            *shared.lock().await = None;
        }
    }
}
