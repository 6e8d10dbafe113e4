//! Lifetimes of fields and of the key, and versions: in the arguments of the one script.

use std::time::Duration;

use redis_hashmap::{Absent, ErrorKind, Exists, ToRedisHash};

use super::parse;

/// What a script is given after its source: `1`, the key, and what `write.lua` says. As text, an
/// empty argument a `-`.
fn arguments<R: ToRedisHash>(record: &R) -> String {
    let mut packed = Vec::new();
    assert_eq!(record.as_hash().key("k").encode(&mut packed).unwrap(), 1);
    shown(&packed)
}

fn shown(packed: &[u8]) -> String {
    let commands = parse(packed);
    let [command] = &commands[..] else { panic!("{} commands", commands.len()) };
    assert_eq!(command[0], b"EVAL");
    let text = |arg: &Vec<u8>| {
        let text = String::from_utf8(arg.clone()).unwrap();
        if text.is_empty() { "-".to_owned() } else { text }
    };
    command[2..].iter().map(text).collect::<Vec<_>>().join(" ")
}

mod hex {
    use redis_hashmap::{ValueError, ValueWriter, WrittenValue};

    #[allow(clippy::trivially_copy_pass_by_ref)] // as the derive calls it
    pub(super) fn to_hash_value<'w>(
        n: &u32,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        out.display(format_args!("{n:x}"))
    }
}

#[derive(ToRedisHash)]
struct Mortal {
    id: u8,
    #[redis_hash(expire = "15m")]
    otp: Option<u32>,
    #[redis_hash(expire = "1h30m", rename = "r", json)]
    roles: Vec<u8>,
    #[redis_hash(display, expire = "500ms", absent = "delete")]
    ip: Option<std::net::Ipv4Addr>,
    #[redis_hash(with = "hex", expire = "1s", skip_if = "is_zero")]
    colour: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as the derive calls it
fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[test]
fn a_lifetime_stands_with_its_field() {
    let full =
        Mortal { id: 1, otp: Some(7), roles: vec![2], ip: Some([1, 2, 3, 4].into()), colour: 255 };
    assert_eq!(
        arguments(&full),
        "1 k - - - - - - 10 8 id 1 otp 7 r [2] ip 1.2.3.4 colour ff \
         otp 900000 r 5400000 ip 500 colour 1000"
    );
    // What is absent is deleted, and its lifetime with it.
    let sparse = Mortal { id: 1, otp: None, roles: vec![], ip: None, colour: 0 };
    assert_eq!(arguments(&sparse), "1 k - - - - - - 4 2 id 1 r [] r 5400000 otp ip colour");
}

/// Without one that is present, the write is as cheap as any other.
#[test]
fn no_lifetime_no_script() {
    #[derive(ToRedisHash)]
    struct Login {
        id: u8,
        #[redis_hash(expire = "15m")]
        otp: Option<u32>,
    }
    assert_eq!(super::text(&Login { id: 1, otp: None }), "MULTI\nHSET k id 1\nHDEL k otp\nEXEC");
    let mut packed = Vec::new();
    let write = Login { id: 1, otp: Some(2) };
    write.as_hash().key("k").absent(Absent::Keep).replace().encode(&mut packed).unwrap();
    assert_eq!(shown(&packed), "1 k replace - - - - - 4 2 id 1 otp 2 otp 900000");
}

#[test]
fn a_lifetime_of_a_flattened_field_has_its_prefix() {
    #[derive(ToRedisHash)]
    struct Code {
        #[redis_hash(expire = "15m")]
        otp: Option<u32>,
    }
    #[derive(ToRedisHash)]
    struct User {
        id: u8,
        #[redis_hash(flatten(prefix = "mail_"))]
        mail: Code,
        #[redis_hash(flatten)]
        phone: Code,
    }
    let user = User { id: 1, mail: Code { otp: Some(2) }, phone: Code { otp: None } };
    assert_eq!(arguments(&user), "1 k - - - - - - 4 2 id 1 mail_otp 2 mail_otp 900000 otp");
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "UPPERCASE", absent = "keep", expire = "1s")]
struct Doc<V> {
    id: u8,
    #[redis_hash(version)]
    rev: V,
    text: Option<&'static str>,
}

#[test]
fn the_version_that_was_read_and_the_one_that_is_written() {
    fn doc<V>(rev: V) -> Doc<V> {
        Doc { id: 1, rev, text: None }
    }
    let expected = "1 k - - PEXPIRE 1000 REV - 4 0 ID 1 REV 1";
    assert_eq!(arguments(&doc(0_u64)), expected);
    assert_eq!(arguments(&doc(0_u32)), expected);
    let expected = "1 k - - PEXPIRE 1000 REV 41 4 0 ID 1 REV 42";
    assert_eq!(arguments(&doc(41_u32)), expected);
    assert_eq!(arguments(&doc(41_u64)), expected);

    // The last is one, but cannot be raised.
    let last = arguments(&doc(u64::MAX - 1));
    assert!(last.ends_with("REV 18446744073709551614 4 0 ID 1 REV 18446744073709551615"), "{last}");
    let last = arguments(&doc(u32::MAX - 1));
    assert!(last.ends_with("REV 4294967294 4 0 ID 1 REV 4294967295"), "{last}");
}

#[test]
fn the_last_version_is_an_error_of_its_field() {
    fn refused<V>(rev: V) -> String
    where
        Doc<V>: ToRedisHash,
    {
        let mut packed = b"before".to_vec();
        let doc = Doc { id: 1, rev, text: None };
        let error = doc.as_hash().key("k").encode(&mut packed).unwrap_err();
        assert_eq!((error.kind(), &packed[..]), (ErrorKind::Value, &b"before"[..]));
        error.to_string()
    }
    for error in [refused(u64::MAX), refused(u32::MAX)] {
        assert!(error.starts_with("field `REV` of `Doc` at key \"k\""), "{error}");
    }
    // Not yet the last of a wider type.
    assert!(
        arguments(&Doc { id: 1, rev: u64::from(u32::MAX), text: None }).ends_with("4294967296")
    );
}

#[test]
fn a_record_of_a_version_only() {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{name}")]
    struct Counter {
        #[redis_hash(skip)]
        name: &'static str,
        #[redis_hash(version, rename = "n")]
        rev: u32,
    }
    let mut packed = Vec::new();
    let counter = Counter { name: "c", rev: 3 };
    counter.as_hash().only_if(Exists::Yes).replace().encode(&mut packed).unwrap();
    assert_eq!(shown(&packed), "1 c replace exists - - n 3 2 0 n 4");
}

#[test]
fn a_key_that_lives_for_ever() {
    #[derive(ToRedisHash)]
    #[redis_hash(persist)]
    struct User {
        id: u8,
        #[redis_hash(expire = "1w")]
        token: u8,
        #[redis_hash(version)]
        rev: u64,
    }
    let user = User { id: 1, token: 2, rev: 0 };
    let rest = "rev - 6 2 id 1 token 2 rev 1 token 604800000";
    assert_eq!(arguments(&user), format!("1 k - - PERSIST - {rest}"));

    // The builder's comes before the struct's.
    let mut packed = Vec::new();
    let write = user.as_hash().key("k").expire(Duration::from_secs(1));
    write.encode(&mut packed).unwrap();
    assert_eq!(shown(&packed), format!("1 k - - PEXPIRE 1000 {rest}"));
}

#[test]
fn a_lifetime_for_one_write() {
    #[derive(ToRedisHash)]
    struct Inner {
        code: Option<u8>,
    }
    #[derive(ToRedisHash)]
    struct Login {
        id: u8,
        #[redis_hash(expire = "1s")]
        token: u8,
        #[redis_hash(flatten(prefix = "sms_"))]
        inner: Inner,
        #[redis_hash(version)]
        rev: u64,
    }
    let login = Login { id: 1, token: 2, inner: Inner { code: Some(3) }, rev: 0 };
    let expire = |name, time| {
        let mut packed = b"before".to_vec();
        let write = login.as_hash().key("k").expire_field(name, time);
        let outcome = write.encode(&mut packed);
        assert_eq!(outcome.is_err(), packed == b"before");
        outcome.map(|_| shown(&packed[b"before".len()..]))
    };
    let second = Duration::from_secs(1);
    let pairs = "id 1 token 2 sms_code 3 rev 1";
    let packed = expire("sms_code", second * 2).unwrap();
    assert_eq!(packed, format!("1 k - - - - rev - 8 4 {pairs} token 1000 sms_code 2000"));
    // What is given here comes before what the struct says.
    let packed = expire("token", second * 3).unwrap();
    assert_eq!(packed, format!("1 k - - - - rev - 8 2 {pairs} token 3000"));

    for unknown in ["code", "sms_", "sms_code2", "", "rev"] {
        let error = expire(unknown, second).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value);
        assert!(error.to_string().ends_with("is no field of the record, and has no lifetime"));
    }
    let kind = |time| expire("id", time).unwrap_err().kind();
    assert_eq!(kind(Duration::ZERO), ErrorKind::Expire);
    assert_eq!(kind(Duration::MAX), ErrorKind::Expire);
    // What Redis refuses only after it has set the fields.
    assert_eq!(kind(Duration::from_millis((1 << 45) + 1)), ErrorKind::Expire);
    assert!(expire("id", Duration::from_millis(1 << 45)).is_ok());
}
