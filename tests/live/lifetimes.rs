//! Fields with a lifetime of their own: Redis knows them from 7.4, Valkey from 9.0.

use std::time::Duration;

use redis::Connection;
use redis_hashmap::__private::{Field, FieldVisitor, Record};
use redis_hashmap::{Absent, Effect, ErrorKind, Exists, ToRedisHash, Written};
use redis_hashmap_tests::servers::{Flavour, ServerBinary};

use crate::lab::{Case, Lab, await_that, info_field, is_before, run};
use crate::state::{Fields, Snapshot, assert_failed, assert_ttl, fields, ttl};
use crate::way::Way;

pub(crate) fn cases(binary: &ServerBinary) -> Vec<Case> {
    if knows_lifetimes(binary) {
        vec![
            Case::new("lifetime_fields_are_gone_on_time", gone_on_time),
            Case::new("lifetime_a_rewrite_renews", rewrite_renews),
            Case::new("lifetime_is_counted_as_no_error", counted_as_no_error),
            Case::new("lifetime_with_every_other_option", with_options),
            Case::new("lifetime_on_another_type", another_type),
            Case::new("lifetime_of_thousands_of_fields", thousands),
        ]
    } else {
        vec![Case::new("lifetime_unsupported_and_nothing_written", unsupported)]
    }
}

pub(crate) fn knows_lifetimes(binary: &ServerBinary) -> bool {
    match binary.flavour {
        Flavour::Redis => !is_before(binary, 7, 4),
        Flavour::Valkey => binary.version.major >= 9,
    }
}

/// A session: its one-time code is over soon, its token later, its user never.
struct Session {
    user: Option<&'static str>,
    code: Option<&'static str>,
    token: Option<&'static str>,
    code_ms: u64,
}

const TOKEN_MS: u64 = 900_000;

impl ToRedisHash for Session {
    const RECORD: Record = Record::new("Session");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visitor.field(Field::new("user", b"$4\r\nuser\r\n"), self.user);
        visitor.field(Field::new("code", b"$4\r\ncode\r\n").expire_ms(self.code_ms), self.code);
        let token = Field::new("token", b"$5\r\ntoken\r\n").keep().expire_ms(TOKEN_MS);
        visitor.field(token, self.token);
    }
}

impl Session {
    fn new(code_ms: u64) -> Self {
        Self {
            user: Some("canary Ada"),
            code: Some("canary 123"),
            token: Some("canary t"),
            code_ms,
        }
    }
}

fn all() -> Fields {
    [("user", "canary Ada"), ("code", "canary 123"), ("token", "canary t")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn without_code() -> Fields {
    let mut all = all();
    all.remove("code");
    all
}

/// The milliseconds that a field has left: -1 for good, -2 where there is none.
fn left(con: &mut Connection, key: &str, field: &str) -> i64 {
    let [left]: [i64; 1] = run(con, &["HPTTL", key, "FIELDS", "1", field]);
    left
}

#[track_caller]
fn assert_left(con: &mut Connection, key: &str, field: &str, expected: u64) {
    let (left, expected) = (left(con, key, field), i64::try_from(expected).expect("short"));
    assert!(left <= expected && left > expected - 60_000, "{field}: {left} of {expected}");
}

fn gone_on_time(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("session");
    for mut way in Way::both(lab) {
        let () = run(&mut reader, &["DEL", &key]);
        let () = run(&mut reader, &["HSET", &key, "other", "stays"]);
        let session = Session::new(50);
        let written = way.write(&session.as_hash().key(&key)).expect("written");
        assert_eq!(written, Written::Applied);
        // Not until HPTTL says so: in the very last millisecond that is before HGETALL does (8.2).
        await_that("the code is gone", || !fields(&mut reader, &key).contains_key("code"));
        let mut expected = without_code();
        expected.insert("other".into(), "stays".into());
        assert_eq!(fields(&mut reader, &key), expected);
        assert_left(&mut reader, &key, "token", TOKEN_MS);
        for forever in ["user", "other"] {
            assert_eq!(left(&mut reader, &key, forever), -1, "{forever}");
        }
        assert_eq!(ttl(&mut reader, &key), -1, "the key's own time is another");

        // The same for one write, of a field that otherwise lives as long as its key.
        let briefly = session.as_hash().key(&key).expire_field("user", Duration::from_millis(50));
        way.write(&briefly).expect("written");
        await_that("the user is gone", || left(&mut reader, &key, "user") == -2);
        assert_left(&mut reader, &key, "token", TOKEN_MS);

        // A hash of nothing else is no key any more.
        let () = run(&mut reader, &["DEL", &key]);
        let code = Session { user: None, token: None, ..Session::new(50) };
        way.write(&code.as_hash().key(&key)).expect("written");
        await_that("the hash is gone", || !run::<bool>(&mut reader, &["EXISTS", &key]));
    }
}

fn rewrite_renews(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("session");
    for mut way in Way::both(lab) {
        let () = run(&mut reader, &["DEL", &key]);
        let mut last = 0;
        for code_ms in [100_000, 400_000, 200_000] {
            way.write(&Session::new(code_ms).as_hash().key(&key)).expect("written");
            assert_left(&mut reader, &key, "code", code_ms);
            assert_left(&mut reader, &key, "token", TOKEN_MS);
            assert_eq!(fields(&mut reader, &key), all());
            assert_ne!(left(&mut reader, &key, "code"), last);
            last = left(&mut reader, &key, "code");
        }
        // A field that a write leaves alone keeps its time; one that it deletes is gone.
        let () = run(&mut reader, &["HPEXPIRE", &key, "500000", "FIELDS", "1", "token"]);
        let user = Session { code: None, token: None, ..Session::new(1) };
        way.write(&user.as_hash().key(&key)).expect("written");
        assert_left(&mut reader, &key, "token", 500_000);
        assert_eq!(fields(&mut reader, &key), without_code());
        // Nor do those that keep everything, and are no script at all, touch it.
        way.write(&user.as_hash().key(&key).absent(Absent::Keep)).expect("written");
        assert_left(&mut reader, &key, "token", 500_000);
        // Whatever somebody else made of it, a rewrite puts right.
        for command in ["HPERSIST", "HSET"] {
            match command {
                "HSET" => run(&mut reader, &["HSET", &key, "token", "theirs"]),
                _ => {
                    let _: Vec<i64> = run(&mut reader, &[command, &key, "FIELDS", "1", "token"]);
                }
            }
            assert_eq!(left(&mut reader, &key, "token"), -1);
            way.write(&Session::new(100_000).as_hash().key(&key)).expect("written");
            assert_left(&mut reader, &key, "token", TOKEN_MS);
        }
    }
}

fn with_options(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("session");
    let expire = std::time::Duration::from_secs(2000);
    for mut way in Way::both(lab) {
        for replace in [false, true] {
            for exists in [None, Some(Exists::Yes), Some(Exists::No)] {
                let () = run(&mut reader, &["DEL", &key]);
                if exists != Some(Exists::No) {
                    let () = run(&mut reader, &["HSET", &key, "other", "there"]);
                }
                let session = Session::new(300_000);
                let mut write = session.as_hash().key(&key).expire(expire);
                if replace {
                    write = write.replace();
                }
                if let Some(exists) = exists {
                    write = write.only_if(exists);
                }
                assert_eq!(way.write(&write).expect("written"), Written::Applied);
                let mut expected = all();
                if !replace && exists != Some(Exists::No) {
                    expected.insert("other".into(), "there".into());
                }
                assert_eq!(fields(&mut reader, &key), expected, "{replace} {exists:?}");
                assert_left(&mut reader, &key, "code", 300_000);
                assert_ttl(&mut reader, &key, expire);

                // Refused, it leaves every lifetime as it is.
                let session = Session::new(1);
                let refused = session.as_hash().key(&key).only_if(Exists::No);
                assert_eq!(way.write(&refused).expect("asked"), Written::Refused);
                assert_left(&mut reader, &key, "code", 300_000);
            }
        }
    }
}

/// Whoever is woken by `total_error_replies` is not woken by us.
fn counted_as_no_error(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    // The script is not there yet: one NOSCRIPT.
    Session::new(50).as_hash().key("k").write(&mut con).expect("written");
    let before = info_field(&mut con, "stats", "total_error_replies");
    for _ in 0..10 {
        Session::new(50).as_hash().key("k").write(&mut con).expect("written");
    }
    assert_eq!(info_field(&mut con, "stats", "total_error_replies"), before);
}

fn another_type(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("text");
    let () = run(&mut reader, &["SET", &key, "a string", "EX", "1000"]);
    let foreign = Snapshot::of(&mut reader, &key);
    for mut way in Way::both(lab) {
        let outcome = way.write(&Session::new(1).as_hash().key(&key));
        assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, &way);
        foreign.assert_same(&mut reader, &way);
    }
}

/// More than Lua unpacks at once, of many lifetimes.
fn thousands(lab: &Lab) {
    struct Wide(Vec<(String, u64)>);

    impl ToRedisHash for Wide {
        const RECORD: Record = Record::new("Wide");

        fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
            for (name, ms) in &self.0 {
                let packed = format!("${}\r\n{name}\r\n", name.len());
                let field = Field::new(name, packed.as_bytes()).expire_ms(*ms);
                visitor.field(field, Some(name.as_str()));
            }
        }
    }

    let mut con = lab.connection();
    let key = lab.key("wide");
    for width in [3_999, 4_000, 4_001, 9_001] {
        let fields = (0..width).map(|n| (format!("f{n}"), [0, 500_000, 900_000][n % 3]));
        let wide = Wide(fields.collect());
        let () = run(&mut con, &["DEL", &key]);
        wide.as_hash().key(&key).write(&mut con).expect("written");
        assert_eq!(crate::state::fields(&mut con, &key).len(), width);
        for n in [0, 1, 2, width / 2, width - 3, width - 2, width - 1] {
            let (name, ms) = &wide.0[n];
            match ms {
                0 => assert_eq!(left(&mut con, &key, name), -1, "{name}"),
                ms => assert_left(&mut con, &key, name, *ms),
            }
        }
    }
}

fn unsupported(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("session");
    let () = run(&mut reader, &["HSET", &key, "user", "before"]);
    let untouched = Snapshot::of(&mut reader, &key);
    let nobody = lab.key("nobody");
    for mut way in Way::both(lab) {
        for key in [&key, &nobody] {
            for replace in [false, true] {
                let session = Session::new(1);
                let write = session.as_hash().key(key);
                let write = if replace { write.replace() } else { write };
                let outcome = way.write(&write);
                let error = assert_failed(outcome, ErrorKind::Unsupported, Effect::Rejected, &way);
                assert!(!error.is_retryable() && !error.is_connection(), "{error}");
                way.assert_in_step("unsupported");
            }
        }
        untouched.assert_same(&mut reader, &way);
        assert_eq!(ttl(&mut reader, &nobody), -2);
        // Where no field that has one is present, no lifetime is asked for.
        let user = Session { code: None, token: None, ..Session::new(1) };
        way.write(&user.as_hash().key(&nobody)).expect("written");
        let () = run(&mut reader, &["DEL", &nobody]);
    }
}
