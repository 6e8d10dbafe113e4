//! One record's failure hides no other's, also where they share the script, or a transaction.

use redis::{Connection, ProtocolVersion};
use redis_hashmap::{Effect, ErrorKind, HashBatch, Outcomes, ToRedisHash, Written};
use redis_hashmap_tests::servers::Cluster;

use crate::aio_cluster::connect;
use crate::lab::{Case, Lab, block_on, login, multiplexed, run};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    let mut cases = vec![
        Case::new("beside_a_script_at_a_key_that_is_not_the_users", key_of_others),
        Case::new("beside_a_script_of_another_nodes_slot", slot_of_others),
        Case::new("beside_a_multi_of_the_callers", in_a_multi),
        Case::new("beside_a_watched_key_that_was_changed", watched),
        Case::new("beside_lifetimes_that_the_server_does_not_know", lifetimes),
        Case::new("beside_more_than_the_server_takes_at_once", too_much),
    ];
    if protocol == ProtocolVersion::RESP3 {
        cases.push(Case::new("beside_messages_and_invalidations", pushes));
        cases.push(Case::new("beside_a_transaction_that_a_cluster_does_not_end", no_end));
    }
    cases
}

fn scripts<'k>(keys: impl IntoIterator<Item = &'k str>) -> HashBatch {
    let mut batch = HashBatch::new();
    for key in keys {
        batch.push(&[("f", "v")][..].as_hash().key(key).persist()).expect("encoded");
    }
    batch
}

/// The first is refused, before the server has read the script in it.
fn assert_only_the_first_fails(outcomes: &Outcomes<'_>, kind: ErrorKind) {
    for outcome in outcomes.iter() {
        match (outcome.index, outcome.result) {
            (0, Err(error)) => {
                assert_eq!((error.kind(), error.effect()), (kind, Effect::Rejected));
            }
            (_, result) => assert_eq!(result.expect("written"), Written::Applied),
        }
    }
    assert_eq!(outcomes.failed().count(), 1);
}

fn key_of_others(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut admin = lab.connection_to(&server);
    let () = run(&mut admin, &["ACL", "SETUSER", "some", "on", ">pw", "~mine:*", "+@all"]);
    let info = login(lab.info(&server), "some", "pw");
    let mut batch = scripts(["other:1", "mine:1", "mine:2"]);
    let mut con = redis::Client::open(info.clone()).and_then(|client| client.get_connection());
    let outcomes = batch.execute(con.as_mut().expect("a connection"));
    assert_only_the_first_fails(&outcomes, ErrorKind::NoPermission);
    let () = run(&mut admin, &["SCRIPT", "FLUSH"]);
    block_on(async {
        let mut batch = scripts(["other:1", "mine:1", "mine:2"]);
        let mut con = multiplexed(info).await;
        let outcomes = batch.execute_async(&mut con).await;
        assert_only_the_first_fails(&outcomes, ErrorKind::NoPermission);
    });
}

fn slot_of_others(lab: &Lab) {
    let node = &lab.cluster().nodes()[0];
    let mut con = node.connection(lab.protocol()).expect("a connection");
    let is_here =
        |con: &mut Connection, key: &str| redis::cmd("EXISTS").arg(key).query::<u64>(con).is_ok();
    let keys: Vec<_> = (0..100).map(|n| lab.key(&n.to_string())).collect();
    let (here, away): (Vec<_>, Vec<_>) = keys.iter().partition(|key| is_here(&mut con, key));
    let () = run(&mut con, &["SCRIPT", "FLUSH"]);
    let mut batch = scripts([away[0], here[0], here[1]].map(String::as_str));
    assert_only_the_first_fails(&batch.execute(&mut con), ErrorKind::Moved);
}

/// It is not for such a connection. What it says then is true, and the connection can be used on.
fn in_a_multi(lab: &Lab) {
    let mut con = lab.connection();
    let keys = ["a", "b", "c"].map(|name| lab.key(name));
    let () = run(&mut con, &["MULTI"]);
    let mut batch = HashBatch::new();
    for key in &keys {
        batch.push(&[("f", "v")][..].as_hash().key(key)).expect("encoded");
    }
    let outcomes = batch.execute(&mut con);
    for outcome in outcomes.iter() {
        let error = outcome.result.expect_err("queued");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::InTransaction, Effect::Queued));
    }
    let added: Vec<u64> = run(&mut con, &["EXEC"]);
    assert_eq!(added, [1, 1, 1]);
}

/// What the server says of its own accord, in the midst of the replies.
fn pushes(lab: &Lab) {
    const RECORDS: usize = 3_000;
    let keys: Vec<_> = (0..RECORDS).map(|n| lab.key(&n.to_string())).collect();
    let key = |n: usize| keys[n].as_str();
    let mut con = lab.connection();
    con.subscribe_resp3("news").expect("subscribed");
    let () = run(&mut con, &["CLIENT", "TRACKING", "ON", "BCAST"]);
    let mut checked = redis_hashmap::Checked::new(lab.connection())
        .with_timeout(crate::lab::PATIENCE)
        .expect("a timeout");
    let () = run(&mut checked, &["CLIENT", "TRACKING", "ON", "BCAST"]);
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut other = lab.connection();
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let _: u64 = run(&mut other, &["PUBLISH", "news", "of the day"]);
            }
        });
        let mut batch = scripts((0..RECORDS).map(key));
        batch.execute(&mut con).into_result().expect("written");
        assert_eq!(run::<String>(&mut con, &["ECHO", "in step"]), "in step");
        let mut batch = scripts((0..RECORDS).map(key));
        batch.execute(&mut checked).into_result().expect("written");
        assert_eq!(run::<String>(&mut checked, &["ECHO", "in step"]), "in step");
        let pairs: Vec<_> = (0..RECORDS).map(|n| [("f", n)]).collect();
        let records = || (0..RECORDS).map(|n| pairs[n][..].as_hash().key(key(n)));
        assert_eq!(redis_hashmap::write_all(&mut con, records()).applied, RECORDS as u64);
        assert_eq!(redis_hashmap::write_all(&mut checked, records()).applied, RECORDS as u64);
        assert_eq!(run::<String>(&mut con, &["ECHO", "in step"]), "in step");
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// The first `EXEC` ends the watch.
fn watched(lab: &Lab) {
    let mut con = lab.connection();
    let [watched, one, two, three] = ["watched", "1", "2", "3"].map(|name| lab.key(name));
    let () = run(&mut con, &["WATCH", &watched]);
    let () = run(&mut lab.connection(), &["SET", &watched, "changed"]);
    let mut batch = HashBatch::new();
    let half = [("a", Some("x")), ("b", None)];
    batch.push(&[("f", "v")][..].as_hash().key(&one)).expect("encoded");
    batch.push(&half[..].as_hash().key(&two)).expect("encoded");
    batch.push(&half[..].as_hash().key(&three)).expect("encoded");
    let outcomes = batch.execute(&mut con);
    let results: Vec<_> =
        outcomes.iter().map(|o| o.result.map_err(|e| (e.kind(), e.effect()))).collect();
    let aborted = Err((ErrorKind::Aborted, Effect::Rejected));
    assert_eq!(results, [Ok(Written::Applied), aborted, Ok(Written::Applied)]);
    let there = [one, two, three].map(|key| run::<u64>(&mut con, &["EXISTS", &key]));
    assert_eq!(there, [1, 0, 1]);
}

fn lifetimes(lab: &Lab) {
    let knows = !crate::lab::is_before(lab.binary(), 7, 4) && lab.binary().version.major > 7;
    let mut con = lab.connection();
    let keys = ["a", "b", "c"].map(|name| lab.key(name));
    let pairs = [("f", "v")];
    let mut batch = HashBatch::new();
    batch.push(&pairs[..].as_hash().key(&keys[0])).expect("encoded");
    let minute = std::time::Duration::from_secs(60);
    batch.push(&pairs[..].as_hash().key(&keys[1]).expire_field("f", minute)).expect("encoded");
    batch.push(&pairs[..].as_hash().key(&keys[2]).expire(minute)).expect("encoded");
    let outcomes = batch.execute(&mut con);
    let failed: Vec<_> = outcomes.failed().map(|failed| failed.index).collect();
    assert_eq!(failed, if knows { vec![] } else { vec![1] });
    for outcome in outcomes.failed() {
        let error = outcome.result.expect_err("unknown there");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Unsupported, Effect::Rejected));
    }
    let there = keys.map(|key| run::<u64>(&mut con, &["EXISTS", &key]));
    assert_eq!(there, [1, u64::from(knows), 1]);
}

/// A value that is longer than this server takes: it hangs up. Nobody is told what is not so.
fn too_much(lab: &Lab) {
    let server = lab.fresh(&["--proto-max-bulk-len", "1mb"]);
    let mut admin = lab.connection_to(&server);
    for asynchronous in [false, true] {
        let mut batch = HashBatch::new();
        let long = "x".repeat((1 << 20) + 1);
        for n in 0..3_000 {
            let value = if n == 1_400 { &long } else { "v" };
            batch.push(&[("f", value)][..].as_hash().key(format!("k{n}"))).expect("encoded");
        }
        let mut con = lab.connection_to(&server);
        let effects: Vec<_> = if asynchronous {
            block_on(async {
                let mut con = multiplexed(lab.info(&server)).await;
                let outcomes = batch.execute_async(&mut con).await;
                outcomes.iter().map(|o| o.result.map_err(redis_hashmap::Error::effect)).collect()
            })
        } else {
            let outcomes = batch.execute(&mut con);
            outcomes.iter().map(|o| o.result.map_err(redis_hashmap::Error::effect)).collect()
        };
        let count = |effect| effects.iter().filter(|is| **is == effect).count();
        assert!(count(Ok(Written::Applied)) > 500, "{effects:?}");
        assert!(count(Err(Effect::NotSent)) > 500, "{effects:?}");
        for (n, effect) in effects.into_iter().enumerate() {
            let there: bool = run(&mut admin, &["EXISTS", &format!("k{n}")]);
            let is_true = match effect {
                Ok(_) => there,
                Err(Effect::NotSent | Effect::Rejected) => !there,
                Err(effect) => effect == Effect::Unknown,
            };
            assert!(is_true, "{n}: {effect:?}, {there}");
        }
        let () = run(&mut admin, &["FLUSHALL"]);
    }
}

/// A cluster without `EXEC`. Its connections are shared by all, so none may be left inside a `MULTI`.
fn no_end(lab: &Lab) {
    let cluster = Cluster::start_with(lab.binary(), &["--rename-command", "EXEC", ""])
        .unwrap_or_else(|error| panic!("{error}"));
    block_on(async {
        let mut con = connect(&cluster, lab.protocol()).await;
        let mut batch = HashBatch::new();
        let pairs = [("a", Some("x")), ("b", None)];
        for key in ["k1", "k2", "k3"] {
            let error = pairs[..].as_hash().key(key).write_async(&mut con).await;
            assert_eq!(error.expect_err("refused").effect(), Effect::Rejected);
            pairs[..1].as_hash().key(key).write_async(&mut con).await.expect("written");
        }
        let keys: Vec<_> = (0..60).map(|n| format!("k{n}")).collect();
        for (n, key) in keys.iter().enumerate() {
            batch.push(&pairs[..if n < 30 { 2 } else { 1 }].as_hash().key(key)).expect("encoded");
        }
        for outcome in batch.execute_cluster(&con).await.iter() {
            let error = outcome.result.expect_err("refused, or dropped with what was");
            assert!(matches!(error.effect(), Effect::Rejected | Effect::NotSent), "{error}");
        }
        for key in &keys {
            batch.push(&pairs[..1].as_hash().key(key)).expect("encoded");
        }
        batch.execute_cluster(&con).await.into_result().expect("written");
    });
}
