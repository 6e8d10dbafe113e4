//! The options of one write: how long the key lives, and what must be so of it.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind, Exists, HashWrite, ToRedisHash, Written};

use crate::lab::{Case, Lab, await_that, block_on, is_before, run};
use crate::shapes::{EXPIRE, Person, Shape};
use crate::state::{Snapshot, assert_failed, assert_ttl, before, fields, put_before, ttl};
use crate::way::Way;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("option_every_life_over_every_life", lives),
        Case::new("option_expire_at_a_time_that_is_past", past),
        Case::new("option_only_if_it_is_there", only_if),
        Case::new("option_only_if_on_an_expired_key", expired_key),
        Case::new("option_only_if_on_a_hash_of_expired_fields", expired_fields),
        Case::new("option_every_one_on_another_type", another_type),
        Case::new("option_64_creators_and_one_succeeds", |lab| creators(lab, 3)),
        Case::long("option_64_creators_thirty_times", |lab| creators(lab, 30)),
        Case::new("option_an_update_never_brings_a_record_back", no_resurrection),
    ]
}

/// What one write says of its key's life.
#[derive(Clone, Copy, Debug)]
enum Life {
    Kept,
    For,
    At,
    Forever,
}

impl Life {
    const ALL: [Self; 4] = [Self::Kept, Self::For, Self::At, Self::Forever];

    fn set<K>(self, write: HashWrite<'_, Person, K>) -> HashWrite<'_, Person, K> {
        match self {
            Self::Kept => write,
            Self::For => write.expire(EXPIRE),
            // It is rounded up to a millisecond, which is not to look like more than that.
            Self::At => write.expire_at(SystemTime::now() + EXPIRE - Duration::from_secs(1)),
            Self::Forever => write.persist(),
        }
    }
}

/// Shapes that say nothing of it themselves.
const SHAPES: [Shape; 5] =
    [Shape::Plain, Shape::Removal, Shape::Transaction, Shape::Replace, Shape::RemovalReplace];

fn lives(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for mut way in Way::both(lab) {
        for (life, had) in Life::ALL.into_iter().flat_map(|life| [(life, 0), (life, 2000)]) {
            for shape in SHAPES {
                let what = (&way, life, had, shape);
                let what = format!("{what:?}");
                put_before(&mut reader, &key, had);
                let record = shape.record();
                let write = life.set(shape.with(&record, &key));
                assert_eq!(way.write(&write).expect("written"), Written::Applied, "{what}");
                assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{what}");
                match (life, had) {
                    (Life::For | Life::At, _) => assert_ttl(&mut reader, &key, EXPIRE),
                    (Life::Kept, 1..) => assert_ttl(&mut reader, &key, Duration::from_secs(2000)),
                    _ => assert_eq!(ttl(&mut reader, &key), -1, "{what}"),
                }
            }
        }
    }
}

fn past(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for mut way in Way::both(lab) {
        for shape in SHAPES {
            let record = shape.record();
            // The epoch, too, and what was before it: a column of zeros is no reason to fail.
            let second = Duration::from_secs(1);
            for time in [SystemTime::now() - EXPIRE, UNIX_EPOCH, UNIX_EPOCH - second] {
                put_before(&mut reader, &key, 1000);
                let write = shape.with(&record, &key).expire_at(time);
                assert_eq!(way.write(&write).expect("written"), Written::Applied);
                assert_eq!(ttl(&mut reader, &key), -2, "{way:?} {shape:?}: it is deleted");
            }
        }
    }
}

fn only_if(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for mut way in Way::both(lab) {
        for shape in Shape::ALL {
            let what = format!("{way:?} {shape:?}");
            let record = shape.record();
            let write = |exists| shape.with(&record, &key).only_if(exists);

            // There: an update is written, a creation refused.
            put_before(&mut reader, &key, 1000);
            let untouched = Snapshot::of(&mut reader, &key);
            assert_eq!(way.write(&write(Exists::No)).expect("asked"), Written::Refused, "{what}");
            untouched.assert_same(&mut reader, &what);
            assert_eq!(way.write(&write(Exists::Yes)).expect("asked"), Written::Applied, "{what}");
            assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{what}");

            // Not there: the other way round.
            let () = run(&mut reader, &["DEL", &key]);
            assert_eq!(way.write(&write(Exists::Yes)).expect("asked"), Written::Refused, "{what}");
            assert_eq!(ttl(&mut reader, &key), -2, "{what}: nothing is there");
            assert_eq!(way.write(&write(Exists::No)).expect("asked"), Written::Applied, "{what}");
            assert_eq!(fields(&mut reader, &key), shape.after(&[].into()), "{what}");
        }
    }
}

/// A key that the server has not reaped, although its time is over: nobody may look at it, so
/// another one of the same time is looked at.
fn put_expired(con: &mut Connection, key: &str) {
    let time = SystemTime::now() + Duration::from_millis(20);
    let time = time.duration_since(UNIX_EPOCH).expect("after 1970").as_millis().to_string();
    let watched = format!("{key} watched");
    for key in [key, &watched] {
        put_before(con, key, 0);
        let () = run(con, &["PEXPIREAT", key, &time]);
    }
    await_that("its time is over", || ttl(con, &watched) == -2);
}

fn expired_key(lab: &Lab) {
    // Where the server does not by itself look for keys that are over, only a command finds them.
    let debug = ["--enable-debug-command", "yes"];
    let server = lab.fresh(if is_before(lab.binary(), 7, 0) { &[] } else { &debug });
    let mut reader = lab.connection_to(&server);
    let () = run(&mut reader, &["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    for mut way in Way::both_to(lab.info(&server)) {
        for shape in Shape::ALL {
            let record = shape.record();
            let what = format!("{way:?} {shape:?}");
            put_expired(&mut reader, "person");
            let update = shape.with(&record, "person").only_if(Exists::Yes);
            assert_eq!(way.write(&update).expect("asked"), Written::Refused, "{what}");
            assert_eq!(ttl(&mut reader, "person"), -2, "{what}: it is not brought back");

            put_expired(&mut reader, "person");
            let creation = shape.with(&record, "person").only_if(Exists::No);
            assert_eq!(way.write(&creation).expect("asked"), Written::Applied, "{what}");
            assert_eq!(fields(&mut reader, "person"), shape.after(&[].into()), "{what}");
        }
    }
}

/// Every field's time is over, and the server has not reaped one: HLEN counts them all and EXISTS
/// says 1 (Redis 8.2, Valkey 9.1), although nobody can read anything there.
fn expired_fields(lab: &Lab) {
    if !crate::lifetimes::knows_lifetimes(lab.binary()) {
        return;
    }
    let server = lab.fresh(&["--enable-debug-command", "yes"]);
    let mut reader = lab.connection_to(&server);
    let () = run(&mut reader, &["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    let put = |con: &mut Connection| {
        put_before(con, "person", 0);
        let names = before();
        let mut words = vec!["HPEXPIRE", "person", "5", "FIELDS", "4"];
        words.extend(names.keys().map(String::as_str));
        let _: Vec<i64> = run(con, &words);
        await_that("its fields are over", || fields(con, "person").is_empty());
        assert_eq!(run::<u8>(con, &["HLEN", "person"]), 4, "it is what this is about");
    };
    for mut way in Way::both_to(lab.info(&server)) {
        for shape in Shape::ALL {
            let what = format!("{way:?} {shape:?}");
            let record = shape.record();
            put(&mut reader);
            let update = shape.with(&record, "person").only_if(Exists::Yes);
            assert_eq!(way.write(&update).expect("asked"), Written::Refused, "{what}");
            assert!(fields(&mut reader, "person").is_empty(), "{what}: it is not brought back");

            put(&mut reader);
            let creation = shape.with(&record, "person").only_if(Exists::No);
            assert_eq!(way.write(&creation).expect("asked"), Written::Applied, "{what}");
            assert_eq!(fields(&mut reader, "person"), shape.after(&[].into()), "{what}");
        }
    }
}

fn another_type(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("not a hash");
    let foreign: [&[&str]; 4] =
        [&["SET", "text"], &["RPUSH", "a"], &["ZADD", "1", "a"], &["PFADD", "a"]];
    for mut way in Way::both(lab) {
        for words in foreign {
            let () = run(&mut reader, &["DEL", &key]);
            let () = run(&mut reader, &[&[words[0], &key], &words[1..]].concat());
            let () = run(&mut reader, &["EXPIRE", &key, "1000"]);
            let untouched = Snapshot::of(&mut reader, &key);
            for shape in Shape::ALL {
                for life in Life::ALL {
                    for exists in [None, Some(Exists::Yes), Some(Exists::No)] {
                        let record = shape.record();
                        let write = life.set(shape.with(&record, &key));
                        let write = match exists {
                            Some(exists) => write.only_if(exists),
                            None => write,
                        };
                        let what = (words[0], shape, life, exists);
                        let outcome = way.write(&write);
                        assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, what);
                        untouched.assert_same(&mut reader, what);
                    }
                }
            }
        }
    }
}

const CREATORS: u64 = 64;

#[derive(ToRedisHash)]
struct Claim {
    who: u64,
    also: u64,
    never: Option<u64>,
}

impl Claim {
    fn of(who: u64) -> Self {
        Self { who, also: who + 1000, never: None }
    }
}

fn creators(lab: &Lab, times: u32) {
    let mut reader = lab.connection();
    let key = lab.key("claim");
    let mut assert_one = |outcomes: Vec<(u64, Written)>| {
        let winners: Vec<_> =
            outcomes.iter().filter(|(_, written)| *written == Written::Applied).collect();
        assert!(outcomes.iter().all(|(_, written)| *written != Written::Nothing));
        let [(winner, _)] = winners[..] else { panic!("{} have succeeded", winners.len()) };
        let hash = fields(&mut reader, &key);
        let expected = [("who", *winner), ("also", winner + 1000)];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_string()));
        assert_eq!(hash, expected.into());
        let () = run(&mut reader, &["DEL", &key]);
    };
    for _ in 0..times {
        let start = Barrier::new(usize::try_from(CREATORS).expect("few"));
        let outcomes = std::thread::scope(|scope| {
            let creators: Vec<_> = (0..CREATORS)
                .map(|who| {
                    let (key, start) = (&key, &start);
                    scope.spawn(move || {
                        let mut con = lab.connection();
                        start.wait();
                        let claim = Claim::of(who);
                        let written = claim.as_hash().key(key).only_if(Exists::No).write(&mut con);
                        (who, written.expect("asked"))
                    })
                })
                .collect();
            creators.into_iter().map(|creator| creator.join().expect("no panic")).collect()
        });
        assert_one(outcomes);

        let outcomes = block_on(async {
            let con = lab.multiplexed().await;
            let mut tasks = tokio::task::JoinSet::new();
            for who in 0..CREATORS {
                let (key, mut con) = (key.clone(), con.clone());
                tasks.spawn(async move {
                    let claim = Claim::of(who);
                    let write = claim.as_hash().key(key).only_if(Exists::No);
                    (who, write.write_async(&mut con).await.expect("asked"))
                });
            }
            tasks.join_all().await
        });
        assert_one(outcomes);
    }
}

/// Many update while one deletes: after that, nothing is ever there.
fn no_resurrection(lab: &Lab) {
    let key = lab.key("person");
    for _ in 0..10 {
        let mut con = lab.connection();
        put_before(&mut con, &key, 0);
        let start = Barrier::new(9);
        let answers: BTreeSet<_> = std::thread::scope(|scope| {
            let updaters: Vec<_> = (0..8)
                .map(|n| {
                    let (key, start) = (&key, &start);
                    scope.spawn(move || {
                        let mut con = lab.connection();
                        start.wait();
                        let mut refused = false;
                        // Until it is told that the record is gone.
                        while !refused {
                            let record = Shape::ALL[n].record();
                            let write = Shape::ALL[n].with(&record, key).only_if(Exists::Yes);
                            refused = write.write(&mut con).expect("asked") == Written::Refused;
                        }
                        assert_eq!(ttl(&mut con, key), -2, "it was brought back");
                        n
                    })
                })
                .collect();
            start.wait();
            let () = run(&mut con, &["DEL", &key]);
            updaters.into_iter().map(|updater| updater.join().expect("no panic")).collect()
        });
        assert_eq!(answers.len(), 8);
        assert_eq!(ttl(&mut con, &key), -2, "it was brought back");
    }
}
