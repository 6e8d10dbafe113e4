//! The buffer: what each of its writers is told, and that it is true.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use redis_hashmap::{
    Absent, BufferedWrite, Effect, ErrorKind, Exists, HashBuffer, HashBufferBuilder, ToHashValue,
    ToRedisHash, ValueError, ValueWriter, Written, WrittenValue,
};
use redis_hashmap_tests::servers::Server;

use crate::lab::{Case, Lab, block_on, run};
use crate::shapes::{CANARY, Shape};
use crate::state::{assert_failed, before, fields, put_before, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("buffer_of_every_shape_from_many_tasks", shapes),
        Case::new("buffer_a_refused_record_fails_alone", refused),
        Case::new("buffer_of_a_server_without_memory", out_of_memory),
        Case::new("buffer_with_conditions_and_versions", conditions),
        Case::new("buffer_that_is_full", full),
        Case::new("buffer_and_a_giant", giant),
        Case::new("buffer_with_encoders_that_panic_and_that_write", encoders),
        Case::new("buffer_that_lingers_and_is_flushed", lingers),
        Case::new("buffer_of_nothing", nothing),
        Case::new("buffer_futures_that_are_dropped", dropped),
    ]
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
pub(crate) struct Item {
    #[redis_hash(skip)]
    key: String,
    n: u64,
    text: String,
}

pub(crate) fn item(key: &str, n: u64) -> Item {
    Item { key: key.to_owned(), n, text: format!("{CANARY} {n}") }
}

/// Of so many bytes.
pub(crate) fn large(key: &str, n: u64, len: usize) -> Item {
    Item { text: CANARY.repeat(len / CANARY.len() + 1), ..item(key, n) }
}

pub(crate) fn builder(lab: &Lab, server: &Server) -> HashBufferBuilder {
    HashBuffer::builder(server.client(lab.protocol()).expect("a client"))
}

pub(crate) fn buffer(lab: &Lab, server: &Server) -> HashBuffer {
    builder(lab, server).open().expect("a buffer")
}

/// What the server has in the field `n`.
pub(crate) fn number(lab: &Lab, server: &Server, key: &str) -> Option<u64> {
    run(&mut lab.connection_to(server), &["HGET", key, "n"])
}

/// One look, without waiting.
pub(crate) fn look(write: &mut BufferedWrite) -> Poll<redis_hashmap::Result<Written>> {
    Pin::new(write).poll(&mut Context::from_waker(Waker::noop()))
}

/// The failures that nobody waited for.
#[derive(Clone, Default)]
pub(crate) struct Told(pub(crate) Arc<Mutex<Vec<(ErrorKind, Effect, String)>>>);

impl Told {
    /// Whose list this is.
    pub(crate) fn of(builder: HashBufferBuilder) -> (HashBufferBuilder, Self) {
        let list = Self::default();
        let told = list.clone();
        let builder = builder.on_failure(move |error| {
            // As it looks from outside.
            let copy = (error.kind(), error.effect(), crate::state::told(error));
            told.0.lock().expect("nobody panicked").push(copy);
        });
        (builder, list)
    }
}

fn shapes(lab: &Lab) {
    let buffer = buffer(lab, lab.server());
    let mut con = lab.connection();
    let key = |n: usize| lab.key(&format!("person {n}"));
    for n in 0..900 {
        put_before(&mut con, &key(n), 0);
    }
    block_on(async {
        let writes = (0..900).map(|n| {
            let (shape, buffer, key) = (Shape::ALL[n % 9], buffer.clone(), key(n));
            // The record and the key are gone before the answer is there.
            tokio::spawn(async move { buffer.write(&shape.with(&shape.record(), key)).await })
        });
        for (n, write) in join_all(writes).await.into_iter().enumerate() {
            assert_eq!(write.expect("no panic").expect("written"), Written::Applied, "{n}");
        }
    });
    for n in 0..900 {
        assert_eq!(fields(&mut con, &key(n)), Shape::ALL[n % 9].after(&before()), "{n}");
    }
}

fn refused(lab: &Lab) {
    let buffer = buffer(lab, lab.server());
    let mut con = lab.connection();
    let key = |n: u64| lab.key(&n.to_string());
    for n in (0..300).step_by(7) {
        let () = run(&mut con, &["SET", &key(n), "no hash"]);
    }
    let writes: Vec<_> = (0..300).map(|n| buffer.write(&item(&key(n), n))).collect();
    for (n, outcome) in (0..).zip(block_on(join_all(writes))) {
        if n % 7 == 0 {
            let error = assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, n);
            assert!(error.to_string().contains(&key(n)), "{error}");
        } else {
            assert_eq!(outcome.expect("written"), Written::Applied);
            assert_eq!(number(lab, lab.server(), &key(n)), Some(n));
        }
    }
    // All of them.
    let failures: Vec<_> = (0..300).step_by(7).map(|n| buffer.write(&item(&key(n), n))).collect();
    for outcome in block_on(join_all(failures)) {
        assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, "all fail");
    }
}

fn out_of_memory(lab: &Lab) {
    let server = lab.fresh(&["--maxmemory-policy", "noeviction"]);
    let buffer = buffer(lab, &server);
    let mut con = lab.connection_to(&server);
    buffer.write_blocking(&item("k", 1)).expect("written");
    let () = run(&mut con, &["CONFIG", "SET", "maxmemory", "1"]);
    let writes: Vec<_> = (0..50).map(|n| buffer.write(&item("k", n))).collect();
    for outcome in block_on(join_all(writes)) {
        let error = assert_failed(outcome, ErrorKind::OutOfMemory, Effect::Rejected, "no memory");
        assert!(error.is_retryable());
    }
    assert_eq!(number(lab, &server, "k"), Some(1));
    let () = run(&mut con, &["CONFIG", "SET", "maxmemory", "0"]);
    buffer.write_blocking(&item("k", 2)).expect("written");
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
struct Versioned {
    #[redis_hash(skip)]
    key: String,
    n: u64,
    #[redis_hash(version)]
    version: u64,
}

fn conditions(lab: &Lab) {
    let buffer = buffer(lab, lab.server());
    let (created, versioned) = (lab.key("created"), lab.key("versioned"));
    let write = |n| buffer.write(&item(&created, n).as_hash().only_if(Exists::No));
    let outcomes = block_on(join_all([write(1), write(2), write(3)]));
    let outcomes = outcomes.into_iter().map(|outcome| outcome.expect("an answer"));
    let expected = [Written::Applied, Written::Refused, Written::Refused];
    assert_eq!(outcomes.collect::<Vec<_>>(), expected);
    assert_eq!(number(lab, lab.server(), &created), Some(1));

    let record = |n, version| Versioned { key: versioned.clone(), n, version };
    assert_eq!(buffer.write_blocking(&record(1, 0)).expect("written"), Written::Applied);
    let outcome = buffer.write_blocking(&record(2, 0));
    assert_failed(outcome, ErrorKind::Conflict, Effect::Rejected, "a plain record");
    let outcome = buffer.write_blocking(&record(2, 0).as_hash());
    assert_eq!(outcome.expect("an answer"), Written::Refused);
    assert_eq!(buffer.write_blocking(&record(3, 1)).expect("written"), Written::Applied);
}

/// The server stalls, and there is room for few.
fn full(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = builder(lab, &server).max_bytes(1500).open().expect("a buffer");
    server.pause().expect("stalled");
    let mut writes = Vec::new();
    let refused = loop {
        match buffer.try_write(&item("k", writes.len() as u64)) {
            Ok(write) => writes.push(write),
            Err(error) => break error,
        }
    };
    assert!((3..8).contains(&writes.len()), "{} had room", writes.len());
    assert_eq!((refused.kind(), refused.effect()), (ErrorKind::Full, Effect::NotSent));
    assert!(refused.is_retryable() && !refused.is_connection());
    assert!(told(&refused).contains("`Item` at key \"k\": there is no room in the buffer"));
    assert_eq!(buffer.send(&item("k", 9)).expect_err("no room").kind(), ErrorKind::Full);

    // They wait for room, a thread too.
    let (waiting, blocked) = thread::scope(|scope| {
        let blocked = scope.spawn(|| buffer.write_blocking(&item("other", 1)));
        let waiting: Vec<_> = (100..400).map(|n| buffer.write(&item("k", n))).collect();
        assert!(!blocked.is_finished());
        server.resume().expect("going on");
        (block_on(join_all(waiting)), blocked.join().expect("no panic"))
    });
    assert_eq!(blocked.expect("written"), Written::Applied);
    assert!(waiting.into_iter().all(|outcome| outcome.is_ok()));
    assert!(block_on(join_all(writes)).into_iter().all(|outcome| outcome.is_ok()));
    assert_eq!(number(lab, &server, "k"), Some(399), "in their order");
    assert_eq!(number(lab, &server, "other"), Some(1));
}

/// Larger than all the room: it goes alone, in its turn.
fn giant(lab: &Lab) {
    let buffer = builder(lab, lab.server()).max_bytes(1000).open().expect("a buffer");
    let (key, other) = (lab.key("k"), lab.key("other"));
    for len in [2000, 100_000, 5_000_000] {
        let giant = large(&key, 2, len);
        let writes = [
            buffer.write(&item(&key, 1)),
            buffer.write(&giant),
            buffer.write(&item(&other, 1)),
            buffer.write(&item(&other, 2)),
        ];
        for outcome in block_on(join_all(writes)) {
            assert_eq!(outcome.expect("written"), Written::Applied);
        }
        assert_eq!(fields(&mut lab.connection(), &key)["text"], giant.text);
        assert_eq!(number(lab, lab.server(), &other), Some(2));
        // There is nothing else: there is room for it.
        buffer.try_write(&giant).map(block_on).expect("room").expect("written");
    }
}

/// Writes to the buffer that it is written to, or panics.
enum Wild<'b> {
    Writes(&'b HashBuffer, String),
    Panics,
}

#[derive(ToRedisHash)]
struct Bad<'b> {
    n: u64,
    wild: Wild<'b>,
}

impl ToHashValue for Wild<'_> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self {
            Wild::Panics => std::panic::resume_unwind(Box::new("quietly")),
            Wild::Writes(buffer, key) => {
                buffer
                    .write_blocking(&item(key, 7))
                    .map_err(|error| ValueError::new(error.to_string()))?;
                "wild".write_hash_value(out)
            }
        }
    }
}

fn encoders(lab: &Lab) {
    let buffer = buffer(lab, lab.server());
    let (outer, inner) = (lab.key("outer"), lab.key("inner"));
    let panics = Bad { n: 1, wild: Wild::Panics };
    for n in 0..3 {
        let write = || buffer.write_blocking(&panics.as_hash().key(&outer));
        assert!(catch_unwind(AssertUnwindSafe(write)).is_err());
        buffer.write_blocking(&item(&inner, n)).expect("nothing is poisoned");
    }
    assert_eq!(number(lab, lab.server(), &outer), None);
    let writes = Bad { n: 2, wild: Wild::Writes(&buffer, inner.clone()) };
    assert_eq!(
        buffer.write_blocking(&writes.as_hash().key(&outer)).expect("written"),
        Written::Applied
    );
    assert_eq!(number(lab, lab.server(), &outer), Some(2));
    assert_eq!(number(lab, lab.server(), &inner), Some(7));
    let fails = [("twice", 1), ("twice", 2)];
    let outcome = buffer.write_blocking(&fails[..].as_hash().key(&outer));
    assert_failed(outcome, ErrorKind::Value, Effect::NotSent, "it cannot be encoded");
}

fn lingers(lab: &Lab) {
    let key = lab.key("k");
    let delay = Duration::from_millis(300);
    let buffer = builder(lab, lab.server()).max_delay(delay).open().expect("a buffer");
    let started = Instant::now();
    buffer.write_blocking(&item(&key, 1)).expect("written");
    assert!(started.elapsed() >= delay, "{:?}", started.elapsed());

    let buffer = builder(lab, lab.server()).max_delay(crate::lab::PATIENCE * 10).open();
    let buffer = buffer.expect("a buffer");
    let mut write = buffer.write(&item(&key, 2));
    assert!(look(&mut write).is_pending());
    buffer.flush_blocking();
    assert!(matches!(look(&mut write), Poll::Ready(Ok(Written::Applied))));
    // A full window waits for nobody.
    let writes: Vec<_> = (0..512).map(|n| buffer.write(&item(&key, n))).collect();
    assert!(block_on(join_all(writes)).into_iter().all(|outcome| outcome.is_ok()));
    let last = buffer.write(&item(&key, 3));
    drop(buffer);
    assert_eq!(block_on(last).expect("the last handle writes it"), Written::Applied);
}

fn nothing(lab: &Lab) {
    let buffer = buffer(lab, lab.server());
    buffer.flush_blocking();
    block_on(buffer.flush());
    let absent = [("a", None::<&str>)];
    let write = absent[..].as_hash().key(lab.key("k")).absent(Absent::Keep);
    assert_eq!(buffer.write_blocking(&write).expect("an answer"), Written::Nothing);
    let (first, second) = (buffer.clone(), buffer);
    assert_eq!(first.close(Duration::from_secs(5)), Ok(()));
    assert_eq!(second.close(Duration::ZERO), Ok(()));
    second.flush_blocking();
    let outcome = second.write_blocking(&item("k", 1));
    let error = assert_failed(outcome, ErrorKind::Closed, Effect::NotSent, "closed");
    assert!(!error.is_retryable());
    assert_eq!(second.send(&item("k", 1)).expect_err("closed").kind(), ErrorKind::Closed);
}

fn dropped(lab: &Lab) {
    let server = lab.fresh(&[]);
    let (builder, list) = Told::of(builder(lab, &server));
    let buffer = builder.max_bytes(800).open().expect("a buffer");
    let mut con = lab.connection_to(&server);
    let () = run(&mut con, &["SET", "string", "no hash"]);
    drop(buffer.write(&item("k", 1)));
    drop(buffer.write(&item("string", 1)));
    buffer.send(&item("string", 2)).expect("room");
    buffer.flush_blocking();
    assert_eq!(number(lab, &server, "k"), Some(1));
    // One whose answer was there when it was dropped.
    let write = buffer.write(&item("string", 3));
    buffer.flush_blocking();
    drop(write);
    {
        let told = list.0.lock().expect("no panic");
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told.iter()
                .all(|(kind, effect, _)| (*kind, *effect)
                    == (ErrorKind::WrongType, Effect::Rejected))
        );
    }
    // Those that wait for room are taken back.
    server.pause().expect("stalled");
    let writes: Vec<_> = (0..20).map(|n| buffer.write(&item(&format!("k{n}"), n))).collect();
    let mut writes = writes.into_iter();
    let first = writes.next().expect("20");
    writes.for_each(drop);
    server.resume().expect("going on");
    block_on(first).expect("written");
    buffer.flush_blocking();
    assert_eq!(number(lab, &server, "k1"), Some(1), "it had its place");
    assert_eq!(number(lab, &server, "k19"), None);
}
