//! How long fields and hashes are there: lifetimes of fields, and hashes as a whole.

use std::time::Duration;

use redis::{Connection, ConnectionLike};
use redis_hashmap::{Effect, ErrorKind, FromRedisHash, HashField, Ttl, Written};
use redis_hashmap_tests::servers::ServerBinary;

use crate::fields::{User, failed, name, visits};
use crate::lab::{Case, Lab, await_that, block_on, run};
use crate::lifetimes::knows_lifetimes;
use crate::runner::Runner;
use crate::shapes::CANARY;
use crate::state::Snapshot;

pub(crate) fn cases(binary: &ServerBinary) -> Vec<Case> {
    let mut cases = vec![Case::new("fields_a_hash_as_a_whole", whole)];
    cases.extend(if knows_lifetimes(binary) {
        vec![
            Case::new("fields_lifetimes", lifetimes),
            Case::new("fields_a_hash_of_which_all_is_over", all_over),
        ]
    } else {
        vec![Case::new("fields_lifetimes_unsupported_and_the_connection_goes_on", unsupported)]
    });
    cases
}

fn whole(lab: &Lab) {
    let key = &lab.key("user");
    let mut con = lab.connection();
    let mut cluster = lab.cluster().connection(lab.protocol()).expect("a connection");
    let all: [&mut dyn ConnectionLike; 2] = [&mut con, &mut cluster];
    for con in all {
        let () = run(con, &["DEL", key]);
        assert!(!User::hash_exists(con, key).expect("an answer"));
        assert!(!User::delete_hash(con, key).expect("an answer"));
        assert_eq!(User::hash_ttl(con, key).expect("an answer"), Ttl::Missing);
        let () = run(con, &["HSET", key, "undeclared", "1"]);
        assert!(User::hash_exists(con, key).expect("an answer"));
        assert_eq!(User::hash_ttl(con, key).expect("an answer"), Ttl::Forever);
        let () = run(con, &["PEXPIRE", key, "900000"]);
        let Ttl::Left(left) = User::hash_ttl(con, key).expect("an answer") else { panic!("set") };
        assert!(left <= Duration::from_secs(900) && left > Duration::from_secs(800), "{left:?}");
        assert!(User::delete_hash(con, key).expect("an answer"));
        assert_eq!(run::<u8>(con, &["EXISTS", key]), 0);
    }
    block_on(async {
        let mut con = lab.multiplexed().await;
        let () = run(&mut lab.connection(), &["HSET", key, "undeclared", "1"]);
        assert!(User::hash_exists_async(&mut con, key).await.expect("an answer"));
        let ttl = User::hash_ttl_async(&mut con, key).await.expect("an answer");
        assert_eq!(ttl, Ttl::Forever);
        assert!(User::delete_hash_async(&mut con, key).await.expect("an answer"));
        assert!(!User::delete_hash_async(&mut con, key).await.expect("an answer"));
        assert!(!User::hash_exists_async(&mut con, key).await.expect("an answer"));
    });
}

fn lifetimes(lab: &Lab) {
    let mut reader = lab.connection();
    // Also a key of which a server could not be sure to quote whole letters.
    for key in [lab.key("user"), lab.key("\u{fc}ser")] {
        let key = &key;
        for mut by in Runner::to_one(lab).into_iter().chain(Runner::to_cluster(lab)) {
            let what = format!("{by:?} {key}");
            let hour = Duration::from_secs(3600);
            by.run(name().delete(key)).expect(&what);
            assert_eq!(by.run(name().ttl(key)).expect(&what), Ttl::Missing, "{what}");
            assert!(!by.run(name().expire(key, hour)).expect(&what), "{what}");
            assert!(!by.run(name().persist(key)).expect(&what), "{what}");
            by.run(name().set(key, "Ada")).expect(&what);
            assert_eq!(by.run(name().ttl(key)).expect(&what), Ttl::Forever, "{what}");
            assert!(by.run(name().persist(key)).expect(&what), "{what}");
            assert!(by.run(name().expire(key, hour)).expect(&what), "{what}");
            let left = by.run(name().ttl(key)).expect(&what);
            let is_right = |left| left <= hour && left > Duration::from_secs(3540);
            assert!(matches!(left, Ttl::Left(left) if is_right(left)), "{what} {left:?}");
            assert!(by.run(name().persist(key)).expect(&what), "{what}");
            assert_eq!(by.run(name().ttl(key)).expect(&what), Ttl::Forever, "{what}");
            // A write ends it.
            by.run(name().expire(key, hour)).expect(&what);
            by.run(name().set(key, "Ada")).expect(&what);
            assert_eq!(by.run(name().ttl(key)).expect(&what), Ttl::Forever, "{what}");
            // Counting does not.
            by.run(visits().set(key, 1_u8)).expect(&what);
            by.run(visits::<u8>().expire(key, hour)).expect(&what);
            by.run(visits::<i64>().incr(key, 1)).expect(&what);
            by.run(visits::<u8>().incr(key, 1)).expect(&what);
            let error = by.run(visits::<u8>().incr(key, 253)).expect_err(&what);
            assert_eq!(error.kind(), ErrorKind::Overflow, "{what}");
            by.run(visits::<f64>().incr(key, 0.5)).expect(&what);
            by.run(visits::<f64>().incr(key, f64::MAX)).expect_err(&what);
            let left = by.run(visits::<f64>().ttl(key)).expect(&what);
            assert!(matches!(left, Ttl::Left(left) if is_right(left)), "{what} {left:?}");
            by.run(visits::<f64>().delete(key)).expect(&what);
            // To the longest that all servers take.
            let longest = Duration::from_millis(1 << 45);
            assert!(by.run(name().expire(key, longest)).expect(&what), "{what}");
            let longer = longest + Duration::from_millis(1);
            let error = by.run(name().expire(key, longer)).expect_err(&what);
            assert_eq!(error.kind(), ErrorKind::Expire, "{what}");
            by.run(name().set(key, "Ada")).expect(&what);
            by.run(name().expire(key, Duration::from_millis(20))).expect(&what);
            await_that("the field is gone", || by.run(name().get(key)).expect(&what).is_none());
            by.assert_in_step();
        }
        let () = run(&mut reader, &["DEL", key]);
    }
}

fn unsupported(lab: &Lab) {
    let mut reader = lab.connection();
    // Names at whose 128th byte a server would cut a letter in two.
    for key in ["user".to_owned(), "\u{fc}".repeat(200), format!("a{}", "\u{fc}".repeat(200))] {
        let key = &lab.key(&key);
        let () = run(&mut reader, &["HSET", key, "name", CANARY]);
        let () = run(&mut reader, &["PEXPIRE", key, "900000"]);
        let before = Snapshot::of(&mut reader, key);
        for mut by in Runner::to_one(lab) {
            let error = by.run(name().expire(key, Duration::from_secs(1)));
            let error = failed(error, ErrorKind::Unsupported, "expire");
            assert_eq!(error.effect(), Effect::Rejected);
            let words = "the server knows no lifetime of a field, as Redis does from 7.4 and Valkey \
                         from 9.0; the hash is as it was";
            assert!(error.to_string().ends_with(words), "{error}");
            failed(by.run(name().persist(key)), ErrorKind::Unsupported, "persist");
            failed(by.run(name().ttl(key)), ErrorKind::Unsupported, "ttl");
            by.assert_in_step();
            before.assert_same(&mut reader, &by);
        }
    }
}

/// Fields whose time is over and that the server has not reaped yet.
fn all_over(lab: &Lab) {
    let server = lab.fresh(&["--enable-debug-command", "yes"]);
    let mut con = lab.connection_to(&server);
    let () = run(&mut con, &["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    let over = |con: &mut Connection, count: usize, mortal: usize| {
        let () = run(con, &["DEL", "user"]);
        let mut hset = redis::cmd("HSET");
        hset.arg("user");
        let names: Vec<_> =
            (0..count).map(|n| if n == 0 { "name".into() } else { format!("f{n}") }).collect();
        for name in &names {
            hset.arg(name).arg("1");
        }
        hset.exec(con).expect("written");
        let mut expire = redis::cmd("HPEXPIRE");
        expire.arg("user").arg(1).arg("FIELDS").arg(mortal).arg(&names[..mortal]);
        expire.exec(con).expect("set");
        await_that("the time is over", || {
            run::<Option<String>>(con, &["HGET", "user", "name"]).is_none()
        });
    };
    for count in [1, 10, 3000] {
        over(&mut con, count, count);
        assert!(!User::hash_exists(&mut con, "user").expect("an answer"), "{count}");
        over(&mut con, count, count);
        assert!(!User::delete_hash(&mut con, "user").expect("an answer"), "{count}");
        assert_eq!(run::<u8>(&mut con, &["EXISTS", "user"]), 0, "{count}");
    }
    for count in [2, 10, 3000] {
        over(&mut con, count, count - 1);
        assert!(User::hash_exists(&mut con, "user").expect("an answer"), "{count}");
        over(&mut con, count, count - 1);
        assert!(User::delete_hash(&mut con, "user").expect("an answer"), "{count}");
        assert_eq!(run::<u8>(&mut con, &["EXISTS", "user"]), 0, "{count}");
    }
    let name: HashField<u8> = HashField::new("User", "", "name");
    let fresh = |con: &mut Connection| over(con, 2, 1);
    fresh(&mut con);
    assert_eq!(name.get("user").run(&mut con).expect("read"), None);
    assert!(!name.exists("user").run(&mut con).expect("read"));
    assert_eq!(name.ttl("user").run(&mut con).expect("read"), Ttl::Missing);
    assert!(!name.expire("user", Duration::from_secs(9)).run(&mut con).expect("an answer"));
    fresh(&mut con);
    assert!(!name.persist("user").run(&mut con).expect("an answer"));
    fresh(&mut con);
    name.delete("user").run(&mut con).expect("an answer");
    fresh(&mut con);
    assert_eq!(name.incr("user", 5).run(&mut con).expect("counted"), 5);
    assert_eq!(name.ttl("user").run(&mut con).expect("read"), Ttl::Forever);
    fresh(&mut con);
    let set = name.compare_and_set("user", Some(&1), 2).run(&mut con).expect("an answer");
    assert_eq!(set, Written::Refused);
    let set = name.compare_and_set("user", None, 3).run(&mut con).expect("an answer");
    assert_eq!(set, Written::Applied);
    assert_eq!(name.get("user").run(&mut con).expect("read"), Some(3));
}
