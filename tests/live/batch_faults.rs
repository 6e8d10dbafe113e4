//! Many records, and a server that does not answer, refuses them, or is not there.

use std::time::{Duration, Instant};

use redis::ConnectionInfo;
use redis_hashmap::{Checked, Effect, Error, ErrorKind, HashBatch, Outcomes, ToRedisHash, Written};
use redis_hashmap_tests::servers::Server;

use crate::batch::{Mixed, RECORDS, assert_secret, keys, stored};
use crate::lab::{Case, Lab, block_on, multiplexed, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("batch_of_a_stalled_server_ends_in_time", stalled),
        Case::new("batch_of_a_server_without_memory", out_of_memory),
        Case::new("batch_of_a_user_who_may_not_exec", no_exec),
        Case::new("batch_on_a_server_without_exec", unknown_exec),
        Case::new("batch_on_a_dead_server", dead),
    ]
}

fn stalled(lab: &Lab) {
    let server = lab.fresh(&[]);
    let connect = || Checked::new(lab.connection_to(&server));
    let mut in_time = HashBatch::new().deadline(Duration::from_millis(300));
    let mut patient = HashBatch::new();
    let keys = keys(lab, "k");
    let mut waiting = connect().with_timeout(Duration::from_millis(300)).expect("a timeout");
    let mut limited = connect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let mut awaited = runtime.block_on(multiplexed(lab.info(&server)));
    server.pause().expect("paused");
    let assert_stalled = |what: &str, outcomes: Outcomes<'_>, began: Instant| {
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{what} took {took:?}");
        for outcome in outcomes.iter() {
            let error = outcome.result.expect_err("nobody answers");
            assert!(matches!(error.effect(), Effect::Unknown | Effect::NotSent), "{error}");
            assert!(error.is_timeout(), "{what}: {error:?}");
        }
        assert_secret(&outcomes);
        outcomes.iter().filter(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)).count()
    };
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut in_time);
        Mixed::new(key.clone(), n).push(n, &mut patient);
    }
    let began = Instant::now();
    assert_stalled("a timeout", patient.execute(&mut waiting), began);
    let began = Instant::now();
    assert_stalled("a deadline", in_time.execute(&mut limited), began);
    assert!(waiting.is_broken() && limited.is_broken());
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut in_time);
    }
    let began = Instant::now();
    let outcomes = runtime.block_on(in_time.execute_async(&mut awaited));
    assert!(assert_stalled("awaited", outcomes, began) > 0);
    // A connection that failed before is told from one that fails.
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut patient);
    }
    let outcomes = patient.execute(&mut waiting);
    assert!(outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)));
    server.resume().expect("resumed");
}

fn out_of_memory(lab: &Lab) {
    let server = lab.fresh(&["--maxmemory-policy", "noeviction", "--maxmemory", "1"]);
    let mut con = lab.connection_to(&server);
    let mut batch = HashBatch::new();
    for n in 0..RECORDS {
        batch.push(&Mixed::new(format!("k{n}"), 0)).expect("encoded");
    }
    let outcomes = batch.execute(&mut con);
    assert_eq!(outcomes.failed().count(), RECORDS);
    for outcome in outcomes.iter() {
        let error = outcome.result.expect_err("refused");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::OutOfMemory, Effect::Rejected));
        assert!(error.is_retryable());
    }
    assert_secret(&outcomes);
    assert_eq!(outcomes.into_result().expect_err("refused").kind(), ErrorKind::OutOfMemory);
    let () = run(&mut con, &["CONFIG", "SET", "maxmemory", "0"]);
    batch.push(&Mixed::new("k".into(), 0)).expect("encoded");
    batch.execute(&mut con).into_result().expect("written");
    assert_eq!(run::<usize>(&mut con, &["DBSIZE"]), 1);
}

/// A user without the right to it: the server drops that transaction, and goes on.
fn no_exec(lab: &Lab) {
    let server = lab.fresh(&[]);
    let rights =
        ["ACL", "SETUSER", "half", "on", ">pw", "~*", "+hset", "+hdel", "+multi", "+client"];
    let () = run(&mut lab.connection_to(&server), &rights);
    refused_exec(lab, &server, &crate::lab::login(lab.info(&server), "half", "pw"), RECORDS - 1);
}

/// A server without it: all that comes after is queued in the transaction, until that is dropped.
fn unknown_exec(lab: &Lab) {
    let server = lab.fresh(&["--rename-command", "EXEC", ""]);
    refused_exec(lab, &server, &lab.info(&server), 700);
}

fn refused_exec(lab: &Lab, server: &Server, info: &ConnectionInfo, applied: usize) {
    let mut admin = lab.connection_to(server);
    let client = redis::Client::open(info.clone()).expect("a client");
    let mut batch = HashBatch::new();
    let keys = keys(lab, "k");
    for way in ["filled", "sent while it is filled", "awaited"] {
        // All are single commands but one.
        let record = |(n, key): (usize, &String)| Mixed::new(key.clone(), usize::from(n == 700));
        let mut records = keys.iter().enumerate().map(record);
        if way != "sent while it is filled" {
            records.by_ref().for_each(|record| batch.push(&record).expect("encoded"));
        }
        let outcomes = if way == "awaited" {
            block_on(async {
                let mut con = multiplexed(info.clone()).await;
                let outcomes = batch.execute_async(&mut con).await;
                outcomes.iter().map(|o| o.result.map_err(Error::effect)).collect::<Vec<_>>()
            })
        } else {
            let mut con = client.get_connection().expect("a connection");
            let mut sending = batch.sending(&mut con);
            records.for_each(|record| sending.push(&record).expect("encoded"));
            let outcomes = sending.finish();
            assert_secret(&outcomes);
            outcomes.iter().map(|o| o.result.map_err(Error::effect)).collect()
        };
        for (outcome, stored) in outcomes.iter().zip(stored(&mut admin, &keys)) {
            match outcome {
                Ok(written) => assert!(*written == Written::Applied && !stored.is_empty()),
                Err(Effect::Rejected | Effect::NotSent) => assert!(stored.is_empty()),
                Err(effect) => panic!("{effect:?}"),
            }
        }
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), applied);
        let () = run(&mut admin, &["FLUSHALL"]);
    }
}

fn dead(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut client = server.client(lab.protocol()).expect("a client");
    server.kill().expect("killed");
    let mut batch = HashBatch::new();
    for (what, first) in [("a client", Effect::NotSent), ("a connection", Effect::Unknown)] {
        for n in 0..RECORDS {
            Mixed::new(format!("k{n}"), n).push(n, &mut batch);
        }
        let outcomes = match what {
            "a client" => batch.execute(&mut client),
            _ => batch.execute(&mut con),
        };
        let effects: Vec<_> =
            outcomes.iter().map(|o| o.result.expect_err("nobody is there").effect()).collect();
        assert_eq!((effects[0], effects[RECORDS - 1]), (first, Effect::NotSent), "{what}");
        assert!(outcomes.failed().all(|o| o.result.is_err_and(Error::is_connection)));
    }
    // What is before a giant is sent by itself, and was not either.
    let mut broken = Checked::new(con);
    redis::cmd("PING").exec(&mut broken).expect_err("nobody is there");
    for behind in [100, 200] {
        let fill = |batch: &mut HashBatch| {
            (0..behind).for_each(|n| Mixed::new(format!("k{n}"), 0).push(0, batch));
            batch.push(&[("f", "x".repeat(40_000))][..].as_hash().key("giant")).expect("encoded");
        };
        for what in ["a client", "a connection"] {
            fill(&mut batch);
            let outcomes = match what {
                "a client" => batch.execute(&mut client),
                _ => batch.execute(&mut broken),
            };
            assert!(
                outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)),
                "{what}, a giant behind {behind}"
            );
        }
    }
}
