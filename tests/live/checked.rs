//! Connections that are used no more once they are out of step, and writes that end in time.

use std::time::{Duration, Instant};

use redis::ConnectionLike;
use redis_hashmap::{Checked, CheckedManager, Effect, ErrorKind, ToRedisHash};

use crate::lab::{Case, Lab, await_that, run};
use crate::shapes::Shape;
use crate::state::{assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("checked_half_a_command_on_the_wire", half_a_command),
        Case::new("checked_connections_of_a_pool", pooled),
        Case::new("deadline_of_a_server_that_stalls", stalled),
        Case::new("deadline_that_is_kept", kept),
    ]
}

const TIMEOUT: Duration = Duration::from_millis(100);

/// A write timeout leaves half a command on the wire. What a plain connection sends next becomes
/// data of it; a checked one sends nothing.
fn half_a_command(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut stuck = Checked::new(lab.connection_to(&server)).with_timeout(TIMEOUT).expect("set");
    let big = [("data", "x".repeat(24 << 20))];
    server.pause().expect("stalled");
    let outcome = big[..].as_hash().key("big").write(&mut stuck);
    assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, "big");
    for n in 0..1000 {
        let outcome = [("n", n)][..].as_hash().key("small").write(&mut stuck);
        assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, n);
        assert!(redis::cmd("SET").arg("small").arg(n).exec(&mut stuck).is_err());
    }
    server.resume().expect("going on");
    assert!(!stuck.is_open());
    drop(stuck);
    assert_eq!(run::<u64>(&mut con, &["EXISTS", "small", "big"]), 0);
}

fn pooled(lab: &Lab) {
    let server = lab.fresh(&[]);
    let client = server.client(lab.protocol()).expect("a client");
    let pool = r2d2::Pool::builder().max_size(1).build(CheckedManager::new(client)).expect("one");
    let mut admin = lab.connection_to(&server);
    let mut con = pool.get().expect("a connection");
    let id: String = run(&mut *con, &["CLIENT", "ID"]);
    let _killed: u64 = run(&mut admin, &["CLIENT", "KILL", "ID", &id]);
    let outcome = Shape::Transaction.write(&mut *con, "person");
    assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, "killed");
    drop(con);
    // There is one place, and it is free again.
    let mut con = pool.get().expect("a connection");
    Shape::Plain.write(&mut *con, "person").expect("written");
    assert_ne!(run::<String>(&mut *con, &["CLIENT", "ID"]), id);
}

fn stalled(lab: &Lab) {
    let server = lab.fresh(&[]);
    for shape in Shape::ALL {
        let mut con = lab.connection_to(&server);
        put_before(&mut con, "person", 0);
        let mut con = Checked::new(con);
        if shape.is_script() {
            shape.write(&mut con, "the server knows the script").expect("written");
        }
        let record = shape.record();
        server.pause().expect("stalled");
        let started = Instant::now();
        let write = shape.with(&record, "person").deadline(TIMEOUT);
        let outcome = write.write(&mut con);
        let took = started.elapsed();
        server.resume().expect("going on");
        assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, shape);
        // Once, however many replies it has.
        assert!(took >= TIMEOUT && took < TIMEOUT * 3, "{shape:?} took {took:?}");
        let outcome = write.write(&mut con);
        assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, shape);

        let mut con = lab.connection_to(&server);
        let expected = shape.after(&before());
        await_that("the server has done it", || fields(&mut con, "person") == expected);
    }
}

/// And the timeouts are as they were before.
fn kept(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut checked = Checked::new(lab.connection_to(&server)).with_timeout(TIMEOUT).expect("set");
    for shape in Shape::ALL {
        put_before(&mut con, "person", 0);
        let record = shape.record();
        let write = shape.with(&record, "person").deadline(Duration::from_secs(60));
        write.write(&mut checked).expect("written");
        assert_eq!(fields(&mut con, "person"), shape.after(&before()), "{shape:?}");
        // A deadline that is over sends nothing, and breaks nothing.
        let outcome = write.deadline(Duration::ZERO).write(&mut checked);
        assert_failed(outcome, ErrorKind::Timeout, Effect::NotSent, shape);
    }
    server.pause().expect("stalled");
    let started = Instant::now();
    let outcome = Shape::Plain.write(&mut checked, "person");
    let took = started.elapsed();
    server.resume().expect("going on");
    assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, "the timeout");
    assert!(took < Duration::from_secs(30), "{took:?}");
}
