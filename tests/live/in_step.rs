//! Whatever happens in the middle of many records, the connection answers the next question with its own
//! answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use redis::ConnectionLike;
use redis_hashmap::{
    Absent, Checked, Effect, HashBatch, ToRedisHash, WriteAll, Written, write_all,
};

use crate::batch::{Mixed, stored};
use crate::lab::{Case, Lab, block_on, multiplexed, run};
use crate::state::Fields;
use crate::wire::{Break, Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("in_step_after_records_that_say_nothing", nothing),
        Case::new("in_step_after_a_panic_of_the_callers", panics),
        Case::new("in_step_after_replies_that_come_too_late", late),
        Case::new("in_step_after_a_future_is_dropped", dropped),
    ]
}

pub(crate) fn assert_in_step<C: ConnectionLike + ?Sized>(con: &mut C, what: &str) {
    assert_eq!(run::<String>(con, &["ECHO", "in step"]), "in step", "{what}");
}

/// How many records fill a window.
const WINDOW: usize = 512;

type Pairs = [(&'static str, Option<usize>); 1];

/// The last ones of a batch have nothing to write, and a window of their own.
fn nothing(lab: &Lab) {
    let mut con = lab.connection();
    let mut client = lab.server().client(lab.protocol()).expect("a client");
    let values: Vec<Pairs> = (0..WINDOW + 3).map(|n| [("f", (n < WINDOW).then_some(n))]).collect();
    let records = || values.iter().map(|record| record[..].as_hash().key("k").absent(Absent::Keep));
    let mut batch = HashBatch::new();
    for over in ["a connection", "a client"] {
        records().for_each(|record| batch.push(&record).expect("encoded"));
        let outcomes = match over {
            "a client" => batch.execute(&mut client),
            _ => batch.execute(&mut con),
        };
        for outcome in outcomes.iter() {
            let is_there = outcome.index < WINDOW;
            let expected = if is_there { Written::Applied } else { Written::Nothing };
            assert_eq!(outcome.result.expect("no error"), expected, "{over}");
        }
        assert_in_step(&mut con, over);
    }
    let report = write_all(&mut con, records());
    assert_eq!((report.applied, report.empty, report.is_cut_short), (512, 3, false));
    let report = write_all(&mut con, records().skip(WINDOW));
    assert_eq!((report.empty, report.failed, report.is_cut_short), (3, 0, false));
    assert_in_step(&mut con, "write_all");
}

/// An iterator, or one who is told, panics while replies are on their way.
fn panics(lab: &Lab) {
    let key = lab.key("k");
    let mut plain = lab.connection();
    let mut checked = Checked::new(lab.connection());
    let pool = r2d2::Pool::builder().max_size(1);
    let client = lab.server().client(lab.protocol()).expect("a client");
    let mut pooled = pool.build(client).and_then(|pool| pool.get()).expect("a connection");
    for con in [&mut plain as &mut dyn Panics, &mut checked, &mut pooled] {
        con.in_the_iterator(&key);
        con.in_the_progress(&key);
    }
}

trait Panics {
    fn in_the_iterator(&mut self, key: &str);
    fn in_the_progress(&mut self, key: &str);
}

impl<C: ConnectionLike> Panics for C {
    fn in_the_iterator(&mut self, key: &str) {
        for at in [0, WINDOW, WINDOW + 1, 3 * WINDOW - 1] {
            let numbers = (0..2_000).inspect(|n| assert!(*n != at, "the caller's"));
            let written = catch_unwind(AssertUnwindSafe(|| {
                write_all(self, numbers.map(|n| Owned { key: key.into(), n }))
            }));
            assert!(written.is_err());
            assert_in_step(self, &format!("the iterator panicked at {at}"));
        }
    }

    fn in_the_progress(&mut self, key: &str) {
        for nth in 1..4 {
            let mut calls = 0;
            let records = (0..3 * WINDOW).map(|n| Owned { key: key.into(), n });
            let all = WriteAll::new(records).progress(|_| {
                calls += 1;
                assert!(calls != nth, "the caller's");
            });
            assert!(catch_unwind(AssertUnwindSafe(|| all.run(self))).is_err());
            assert_in_step(self, &format!("call {nth} of the progress panicked"));
        }
    }
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
struct Owned {
    #[redis_hash(skip)]
    key: String,
    n: usize,
}

/// A read timeout on a plain connection: `redis` passes over the replies that it waited for in vain.
fn late(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    let mut con = wire.connection();
    // Three of them are a window.
    let long = "x".repeat(30 << 10);
    let mut batch = HashBatch::new();
    for n in 0..9 {
        let key = lab.key(&n.to_string());
        batch.push(&[("f", &long)][..].as_hash().key(key)).expect("encoded");
    }
    con.set_read_timeout(Some(Duration::from_millis(50))).expect("set");
    wire.set(Fault::Reply(0, Break::Delay(Duration::from_secs(1))));
    let outcomes = batch.execute(&mut con);
    let effects: Vec<_> =
        outcomes.iter().map(|o| o.result.expect_err("no answer in time").effect()).collect();
    assert_eq!(
        (&effects[..6], &effects[6..]),
        (&[Effect::Unknown; 6][..], &[Effect::NotSent; 3][..])
    );
    con.set_read_timeout(None).expect("set");
    assert_in_step(&mut con, "a timeout");
}

/// Midway: each record is whole or not there, and batch and connection can be used on.
fn dropped(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut random = lab.random();
    block_on(async {
        let mut con = multiplexed(lab.info(&server)).await;
        let mut batch = HashBatch::new();
        let mut midway = 0;
        for round in 0..40 {
            let record = |n: usize| Mixed::new(format!("{round}-{n}"), n);
            (0..3_000).for_each(|n| record(n).push(n, &mut batch));
            let time = Duration::from_micros(random.u64(..20_000));
            let is_over = tokio::time::timeout(time, batch.execute_async(&mut con)).await.is_ok();
            assert!(batch.is_empty());
            // What was sent comes before this.
            let echo = redis::cmd("ECHO").arg("in step").query_async::<String>(&mut con).await;
            assert_eq!(echo.expect("an answer"), "in step");
            let keys: Vec<_> = (0..3_000).map(|n| format!("{round}-{n}")).collect();
            let stored = stored(&mut lab.connection_to(&server), &keys);
            let there = stored.iter().filter(|fields| !fields.is_empty()).count();
            for (n, fields) in stored.into_iter().enumerate() {
                assert_eq!(fields, if n < there { record(n).fields() } else { Fields::new() });
            }
            assert!(!is_over || there == 3_000);
            midway += usize::from(there > 0 && there < 3_000);
        }
        assert!(midway > 0, "no future was dropped midway");
    });
}
