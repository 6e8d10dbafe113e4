//! The buffer with a server that fails, and at its end.

use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use redis_hashmap::{Effect, ErrorKind, Exists, HashBuffer, ToRedisHash, Written};

use crate::buffer::{Told, buffer, builder, item, large, look, number};
use crate::lab::{Case, Lab, await_that, block_on, run};
use crate::state::{assert_failed, told};
use crate::wire::{Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("buffer_whose_server_is_killed", killed),
        Case::new("buffer_that_resends", resends),
        Case::new("buffer_that_gives_up", gives_up),
        Case::new("buffer_keeps_the_order_when_an_old_connection_is_late", late),
        Case::new("buffer_keeps_the_order_when_the_server_stalls", stalled),
        Case::new("buffer_whose_idle_connection_is_closed", idle),
        Case::new("buffer_closed_with_a_dead_server", closed_dead),
        Case::new("buffer_closed_with_a_stalled_server", closed_stalled),
        Case::new("buffer_dropped_with_a_dead_server", dropped_dead),
    ]
}

/// What was sent is unknown; what was not goes out when the server is back, in its order.
fn killed(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = buffer(lab, &server);
    server.pause().expect("stalled");
    let first = buffer.write(&item("first", 1));
    await_sent(&buffer);
    let rest: Vec<_> = (1..=700).map(|n| buffer.write(&item("rest", n))).collect();
    server.restart().expect("restarted");
    let error = assert_failed(block_on(first), ErrorKind::Connection, Effect::Unknown, "sent");
    assert!(error.is_connection() && !error.is_retryable());
    for outcome in block_on(join_all(rest)) {
        assert_eq!(outcome.expect("written"), Written::Applied);
    }
    assert_eq!(number(lab, &server, "rest"), Some(700));
}

fn resends(lab: &Lab) {
    let server = lab.fresh(&[]);
    // So long that all are sent together.
    let builder = builder(lab, &server).resend_unknown().max_delay(Duration::from_millis(100));
    let buffer = builder.open().expect("a buffer");
    server.pause().expect("stalled");
    let script = item("script", 1);
    let writes = [
        buffer.write(&item("k", 1)),
        buffer.write(&script.as_hash().persist()),
        buffer.write(&script.as_hash().key("other").persist()),
        buffer.write(&item("k", 2)),
    ];
    let conditional = buffer.write(&item("created", 1).as_hash().only_if(Exists::No));
    await_sent(&buffer);
    let last = buffer.write(&item("k", 3));
    server.restart().expect("restarted");
    assert_failed(block_on(conditional), ErrorKind::Connection, Effect::Unknown, "a condition");
    for outcome in block_on(join_all(writes.into_iter().chain([last]))) {
        assert_eq!(outcome.expect("written"), Written::Applied);
    }
    assert_eq!(number(lab, &server, "k"), Some(3));
    assert_eq!(number(lab, &server, "script"), Some(1));
    assert_eq!(number(lab, &server, "other"), Some(1));
    assert_eq!(number(lab, &server, "created"), None, "it was never sent again");
}

fn gives_up(lab: &Lab) {
    const TIME: Duration = Duration::from_millis(300);
    let server = lab.fresh(&[]);
    let (builder, list) = Told::of(builder(lab, &server));
    let buffer = builder.give_up_after(TIME).open().expect("a buffer");
    buffer.write_blocking(&item("k", 1)).expect("written");
    server.kill().expect("killed");
    // The first may have been sent before anybody knew.
    drop(buffer.write_blocking(&item("k", 2)));
    let started = Instant::now();
    let outcome = buffer.write_blocking(&item("k", 3));
    let error = assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, "nobody is there");
    assert!(error.is_retryable());
    assert!(started.elapsed() < TIME * 20, "{:?}", started.elapsed());
    buffer.send(&item("k", 4)).expect("room");
    buffer.flush_blocking();
    assert_eq!(list.0.lock().expect("no panic").len(), 1);
    server.restart().expect("restarted");
    await_that("it is written again", || buffer.write_blocking(&item("k", 5)).is_ok());
    assert_eq!(number(lab, &server, "k"), Some(5));
}

/// What gets to the server late, from a connection that was given up, does not come over what was written
/// after it.
fn late(lab: &Lab) {
    const TIMEOUT: Duration = Duration::from_millis(60);
    let server = lab.fresh(&[]);
    let wire = Wire::to(lab.info(&server));
    let buffer = HashBuffer::builder(wire.client()).timeout(TIMEOUT).open().expect("a buffer");
    let mut con = lab.connection_to(&server);
    for round in 0..3 {
        wire.set(Fault::HoldRequest(TIMEOUT * 4));
        let outcome = buffer.write_blocking(&item("k", 1));
        assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, round);
        assert_eq!(buffer.write_blocking(&item("k", 2)).expect("written"), Written::Applied);
        await_that("the late one is passed on", || wire.released() == round + 1);
        // The server has read it, where it reads it at all.
        (0..10).for_each(|_| drop(run::<String>(&mut con, &["PING"])));
        thread::sleep(Duration::from_millis(10));
        assert_eq!(number(lab, &server, "k"), Some(2), "round {round}");
    }
}

/// The same with a server that stalls.
fn stalled(lab: &Lab) {
    const TIMEOUT: Duration = Duration::from_millis(60);
    let server = lab.fresh(&[]);
    let buffer = builder(lab, &server).timeout(TIMEOUT).open().expect("a buffer");
    for round in 0..3 {
        server.pause().expect("stalled");
        // Many of them, so that the server reads for a while: it takes 16 KiB at a time.
        let old: Vec<_> = (0..514).map(|n| buffer.write(&large("k", n, 180))).collect();
        let mut old = old.into_iter();
        let first = block_on(old.next().expect("514"));
        assert_failed(first, ErrorKind::Timeout, Effect::Unknown, round);
        let new: Vec<_> = (0..4).map(|n| buffer.write(&item("k", 1000 + n))).collect();
        server.resume().expect("going on");
        for outcome in block_on(join_all(new)) {
            assert_eq!(outcome.expect("written"), Written::Applied);
        }
        for error in block_on(join_all(old)).into_iter().filter_map(Result::err) {
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown));
            told(&error);
        }
        assert_eq!(number(lab, &server, "k"), Some(1003), "round {round}");
    }
}

fn idle(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = buffer(lab, &server);
    buffer.write_blocking(&item("k", 1)).expect("written");
    let _killed: u64 = run(&mut lab.connection_to(&server), &["CLIENT", "KILL", "TYPE", "normal"]);
    thread::sleep(Duration::from_millis(1100));
    assert_eq!(buffer.write_blocking(&item("k", 2)).expect("written"), Written::Applied);
    assert_eq!(number(lab, &server, "k"), Some(2));
}

fn closed_dead(lab: &Lab) {
    let server = lab.fresh(&[]);
    let (builder, list) = Told::of(builder(lab, &server));
    let buffer = builder.open().expect("a buffer");
    server.kill().expect("killed");
    drop(buffer.write_blocking(&item("k", 0)));
    let mut writes: Vec<_> = (1..=5).map(|n| buffer.write(&item("k", n))).collect();
    buffer.send(&item("k", 6)).expect("room");
    let started = Instant::now();
    let left = buffer.close(Duration::from_millis(200)).expect_err("nobody is there");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!((left.not_sent, left.unknown), (6, 0), "{left}");
    for write in &mut writes {
        let Poll::Ready(outcome) = look(write) else { panic!("no answer") };
        let error = outcome.expect_err("nobody is there");
        assert_eq!(error.effect(), Effect::NotSent, "{}", told(&error));
    }
    let told = list.0.lock().expect("no panic");
    assert_eq!(told.iter().map(|told| told.1).collect::<Vec<_>>(), [Effect::NotSent]);
}

fn closed_stalled(lab: &Lab) {
    let server = lab.fresh(&[]);
    let (builder, list) = Told::of(builder(lab, &server));
    let buffer = builder.open().expect("a buffer");
    server.pause().expect("stalled");
    buffer.send(&item("k", 1)).expect("room");
    await_sent(&buffer);
    let mut write = buffer.write(&item("k", 2));
    let left = buffer.close(Duration::from_millis(100)).expect_err("it stalls");
    assert_eq!((left.not_sent, left.unknown), (1, 1), "{left}");
    let Poll::Ready(Err(error)) = look(&mut write) else { panic!("no answer") };
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Closed, Effect::NotSent));
    let told = list.0.lock().expect("no panic");
    assert_eq!(told.iter().map(|told| told.1).collect::<Vec<_>>(), [Effect::Unknown]);
    server.resume().expect("going on");
}

fn dropped_dead(lab: &Lab) {
    let server = lab.fresh(&[]);
    let (builder, list) = Told::of(builder(lab, &server));
    let buffer = builder.give_up_after(Duration::from_millis(100)).open().expect("a buffer");
    server.kill().expect("killed");
    for n in 0..10 {
        buffer.send(&item("k", n)).expect("room");
    }
    let other = buffer.clone();
    drop(buffer);
    other.send(&item("k", 10)).expect("there is a handle");
    drop(other);
    let told = list.0.lock().expect("no panic");
    assert_eq!(told.len(), 11);
    assert!(told.iter().all(|told| matches!(told.1, Effect::NotSent | Effect::Unknown)));
}

/// What is in the buffer was given to the connection.
fn await_sent(buffer: &HashBuffer) {
    await_that("it is sent", || format!("{buffer:?}").contains("waiting: 0"));
}
