//! `changes_from`: what turns one record into another, and no more.

use std::collections::BTreeMap;

use proptest::prelude::*;
use redis_hashmap::{
    Error, ErrorKind, FromRedisHash, SerdeHash, ToHashValue, ToRedisHash, ValueError, ValueWriter,
    Written, WrittenValue,
};

use super::parse;
use super::shelf::Shelf;

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
struct Inner {
    x: Option<i8>,
    y: f64,
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "r:{id}")]
struct Wide {
    id: u8,
    name: String,
    mail: Option<String>,
    #[redis_hash(absent = "keep")]
    kept: Option<u8>,
    #[redis_hash(flatten(prefix = "in_"))]
    inner: Inner,
    #[redis_hash(json)]
    tags: Vec<u8>,
    #[redis_hash(alias = "older")]
    new: Option<u8>,
    #[redis_hash(extra)]
    rest: BTreeMap<String, u8>,
}

fn wide() -> impl Strategy<Value = Wide> {
    let maybe = || proptest::option::of(0..3_u8);
    let rest = proptest::collection::btree_map("[z][a-c]", 0..2_u8, 0..3);
    (0..2_u8, maybe(), maybe(), maybe(), 0..2_u8, maybe(), rest).prop_map(
        |(name, mail, kept, x, y, new, rest)| Wide {
            id: 1,
            name: name.to_string(),
            mail: mail.map(|n| n.to_string()),
            kept,
            inner: Inner { x: x.map(u8::cast_signed), y: f64::from(y) },
            tags: vec![y],
            new,
            rest,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever two records are, the changes take the hash of one to that of the other, and touch
    /// nothing else.
    #[test]
    fn changes_lead_from_one_to_the_other(before in wide(), after in wide()) {
        let mut shelf = Shelf::default();
        before.write_hash(&mut shelf).unwrap();
        let changes = after.changes_from(&before);
        let written = changes.as_hash().write(&mut shelf).unwrap();
        let kept = after.kept.or(before.kept);
        let expected = Wide { kept, ..after.clone() };
        prop_assert_eq!(Wide::read_hash(&mut shelf, "r:1").unwrap(), Some(expected));
        if after == before {
            prop_assert!(changes.is_empty());
        }
        prop_assert_eq!(written == Written::Nothing, changes.is_empty() || {
            // All that differs is what is kept.
            let kept = Wide { kept: None, ..before.clone() };
            after == kept
        });

        let mut packed = Vec::new();
        after.changes_from(&after).as_hash().encode(&mut packed).unwrap();
        prop_assert!(packed.is_empty());
    }
}

fn asked<R: ToRedisHash + ?Sized>(after: &R, before: &R) -> String {
    let mut packed = Vec::new();
    after.changes_from(before).as_hash().key("k").encode(&mut packed).unwrap();
    let commands = parse(&packed);
    let line = |command: &Vec<Vec<u8>>| String::from_utf8(command.join(&b' ')).unwrap();
    commands.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_more_is_asked_than_differs() {
    let before = Wide {
        id: 1,
        name: "a".into(),
        mail: Some("m".into()),
        kept: Some(1),
        inner: Inner { x: Some(1), y: f64::NAN },
        tags: vec![1],
        new: Some(1),
        rest: BTreeMap::from([("p".into(), 1), ("q".into(), 2)]),
    };
    let with = |change: fn(&mut Wide)| {
        let mut after = before.clone();
        change(&mut after);
        asked(&after, &before)
    };
    assert_eq!(with(|_| {}), "");
    assert_eq!(with(|after| after.name = "b".into()), "HSET k name b");
    assert_eq!(with(|after| after.mail = None), "HDEL k mail");
    assert_eq!(with(|after| after.kept = None), "");
    assert_eq!(with(|after| after.inner.x = None), "HDEL k in_x");
    assert_eq!(with(|after| after.tags.push(2)), "HSET k tags [1,2]");
    // The old name goes with the new one, in both cases.
    assert_eq!(with(|after| after.new = Some(2)), "MULTI\nHSET k new 2\nHDEL k older\nEXEC");
    assert_eq!(with(|after| after.new = None), "HDEL k new older");
    assert_eq!(
        with(|after| {
            after.rest.remove("p");
        }),
        "HDEL k p"
    );
    assert_eq!(
        with(|after| {
            after.rest.insert("o".into(), 3);
        }),
        "HSET k o 3"
    );
    let text = format!("{:?}", before.changes_from(&before));
    assert_eq!(text, "Changes { record: \"Wide\", fields: 0 }");
}

#[test]
fn a_record_that_moved_is_no_change() {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "user:{id}")]
    struct User {
        id: u8,
        name: &'static str,
    }
    let (before, after) = (User { id: 1, name: "a" }, User { id: 2, name: "b" });
    let mut nobody = Shelf::default();
    let error = after.changes_from(&before).write_hash(&mut nobody).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    assert_eq!(
        error.to_string(),
        "`User` has another key than before, by the template \"user:{id}\": write it whole, and delete the old one"
    );
    assert!(nobody.asked.is_empty());
    // Where the key is given, that is the caller's own word.
    assert_eq!(asked(&after, &before), "HSET k id 2 name b");
}

#[test]
fn a_version_and_a_lifetime_go_with_what_differs() {
    #[derive(Clone, ToRedisHash)]
    #[redis_hash(expire = "1m")]
    struct Doc {
        text: &'static str,
        #[redis_hash(version)]
        rev: u64,
    }
    let before = Doc { text: "a", rev: 7 };
    assert_eq!(asked(&before, &before), "");
    let script = asked(&Doc { text: "b", rev: 7 }, &before);
    assert!(script.starts_with("EVAL "), "{script}");
    assert!(script.ends_with(" 1 k   PEXPIRE 60000 rev 7 4 0 text b rev 8"), "{script}");
    // What is asked for by hand counts.
    let mut packed = Vec::new();
    let changes = before.changes_from(&before);
    let second = std::time::Duration::from_secs(1);
    assert_eq!(changes.as_hash().key("k").expire(second).encode(&mut packed).unwrap(), 1);
}

/// As the program sees them: what the write of these changes says.
fn refused<R: ToRedisHash + ?Sized>(after: &R, before: &R) -> String {
    let mut packed = b"before".to_vec();
    let error = after.changes_from(before).as_hash().key("k").encode(&mut packed).unwrap_err();
    assert!(matches!(error, Error::Value(_)), "{error:?}");
    assert_eq!(packed, b"before");
    error.to_string()
}

#[test]
fn what_cannot_be_written_is_said_by_the_write() {
    let words = refused(&[("", "y")][..], &[("a", "x")]);
    assert!(words.contains("empty name"), "{words}");

    struct Never;
    impl ToHashValue for Never {
        fn write_hash_value<'w>(
            &self,
            out: ValueWriter<'w>,
        ) -> Result<WrittenValue<'w>, ValueError> {
            let _half = out.display("half of it")?;
            Err(ValueError::new("never"))
        }
    }
    // It differs from everything, itself included.
    let present = [("a", None), ("b", Some(Never))];
    let words = refused(&present[..], &present[..]);
    assert_eq!(words, "field `b` of `[(name, value)]` at key \"k\" cannot be written: never");
    // What the hash cannot have held is no reason not to write.
    assert_eq!(asked(&[("a", None), ("b", None)][..], &present[..]), "HDEL k b");

    // What serde cannot make a field of, whether it changed or not.
    let nested = BTreeMap::from([("a", vec![1, 2])]);
    let words = refused(&SerdeHash(&nested), &SerdeHash(&nested));
    assert!(words.starts_with("field `a` of `SerdeHash`"), "{words}");
}

/// Every field that the changes do not write is one that `replace` must be told to leave.
#[test]
fn a_replace_leaves_what_did_not_change() {
    #[derive(Clone, ToRedisHash)]
    struct Doc {
        text: &'static str,
        #[redis_hash(alias = "head")]
        title: &'static str,
        #[redis_hash(absent = "keep")]
        kept: Option<u8>,
        gone: Option<u8>,
        #[redis_hash(version)]
        rev: u64,
    }
    let before = Doc { text: "a", title: "t", kept: None, gone: None, rev: 7 };
    let replaced = |after: &Doc| {
        let mut packed = Vec::new();
        let changes = after.changes_from(&before);
        changes.as_hash().key("k").replace().encode(&mut packed).unwrap();
        let [script] = &parse(&packed)[..] else { panic!("one script") };
        let args = script.iter().skip(3).map(|arg| String::from_utf8_lossy(arg));
        args.collect::<Vec<_>>().join(" ")
    };
    // The old name stays with the new one: who has not written the field since may have it there.
    let after = Doc { text: "b", ..before.clone() };
    assert_eq!(replaced(&after), "k replace    rev 7 4 0 text b rev 8 title head kept");
    assert_eq!(replaced(&before), "k replace      0 0 text title head kept rev");
}

#[test]
fn a_field_that_did_not_change_can_be_given_a_lifetime() {
    #[derive(Clone, ToRedisHash)]
    struct Login {
        name: &'static str,
        #[redis_hash(expire = "15m")]
        otp: Option<u32>,
        #[redis_hash(version)]
        rev: u64,
    }
    let before = Login { name: "a", otp: Some(1), rev: 1 };
    let minute = std::time::Duration::from_secs(60);
    let asked = |after: &Login, field: &str| {
        let changes = after.changes_from(&before);
        let mut packed = Vec::new();
        changes.as_hash().key("k").expire_field(field, minute).encode(&mut packed).map(|_| {
            let args = parse(&packed).remove(0).split_off(3);
            String::from_utf8(args.join(&b' ')).unwrap()
        })
    };
    assert_eq!(asked(&before, "otp").unwrap(), "k       0 2 otp 60000");
    let after = Login { name: "b", ..before.clone() };
    assert_eq!(asked(&after, "otp").unwrap(), "k     rev 1 4 2 name b rev 2 otp 60000");
    assert_eq!(asked(&after, "name").unwrap(), "k     rev 1 4 2 name b rev 2 name 60000");
    // As of a whole record: the version lives as long as it does, and nobody has this one.
    for none in ["rev", "nobody"] {
        assert_eq!(asked(&before, none).unwrap_err().kind(), ErrorKind::Value);
    }
    // Nothing that did not change is given the lifetime that the struct has for it.
    let mut packed = Vec::new();
    assert_eq!(before.changes_from(&before).as_hash().key("k").encode(&mut packed).unwrap(), 0);
}
