//! A batch that is sent while it is filled: it says of its records what a batch says that was filled before,
//! and leaves its connection as one does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use redis::{Connection, ConnectionLike};
use redis_hashmap::{
    Checked, CheckedManager, Effect, Error, HashBatch, Limit, Outcomes, Sending, ToHashValue,
    ToRedisHash, Unlimited, ValueError, ValueWriter, Written, WrittenValue,
};

use crate::batch::{Mixed, stored};
use crate::batch_cuts::{assert_true, said};
use crate::in_step::assert_in_step;
use crate::lab::{Case, Lab, PATIENCE, run};
use crate::state::Fields;
use crate::wire::{Break, Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("sending_over_every_connection", every_connection),
        Case::new("sending_a_giant_behind_what_was_started", giant),
        Case::new("sending_dropped_midway", dropped),
        Case::new("sending_dropped_and_a_deadline", dropped_in_time),
        Case::new("sending_and_an_encoder_panics", panics),
        Case::new("sending_to_a_stalled_server_ends_in_time", stalled),
        Case::new("sending_slower_than_its_deadline", slow),
        Case::new("sending_and_replies_come_too_late", late),
        Case::new("sending_over_a_dead_connection", dead),
    ]
}

/// A value that cannot be encoded.
struct Never {
    panics: bool,
}

impl ToHashValue for Never {
    fn write_hash_value<'w>(&self, _: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        assert!(!self.panics, "an encoder of the caller's");
        Err(ValueError::new("never"))
    }
}

fn never<C: ConnectionLike + ?Sized, L: Limit<C>>(sending: &mut Sending<'_, '_, C, L>) {
    let never = [("f", Never { panics: false })];
    sending.push(&never[..].as_hash().key("never")).expect_err("it says so");
}

/// How many records of some hundred bytes make the places where something is sent: a few, the first window's
/// start and its second part, windows; and how many were in the batch before, and after how many one is
/// refused.
pub(crate) fn shapes(random: &mut fastrand::Rng) -> (usize, usize, Option<usize>) {
    let records = match random.u8(..4) {
        0 => random.usize(..12),
        1 => random.usize(..150),
        _ => random.usize(..2_000),
    };
    let before = if random.bool() { 0 } else { random.usize(..=records) };
    let refused = match random.u8(..3) {
        0 => Some(records),
        1 => Some(random.usize(before..=records)),
        _ => None,
    };
    (records, before, refused)
}

fn every_connection(lab: &Lab) {
    let server = lab.fresh(&[]);
    let connect = || lab.connection_to(&server);
    let client = server.client(lab.protocol()).expect("a client");
    let pool = r2d2::Pool::builder().max_size(1);
    let pool = pool.build(CheckedManager::new(client.clone()).with_timeout(PATIENCE));
    let mut pooled = pool.and_then(|pool| pool.get()).expect("a connection");
    let mut waiting = Checked::new(connect()).with_timeout(PATIENCE).expect("a timeout");
    let mut reader = connect();
    let mut random = lab.random();
    let mut batch = HashBatch::new();
    for round in 0..20 {
        let what = format!("{} {round}", lab.trial());
        write(&mut connect(), &mut batch, &mut reader, &mut random, &what);
        write(&mut Checked::new(connect()), &mut batch, &mut reader, &mut random, &what);
        write(&mut waiting, &mut batch, &mut reader, &mut random, &what);
        write(&mut pooled, &mut batch, &mut reader, &mut random, &what);
        write(&mut client.clone(), &mut batch, &mut reader, &mut random, &what);
        let foreign: &mut dyn ConnectionLike = &mut connect();
        write(foreign, &mut batch, &mut reader, &mut random, &what);
    }
}

fn write<C: ConnectionLike + ?Sized>(
    con: &mut C,
    batch: &mut HashBatch,
    reader: &mut Connection,
    random: &mut fastrand::Rng,
    what: &str,
) {
    let (records, before, refused) = shapes(random);
    let what = format!("{what}: {records} records, {before} before, refused {refused:?}");
    let keys: Vec<_> = (0..records).map(|n| format!("k-{n}")).collect();
    let record = |n: usize| Mixed::new(keys[n].clone(), n);
    (0..before).for_each(|n| record(n).push(n, batch));
    let outcomes = fill(batch.sending(con), &keys, before, refused);
    assert_eq!(outcomes.len(), records, "{what}");
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!((outcome.index, outcome.key), (n, keys[n].as_bytes()), "{what}");
        assert_eq!(outcome.result.expect(&what), Written::Applied);
    }
    assert!(batch.is_empty());
    assert_in_step(con, &what);
    for (n, stored) in stored(reader, &keys).into_iter().enumerate() {
        assert_eq!(stored, record(n).fields(), "{what}");
    }
    let () = run(reader, &["FLUSHALL"]);
}

pub(crate) fn fill<'b, C: ConnectionLike + ?Sized>(
    mut sending: Sending<'b, '_, C, Unlimited>,
    keys: &[String],
    before: usize,
    refused: Option<usize>,
) -> Outcomes<'b> {
    for (n, key) in keys.iter().enumerate().skip(before) {
        if refused == Some(n) {
            never(&mut sending);
        }
        Mixed::new(key.clone(), n).send(n, &mut sending);
    }
    if refused == Some(keys.len()) {
        never(&mut sending);
    }
    sending.finish()
}

fn short(n: usize) -> [(&'static str, String); 1] {
    [("f", format!("{n:100}"))]
}

/// Takes as many short records as there are when their window is about to be started for the second time:
/// with the next one. How many these are.
fn started_again(mut take: impl FnMut(usize) -> redis_hashmap::Result<()>) -> usize {
    let mut batch = HashBatch::new();
    while batch.bytes() < 32 << 10 {
        let n = batch.len();
        batch.push(&short(n)[..].as_hash().key(format!("k-{n}"))).expect("encoded");
        take(n).expect("encoded");
    }
    batch.len()
}

/// All that is before a giant was sent when it comes.
fn giant(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let key = |n: usize| format!("k-{n}");
    let records = started_again(|_| Ok(()));
    assert!((128..512).contains(&records), "many replies are before it: {records}");
    let giant = "x".repeat(1 << 20);
    for behind in [0, 3, 1_000] {
        let () = run(&mut con, &["FLUSHALL"]);
        let texts = [0, records - 1, records + 1];
        for n in texts {
            let () = run(&mut con, &["SET", &key(n), "text"]);
        }
        let mut batch = HashBatch::new();
        let mut sending = batch.sending(&mut con);
        for n in 0..=records + behind {
            if n == records {
                sending.push(&[("f", &giant)][..].as_hash().key(key(n))).expect("encoded");
            } else {
                sending.push(&short(n)[..].as_hash().key(key(n))).expect("encoded");
            }
        }
        let outcomes = sending.finish();
        assert_eq!(outcomes.len(), records + behind + 1);
        let failed: Vec<_> = outcomes.failed().map(|failed| failed.index).collect();
        assert_eq!(failed, texts[..if behind == 0 { 2 } else { 3 }], "{behind} behind it");
        assert_in_step(&mut con, "a giant");
    }
}

/// Records are whole or not there, the first ones are, and the connection answers to what it is asked.
fn dropped(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut checked = Checked::new(lab.connection_to(&server));
    let mut random = lab.random();
    let mut batch = HashBatch::new();
    let mut midway = 0;
    for round in 0..60 {
        let (records, before, _) = shapes(&mut random);
        let keys: Vec<_> = (0..records).map(|n| format!("{round}-{n}")).collect();
        let record = |n: usize| Mixed::new(keys[n].clone(), n);
        (0..before).for_each(|n| record(n).push(n, &mut batch));
        if random.bool() {
            let mut sending = batch.sending(&mut con);
            (before..records).for_each(|n| record(n).send(n, &mut sending));
        } else {
            let mut sending = batch.sending(&mut checked);
            (before..records).for_each(|n| record(n).send(n, &mut sending));
        }
        assert!(batch.is_empty());
        assert_in_step(&mut con, "dropped");
        assert_in_step(&mut checked, "dropped");
        let stored = stored(&mut con, &keys);
        let there = stored.iter().filter(|fields| !fields.is_empty()).count();
        for (n, fields) in stored.into_iter().enumerate() {
            assert_eq!(fields, if n < there { record(n).fields() } else { Fields::new() });
        }
        midway += usize::from(there > 0 && there < records);
    }
    assert!(midway > 10, "dropped midway: {midway}");
}

/// A deadline bounds how long that waits, and does no harm where there is time.
fn dropped_in_time(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = Checked::new(lab.connection_to(&server));
    let record = |n: usize| Mixed::new(format!("k-{n}"), n);
    let mut batch = HashBatch::new().deadline(PATIENCE);
    for records in [1, 30, 300, 1_500] {
        let mut sending = batch.sending(&mut con);
        (0..records).for_each(|n| record(n).send(n, &mut sending));
        drop(sending);
        assert_in_step(&mut con, &format!("{records} were pushed"));
    }
    server.pause().expect("paused");
    let began = Instant::now();
    let mut batch = HashBatch::new().deadline(Duration::from_millis(100));
    let mut sending = batch.sending(&mut con);
    (0..100).for_each(|n| record(n).send(n, &mut sending));
    drop(sending);
    assert!(began.elapsed() < Duration::from_secs(5) && con.is_broken());
    server.resume().expect("resumed");
}

fn panics(lab: &Lab) {
    let mut con = lab.connection();
    let mut batch = HashBatch::new();
    let key = lab.key("k").replace(':', "-");
    for at in [0, 1, 20, 150, 700, 1_500] {
        let filling = catch_unwind(AssertUnwindSafe(|| {
            let mut sending = batch.sending(&mut con);
            (0..at).for_each(|n| Mixed::new(key.clone(), n).send(n, &mut sending));
            let never = [("f", Never { panics: true })];
            sending.push(&never[..].as_hash().key(&key))
        }));
        assert!(filling.is_err());
        assert_in_step(&mut con, &format!("a panic after {at}"));
        // Caught within, it is as if that record had never been.
        let mut sending = batch.sending(&mut con);
        (0..at).for_each(|n| Mixed::new(key.clone(), n).send(n, &mut sending));
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let never = [("f", Never { panics: true })];
            sending.push(&never[..].as_hash().key(&key))
        }));
        assert!(caught.is_err());
        let outcomes = sending.finish();
        assert_eq!((outcomes.len(), outcomes.failed().count()), (at, 0));
        assert_in_step(&mut con, &format!("a panic within, after {at}"));
    }
}

fn stalled(lab: &Lab) {
    const TIME: Duration = Duration::from_millis(300);
    let server = lab.fresh(&[]);
    let connect = || Checked::new(lab.connection_to(&server));
    let (mut limited, mut early, mut waiting) = (connect(), connect(), connect());
    waiting.set_timeout(Some(TIME)).expect("a timeout");
    let mut in_time = HashBatch::new().deadline(TIME);
    let mut patient = HashBatch::new();
    server.pause().expect("paused");
    let record = |n: usize| Mixed::new(format!("k-{n}"), n);
    let assert_late = |outcomes: &Outcomes<'_>, began: Instant, what: &str| {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        assert_eq!(outcomes.len(), 1_500);
        for outcome in outcomes.iter() {
            let error = outcome.result.expect_err("nobody answers");
            assert!(error.is_timeout(), "{what}: {error:?}");
            assert!(matches!(error.effect(), Effect::Unknown | Effect::NotSent), "{error}");
        }
        let effect = |n: usize| outcomes.iter().nth(n).map(|o| o.result.map_err(Error::effect));
        assert_eq!(effect(0), Some(Err(Effect::Unknown)), "{what}");
        assert_eq!(effect(1_499), Some(Err(Effect::NotSent)), "{what}");
    };

    let began = Instant::now();
    let mut sending = in_time.sending(&mut limited);
    (0..1_500).for_each(|n| record(n).send(n, &mut sending));
    assert_late(&sending.finish(), began, "a deadline");
    let began = Instant::now();
    let mut sending = patient.sending(&mut waiting);
    (0..1_500).for_each(|n| record(n).send(n, &mut sending));
    assert_late(&sending.finish(), began, "a timeout");
    assert!(limited.is_broken() && waiting.is_broken());

    // Over before anything was sent: the connection is as it was.
    let mut at_once = HashBatch::new().deadline(Duration::ZERO);
    let mut sending = at_once.sending(&mut early);
    (0..100).for_each(|n| record(n).send(n, &mut sending));
    let outcomes = sending.finish();
    assert!(outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)));
    server.resume().expect("resumed");
    assert_in_step(&mut early, "a deadline of no time");
}

/// The deadline is over while the caller fills: what was sent by then may be written.
fn slow(lab: &Lab) {
    const TIME: Duration = Duration::from_millis(100);
    let server = lab.fresh(&[]);
    let mut reader = lab.connection_to(&server);
    let keys: Vec<_> = (0..1_500).map(|n| format!("k-{n}")).collect();
    // Before anything is sent; after the first start, the second, and the first window.
    for at in [5, 40, 200, 700] {
        let mut con = Checked::new(lab.connection_to(&server));
        let mut batch = HashBatch::new().deadline(TIME);
        let until = Instant::now() + TIME;
        let mut sending = batch.sending(&mut con);
        for (n, key) in keys.iter().enumerate() {
            while n == at && Instant::now() <= until {
                std::thread::yield_now();
            }
            Mixed::new(key.clone(), n).send(n, &mut sending);
        }
        let outcomes = sending.finish();
        let what = format!("slow at {at}");
        assert_true(&said(&outcomes), &mut reader, &keys, &what);
        let told = |n: usize| outcomes.iter().nth(n).map(|o| o.result.map_err(Error::effect));
        let first = match at {
            5 => Err(Effect::NotSent),
            700 => Ok(Written::Applied),
            _ => Err(Effect::Unknown),
        };
        assert_eq!(told(0), Some(first), "{what}");
        assert_eq!(told(1_499), Some(Err(Effect::NotSent)), "{what}");
        drop(outcomes);
        assert_eq!(con.is_broken(), at != 5, "{what}");
        let () = run(&mut reader, &["FLUSHALL"]);
    }

    // The first window is the last one, and was started again in vain: what would have come into it could not
    // be encoded.
    let mut con = Checked::new(lab.connection_to(&server));
    let mut batch = HashBatch::new().deadline(TIME);
    let mut sending = batch.sending(&mut con);
    let until = Instant::now() + TIME;
    started_again(|n| sending.push(&short(n)[..].as_hash().key(format!("k-{n}"))));
    while Instant::now() <= until {
        std::thread::yield_now();
    }
    never(&mut sending);
    let outcomes = sending.finish();
    assert!(outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::Unknown)));
    assert_eq!(run::<u64>(&mut reader, &["EXISTS", "k-0"]), 1);
}

/// A read timeout on a plain connection.
fn late(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("k").replace(':', "-");
    let mut batch = HashBatch::new();
    for (records, at) in [(30, 0), (100, 5), (1_500, 0), (1_500, 300), (1_500, 700)] {
        let mut con = wire.connection();
        con.set_read_timeout(Some(Duration::from_millis(50))).expect("set");
        wire.set(Fault::Reply(at, Break::Delay(Duration::from_millis(500))));
        let mut sending = batch.sending(&mut con);
        for _ in 0..records {
            sending.push(&Mixed::new(key.clone(), 0)).expect("encoded");
        }
        let outcomes = sending.finish();
        let effects: Vec<_> = outcomes.iter().map(|o| o.result.map_err(Error::effect)).collect();
        assert!(effects.contains(&Err(Effect::Unknown)), "{records} {at}");
        con.set_read_timeout(None).expect("set");
        assert_in_step(&mut con, &format!("{records} records, reply {at} is late"));
    }
}

fn dead(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut checked = Checked::new(lab.connection_to(&server));
    let mut client = server.client(lab.protocol()).expect("a client");
    server.kill().expect("killed");
    let mut batch = HashBatch::new();
    let assert_all = |outcomes: &Outcomes<'_>, first: Effect| {
        let effects: Vec<_> =
            outcomes.iter().map(|o| o.result.expect_err("nobody is there").effect()).collect();
        assert_eq!((effects[0], effects[1_499]), (first, Effect::NotSent));
    };
    let keys: Vec<_> = (0..1_500).map(|n| format!("k-{n}")).collect();
    assert_all(&fill(batch.sending(&mut client), &keys, 0, None), Effect::NotSent);
    assert_all(&fill(batch.sending(&mut con), &keys, 0, None), Effect::Unknown);
    assert_all(&fill(batch.sending(&mut checked), &keys, 0, None), Effect::Unknown);
    // Known to be dead by now.
    assert_all(&fill(batch.sending(&mut checked), &keys, 0, None), Effect::NotSent);
}
