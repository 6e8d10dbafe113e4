//! `MULTI`, `HSET`, `HDEL`, `EXEC`: each of the four refused, its answer lost, late or another, on
//! both kinds of connection.

use std::time::Duration;

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind, Written};

use crate::aio::in_step;
use crate::cuts::{Plan, Whole};
use crate::lab::{Case, Lab, await_that, block_on, login, multiplexed, run};
use crate::shapes::Shape;
use crate::state::{Fields, Snapshot, assert_failed, before, fields, put_before, told};
use crate::way::Way;
use crate::wire::{Break, Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("plan_cut_after_each_reply", cut_after_each_reply),
        Case::new("plan_cut_between_its_commands", cut_between_commands),
        Case::new("plan_each_reply_late_or_in_pieces", late),
        Case::new("plan_each_reply_lost", lost),
        Case::new("plan_each_reply_another", another),
        Case::new("plan_each_command_refused_to_the_user", refused),
        Case::new("plan_refused_among_the_writes_of_others", refused_among_others),
        Case::new("plan_refused_for_want_of_memory", out_of_memory),
        Case::new("plan_exec_that_the_server_does_not_know", exec_unknown),
    ]
}

/// Every plan, and each of its replies.
fn replies() -> impl Iterator<Item = (Plan, usize)> {
    Plan::ALL.into_iter().flat_map(|plan| (0..plan.replies()).map(move |n| (plan, n)))
}

/// A record as an earlier write left it, and the one that is to come.
fn put(con: &mut Connection, key: &str, plan: Plan) -> (Fields, Whole) {
    let earlier = Whole::new(key, 0, Plan::Single);
    let () = run(con, &["DEL", key]);
    Plan::Single.write(&earlier).write(con).expect("written");
    // The server knows the script: a call of it has one reply.
    let elsewhere = Whole::new(&format!("{key} elsewhere"), 0, Plan::Script);
    Plan::Script.write(&elsewhere).write(con).expect("written");
    (earlier.fields(), Whole::new(key, 1, plan))
}

fn cut_after_each_reply(lab: &Lab) {
    let mut reader = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("record");
    for (plan, n) in replies() {
        wire.set(Fault::None);
        for mut way in Way::both_to(wire.info()) {
            let what = format!("{way:?} {plan:?} {n}");
            let (_, record) = put(&mut reader, &key, plan);
            wire.set(Fault::Reply(n, Break::Close));
            let outcome = way.write(&plan.write(&record));
            let error = assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, &what);
            assert!(error.is_connection() && !error.is_retryable(), "{what}: {error}");
            // The server had it all.
            assert_eq!(fields(&mut reader, &key), record.fields(), "{what}");
            wire.set(Fault::None);
        }
    }
}

/// The server gets whole commands, but not all of them.
fn cut_between_commands(lab: &Lab) {
    let mut reader = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("record");
    let (_, record) = put(&mut reader, &key, Plan::Transaction);
    let mut packed = Vec::new();
    let count = Plan::Transaction.write(&record).encode(&mut packed).expect("encoded");
    assert_eq!(count, 4);
    // Each command begins with `*`, which no value has in it.
    let ends: Vec<_> = (0..packed.len()).filter(|&at| packed[at] == b'*').collect();
    assert_eq!(ends.len(), 4);
    for end in ends {
        wire.set(Fault::None);
        for mut way in Way::both_to(wire.info()) {
            let (earlier, record) = put(&mut reader, &key, Plan::Transaction);
            wire.set(Fault::CutRequestAfter(end));
            let what = format!("{way:?} after {end} bytes");
            let outcome = way.write(&Plan::Transaction.write(&record));
            assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, &what);
            assert_eq!(fields(&mut reader, &key), earlier, "{what}");
            wire.set(Fault::None);
        }
    }
}

fn late(lab: &Lab) {
    let mut reader = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("record");
    for mut way in Way::both_to(wire.info()) {
        for (plan, n) in replies() {
            for fault in [Break::Delay(Duration::from_millis(5)), Break::Bytes] {
                let what = format!("{way:?} {plan:?} {n} {fault:?}");
                let (_, record) = put(&mut reader, &key, plan);
                wire.set(Fault::Reply(n, fault));
                let outcome = way.write(&plan.write(&record));
                assert_eq!(outcome.expect("late is not lost"), Written::Applied, "{what}");
                assert_eq!(fields(&mut reader, &key), record.fields(), "{what}");
                way.assert_in_step(&what);
            }
        }
    }
}

/// Shorter than this, the system's own timers are too coarse.
const TIMEOUT: Duration = Duration::from_millis(50);

/// Those who wait for it wait in vain; or, where it is not the last, take the next one for it.
fn lost(lab: &Lab) {
    let mut reader = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("record");
    for (plan, n) in replies() {
        wire.set(Fault::None);
        for mut way in Way::both_to(wire.info()) {
            match &mut way {
                Way::Blocking(con) => con.set_read_timeout(Some(TIMEOUT)).expect("a timeout"),
                Way::Async(_, con) => con.set_response_timeout(TIMEOUT),
            }
            let what = format!("{way:?} {plan:?} {n}");
            let (_, record) = put(&mut reader, &key, plan);
            wire.set(Fault::Reply(n, Break::Drop));
            let outcome = way.write(&plan.write(&record));
            let error = assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, &what);
            assert!(error.is_timeout() && error.is_connection() && !error.is_retryable());
            await_that("the server has done it", || fields(&mut reader, &key) == record.fields());
        }
    }
}

/// Whatever the answer is instead, nobody is told that the hash is as it was.
fn another(lab: &Lab) {
    let mut reader = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("record");
    let answers: [&[u8]; 5] =
        [b"+canary\r\n", b"$6\r\ncanary\r\n", b"*1\r\n$6\r\ncanary\r\n", b":canary\r\n", b"!?\r\n"];
    for (plan, n) in replies() {
        for answer in answers {
            wire.set(Fault::None);
            for mut way in Way::both_to(wire.info()) {
                let what = format!("{way:?} {plan:?} {n} {}", String::from_utf8_lossy(answer));
                let (_, record) = put(&mut reader, &key, plan);
                wire.set(Fault::Reply(n, Break::Replace(answer)));
                let outcome = way.write(&plan.write(&record));
                match outcome {
                    // What HSET and HDEL said as they were queued is not what they did: the
                    // answer of EXEC is, and it came.
                    Ok(written) => {
                        assert_eq!(written, Written::Applied, "{what}");
                        assert!(plan == Plan::Transaction && matches!(n, 1 | 2), "{what}");
                    }
                    Err(error) => {
                        let told = told(&error);
                        assert_eq!(error.effect(), Effect::Unknown, "{what}: {told}");
                        assert!(error.is_connection() && !error.is_retryable(), "{what}: {told}");
                    }
                }
                assert_eq!(fields(&mut reader, &key), record.fields(), "{what}");
                wire.set(Fault::None);
            }
        }
    }
}

const REFUSED: [&str; 4] = ["multi", "hset", "hdel", "exec"];

/// A user without one of the commands, on this server.
fn user(lab: &Lab, admin: &mut Connection, refused: &str) -> redis::ConnectionInfo {
    let name = lab.key(refused);
    let rule = format!("-{refused}");
    let () = run(admin, &["ACL", "SETUSER", &name, "reset", "on", ">word", "~*", "+@all", &rule]);
    login(lab.info(lab.server()), &name, "word")
}

/// Without MULTI, each command runs for itself; without another one, nothing runs.
fn refused(lab: &Lab) {
    let mut admin = lab.connection();
    let key = lab.key("person");
    for refused in REFUSED {
        let info = user(lab, &mut admin, refused);
        for mut way in Way::both_to(info) {
            put_before(&mut admin, &key, 1000);
            let untouched = Snapshot::of(&mut admin, &key);
            let record = Shape::Transaction.record();
            let outcome = way.write(&Shape::Transaction.with(&record, &key));
            let effect = if refused == "multi" { Effect::Applied } else { Effect::Rejected };
            let what = format!("{way:?} {refused}");
            let error = assert_failed(outcome, ErrorKind::NoPermission, effect, &what);
            assert!(!error.is_retryable() && !error.is_connection(), "{error}");
            if effect == Effect::Applied {
                let expected = Shape::Transaction.after(&before());
                assert_eq!(fields(&mut admin, &key), expected, "{what}");
            } else {
                untouched.assert_same(&mut admin, &what);
            }
            way.assert_in_step(&what);
        }
    }
}

/// All on one connection: what is refused to one write is not another's.
fn refused_among_others(lab: &Lab) {
    let mut admin = lab.connection();
    for refused in REFUSED {
        let info = user(lab, &mut admin, refused);
        block_on(async {
            let con = multiplexed(info).await;
            let mut tasks = tokio::task::JoinSet::new();
            let mut written = Vec::new();
            // One that needs no refused command, beside one that needs them all.
            let shape = if refused == "hset" { Shape::Removal } else { Shape::Plain };
            let applied = refused == "multi";
            for n in 0..60 {
                let (beside, key) = (lab.key(&format!("beside {n}")), lab.key(&format!("{n}")));
                put_before(&mut admin, &beside, 0);
                put_before(&mut admin, &key, 0);
                written.push((beside.clone(), key.clone()));
                let (mut one, mut other) = (con.clone(), con.clone());
                tasks.spawn(async move {
                    let outcome = shape.write_async(&mut one, &beside).await;
                    assert_eq!(outcome.expect("it needs none of them"), Written::Applied);
                });
                tasks.spawn(async move {
                    let outcome = Shape::Transaction.write_async(&mut other, &key).await;
                    let effect = if applied { Effect::Applied } else { Effect::Rejected };
                    assert_failed(outcome, ErrorKind::NoPermission, effect, refused);
                });
            }
            tasks.join_all().await;
            in_step(&mut con.clone()).await;
            let all = before();
            let expected = if applied { Shape::Transaction.after(&all) } else { all };
            for (beside, key) in written {
                assert_eq!(fields(&mut admin, &beside), shape.after(&before()), "{refused}");
                assert_eq!(fields(&mut admin, &key), expected, "{refused}");
            }
        });
    }
}

fn out_of_memory(lab: &Lab) {
    let server = lab.fresh(&["--maxmemory-policy", "noeviction"]);
    let mut admin = lab.connection_to(&server);
    for mut way in Way::both_to(lab.info(&server)) {
        for plan in Plan::ALL {
            let (earlier, record) = put(&mut admin, "record", plan);
            let () = run(&mut admin, &["CONFIG", "SET", "maxmemory", "1"]);
            let outcome = way.write(&plan.write(&record));
            let error = assert_failed(outcome, ErrorKind::OutOfMemory, Effect::Rejected, plan);
            assert!(error.is_retryable() && !error.is_connection(), "{error}");
            let () = run(&mut admin, &["CONFIG", "SET", "maxmemory", "0"]);
            assert_eq!(fields(&mut admin, "record"), earlier, "{way:?} {plan:?}");
            assert_eq!(way.write(&plan.write(&record)).expect("written"), Written::Applied);
            assert_eq!(fields(&mut admin, "record"), record.fields(), "{way:?} {plan:?}");
        }
    }
}

/// The transaction stays open, until our DISCARD. On a connection that tasks share, those whose
/// commands come in between are told that nothing was written, and nothing is; no record is torn.
fn exec_unknown(lab: &Lab) {
    let server = lab.fresh(&["--rename-command", "EXEC", "THEOTHER"]);
    let mut admin = lab.connection_to(&server);
    block_on(async {
        let con = multiplexed(lab.info(&server)).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..200 {
            let key = format!("{n}");
            put_before(&mut admin, &key, 0);
            let mut con = con.clone();
            let shape = if n % 2 == 0 { Shape::Transaction } else { Shape::Plain };
            tasks.spawn(async move { (shape.write_async(&mut con, &key).await, shape, key) });
        }
        for (outcome, shape, key) in tasks.join_all().await {
            let now = fields(&mut admin, &key);
            match outcome {
                Ok(_) => {
                    assert_eq!(shape, Shape::Plain);
                    assert_eq!(now, shape.after(&before()));
                }
                Err(error) => {
                    let told = told(&error);
                    assert!(
                        matches!(error.effect(), Effect::Rejected | Effect::Queued),
                        "{shape:?}: {told}"
                    );
                    assert_eq!(now, before(), "{shape:?}: {told}");
                }
            }
        }
        in_step(&mut con.clone()).await;
    });
}
