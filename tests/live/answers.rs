//! Answers that no server should give, and errors that are hard to provoke: given by a fake.

use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab};
use crate::shapes::{CANARY, Shape};
use crate::state::assert_failed;
use crate::wire::{Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("answer_every_error_code_has_its_kind", error_codes),
        Case::new("answer_that_is_none", nonsense),
        Case::new("answer_of_another_shape", another_shape),
        Case::new("answer_that_quotes_the_record", quoting),
    ]
}

/// The same answer to each command of the plan.
fn answer(
    wire: &Wire,
    shape: Shape,
    answer: &[u8],
) -> redis_hashmap::Result<redis_hashmap::Written> {
    wire.set(Fault::None);
    let mut con = wire.connection();
    let replies = if shape == Shape::Transaction { 4 } else { 1 };
    wire.set(Fault::AnswerAndClose(answer.repeat(replies)));
    shape.write(&mut con, "person")
}

fn error_codes(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    let kinds = [
        ("WRONGPASS", ErrorKind::Authentication, false),
        ("NOAUTH", ErrorKind::NoAuth, false),
        ("NOPERM", ErrorKind::NoPermission, false),
        ("WRONGTYPE", ErrorKind::WrongType, false),
        ("OOM", ErrorKind::OutOfMemory, true),
        ("READONLY", ErrorKind::ReadOnly, true),
        ("MISCONF", ErrorKind::Misconfigured, true),
        ("LOADING", ErrorKind::Loading, true),
        ("BUSY", ErrorKind::Busy, true),
        ("NOREPLICAS", ErrorKind::NoReplicas, true),
        ("MASTERDOWN", ErrorKind::MasterDown, true),
        ("CLUSTERDOWN", ErrorKind::ClusterDown, true),
        ("TRYAGAIN", ErrorKind::TryAgain, true),
        ("MOVED", ErrorKind::Moved, false),
        ("ASK", ErrorKind::Ask, false),
        ("CROSSSLOT", ErrorKind::CrossSlot, false),
        ("EXECABORT", ErrorKind::Aborted, true),
        ("ERR", ErrorKind::Server, false),
        ("WHATEVERNEXT", ErrorKind::Server, false),
    ];
    for (code, kind, passes) in kinds {
        for shape in Shape::ALL {
            let line = format!("-{code} 866 127.0.0.1:1 and some more words\r\n");
            let outcome = answer(&wire, shape, line.as_bytes());
            // Only a connection that is being made is answered WRONGPASS.
            let effect = if code == "WRONGPASS" { Effect::NotSent } else { Effect::Rejected };
            let error = assert_failed(outcome, kind, effect, (code, shape));
            assert_eq!(error.code(), Some(code));
            assert_eq!(error.is_retryable(), passes, "{code}");
            assert!(!error.is_timeout() && !error.is_connection(), "{code}");
            let told = format!("{error} {:?}", error.redis_error());
            assert!(told.contains(code) || error.code() == Some(code), "{told}");
        }
    }
}

fn nonsense(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    let answers: [&[u8]; 7] = [
        b"!?\r\n",
        b"HTTP/1.1 400 canary\r\n\r\n",
        b":canary\r\n",
        b"*-7\r\n",
        b"$3\r\ncanary\r\n",
        b"-ERR \xff\xfe canary\r\n",
        b"\0\0\0\0\r\n",
    ];
    for bytes in answers {
        for shape in Shape::ALL {
            let what = (String::from_utf8_lossy(bytes), shape);
            let outcome = answer(&wire, shape, bytes);
            // An end of the connection after it is seen first by some.
            let error = outcome.expect_err("nonsense");
            let told = crate::state::told(&error);
            assert_eq!(error.effect(), Effect::Unknown, "{what:?}:\n{told}");
            assert!(error.is_connection() && !error.is_retryable(), "{what:?}:\n{told}");
        }
    }
}

fn another_shape(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    let answers: [&[u8]; 6] = [
        b"+OK\r\n",
        b"+canary\r\n",
        b"$6\r\ncanary\r\n",
        b"$-1\r\n",
        b"*1\r\n$6\r\ncanary\r\n",
        b"*2\r\n:1\r\n:1\r\n",
    ];
    for bytes in answers {
        for shape in Shape::ALL {
            let what = (String::from_utf8_lossy(bytes), shape);
            let outcome = answer(&wire, shape, bytes);
            assert_failed(outcome, ErrorKind::Protocol, Effect::Unknown, what);
        }
    }
}

fn quoting(lab: &Lab) {
    let wire = Wire::to(lab.info(lab.server()));
    for line in [
        "-ERR cannot take 'canary Grace' here\r\n",
        "-canary Grace\r\n",
        "-CANARY canary Grace\r\n",
        "-ERR canary gr\r\n",
    ] {
        for shape in Shape::ALL.into_iter().filter(|shape| shape.sets()) {
            let outcome = answer(&wire, shape, line.as_bytes());
            // `assert_failed` looks for the canary in all that the error says.
            if line.contains("Grace") {
                assert_failed(outcome, ErrorKind::Server, Effect::Rejected, line);
            } else {
                // Words that are no value of the record are the server's own business.
                let error = outcome.expect_err("refused");
                assert!(error.redis_error().is_some_and(|e| e.to_string().contains(CANARY)));
            }
        }
    }
}
