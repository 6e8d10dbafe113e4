//! What a key holds, and that it still does; and that an error says nothing of a value.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::{Debug, Display, Write as _};

use redis::ConnectionLike;
use redis_hashmap::{Effect, Error, ErrorKind, Written};

use crate::lab::run;
use crate::shapes::{BEFORE, CANARY};

pub(crate) type Fields = BTreeMap<String, String>;

/// Reads a hash of texts, with the plainest of commands.
pub(crate) fn fields(con: &mut impl ConnectionLike, key: &str) -> Fields {
    run(con, &["HGETALL", key])
}

/// The hash that the [shapes](crate::shapes::Shape) are written to.
pub(crate) fn before() -> Fields {
    BEFORE.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Puts [`before`] at this key, and nothing else; with a time to live in seconds, or 0 for none.
pub(crate) fn put_before(con: &mut impl ConnectionLike, key: &str, ttl: u32) {
    let () = run(con, &["DEL", key]);
    for (name, value) in BEFORE {
        let () = run(con, &["HSET", key, name, value]);
    }
    if ttl > 0 {
        let () = run(con, &["EXPIRE", key, &ttl.to_string()]);
    }
}

/// The milliseconds that a key has left: -1 for good, -2 where there is no key.
pub(crate) fn ttl(con: &mut impl ConnectionLike, key: &str) -> i64 {
    run(con, &["PTTL", key])
}

/// Has this time to live, set a moment ago.
pub(crate) fn assert_ttl(con: &mut impl ConnectionLike, key: &str, expected: std::time::Duration) {
    let (left, expected) = (ttl(con, key), i64::try_from(expected.as_millis()).expect("short"));
    assert!(
        left <= expected && left > expected - 60_000,
        "{left} ms are left of {expected} at {key}"
    );
}

/// A key of any type, to the byte, and its time to live.
#[derive(Debug)]
pub(crate) struct Snapshot {
    key: String,
    dump: Option<Vec<u8>>,
    ttl: i64,
}

impl Snapshot {
    pub(crate) fn of(con: &mut impl ConnectionLike, key: &str) -> Self {
        Self { key: key.to_owned(), dump: run(con, &["DUMP", key]), ttl: ttl(con, key) }
    }

    /// The key is as it was: only its time has gone on.
    pub(crate) fn assert_same(&self, con: &mut impl ConnectionLike, what: impl Debug) {
        let now = Self::of(con, &self.key);
        assert_eq!(now.dump, self.dump, "{what:?}: the content of {}", self.key);
        let aged = if self.ttl < 0 { 0..=0 } else { 0..=60_000 };
        assert!(
            aged.contains(&(self.ttl - now.ttl)),
            "{what:?}: {} had {} ms left, and now {}",
            self.key,
            self.ttl,
            now.ttl
        );
    }
}

/// The write failed in this way, and its error keeps the record's values to itself.
#[track_caller]
pub(crate) fn assert_failed(
    outcome: Result<Written, Error>,
    kind: ErrorKind,
    effect: Effect,
    what: impl Debug,
) -> Error {
    let error = outcome.expect_err(&format!("{what:?} should have failed"));
    let told = told(&error);
    assert_eq!((error.kind(), error.effect()), (kind, effect), "{what:?}:\n{told}");
    error
}

/// All that an error says of itself, in every form, its whole chain. Fails where that has a value
/// in it.
#[track_caller]
pub(crate) fn told(error: &Error) -> String {
    fn all_forms(out: &mut String, error: &(impl Display + Debug + ?Sized)) {
        writeln!(out, "{error}\n{error:?}\n{error:#}\n{error:#?}").expect("a string takes all");
    }
    let mut told = String::new();
    all_forms(&mut told, error);
    all_forms(&mut told, error.code().unwrap_or_default());
    if let Some(error) = error.redis_error() {
        all_forms(&mut told, error);
        all_forms(&mut told, error.detail().unwrap_or_default());
    }
    let mut source = error.source();
    while let Some(error) = source {
        all_forms(&mut told, error);
        source = error.source();
    }
    assert!(!told.contains(CANARY), "an error tells a value:\n{told}");
    told
}
