//! What is sent again, and what never is.

use std::io;
use std::time::{Duration, Instant};

use backon::ExponentialBuilder;
use redis::ConnectionLike as _;

use super::{Person, Scripted, failed};
use crate::{Checked, Effect, ErrorKind, Exists, ToRedisHash, Written};

fn thrice() -> ExponentialBuilder {
    ExponentialBuilder::default().with_min_delay(Duration::from_millis(1)).with_max_times(2)
}

const PERSON: Person = Person { email: Some("canary@example") };

#[test]
fn what_passes_is_sent_again() {
    let mut con = Scripted::new(&[&["-LOADING yet"], &["-OOM full"], &[":2"]]);
    let write = PERSON.as_hash().key("p").retry(thrice());
    assert_eq!(write.write(&mut con).expect("at last"), Written::Applied);
    assert_eq!(con.sent.len(), 3);
    assert!(con.sent.iter().all(|sent| *sent == con.sent[0]));
}

#[test]
fn the_last_error_is_the_writes() {
    let mut con = Scripted::new(&[&["-LOADING yet"], &["-OOM full"], &["-BUSY a script"]]);
    let outcome = PERSON.as_hash().key("p").retry(thrice()).write(&mut con);
    failed(outcome, ErrorKind::Busy, Effect::Rejected, "refused with BUSY");
}

#[test]
fn what_does_not_pass_is_sent_once() {
    let mut con = Scripted::new(&[&["-WRONGTYPE no"]]);
    let outcome = PERSON.as_hash().key("p").retry(thrice()).write(&mut con);
    failed(outcome, ErrorKind::WrongType, Effect::Rejected, "");
    // Nobody asked for a second attempt.
    let mut con = Scripted::new(&[&["-LOADING yet"]]);
    failed(PERSON.as_hash().key("p").write(&mut con), ErrorKind::Loading, Effect::Rejected, "");
}

#[test]
fn the_unknown_is_sent_again_only_where_that_is_asked_for() {
    let lost = || io::Error::from(io::ErrorKind::ConnectionReset).into();
    let mut con = Scripted::failing(io::Error::from(io::ErrorKind::ConnectionReset));
    let outcome = PERSON.as_hash().key("p").retry(thrice()).write(&mut con);
    failed(outcome, ErrorKind::Connection, Effect::Unknown, "");

    let mut con = Scripted::new(&[&[":2"]]);
    con.answers.push_front(Err(lost()));
    let write = PERSON.as_hash().key("p").retry(thrice()).resend_unknown();
    assert_eq!(write.write(&mut con).expect("written"), Written::Applied);

    // It would refuse its own first attempt.
    let mut con = Scripted::failing(io::Error::from(io::ErrorKind::ConnectionReset));
    let outcome = write.only_if(Exists::No).write(&mut con);
    failed(outcome, ErrorKind::Connection, Effect::Unknown, "");
}

#[test]
fn a_connection_that_failed_is_not_used_again() {
    let mut con = Checked::new(Scripted::failing(io::Error::from(io::ErrorKind::TimedOut)));
    assert!(con.is_open());
    failed(PERSON.as_hash().key("p").write(&mut con), ErrorKind::Timeout, Effect::Unknown, "");
    assert!(!con.is_open() && con.is_broken() && !con.check_connection());
    let outcome = PERSON.as_hash().key("p").write(&mut con);
    let error = failed(outcome, ErrorKind::Connection, Effect::NotSent, "nothing was sent");
    assert!(error.redis_error().expect("one").to_string().contains("failed before"), "{error:?}");
    // A second call would panic: the script is over.
    assert!(redis::cmd("PING").exec(&mut con).is_err());
    assert!(con.into_inner().is_none());

    // An answer of the server is one, whatever it says.
    let mut con = Checked::new(Scripted::new(&[&["-WRONGTYPE no"], &[":1"]]));
    failed(PERSON.as_hash().key("p").write(&mut con), ErrorKind::WrongType, Effect::Rejected, "");
    PERSON.as_hash().key("p").write(&mut con).expect("in step");
    assert!(con.into_inner().is_some());
}

#[test]
fn no_attempt_begins_after_the_deadline() {
    let slow = ExponentialBuilder::default().with_min_delay(Duration::from_secs(3600));
    let write = PERSON.as_hash().key("p").retry(slow).deadline(Duration::from_secs(60));
    let mut attempts = write.policy().begin();
    let mut con = Scripted::new(&[&["-LOADING yet"]]);
    let error = PERSON.as_hash().key("p").write(&mut con).expect_err("loading");
    let started = Instant::now();
    assert!(attempts.pause_after(error).is_err());
    assert!(started.elapsed() < Duration::from_secs(1));
}

/// Whatever becomes of the last attempt, the first may have written.
#[test]
fn a_doubt_remains() {
    let lost = || io::Error::from(io::ErrorKind::ConnectionReset).into();
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused).into();
    let write = PERSON.as_hash().key("p").retry(thrice()).resend_unknown();

    let mut con = Scripted::failing(io::Error::from(io::ErrorKind::ConnectionReset));
    con.answers.extend([Err(refused()), Err(refused())]);
    failed(write.write(&mut con), ErrorKind::Connection, Effect::Unknown, "which is unknown");

    let mut con = Scripted::new(&[&["-WRONGTYPE no"]]);
    con.answers.push_front(Err(lost()));
    failed(write.write(&mut con), ErrorKind::WrongType, Effect::Unknown, "which is unknown");
}

#[test]
fn a_broken_connection_is_not_tried_again() {
    let hours = ExponentialBuilder::default().with_min_delay(Duration::from_secs(3600));
    let mut con = Checked::new(Scripted::failing(io::Error::from(io::ErrorKind::TimedOut)));
    let write = PERSON.as_hash().key("p").retry(hours);
    failed(write.write(&mut con), ErrorKind::Timeout, Effect::Unknown, "");
    let words = "this connection failed before, and is used no more: make a new one; nothing was";
    failed(write.write(&mut con), ErrorKind::Connection, Effect::NotSent, words);
}

/// What a cluster refuses may be the second of two attempts.
#[test]
fn a_conflict_of_a_cluster_is_in_doubt() {
    let conflict = |con: &Scripted| {
        let write = PERSON.as_hash().key("p");
        write
            .expect_applied(Written::Refused, !con.supports_pipelining())
            .map(|()| Written::Nothing)
    };
    let con = Scripted::default();
    failed(conflict(&con), ErrorKind::Conflict, Effect::Rejected, "another version");
    failed(conflict(&con.cluster()), ErrorKind::Conflict, Effect::Unknown, "another version");
}
