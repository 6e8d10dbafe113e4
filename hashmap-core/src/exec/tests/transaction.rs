//! The four replies of `MULTI`, `HSET`, `HDEL` and `EXEC`, each refused in turn.

use std::io;

use super::{Scripted, failed};
use crate::{Effect, ErrorKind, Written};

use Effect::{Applied, Partial, Rejected, Unknown};
use ErrorKind::{
    Aborted, InTransaction, NoAuth, NoPermission, OutOfMemory, Protocol, ReadOnly, Server,
    WrongType,
};

const QUEUED: &str = "+QUEUED";
const NO_MULTI: &str = "-NOPERM User u has no permissions to run the 'multi' command";
const WITHOUT: &str = "-ERR EXEC without MULTI";
const NESTED: &str = "-ERR MULTI calls can not be nested";
const ABORTED: &str = "-EXECABORT Transaction discarded because of previous errors.";

#[track_caller]
fn answered(replies: [&str; 4], kind: ErrorKind, effect: Effect, words: &str) {
    let mut con = Scripted::new(&[&replies]);
    failed(con.transaction(), kind, effect, words);
    assert_eq!(con.sent.len(), 1, "nothing more was sent");
}

#[test]
fn it_ran() {
    let mut con = Scripted::new(&[&["+OK", QUEUED, QUEUED, "*2|:1|:0"]]);
    assert_eq!(con.transaction().expect("applied"), Written::Applied);
    let sent = "*1\r\n$5\r\nMULTI\r\n*4\r\n$4\r\nHSET\r\n$1\r\np\r\n$4\r\nname\r\n$6\r\ncanary\r\n\
                *3\r\n$4\r\nHDEL\r\n$1\r\np\r\n$5\r\nemail\r\n*1\r\n$4\r\nEXEC\r\n";
    assert_eq!(con.sent, [sent]);
}

/// The others ran all the same: the error says what each did.
#[test]
fn multi_is_refused() {
    let one_by_one = |hset, hdel, effect, words: &str| {
        let words =
            format!("MULTI was refused with NOPERM, so the commands ran one by one: {words}");
        answered([NO_MULTI, hset, hdel, WITHOUT], NoPermission, effect, &words);
    };
    one_by_one(":1", ":1", Applied, "HSET was applied, HDEL was applied");
    one_by_one(":1", "-NOPERM no", Partial, "HSET was applied, HDEL was refused with NOPERM");
    one_by_one("-OOM full", ":1", Partial, "HSET was refused with OOM, HDEL was applied");
    let wrong = "-WRONGTYPE no";
    let words = "MULTI was refused with NOPERM; the hash is as it was";
    answered([NO_MULTI, wrong, wrong, WITHOUT], NoPermission, Rejected, words);
    answered(["-NOAUTH no"; 4], ErrorKind::NoAuth, Rejected, "MULTI was refused with NOAUTH;");
    answered(["-LOADING no"; 4], ErrorKind::Loading, Rejected, "MULTI was refused with LOADING;");
}

/// The caller had a transaction open, and our EXEC has ended it.
#[test]
fn multi_is_nested() {
    let nested = |exec, effect, words: &str| {
        answered([NESTED, QUEUED, QUEUED, exec], InTransaction, effect, words);
    };
    let ended = "MULTI was refused with ERR, so the commands ran in the transaction that was open \
                 on this connection, and ended it: ";
    let words = format!("{ended}HSET was applied, HDEL was applied");
    nested("*3|+OK|:1|:1", Applied, &words);
    let words = format!("{ended}HSET was applied, HDEL was refused with NOPERM");
    nested("*3|+OK|:1|-NOPERM no", Partial, &words);
    let words = format!("{ended}HSET was answered with nonsense, HDEL was answered with nonsense");
    nested("*1|:1", Partial, &words);
    let words = "MULTI was refused with ERR; the hash is as it was";
    nested("*3|+OK|-WRONGTYPE no|-WRONGTYPE no", Rejected, words);
    let dropped = "the transaction that was open on this connection was dropped; the hash is as";
    nested(ABORTED, Rejected, dropped);
    nested("$-1", Rejected, dropped);
    answered([NESTED, QUEUED, "-NOPERM no", ABORTED], InTransaction, Rejected, dropped);
}

#[test]
fn a_command_is_refused_when_it_is_queued() {
    let words = "HSET was refused with OOM; the hash is as it was";
    answered(["+OK", "-OOM full", QUEUED, ABORTED], OutOfMemory, Rejected, words);
    let words = "HDEL was refused with NOPERM; the hash is as it was";
    answered(["+OK", QUEUED, "-NOPERM no", ABORTED], NoPermission, Rejected, words);
    let (no, words) = ("-READONLY no", "HSET was refused with READONLY; the hash is as it was");
    answered(["+OK", no, no, ABORTED], ReadOnly, Rejected, words);
}

/// By a server that changed in the middle: EXEC passes the cause on.
#[test]
fn exec_is_refused() {
    let exec = |exec, kind, words| answered(["+OK", QUEUED, QUEUED, exec], kind, Rejected, words);
    exec(ABORTED, Aborted, "EXEC was refused with EXECABORT; the hash is as it was");
    exec("-EXECABORT", Aborted, "EXEC was refused with EXECABORT; the hash is as it was");
    let because = "-EXECABORT Transaction discarded because of: NOPERM no";
    exec(because, NoPermission, "EXEC was refused with NOPERM; the hash is as it was");
    let because = "-EXECABORT Transaction discarded because of: OOM full";
    exec(because, OutOfMemory, "EXEC was refused with OOM; the hash is as it was");
    // A key that is watched: in RESP2, and in RESP3.
    exec("$-1", Aborted, "this connection watches was changed; the hash is as it was");
    exec("_", Aborted, "this connection watches was changed; the hash is as it was");
}

/// The connection would stay in our MULTI, and whatever its owner sends next be queued.
#[test]
fn exec_is_unknown_so_it_is_discarded() {
    let mut con = Scripted::new(&[&["+OK", QUEUED, QUEUED, "-ERR unknown command"], &["+OK"]]);
    failed(con.transaction(), Server, Rejected, "EXEC was refused with ERR");
    assert_eq!(con.sent[1], "*1\r\n$7\r\nDISCARD\r\n");
}

#[test]
fn a_command_is_refused_when_it_runs() {
    let ran = |results, kind, effect, words| {
        answered(["+OK", QUEUED, QUEUED, results], kind, effect, words);
    };
    let words = "HSET was refused with WRONGTYPE; the hash is as it was";
    ran("*2|-WRONGTYPE no|-WRONGTYPE no", WrongType, Rejected, words);
    let words = "HSET was refused with OOM, and HDEL was applied; the hash may hold a part";
    ran("*2|-OOM full|:1", OutOfMemory, Partial, words);
    let words = "HSET was applied, and HDEL was refused with NOPERM; the hash may hold a part";
    ran("*2|:1|-NOPERM no", NoPermission, Partial, words);
}

#[test]
fn what_no_server_says() {
    let nonsense = |replies, words| answered(replies, Protocol, Unknown, words);
    nonsense(["+NO", QUEUED, QUEUED, "*2|:1|:1"], "MULTI was answered with a string");
    nonsense(["+OK", QUEUED, QUEUED, "+OK"], "EXEC was answered with a string");
    nonsense(["+OK", QUEUED, QUEUED, "*1|:1"], "EXEC was answered with an array");
    nonsense(["+OK", QUEUED, QUEUED, "*2|+canary|:1"], "HSET was answered with a string");
    nonsense(["+OK", QUEUED, QUEUED, "*2|:1|+canary"], "HDEL was answered with a string");
    let mut short = Scripted::new(&[&["+OK"]]);
    failed(short.transaction(), Protocol, Unknown, "MULTI was answered with an array");
}

/// A cluster's connection would answer the first error of the four replies, and nothing else.
#[test]
fn a_cluster_is_sent_a_script() {
    let mut cluster = Scripted::new(&[&[":1"]]).cluster();
    cluster.transaction().expect("applied");
    assert!(cluster.sent[0].starts_with("*15\r\n$7\r\nEVALSHA\r\n"), "{:?}", cluster.sent);
}

/// A connection that is made as it writes answers what was said to its AUTH.
#[test]
fn an_error_for_all_four() {
    let refused =
        redis::parse_redis_value(b"-NOAUTH who\r\n").and_then(redis::Value::extract_error);
    let mut client = Scripted::failing(refused.expect_err("an error"));
    failed(client.transaction(), NoAuth, Rejected, "the write was refused with NOAUTH");
}

/// Its MULTI is not discarded over a connection that is out of step.
#[test]
fn nothing_is_sent_after_a_failure() {
    let mut con = Scripted::failing(io::Error::from(io::ErrorKind::TimedOut));
    con.transaction().expect_err("no answer");
    assert_eq!(con.sent.len(), 1);
}
