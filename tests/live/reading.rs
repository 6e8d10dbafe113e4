//! Law 1: what is written is read, on every server, in both protocols, waited for and awaited.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZero, Wrapping};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redis::Commands;
use redis_hashmap::{
    ErrorKind, FromHashValue, FromRedisHash, IfFound, KeySegment, ToHashValue, ToRedisHash, Written,
};

use crate::lab::{Case, Lab, block_on, run};
use crate::state::fields;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("law1_every_type_comes_back", every_type),
        Case::new("law1_records_at_random", at_random),
        Case::new("law1_floats_bit_for_bit", floats),
        Case::new("law1_bytes_and_names_of_every_kind", bytes),
        Case::new("reading_what_is_not_there", not_there),
        Case::new("reading_by_the_commands_of_redis", redis_traits),
        Case::new("reading_a_struct_that_has_changed", evolution),
        Case::new("changes_only", changes),
        Case::new("changes_of_a_version", changes_of_a_version),
    ]
}

#[derive(Debug, Clone, PartialEq, ToHashValue, FromHashValue, KeySegment)]
#[redis_hash(rename_all = "kebab-case")]
enum Plan {
    Free,
    TeamAnnual,
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
struct Inner {
    a: Option<u8>,
    b: String,
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "{place}:{plan}:{n}")]
struct Every {
    #[redis_hash(skip)]
    place: String,
    plan: Plan,
    #[redis_hash(skip)]
    n: i64,
    text: String,
    letter: char,
    shared: Arc<str>,
    cow: Cow<'static, str>,
    u8: u8,
    u64: u64,
    u128: u128,
    i64: i64,
    i128: i128,
    some: NonZero<i16>,
    wrapping: Wrapping<u16>,
    f32: f32,
    f64: f64,
    bool: bool,
    bytes: Vec<u8>,
    array: [u8; 4],
    buf: bytes::Bytes,
    duration: Duration,
    when: SystemTime,
    ip: IpAddr,
    socket: SocketAddr,
    path: PathBuf,
    uuid: uuid::Uuid,
    decimal: rust_decimal::Decimal,
    chrono: chrono::DateTime<chrono::Utc>,
    jiff: jiff::Timestamp,
    time: time::OffsetDateTime,
    maybe: Option<i32>,
    nothing: Option<String>,
    #[redis_hash(json)]
    tags: Vec<String>,
    #[redis_hash(flatten(prefix = "in_"))]
    inner: Inner,
}

fn every(place: String) -> Every {
    Every {
        place,
        plan: Plan::TeamAnnual,
        n: -3,
        text: "Ada\r\n\u{1f980}".into(),
        letter: 'é',
        shared: "".into(),
        cow: "cow".into(),
        u8: u8::MAX,
        u64: u64::MAX,
        u128: u128::MAX,
        i64: i64::MIN,
        i128: i128::MIN,
        some: NonZero::new(-1).expect("some"),
        wrapping: Wrapping(7),
        f32: f32::MIN_POSITIVE,
        f64: -0.0,
        bool: true,
        bytes: (0..=255).collect(),
        array: [0, 255, 13, 10],
        buf: bytes::Bytes::from_static(b"\0"),
        duration: Duration::new(1, 1),
        when: UNIX_EPOCH - Duration::from_nanos(1),
        ip: "::1".parse().expect("an address"),
        socket: "127.0.0.1:80".parse().expect("an address"),
        path: "/etc/hosts".into(),
        uuid: uuid::Uuid::from_u128(7),
        decimal: rust_decimal::Decimal::new(110, 2),
        chrono: chrono::DateTime::from_timestamp(1, 5).expect("a time"),
        jiff: jiff::Timestamp::new(1, 5).expect("a time"),
        time: time::OffsetDateTime::UNIX_EPOCH,
        maybe: Some(-1),
        nothing: None,
        tags: vec!["a".into()],
        inner: Inner { a: None, b: String::new() },
    }
}

fn every_type(lab: &Lab) {
    let mut con = lab.connection();
    let record = every(lab.key("every").replace(':', "-"));
    record.write_hash(&mut con).expect("written");
    let key = Every::hash_key(&record.place, &record.plan, record.n).expect("a key");
    let read = Every::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(read, record);
    assert!(read.f64.is_sign_negative());
    block_on(async {
        let mut con = lab.multiplexed().await;
        let read = Every::read_hash_async(&mut con, &key).await.expect("read");
        assert_eq!(read.as_ref(), Some(&record));
    });
    assert!(Every::delete_hash(&mut con, &key).expect("deleted"));
    assert_eq!(Every::read_hash(&mut con, &key).expect("read"), None);
}

fn at_random(lab: &Lab) {
    let con = RefCell::new(lab.connection());
    let key = lab.key("random").replace(':', "-");
    let any = (
        any::<(u64, i128, String, char)>(),
        any::<(Vec<u8>, [u8; 4], bool, f32)>(),
        any::<(Option<i32>, Vec<String>, Option<u8>, Duration)>(),
    );
    let mut runner =
        TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(
        &any,
        |((u64, i128, text, letter), (bytes, array, bool, f32), (maybe, tags, a, duration))| {
            let inner = Inner { a, b: text.clone() };
            let mut record = every(key.clone());
            (record.u64, record.i128, record.text, record.letter) = (u64, i128, text, letter);
            (record.bytes, record.array, record.bool, record.f32) = (bytes, array, bool, f32);
            (record.maybe, record.tags, record.duration) = (maybe, tags, duration);
            record.inner = inner;
            let con = &mut *con.borrow_mut();
            record.write_hash(con).expect("written");
            let read = Every::read_hash(con, Every::hash_key(&key, Plan::TeamAnnual, -3));
            let read = read.expect("read").expect("there");
            prop_assert_eq!(read.f32.to_bits(), f32.to_bits());
            if f32.is_nan() {
                return Ok(());
            }
            prop_assert_eq!(read, record);
            Ok(())
        },
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn floats(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("floats"));
    let mut random = fastrand::Rng::with_seed(7);
    let map: BTreeMap<String, f64> =
        (0..50_000).map(|n| (n.to_string(), f64::from_bits(random.u64(..)))).collect();
    map.as_hash().key(&key).write(&mut con).expect("written");
    let read = BTreeMap::<String, f64>::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(read.len(), map.len());
    for (name, x) in map {
        let y = read[&name];
        assert!(x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan(), "{x} {y}");
    }
}

fn bytes(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("bytes"));
    let map: BTreeMap<String, Vec<u8>> =
        (0..=255_u8).map(|n| (char::from(n).to_string(), vec![n; usize::from(n)])).collect();
    map.as_hash().key(&key).write(&mut con).expect("written");
    let read = BTreeMap::<String, Vec<u8>>::read_hash(&mut con, &key).expect("read");
    assert_eq!(read, Some(map));
}

fn not_there(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("hash"));
    assert_eq!(Inner::read_hash(&mut con, &key).expect("read"), None);
    let _: i64 = run(&mut con, &["HSET", &key, "other", "1"]);
    // Of the record, nothing is there.
    assert_eq!(Inner::read_hash(&mut con, &key).expect("read"), None);
    let _: i64 = run(&mut con, &["HSET", &key, "a", "1"]);
    let error = Inner::read_hash(&mut con, &key).expect_err("`b` is missing");
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert_eq!(
        error.to_string(),
        format!("field `b` of `Inner` at key {key:?} is missing in the hash")
    );
    let _: i64 = run(&mut con, &["HSET", &key, "a", "canary", "b", ""]);
    let error = Inner::read_hash(&mut con, &key).expect_err("`a` is no number");
    assert!(!format!("{error:?}").contains("canary"));
    assert!(error.to_string().ends_with("it is not a `u8` (0 to 255)"), "{error}");
    let text = lab.key("text");
    let () = run(&mut con, &["SET", &text, "x"]);
    let error = Inner::read_hash(&mut con, &text).expect_err("no hash");
    assert_eq!((error.kind(), error.code()), (ErrorKind::WrongType, Some("WRONGTYPE")));
    // The connection is in step.
    assert_eq!(Inner::read_hash(&mut con, lab.key("nobody")).expect("read"), None);
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(redis_traits)]
struct Traits {
    id: u8,
    mail: Option<String>,
    #[redis_hash(flatten(prefix = "in_"))]
    inner: Inner,
}

fn redis_traits(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("hash"));
    let record = Traits { id: 1, mail: None, inner: Inner { a: Some(2), b: "x".into() } };
    redis::cmd("HSET").arg(&key).arg(&record).exec(&mut con).expect("set");
    assert_eq!(con.hgetall::<_, Traits>(&key).expect("read"), record);
    assert_eq!(con.hgetall::<_, Option<Traits>>(&key).expect("read").as_ref(), Some(&record));
    assert_eq!(con.hgetall::<_, IfFound<Traits>>(&key).expect("read"), IfFound(Some(record)));
    let nobody = lab.key("nobody");
    assert_eq!(con.hgetall::<_, IfFound<Traits>>(&nobody).expect("read"), IfFound(None));
    let error = con.hgetall::<_, Traits>(&nobody).expect_err("nobody");
    assert!(error.to_string().contains("there is no hash at that key"), "{error}");
}

fn evolution(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Old {
        mail: &'static str,
        age: &'static str,
        gone: u8,
    }
    #[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
    struct New {
        #[redis_hash(alias = "mail")]
        email: String,
        #[redis_hash(default)]
        visits: u64,
        note: Option<String>,
    }
    #[derive(Debug, FromRedisHash)]
    #[redis_hash(deny_unknown_fields)]
    struct Denying {
        #[redis_hash(rename = "mail")]
        _mail: String,
        #[redis_hash(rename = "age")]
        _age: String,
    }
    #[derive(Debug, FromRedisHash)]
    struct Retyped {
        #[redis_hash(rename = "age")]
        _age: u8,
    }
    let (mut con, key) = (lab.connection(), lab.key("hash"));
    let old = Old { mail: "a@b.c", age: "old", gone: 1 };
    old.as_hash().key(&key).write(&mut con).expect("written");
    let new = New::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(new, New { email: "a@b.c".into(), visits: 0, note: None });
    let error = Denying::read_hash(&mut con, &key).expect_err("`gone` is one too many");
    assert_eq!(error.kind(), ErrorKind::Undeclared);
    assert!(error.to_string().starts_with("field `gone` of `Denying`"), "{error}");
    let error = Retyped::read_hash(&mut con, &key).expect_err("`age` is another type");
    assert!(error.to_string().ends_with("it is not a `u8` (0 to 255)"), "{error}");
    new.as_hash().key(&key).write(&mut con).expect("written");
    let names: Vec<String> = fields(&mut con, &key).into_keys().collect();
    assert_eq!(names, ["age", "email", "gone", "visits"]);
    assert_eq!(New::read_hash(&mut con, &key).expect("read"), Some(new));
}

fn changes(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("hash"));
    let before = Inner { a: Some(1), b: "x".into() };
    before.as_hash().key(&key).write(&mut con).expect("written");
    let _: i64 = run(&mut con, &["HSET", &key, "a", "7", "other", "1"]);
    // `a` is not touched: it did not change here.
    let after = Inner { b: "y".into(), ..before.clone() };
    let written = after.changes_from(&before).as_hash().key(&key).write(&mut con).expect("written");
    assert_eq!(written, Written::Applied);
    let read = Inner::read_hash(&mut con, &key).expect("read");
    assert_eq!(read, Some(Inner { a: Some(7), b: "y".into() }));
    let none = Inner { a: None, ..after.clone() };
    block_on(async {
        let mut con = lab.multiplexed().await;
        let changes = none.changes_from(&after);
        changes.as_hash().key(&key).write_async(&mut con).await.expect("written");
    });
    assert_eq!(Inner::read_hash(&mut con, &key).expect("read").as_ref(), Some(&none));
    assert_eq!(fields(&mut con, &key).len(), 2);
    let mut nobody = redis::Client::open("unix:///nowhere/at/all").expect("a client");
    let written = none.changes_from(&none).as_hash().key(&key).write(&mut nobody);
    assert_eq!(written.expect("nothing to send"), Written::Nothing);
}

fn changes_of_a_version(lab: &Lab) {
    #[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
    struct Doc {
        text: String,
        title: String,
        #[redis_hash(version)]
        rev: u64,
    }
    let (mut con, key) = (lab.connection(), lab.key("doc"));
    let new = Doc { text: "a".into(), title: "t".into(), rev: 0 };
    new.as_hash().key(&key).write(&mut con).expect("written");
    let read = Doc::read_hash(&mut con, &key).expect("read").expect("there");
    assert_eq!(read.rev, 1);
    let after = Doc { text: "b".into(), ..read.clone() };
    let changes = after.changes_from(&read);
    assert_eq!(changes.as_hash().key(&key).write(&mut con).expect("written"), Written::Applied);
    assert_eq!(
        Doc::read_hash(&mut con, &key).expect("read"),
        Some(Doc { rev: 2, ..after.clone() })
    );
    // The second time it is another version.
    assert_eq!(changes.as_hash().key(&key).write(&mut con).expect("answered"), Written::Refused);
}
