//! Every type of the table of `ToHashValue`, and the bytes it becomes.

mod values_of_others;

use std::borrow::Cow;
use std::fmt::Debug;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use redis::ToRedisArgs;
use redis_hashmap::{ToHashField, ToHashValue, ToRedisHash};

/// One field of any type.
#[derive(Debug, ToRedisHash)]
struct One<T> {
    value: T,
}

/// The value's bytes in the hash.
macro_rules! bytes {
    ($value:expr) => {
        written(&One { value: $value })
    };
}

fn written<T: ToHashField>(one: &One<T>) -> Vec<u8> {
    let mut commands = super::commands(one);
    let [hset] = &mut commands[..] else { panic!("one command: {commands:?}") };
    assert_eq!(hset[..3], [&b"HSET"[..], b"k", b"value"]);
    assert_eq!(hset.len(), 4);
    hset.pop().unwrap()
}

/// The value's bytes are these, and the ones that `redis` writes for it.
#[track_caller]
fn as_in_redis<T: ToHashField + ToRedisArgs + Debug>(value: T, expected: &str) {
    assert_eq!(value.to_redis_args(), [expected.as_bytes()], "redis: {value:?}");
    assert_eq!(bytes!(value), expected.as_bytes());
}

#[test]
fn text() {
    as_in_redis("Ada", "Ada");
    as_in_redis("", "");
    as_in_redis("größe 🦀\0\r\n", "größe 🦀\0\r\n");
    as_in_redis(String::from("Ada"), "Ada");
    assert_eq!(bytes!('é'), "é".as_bytes());
    assert_eq!(bytes!('\0'), b"\0");
}

#[test]
fn integers() {
    macro_rules! ends {
        ($($integer:ident)*) => {$(
            for n in [$integer::MIN, 1, 9, 10, 99, 100, $integer::MAX] {
                as_in_redis(n, &n.to_string());
            }
            for n in [NonZero::<$integer>::MIN, NonZero::<$integer>::MAX] {
                assert_eq!(bytes!(n), n.to_string().as_bytes());
            }
        )*};
    }
    ends! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
    as_in_redis(-1_i8, "-1");
}

#[test]
fn floats() {
    for (float, expected) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.5, "1.5"),
        (-1234.5678, "-1234.5678"),
        (1e16, "1e16"),
        (1e21, "1e21"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        as_in_redis(float, expected);
    }
    // By its own shortest text, and not by that of the `f64` it would become.
    as_in_redis(0.1_f32, "0.1");
    as_in_redis(f32::NAN, "NaN");
}

#[test]
fn booleans() {
    as_in_redis(true, "1");
    as_in_redis(false, "0");
}

#[test]
fn binary() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(bytes!(all.clone()), all);
    assert_eq!(bytes!(&all[..]), all);
    assert_eq!(bytes!(<[u8; 256]>::try_from(&all[..]).unwrap()), all);
    assert_eq!(bytes!([0_u8; 0]), b"");
    assert_eq!(bytes!(Vec::new()), b"");
    assert_eq!(bytes!(Box::<[u8]>::from(&all[..])), all);
}

#[test]
fn pointers() {
    assert_eq!(bytes!(&7_u8), b"7");
    assert_eq!(bytes!(&&&"x"), b"x");
    assert_eq!(bytes!(Box::new(1.5)), b"1.5");
    assert_eq!(bytes!(Box::<str>::from("x")), b"x");
    assert_eq!(bytes!(Rc::<str>::from("x")), b"x");
    assert_eq!(bytes!(Arc::new(Box::new(true))), b"1");
    assert_eq!(bytes!(Cow::Borrowed("x")), b"x");
    assert_eq!(bytes!(Cow::<str>::Owned("x".into())), b"x");
    assert_eq!(bytes!(Cow::<[u8]>::Borrowed(b"\0")), b"\0");
    let dynamic: Box<dyn ToHashValue> = Box::new(7_u8);
    assert_eq!(bytes!(dynamic), b"7");
}

#[test]
fn options() {
    assert_eq!(bytes!(Some("x")), b"x");
    assert_eq!(bytes!(&Some(7_u8)), b"7");
    assert_eq!(bytes!(Some(Box::new(Cow::Borrowed("x")))), b"x");
    // Present and empty is not absent.
    assert_eq!(bytes!(Some("")), b"");
    for absent in [
        super::text(&One { value: None::<&str> }),
        super::text(&One { value: &None::<Vec<u8>> }),
        super::text(&One { value: None::<Rc<str>> }),
    ] {
        assert_eq!(absent, "HDEL k value");
    }
}
