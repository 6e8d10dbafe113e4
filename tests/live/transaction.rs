//! A connection whose owner has a transaction of his own open, or watches a key.

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("inside_the_users_own_multi", own_multi),
        Case::new("inside_the_users_own_multi_that_watches", own_multi_that_watches),
        Case::new("a_watched_key_that_changed", watched),
        Case::new("a_watched_key_that_did_not_change", watched_in_vain),
    ]
}

fn in_step(con: &mut Connection) {
    assert_eq!(run::<String>(con, &["PING"]), "PONG");
}

fn own_multi(lab: &Lab) {
    let mut other = lab.connection();
    let key = lab.key("person");
    for shape in Shape::ALL {
        let mut con = lab.connection();
        // So that its digest is known when EXEC runs it.
        shape.write(&mut con, &key).expect("written");
        put_before(&mut con, &key, 0);
        let untouched = Snapshot::of(&mut con, &key);
        let counter = lab.key("counter");
        let () = run(&mut other, &["SET", &counter, "0"]);

        let () = run(&mut con, &["MULTI"]);
        let () = run(&mut con, &["INCR", &counter]);
        let outcome = shape.write(&mut con, &key);
        if shape == Shape::Transaction {
            // No MULTI inside a MULTI; our EXEC has then run the user's own transaction, or it
            // was dropped because of us (Valkey). Either way the error says so.
            let count: u8 = run(&mut other, &["GET", &counter]);
            let error = if count == 1 {
                let error =
                    assert_failed(outcome, ErrorKind::InTransaction, Effect::Applied, shape);
                assert_eq!(fields(&mut other, &key), shape.after(&before()));
                assert!(error.to_string().contains("in the transaction that was open"), "{error}");
                error
            } else {
                let error =
                    assert_failed(outcome, ErrorKind::InTransaction, Effect::Rejected, shape);
                untouched.assert_same(&mut other, shape);
                assert!(error.to_string().contains("dropped"), "{error}");
                error
            };
            assert!(error.to_string().contains("MULTI was refused with ERR"), "{error}");
            in_step(&mut con);
        } else {
            let error = assert_failed(outcome, ErrorKind::InTransaction, Effect::Queued, shape);
            assert!(error.to_string().contains("inside a MULTI"), "{error}");
            assert!(!error.is_connection() && !error.is_retryable(), "{error}");
            untouched.assert_same(&mut other, shape);
            // It is in the user's transaction, and happens with it.
            let _: Vec<redis::Value> = run(&mut con, &["EXEC"]);
            assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
        }
    }
}

/// The user's transaction that our EXEC runs may itself come to nothing.
fn own_multi_that_watches(lab: &Lab) {
    let (mut con, mut other) = (lab.connection(), lab.connection());
    let key = lab.key("person");
    put_before(&mut con, &key, 0);
    let untouched = Snapshot::of(&mut con, &key);
    let watched = lab.key("watched");
    let () = run(&mut con, &["WATCH", &watched]);
    let () = run(&mut con, &["MULTI"]);
    let () = run(&mut other, &["SET", &watched, "changed"]);
    let outcome = Shape::Transaction.write(&mut con, &key);
    let error = assert_failed(outcome, ErrorKind::InTransaction, Effect::Rejected, "watched");
    assert!(error.to_string().contains("dropped"), "{error}");
    untouched.assert_same(&mut con, "watched");
    in_step(&mut con);
}

fn watched(lab: &Lab) {
    let (mut con, mut other) = (lab.connection(), lab.connection());
    for shape in Shape::ALL {
        let (key, watched) = (lab.key("person"), lab.key("watched"));
        put_before(&mut con, &key, 1000);
        let untouched = Snapshot::of(&mut con, &key);
        let () = run(&mut con, &["WATCH", &watched]);
        let () = run(&mut other, &["INCR", &watched]);
        let outcome = shape.write(&mut con, &key);
        if shape == Shape::Transaction {
            let error = assert_failed(outcome, ErrorKind::Aborted, Effect::Rejected, shape);
            assert!(error.is_retryable() && error.to_string().contains("watches"), "{error}");
            untouched.assert_same(&mut con, shape);
            // The watch ended with that: the next one is written.
            shape.write(&mut con, &key).expect("written");
        } else {
            // A command of its own has no need of EXEC, and is not held up.
            outcome.expect("written");
        }
        assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
        let () = run(&mut con, &["UNWATCH"]);
    }
}

fn watched_in_vain(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("person");
    put_before(&mut con, &key, 0);
    let () = run(&mut con, &["WATCH", &key]);
    Shape::Transaction.write(&mut con, &key).expect("written");
    assert_eq!(fields(&mut con, &key), Shape::Transaction.after(&before()));
}
