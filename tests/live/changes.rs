//! `changes_from` with the options of a write, over every kind of connection.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redis::{Connection, ConnectionLike};
use redis_hashmap::{ErrorKind, FromRedisHash, ToRedisHash, Ttl, Written};
use redis_hashmap_tests::servers::ServerBinary;

use crate::aio_cluster::connect;
use crate::lab::{Case, Lab, block_on, run};
use crate::lifetimes::knows_lifetimes;
use crate::state::fields;

pub(crate) fn cases(binary: &ServerBinary) -> Vec<Case> {
    let mut cases = vec![
        Case::new("changes_lead_from_one_to_the_other", from_one_to_the_other),
        Case::new("changes_with_replace_leave_the_rest", replace),
        Case::new("changes_of_nothing_renew_and_check_nothing", of_nothing),
        Case::new("changes_over_every_connection", every_connection),
    ];
    if knows_lifetimes(binary) {
        cases.push(Case::new("changes_and_lifetimes_of_fields", lifetimes));
    }
    cases
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
struct Inner {
    x: Option<u8>,
    y: u8,
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "{place}:{id}")]
struct Doc {
    #[redis_hash(skip)]
    place: String,
    id: u8,
    text: String,
    gone: Option<u8>,
    #[redis_hash(absent = "keep")]
    kept: Option<u8>,
    #[redis_hash(alias = "head")]
    title: Option<u8>,
    #[redis_hash(flatten(prefix = "in_"))]
    inner: Inner,
    #[redis_hash(extra)]
    rest: BTreeMap<String, u8>,
}

fn doc(place: &str) -> Doc {
    Doc {
        place: place.to_owned(),
        id: 1,
        text: "a".into(),
        gone: Some(1),
        kept: Some(2),
        title: Some(3),
        inner: Inner { x: Some(4), y: 5 },
        rest: BTreeMap::from([("p".into(), 6)]),
    }
}

fn place(lab: &Lab, name: &str) -> String {
    lab.key(name).replace(':', "-")
}

/// The hash as it is after both records were written whole, one after the other.
fn whole(con: &mut Connection, key: &str, before: &Doc, after: &Doc) -> BTreeMap<String, String> {
    let () = run(con, &["DEL", key]);
    before.as_hash().key(key).write(con).expect("written");
    after.as_hash().key(key).replace().write(con).expect("written");
    fields(con, key).into_iter().collect()
}

/// Whatever two records are: the hash is then as whole writes would leave it; what nobody declares
/// stays, unless it is a replace.
fn from_one_to_the_other(lab: &Lab) {
    let maybe = || proptest::option::of(0..2_u8);
    let rest = || proptest::collection::btree_map("[a-c]", 0..2_u8, 0..3);
    let one = || (0..2_u8, maybe(), maybe(), maybe(), maybe(), 0..2_u8, rest());
    let place = place(lab, "doc");
    let made = |(text, gone, kept, title, x, y, rest): (u8, _, _, _, _, _, _)| Doc {
        place: place.clone(),
        id: 1,
        text: text.to_string(),
        gone,
        kept,
        title,
        inner: Inner { x, y },
        rest,
    };
    let con = RefCell::new(lab.connection());
    let control = lab.key("control");
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(300) });
    let outcome = runner.run(&(one(), one()), |(before, after)| {
        let (before, after) = (made(before), made(after));
        let con = &mut *con.borrow_mut();
        let mut expected = whole(con, &control, &before, &after);
        let key = format!("{place}:1");
        for is_replace in [false, true] {
            let () = run(con, &["DEL", &key]);
            before.write_hash(con).expect("written");
            let _: i64 = run(con, &["HSET", &key, "nobody's", "1"]);
            let changes = after.changes_from(&before);
            let write = changes.as_hash();
            let write = if is_replace { write.replace() } else { write };
            write.write(con).expect("written");
            if !is_replace {
                expected.insert("nobody's".into(), "1".into());
            }
            prop_assert_eq!(&fields(con, &key).into_iter().collect::<BTreeMap<_, _>>(), &expected);
            expected.remove("nobody's");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// What was read from under an old name, and did not change, is still there.
fn replace(lab: &Lab) {
    let mut con = lab.connection();
    let place = place(lab, "doc");
    let key = format!("{place}:1");
    doc(&place).write_hash(&mut con).expect("written");
    let _: i64 = run(&mut con, &["HDEL", &key, "title"]);
    let _: i64 = run(&mut con, &["HSET", &key, "head", "9"]);
    let before = Doc::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(before.title, Some(9));
    let after = Doc { text: "b".into(), kept: None, ..before.clone() };
    let changes = after.changes_from(&before);
    assert_eq!(changes.as_hash().replace().write(&mut con).expect("written"), Written::Applied);
    let read = Doc::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(read, Doc { kept: Some(2), ..after.clone() });
    // Of nothing at all: only what nobody declares goes.
    let _: i64 = run(&mut con, &["HSET", &key, "nobody's", "1"]);
    let nothing = after.changes_from(&after);
    assert_eq!(nothing.as_hash().replace().write(&mut con).expect("written"), Written::Applied);
    assert_eq!(Doc::read_hash(&mut con, &key).expect("read"), Some(read));
    assert!(!fields(&mut con, &key).contains_key("nobody's"));
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "{place}:v", expire = "1h")]
struct Versioned {
    #[redis_hash(skip)]
    place: String,
    text: String,
    #[redis_hash(version)]
    rev: u64,
}

fn of_nothing(lab: &Lab) {
    let mut con = lab.connection();
    let new = Versioned { place: place(lab, "doc"), text: "a".into(), rev: 0 };
    let key = format!("{}:v", new.place);
    new.write_hash(&mut con).expect("written");
    let read = Versioned::read_hash(&mut con, &key).expect("read").expect("there");
    let _: i64 = run(&mut con, &["PEXPIRE", &key, "900000"]);
    // Another writer: of no concern to who writes nothing.
    let _: i64 = run(&mut con, &["HSET", &key, "rev", "7"]);
    let left = |con: &mut Connection| match Versioned::hash_ttl(con, &key).expect("an answer") {
        Ttl::Left(left) => left,
        other => panic!("{other:?}"),
    };
    let nothing = read.changes_from(&read);
    nothing.write_hash(&mut con).expect("nothing to conflict with");
    assert_eq!(nothing.as_hash().write(&mut con).expect("nothing"), Written::Nothing);
    assert!(left(&mut con) <= Duration::from_secs(900));
    assert_eq!(run::<String>(&mut con, &["HGET", &key, "rev"]), "7");
    // What is asked for by hand counts.
    let minute = Duration::from_secs(60);
    assert_eq!(
        nothing.as_hash().expire(minute).write(&mut con).expect("written"),
        Written::Applied
    );
    assert!(left(&mut con) <= minute);
    assert_eq!(run::<String>(&mut con, &["HGET", &key, "rev"]), "7");

    let after = Versioned { text: "b".into(), ..read.clone() };
    let error = after.changes_from(&read).write_hash(&mut con).expect_err("another version");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let read = Versioned::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!((read.text.as_str(), read.rev), ("a", 7));
    let after = Versioned { text: "b".into(), ..read.clone() };
    after.changes_from(&read).write_hash(&mut con).expect("written");
    assert_eq!(run::<String>(&mut con, &["HGET", &key, "rev"]), "8");
    assert!(left(&mut con) > Duration::from_secs(3500), "the struct's own is given with a change");
}

fn every_connection(lab: &Lab) {
    let before = doc(&place(lab, "doc"));
    let mut after = Doc { text: "b".into(), gone: None, ..before.clone() };
    after.rest.clear();
    let key = format!("{}:1", before.place);
    let mut con = lab.connection();
    let mut cluster = lab.cluster().connection(lab.protocol()).expect("a connection");
    let put = |con: &mut dyn ConnectionLike| before.write_hash(con).expect("written");
    let check = |con: &mut dyn ConnectionLike, what: &str| {
        let read = Doc::read_hash(con, &key).expect("read");
        assert_eq!(read.as_ref(), Some(&after), "{what}");
        let () = run(con, &["DEL", &key]);
    };
    let changes = after.changes_from(&before);
    let all: [(&mut dyn ConnectionLike, &str); 2] = [(&mut con, "one"), (&mut cluster, "cluster")];
    for (con, what) in all {
        put(con);
        changes.write_hash(con).expect("written");
        check(con, what);
    }
    for is_atomic in [false, true] {
        put(&mut con);
        let mut pipeline = redis::pipe();
        if is_atomic {
            pipeline.atomic();
        }
        changes.as_hash().queue(&mut pipeline).expect("queued");
        after.changes_from(&after).as_hash().queue(&mut pipeline).expect("nothing to queue");
        pipeline.exec(&mut con).expect("written");
        check(&mut con, "a pipeline");
    }
    block_on(async {
        let mut multiplexed = lab.multiplexed().await;
        put(&mut con);
        changes.write_hash_async(&mut multiplexed).await.expect("written");
        check(&mut con, "multiplexed");
        let mut connected = connect(lab.cluster(), lab.protocol()).await;
        put(&mut cluster);
        changes.write_hash_async(&mut connected).await.expect("written");
        check(&mut cluster, "an asynchronous cluster");
    });
}

/// A field that did not change keeps the lifetime that it has; one that is asked for, it is given.
fn lifetimes(lab: &Lab) {
    #[derive(Debug, Clone, ToRedisHash)]
    struct Login {
        name: &'static str,
        #[redis_hash(expire = "15m")]
        otp: Option<u32>,
    }
    let (mut con, key) = (lab.connection(), lab.key("login"));
    let before = Login { name: "a", otp: Some(1) };
    let after = Login { name: "b", ..before.clone() };
    before.as_hash().key(&key).write(&mut con).expect("written");
    let left = |field: &str, con: &mut Connection| {
        run::<[i64; 1]>(con, &["HPTTL", &key, "FIELDS", "1", field])[0]
    };
    let set: Vec<i64> = run(&mut con, &["HPEXPIRE", &key, "100000", "FIELDS", "1", "otp"]);
    assert_eq!(set, [1]);
    let changes = after.changes_from(&before);
    changes.as_hash().key(&key).write(&mut con).expect("written");
    assert!((1..=100_000).contains(&left("otp", &mut con)));
    assert_eq!(left("name", &mut con), -1);
    let minute = Duration::from_secs(60);
    let nothing = after.changes_from(&after);
    for name in ["otp", "name"] {
        let write = nothing.as_hash().key(&key).expire_field(name, minute);
        assert_eq!(write.write(&mut con).expect("written"), Written::Applied);
        assert!((1..=60_000).contains(&left(name, &mut con)), "{name}");
    }
}
