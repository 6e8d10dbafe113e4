//! A server that stalls.

use std::time::{Duration, Instant};

use redis_hashmap::{Effect, ErrorKind, ToRedisHash};

use crate::lab::{Case, Lab};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("timeout_of_an_answer", read_timeout),
        Case::new("timeout_in_the_middle_of_sending", write_timeout),
    ]
}

/// Shorter than this, the system's own timers are too coarse.
const TIMEOUT: Duration = Duration::from_millis(50);

fn read_timeout(lab: &Lab) {
    let server = lab.fresh(&[]);
    for shape in Shape::ALL {
        let mut con = lab.connection_to(&server);
        put_before(&mut con, "person", 0);
        if shape.is_script() {
            shape.write(&mut con, "the server knows the script").expect("written");
        }
        con.set_read_timeout(Some(TIMEOUT)).expect("a timeout");

        server.pause().expect("stalled");
        let started = Instant::now();
        let outcome = shape.write(&mut con, "person");
        let took = started.elapsed();
        server.resume().expect("going on");

        let error = assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, shape);
        assert!(error.is_timeout() && error.is_connection() && !error.is_retryable());
        assert!(error.redis_error().is_some_and(redis::RedisError::is_timeout), "{error}");
        // `redis` waits as long again for each reply of a transaction.
        assert!(took < TIMEOUT * 4 + Duration::from_secs(2), "{shape:?} took {took:?}");

        // It had all been sent: once the server goes on, the record is there, whole.
        let mut con = lab.connection_to(&server);
        let expected = shape.after(&before());
        crate::lab::await_that("the server has done it", || {
            let now = fields(&mut con, "person");
            assert!(now == before() || now == expected, "{shape:?}: a part of it: {now:?}");
            now == expected
        });
    }
}

/// Half a command is on the wire: whoever uses that connection again sends data as a command.
fn write_timeout(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Big {
        name: String,
        email: Option<&'static str>,
    }
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    put_before(&mut con, "person", 1000);
    let untouched = Snapshot::of(&mut con, "person");

    let big = Big { name: "canary ".repeat(3_000_000), email: None };
    for shape in ["plain", "transaction", "script"] {
        let mut stuck = lab.connection_to(&server);
        stuck.set_write_timeout(Some(TIMEOUT)).expect("a timeout");
        let write = big.as_hash().key("person");
        let write = match shape {
            "plain" => write.absent(redis_hashmap::Absent::Keep),
            "script" => write.replace(),
            _ => write,
        };
        server.pause().expect("stalled");
        let outcome = write.write(&mut stuck);
        server.resume().expect("going on");
        let error = assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, shape);
        assert!(error.is_timeout() && error.is_connection() && !error.is_retryable());
        drop(stuck);
        untouched.assert_same(&mut con, shape);
    }
}
