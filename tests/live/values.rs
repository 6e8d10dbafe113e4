//! Every type that a field may have, stored and read back by plain commands as the bytes that the
//! table of values promises.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use redis::Connection;
use redis_hashmap::{ToHashValue, ToRedisHash};

use crate::lab::{Case, Lab, run};
use crate::shapes::EXPIRE;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("values_every_type_is_stored_as_promised", every_type),
        Case::new("values_numbers_as_the_redis_crate_writes_them", as_redis_does),
        Case::new("values_are_binary_safe", binary_safe),
        Case::new("values_of_every_length", every_length),
    ]
}

#[derive(ToRedisHash)]
struct Every<'a> {
    text: &'a str,
    string: String,
    cow: Cow<'a, str>,
    boxed: Box<str>,
    counted: Rc<str>,
    shared: Arc<str>,
    character: char,
    int8: i8,
    int16: i16,
    int32: i32,
    int64: i64,
    int128: i128,
    size: isize,
    uint8: u8,
    uint16: u16,
    uint32: u32,
    uint64: u64,
    uint128: u128,
    usize: usize,
    non_zero: NonZero<u128>,
    single: f32,
    double: f64,
    yes: bool,
    no: bool,
    bytes: Vec<u8>,
    slice: &'a [u8],
    array: [u8; 4],
    reference: &'a [u8; 3],
    owned: Cow<'a, [u8]>,
    some: Option<u32>,
    nested: Option<&'a Arc<String>>,
    behind: &'a Option<u32>,
    none: Option<String>,
    r#type: &'a str,
}

fn every_type(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("every");
    let nested = Arc::new("nested".to_owned());
    let every = Every {
        text: "Ada",
        string: "naïve 🦀 \u{0} \u{202e}".to_owned(),
        cow: Cow::Borrowed("borrowed"),
        boxed: "boxed".into(),
        counted: "counted".into(),
        shared: "shared".into(),
        character: '🦀',
        int8: i8::MIN,
        int16: i16::MIN,
        int32: i32::MIN,
        int64: i64::MIN,
        int128: i128::MIN,
        size: -1,
        uint8: u8::MAX,
        uint16: u16::MAX,
        uint32: u32::MAX,
        uint64: u64::MAX,
        uint128: u128::MAX,
        usize: 0,
        non_zero: NonZero::<u128>::MIN,
        single: 0.1,
        double: -1.5,
        yes: true,
        no: false,
        bytes: vec![0, 255, 13, 10],
        slice: b"$3\r\nfoo\r\n",
        array: [1, 2, 3, 4],
        reference: b"abc",
        owned: Cow::Owned(vec![0x80]),
        some: Some(7),
        nested: Some(&nested),
        behind: &Some(8),
        none: None,
        r#type: "raw",
    };
    let expected: BTreeMap<String, Vec<u8>> = [
        ("text", &b"Ada"[..]),
        ("string", "naïve 🦀 \u{0} \u{202e}".as_bytes()),
        ("cow", b"borrowed"),
        ("boxed", b"boxed"),
        ("counted", b"counted"),
        ("shared", b"shared"),
        ("character", "🦀".as_bytes()),
        ("int8", b"-128"),
        ("int16", b"-32768"),
        ("int32", b"-2147483648"),
        ("int64", b"-9223372036854775808"),
        ("int128", b"-170141183460469231731687303715884105728"),
        ("size", b"-1"),
        ("uint8", b"255"),
        ("uint16", b"65535"),
        ("uint32", b"4294967295"),
        ("uint64", b"18446744073709551615"),
        ("uint128", b"340282366920938463463374607431768211455"),
        ("usize", b"0"),
        ("non_zero", b"1"),
        ("single", b"0.1"),
        ("double", b"-1.5"),
        ("yes", b"1"),
        ("no", b"0"),
        ("bytes", b"\x00\xff\r\n"),
        ("slice", b"$3\r\nfoo\r\n"),
        ("array", &[1, 2, 3, 4]),
        ("reference", b"abc"),
        ("owned", b"\x80"),
        ("some", b"7"),
        ("nested", b"nested"),
        ("behind", b"8"),
        ("type", b"raw"),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
    .into();
    // As HSET and HDEL, and as each kind of script.
    for (expire, replace) in [(false, false), (true, false), (false, true)] {
        let () = run(&mut con, &["DEL", &key]);
        let () = run(&mut con, &["HSET", &key, "none", "before"]);
        let write = every.as_hash().key(&key);
        let write = if expire { write.expire(EXPIRE) } else { write };
        let write = if replace { write.replace() } else { write };
        write.write(&mut con).expect("written");
        assert_eq!(run::<BTreeMap<String, Vec<u8>>>(&mut con, &["HGETALL", &key]), expected);
    }
}

#[derive(ToRedisHash)]
struct One<T: ToHashValue> {
    value: T,
}

fn stored(con: &mut Connection, key: &str, value: impl ToHashValue) -> Vec<u8> {
    One { value }.as_hash().key(key).write(con).expect("written");
    run(con, &["HGET", key, "value"])
}

/// The peer writes the same value to the same server.
fn as_redis_does(lab: &Lab) {
    fn assert_same<T>(con: &mut Connection, key: &str, values: &[T])
    where
        T: ToHashValue + redis::ToRedisArgs + Copy + std::fmt::Debug,
    {
        for value in values {
            let ours = stored(con, key, *value);
            let () = redis::cmd("HSET").arg(key).arg("value").arg(*value).query(con).expect("set");
            let theirs: Vec<u8> = run(con, &["HGET", key, "value"]);
            assert_eq!(
                String::from_utf8_lossy(&ours),
                String::from_utf8_lossy(&theirs),
                "{value:?}"
            );
        }
    }
    let mut con = lab.connection();
    let (con, key) = (&mut con, &lab.key("one"));
    let powers: Vec<f64> = (-308..=308).map(|n| 10_f64.powi(n)).collect();
    let odd = [0.0, -0.0, 0.1 + 0.2, 5e-324, f64::MAX, f64::MIN_POSITIVE, 9_007_199_254_740_993.0];
    let none = [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    assert_same(con, key, &[&powers[..], &odd, &none].concat());
    #[allow(clippy::cast_possible_truncation)] // that is what makes an f32
    let single: Vec<f32> = powers.iter().map(|n| *n as f32).collect();
    assert_same(con, key, &single);
    assert_same(con, key, &[0.1_f32, 16_777_216.0, 1e16, 1e-7, f32::MAX, f32::NAN, f32::INFINITY]);
    assert_same(con, key, &[i64::MIN, -1, 0, 9, 10, 99, 100, i64::MAX]);
    assert_same(con, key, &[u64::MAX, 0]);
    assert_same(con, key, &[i128::MIN, i128::MAX]);
    assert_same(con, key, &[u128::MAX]);
    assert_same(con, key, &[true, false]);
}

fn binary_safe(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("bytes");
    let all: Vec<u8> = (0..=u8::MAX).collect();
    assert_eq!(stored(&mut con, &key, &all[..]), all);
    for byte in 0..=u8::MAX {
        assert_eq!(stored(&mut con, &key, [byte]), [byte]);
    }
    for text in [&b""[..], b"\r\n", b"*1\r\n$4\r\nPING\r\n", b"\0", b"\xf0\x9f", b"+OK\r\n-ERR\r\n"]
    {
        assert_eq!(stored(&mut con, &key, text), text);
    }
    // A key is bytes too.
    let key = [key.as_bytes(), &all].concat();
    One { value: 1 }.as_hash().key(&key).write(&mut con).expect("written");
    let value: Vec<u8> =
        redis::cmd("HGET").arg(&key).arg("value").query(&mut con).expect("an answer");
    assert_eq!(value, b"1");
}

/// Around every width of a header, and far beyond any buffer.
fn every_length(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("length");
    for length in [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 65_535, 65_536, 1 << 20, 16 << 20] {
        let value: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
        assert!(stored(&mut con, &key, &value) == value, "{length} bytes");
    }
}
