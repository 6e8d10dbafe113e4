//! A replica, which only reads.

use std::time::Duration;

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind, Exists, ToRedisHash};
use redis_hashmap_tests::servers::Server;

use crate::lab::{Case, Lab, await_that, info_field, run};
use crate::shapes::{EXPIRE, Shape};
use crate::state::{Snapshot, assert_failed, assert_ttl, before, fields, put_before, ttl};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("replica_refuses_and_takes_what_its_master_takes", real_replica),
        Case::new("replica_without_its_master", stale_replica),
    ]
}

/// A condition that fails on a replica, which may be behind, is no answer.
fn conditions_refused(replica: &mut Connection) {
    #[derive(ToRedisHash)]
    struct Versioned {
        #[redis_hash(version)]
        rev: u64,
    }
    for exists in [Exists::Yes, Exists::No] {
        let person = Shape::Plain.record();
        for key in ["person", "nobody"] {
            let outcome = person.as_hash().key(key).only_if(exists).write(replica);
            assert_failed(outcome, ErrorKind::ReadOnly, Effect::Rejected, exists);
        }
    }
    for rev in [0, 7] {
        let outcome = Versioned { rev }.as_hash().key("person").write(replica);
        assert_failed(outcome, ErrorKind::ReadOnly, Effect::Rejected, rev);
    }
}

fn all_refused(replica: &mut Connection, master: &mut Connection, kind: ErrorKind) {
    let untouched = Snapshot::of(master, "person");
    for shape in Shape::ALL {
        let outcome = shape.write(replica, "person");
        let error = assert_failed(outcome, kind, Effect::Rejected, shape);
        assert!(error.is_retryable() && !error.is_connection(), "{error}");
        assert_eq!(run::<String>(replica, &["ECHO", "in step"]), "in step");
    }
    untouched.assert_same(master, kind);
}

fn real_replica(lab: &Lab) {
    let master_server = lab.fresh_with_tcp(&["--repl-diskless-sync-delay", "0"]);
    let replica_server = follow(lab, &master_server);
    let mut master = lab.connection_to(&master_server);
    let mut replica = lab.connection_to(&replica_server);
    // Also while it knows nothing of the key: it may be behind.
    let () = run(&mut master, &["DEL", "person"]);
    all_refused(&mut replica, &mut master, ErrorKind::ReadOnly);
    put_before(&mut master, "person", 1000);
    let () = run(&mut master, &["WAIT", "1", "10000"]);
    all_refused(&mut replica, &mut master, ErrorKind::ReadOnly);
    conditions_refused(&mut replica);

    // What a plan does reaches the replica whole, the script's time to live included.
    for shape in Shape::ALL {
        put_before(&mut master, "person", 1000);
        shape.write(&mut master, "person").expect("written");
        let () = run(&mut master, &["WAIT", "1", "10000"]);
        assert_eq!(fields(&mut replica, "person"), shape.after(&before()), "{shape:?}");
        // Redis 6.2 sends the time that is left, and the replica begins to count when it comes.
        if ttl(&mut master, "person") > 0 {
            let expire = if shape.expires() { EXPIRE } else { Duration::from_secs(1000) };
            assert_ttl(&mut replica, "person", expire);
        }
    }

    // Promoted, it writes: with a script that it may never have been sent.
    let () = run(&mut replica, &["REPLICAOF", "NO", "ONE"]);
    for shape in Shape::ALL {
        put_before(&mut replica, "person", 0);
        shape.write(&mut replica, "person").expect("written");
        assert_eq!(fields(&mut replica, "person"), shape.after(&before()), "{shape:?}");
    }
}

fn follow(lab: &Lab, master: &Server) -> Server {
    let replica = lab.fresh(&[]);
    let mut con = lab.connection_to(&replica);
    let port = master.port().expect("started with TCP").to_string();
    let () = run(&mut con, &["REPLICAOF", "127.0.0.1", &port]);
    await_that("the replica follows", || {
        info_field(&mut con, "replication", "master_link_status") == "up"
    });
    replica
}

/// It takes writes of its own, lost its master, and was told not to answer from old data.
fn stale_replica(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    put_before(&mut con, "person", 1000);
    let () = run(&mut con, &["CONFIG", "SET", "replica-read-only", "no"]);
    let () = run(&mut con, &["CONFIG", "SET", "replica-serve-stale-data", "no"]);
    // Nobody listens on port 1 of this machine; were there somebody, it would be no Redis.
    let () = run(&mut con, &["REPLICAOF", "127.0.0.1", "1"]);
    for shape in Shape::ALL {
        let outcome = shape.write(&mut con, "person");
        let error = assert_failed(outcome, ErrorKind::MasterDown, Effect::Rejected, shape);
        assert!(error.is_retryable(), "{error}");
    }
    let () = run(&mut con, &["REPLICAOF", "NO", "ONE"]);
    assert_eq!(fields(&mut con, "person"), before());
}
