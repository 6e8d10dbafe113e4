//! Operations on single fields, and on a hash by its key.

use std::time::Duration;

use redis::{Connection, ConnectionLike};
use redis_hashmap::{Effect, Error, ErrorKind, FromRedisHash, HashField, Result, Ttl, Written};

use crate::lab::{Case, Lab, await_that, block_on, info_field, run};
use crate::lifetimes::knows_lifetimes;
use crate::runner::Runner;
use crate::shapes::CANARY;
use crate::state::{Snapshot, fields, told, ttl};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("fields_every_operation_on_one_server", |lab| {
            every_operation(lab, Runner::to_one(lab), &mut lab.connection());
        }),
        Case::new("fields_every_operation_on_a_cluster", |lab| {
            let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
            every_operation(lab, Runner::to_cluster(lab), &mut reader);
        }),
        Case::new("fields_another_type_at_the_key_stays", another_type),
        Case::new("fields_values_of_every_byte", every_byte),
        Case::new("fields_what_is_no_value_of_the_type", no_value),
        Case::new("fields_compare_and_set_has_one_winner_a_step", race),
        Case::new("fields_futures_hold_nothing_and_can_be_spawned", spawned),
        Case::new("fields_several_queued_among_other_commands", queued),
        Case::new("fields_inside_a_transaction_of_the_callers", in_transaction),
        Case::new("fields_a_replica_refuses_what_would_change", replica),
        Case::new("fields_the_rights_that_are_enough", rights),
        Case::new("fields_no_value_where_a_server_quotes", quotes),
    ]
}
pub(crate) fn name() -> HashField<String> {
    HashField::new("User", "", "name")
}

pub(crate) fn visits<T>() -> HashField<T> {
    HashField::new("User", "", "visits")
}

#[track_caller]
pub(crate) fn failed<T: std::fmt::Debug>(outcome: Result<T>, kind: ErrorKind, what: &str) -> Error {
    let error = outcome.expect_err(what);
    let told = told(&error);
    assert_eq!(error.kind(), kind, "{what}: {told}");
    assert!(matches!(error.effect(), Effect::Rejected | Effect::NotSent), "{what}: {told}");
    error
}

fn every_operation(lab: &Lab, runners: Vec<Runner>, reader: &mut impl ConnectionLike) {
    let key = &lab.key("user");
    for mut by in runners {
        let () = run(reader, &["DEL", key]);
        let what = format!("{by:?}");
        assert_eq!(by.run(name().get(key)).expect(&what), None, "{what}");
        assert!(!by.run(name().exists(key)).expect(&what), "{what}");
        by.run(name().delete(key)).expect(&what);
        by.run(name().set(key, "Ada")).expect(&what);
        assert_eq!(by.run(name().get(key)).expect(&what).as_deref(), Some("Ada"), "{what}");
        assert!(by.run(name().exists(key)).expect(&what), "{what}");

        let cas = |expected: Option<&str>, new: &str| {
            name().compare_and_set(key, expected.map(str::to_owned).as_ref(), new)
        };
        for (expected, new, written, after) in [
            (None, "Eve", Written::Refused, "Ada"),
            (Some("Eve"), "Eve", Written::Refused, "Ada"),
            (Some(""), "Eve", Written::Refused, "Ada"),
            (Some("Ada"), "Grace", Written::Applied, "Grace"),
            (Some("Grace"), "", Written::Applied, ""),
            (None, "Eve", Written::Refused, ""),
            (Some(""), "Ada", Written::Applied, "Ada"),
        ] {
            assert_eq!(by.run(cas(expected, new)).expect(&what), written, "{what} {expected:?}");
            assert_eq!(fields(reader, key)["name"], after, "{what} {expected:?}");
        }
        assert_eq!(by.run(visits::<i64>().incr(key, 5)).expect(&what), 5, "{what}");
        assert_eq!(by.run(visits::<u8>().incr(key, -2)).expect(&what), 3, "{what}");
        assert_eq!(by.run(visits::<u64>().incr(key, 0)).expect(&what), 3, "{what}");
        let sum: f64 = by.run(visits().incr(key, 0.5)).expect(&what);
        assert!((sum - 3.5).abs() < f64::EPSILON, "{what}: {sum}");
        assert_eq!(fields(reader, key)["visits"], "3.5", "{what}");
        let error = by.run(visits::<u8>().incr(key, 1)).expect_err(&what);
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Value, Effect::Rejected), "{what}");

        let () = run(reader, &["PEXPIRE", key, "900000"]);
        by.run(name().delete(key)).expect(&what);
        assert_eq!(by.run(cas(Some("Ada"), "Eve")).expect(&what), Written::Refused, "{what}");
        assert_eq!(by.run(cas(None, "Eve")).expect(&what), Written::Applied, "{what}");
        by.run(name().delete(key)).expect(&what);
        assert!(ttl(reader, key) > 0, "{what}: the hash keeps its time to live");
        by.run(visits::<f64>().delete(key)).expect(&what);
        assert_eq!(run::<u8>(reader, &["EXISTS", key]), 0, "{what}: the last field");
        by.assert_in_step();
    }
}

/// An operation under a name, as one that says nothing.
type Operation<'o> = (&'static str, Box<dyn Fn(&mut Runner) -> Result<()> + 'o>);

/// Those that read, and those that write.
fn operations<'o>(lab: &Lab, key: &'o str) -> [Vec<Operation<'o>>; 2] {
    macro_rules! all {
        ($($name:literal: $command:expr;)*) => {
            vec![$(($name, Box::new(move |by: &mut Runner| by.run($command).map(drop)) as Box<_>)),*]
        };
    }
    let canary = || CANARY.to_owned();
    let mut reads: Vec<Operation<'_>> = all! {
        "get": name().get(key);
        "exists": name().exists(key);
    };
    let mut writes: Vec<Operation<'_>> = all! {
        "set": name().set(key, CANARY);
        "delete": name().delete(key);
        "compare_and_set": name().compare_and_set(key, Some(&canary()), CANARY);
        "create": name().compare_and_set(key, None, CANARY);
        "incr i64": visits::<i64>().incr(key, 1);
        "incr u8": visits::<u8>().incr(key, 1);
        "incr u8 out of range": visits::<u8>().incr(key, -200);
        "incr f64": visits::<f64>().incr(key, 1.0);
        "incr f32 out of range": visits::<f32>().incr(key, f32::MAX);
    };
    if knows_lifetimes(lab.binary()) {
        reads.extend(all! { "ttl": name().ttl(key); });
        writes.extend(all! {
            "expire": name().expire(key, Duration::from_secs(100));
            "persist": name().persist(key);
        });
    }
    [reads, writes]
}

fn another_type(lab: &Lab) {
    let mut con = lab.connection();
    let values: [&[&str]; 3] =
        [&["SET", "text"], &["RPUSH", "a", "b"], &["XADD", "1-1", "field", "value"]];
    for value in values {
        let key = lab.key(value[0]);
        let () = run(&mut con, &["DEL", &key]);
        let mut command = value.to_vec();
        command.insert(1, &key);
        let _: redis::Value = run(&mut con, &command);
        let () = run(&mut con, &["EXPIRE", &key, "1000"]);
        let foreign = Snapshot::of(&mut con, &key);
        for mut by in Runner::to_one(lab) {
            for (name, operation) in operations(lab, &key).into_iter().flatten() {
                let error = failed(operation(&mut by), ErrorKind::WrongType, name);
                assert_eq!(error.code(), Some("WRONGTYPE"), "{name}");
                assert!(!error.is_retryable() && !error.is_connection(), "{error}");
                foreign.assert_same(&mut con, (name, &by));
            }
            by.assert_in_step();
        }
        failed(User::delete_hash(&mut con, &key), ErrorKind::WrongType, "delete_hash");
        failed(User::hash_exists(&mut con, &key), ErrorKind::WrongType, "hash_exists");
        foreign.assert_same(&mut con, "as a whole");
        // As documented: the server does not look at the type.
        assert!(matches!(User::hash_ttl(&mut con, &key).expect("an answer"), Ttl::Left(_)));
    }
}

fn every_byte(lab: &Lab) {
    let bytes: HashField<Vec<u8>> = HashField::new("User", "", "bytes");
    let key = (0..=u8::MAX).chain(lab.key("all").into_bytes()).collect::<Vec<_>>();
    let mut con = lab.connection();
    let (all, none) = ((0..=u8::MAX).collect::<Vec<_>>(), Vec::new());
    bytes.set(&key, &all).run(&mut con).expect("written");
    let stored: Vec<u8> = redis::cmd("HGET").arg(&key).arg("bytes").query(&mut con).expect("there");
    assert_eq!(stored, all);
    for (expected, new) in [(&all, &none), (&none, &all)] {
        let set = bytes.compare_and_set(&key, Some(expected), new);
        assert_eq!(set.run(&mut con).expect("written"), Written::Applied);
    }
    bytes.delete(&key).run(&mut con).expect("deleted");
}

fn no_value(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("user"));
    for stored in [CANARY, "-1", "256", "1.0", ""] {
        let () = run(&mut con, &["HSET", &key, "visits", stored]);
        let error = failed(visits::<u8>().get(&key).run(&mut con), ErrorKind::Value, stored);
        let words = format!(
            "field `visits` of `User` at key {key:?} cannot be read: it is not a `u8` (0 to 255)"
        );
        assert_eq!(error.to_string(), words);
    }
}

/// Each step is taken by whoever finds the number that it begins with: no step is taken twice, and
/// none is lost.
fn race(lab: &Lab) {
    const STEPS: u32 = 200;
    let key = &lab.key("user");
    let step = |con: &mut Connection, won: &mut Vec<u32>| {
        let before = visits::<u32>().get(key).run(con).expect("read");
        let next = before.unwrap_or(0) + 1;
        if next > STEPS {
            return false;
        }
        let set = visits().compare_and_set(key, before.as_ref(), next).run(con).expect("an answer");
        won.extend((set == Written::Applied).then_some(next));
        true
    };
    let () = run(&mut lab.connection(), &["DEL", key]);
    let mut won = std::thread::scope(|threads| {
        let racer = || {
            let (mut con, mut won) = (lab.connection(), Vec::new());
            while step(&mut con, &mut won) {}
            won
        };
        let racers: Vec<_> = (0..8).map(|_| threads.spawn(racer)).collect();
        racers.into_iter().flat_map(|racer| racer.join().expect("no panic")).collect::<Vec<_>>()
    });
    won.sort_unstable();
    assert_eq!(won, (1..=STEPS).collect::<Vec<_>>());
}

fn spawned(lab: &Lab) {
    let key = lab.key("user");
    let () = run(&mut lab.connection(), &["DEL", &key]);
    block_on(async {
        let con = Box::leak(Box::new(lab.multiplexed().await));
        let task = {
            // Not even `Send`, and gone before the task runs.
            let (key, text) = (std::rc::Rc::new(key.clone()), std::rc::Rc::new("Ada".to_owned()));
            let set = name().set(key.as_str(), text.as_str());
            tokio::spawn(set.run_async(con))
        };
        task.await.expect("no panic").expect("written");
    });
    assert_eq!(fields(&mut lab.connection(), &key)["name"], "Ada");
}

fn queued(lab: &Lab) {
    let key = lab.key("user");
    let mut con = lab.connection();
    for is_atomic in [false, true] {
        let () = run(&mut con, &["DEL", &key]);
        let mut pipeline = redis::pipe();
        if is_atomic {
            pipeline.atomic();
        }
        let set = name().set(&key, "Ada").queue(&mut pipeline).expect("queued");
        pipeline.cmd("ECHO").arg("between");
        let sum = visits::<u8>().incr(&key, 7).queue(&mut pipeline).expect("queued");
        let bad = visits::<f64>().incr(&key, f64::NAN).queue(&mut pipeline);
        assert_eq!(bad.expect_err("no number").kind(), ErrorKind::Value);
        let new = name().compare_and_set(&key, Some(&"Eve".into()), "Grace");
        let new = new.queue(&mut pipeline).expect("queued");
        let get = name().get(&key).queue(&mut pipeline).expect("queued");
        let replies: Vec<redis::Value> = pipeline.query(&mut con).expect("replies");
        let [first, echo, second, third, fourth] = replies.try_into().expect("one each");
        set.read(first).expect("set");
        assert_eq!(redis::from_redis_value::<String>(echo).as_deref(), Ok("between"));
        assert_eq!(sum.read(second).expect("counted"), 7);
        assert_eq!(new.read(third).expect("an answer"), Written::Refused);
        assert_eq!(get.read(fourth).expect("read").as_deref(), Some("Ada"));
    }
}

fn in_transaction(lab: &Lab) {
    let key = lab.key("user");
    let mut con = lab.connection();
    for (what, operation) in operations(lab, &key).into_iter().flatten() {
        let () = run(&mut con, &["DEL", &key]);
        let () = run(&mut con, &["MULTI"]);
        let mut by = Runner::Blocking(con);
        let error = operation(&mut by).expect_err(what);
        assert_eq!(error.kind(), ErrorKind::InTransaction, "{what}: {}", told(&error));
        let Runner::Blocking(back) = by else { unreachable!() };
        con = back;
        let () = run(&mut con, &["DISCARD"]);
        assert_eq!(run::<u8>(&mut con, &["EXISTS", &key]), 0, "{what}");
    }
}

/// It may be behind: that it refuses a condition is no answer.
fn replica(lab: &Lab) {
    let master_server = lab.fresh_with_tcp(&["--repl-diskless-sync-delay", "0"]);
    let replica_server = lab.fresh(&[]);
    let mut master = lab.connection_to(&master_server);
    let mut replica = lab.connection_to(&replica_server);
    let port = master_server.port().expect("started with TCP").to_string();
    let () = run(&mut replica, &["REPLICAOF", "127.0.0.1", &port]);
    await_that("the replica follows", || {
        info_field(&mut replica, "replication", "master_link_status") == "up"
    });
    let () = run(&mut master, &["HSET", "user", "name", "Ada", "visits", "7"]);
    let () = run(&mut master, &["WAIT", "1", "10000"]);
    let mut by = Runner::Blocking(replica);
    // Also while it knows nothing of the key.
    for key in ["user", "nobody"] {
        let [reads, writes] = operations(lab, key);
        for (what, read) in reads {
            read(&mut by).expect(what);
        }
        for (what, write) in writes {
            let error = failed(write(&mut by), ErrorKind::ReadOnly, what);
            assert_eq!(error.effect(), Effect::Rejected, "{what}");
        }
    }
    let Runner::Blocking(mut replica) = by else { unreachable!() };
    for key in ["user", "nobody"] {
        failed(User::delete_hash(&mut replica, key), ErrorKind::ReadOnly, "delete_hash");
    }

    // What counting and comparing do reaches it whole.
    visits::<u8>().incr("user", 3).run(&mut master).expect("counted");
    visits::<f64>().incr("user", 0.5).run(&mut master).expect("counted");
    let new = name().compare_and_set("user", Some(&"Ada".into()), "Grace");
    new.run(&mut master).expect("written");
    let () = run(&mut master, &["WAIT", "1", "10000"]);
    assert_eq!(fields(&mut replica, "user"), fields(&mut master, "user"));
    assert_eq!(fields(&mut replica, "user")["visits"], "10.5");
    assert!(User::delete_hash(&mut master, "user").expect("deleted"));
    let () = run(&mut master, &["WAIT", "1", "10000"]);
    assert!(!User::hash_exists(&mut replica, "user").expect("an answer"));
}

/// What the docs say that each operation needs: enough, and refused without, with nothing changed.
fn rights(lab: &Lab) {
    let key = &lab.key("user");
    let mut admin = lab.connection();
    let mut needs = vec![
        ("get", "hget"),
        ("exists", "hexists"),
        ("set", "hset"),
        ("delete", "hdel"),
        ("compare_and_set", "eval hget hset hdel"),
        ("create", "hsetnx"),
        ("incr i64", "hincrby"),
        ("incr u8", "eval hget hincrby"),
        ("incr f64", "eval hget hincrbyfloat"),
    ];
    if knows_lifetimes(lab.binary()) {
        needs.extend([("expire", "hpexpire"), ("ttl", "hpttl"), ("persist", "hpersist")]);
    }
    let mut user = |rules: &[String]| {
        let name = lab.key(&rules.join(""));
        let () = run(&mut admin, &["ACL", "SETUSER", &name, "reset", "on", ">word", "~*"]);
        for rule in rules {
            let () = run(&mut admin, &["ACL", "SETUSER", &name, rule]);
        }
        Runner::Blocking(lab.connection_as(&name, "word"))
    };
    let mut reader = lab.connection();
    let mut put = |stored: &str| {
        let () = run(&mut reader, &["DEL", key]);
        let () = run(&mut reader, &["HSET", key, "visits", "7", "name", stored]);
        Snapshot::of(&mut reader, key)
    };
    let all: Vec<_> = operations(lab, key).into_iter().flatten().collect();
    let find = |what| &all.iter().find(|(name, _)| *name == what).expect("an operation").1;
    let mut checker = lab.connection();
    for (what, rights) in needs {
        let rights: Vec<_> = rights.split(' ').collect();
        let enough = ["-@all", "+ping"].into_iter().map(str::to_owned);
        let enough: Vec<_> = enough.chain(rights.iter().map(|right| format!("+{right}"))).collect();
        let mut by = user(&enough);
        for stored in [CANARY, "another"] {
            put(stored);
            find(what)(&mut by).expect(what);
        }
        for right in rights {
            let mut by = user(&["+@all".to_owned(), format!("-{right}")]);
            // Refused also where it is the condition that fails.
            let before = put(if right == "hdel" { "another" } else { CANARY });
            let error = failed(find(what)(&mut by), ErrorKind::NoPermission, what);
            assert!(!error.is_retryable(), "{what} without {right}: {error}");
            before.assert_same(&mut checker, (what, right));
        }
    }
    // Where a sum is refused, that is a write, so that a replica refuses it.
    let mut by = user(&["-@all", "+eval", "+hget", "+hdel"].map(str::to_owned));
    put(CANARY);
    failed(find("incr u8 out of range")(&mut by), ErrorKind::Overflow, "with HDEL");
    let mut by = user(&["+@all", "-hdel"].map(str::to_owned));
    failed(find("incr u8 out of range")(&mut by), ErrorKind::NoPermission, "without HDEL");

    let delete = |by: Runner| {
        let Runner::Blocking(mut con) = by else { unreachable!() };
        User::delete_hash(&mut con, key)
    };
    let enough = ["-@all", "+eval", "+hrandfield", "+hkeys", "+unlink"].map(str::to_owned);
    assert!(delete(user(&enough)).expect("enough"));
    assert!(!delete(user(&enough)).expect("enough where there is none"));
    for right in ["eval", "hrandfield", "unlink"] {
        let before = put(CANARY);
        let rules = ["+@all".to_owned(), format!("-{right}")];
        failed(delete(user(&rules)), ErrorKind::NoPermission, right);
        before.assert_same(&mut checker, right);
    }
}

/// `rename-command`: all versions then quote the arguments of what they do not know.
fn quotes(lab: &Lab) {
    for command in ["HSET", "HSETNX", "HINCRBY", "HINCRBYFLOAT", "EVAL", "HGET", "HDEL"] {
        let server = lab.fresh(&["--rename-command", command, "THEOTHER"]);
        let mut by = Runner::Blocking(lab.connection_to(&server));
        let mut refused = 0;
        for (what, operation) in operations(lab, "user").into_iter().flatten() {
            if let Err(error) = operation(&mut by) {
                let told = told(&error);
                let kinds = [ErrorKind::Server, ErrorKind::Overflow, ErrorKind::Value];
                assert!(kinds.contains(&error.kind()), "{command} {what}: {told}");
                assert!(matches!(error.effect(), Effect::Rejected | Effect::NotSent), "{told}");
                refused += 1;
            }
        }
        assert!(refused > 0, "{command}");
        by.assert_in_step();
    }
}

#[derive(FromRedisHash)]
pub(crate) struct User {
    #[redis_hash(rename = "name")]
    _name: String,
}
