//! What the attributes of a field put into the hash.

use std::collections::BTreeMap;

use redis_hashmap::{Absent, ErrorKind, ToHashValue, ToRedisHash};

use super::text;

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
struct Adapted {
    #[redis_hash(json)]
    tags: Vec<u16>,
    #[redis_hash(json)]
    draft: Option<Vec<u16>>,
    #[redis_hash(display, absent = "keep")]
    address: Option<std::net::Ipv4Addr>,
    #[redis_hash(with = "hex")]
    colour: u32,
    #[redis_hash(with = "hex", rename = "border")]
    edge: Option<u32>,
    #[redis_hash(skip_if = "String::is_empty")]
    note: String,
    #[redis_hash(skip_if = "str::is_empty", absent = "keep")]
    title: &'static str,
}

fn adapted(full: bool) -> Adapted {
    Adapted {
        tags: vec![1, 2],
        draft: full.then(Vec::new),
        address: full.then_some([127, 0, 0, 1].into()),
        colour: 255,
        edge: full.then_some(16),
        note: if full { "n".to_owned() } else { String::new() },
        title: if full { "t" } else { "" },
    }
}

#[test]
fn ways_to_be_written_and_to_be_absent() {
    let full = "HSET k tags [1,2] draft [] address 127.0.0.1 colour ff border 10 note n title t";
    assert_eq!(text(&adapted(true)), full);
    let sparse = "MULTI\nHSET k tags [1,2] colour ff\nHDEL k draft border note\nEXEC";
    assert_eq!(text(&adapted(false)), sparse);
    let mut packed = Vec::new();
    let kept = adapted(false);
    assert_eq!(kept.as_hash().key("k").absent(Absent::Keep).encode(&mut packed).unwrap(), 1);
}

#[derive(ToHashValue)]
struct Metres<T>(T);

#[derive(ToRedisHash)]
struct Point<T> {
    x: Metres<T>,
    #[redis_hash(absent = "keep")]
    z: Option<Metres<T>>,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "UPPERCASE", key = "unused:{street}", expire = "1h")]
struct Address<T> {
    street: &'static str,
    zip: Option<u32>,
    #[redis_hash(flatten(prefix = "geo_"))]
    at: Point<T>,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase", absent = "keep")]
struct Person<T> {
    first_name: &'static str,
    last_name: Option<&'static str>,
    #[redis_hash(flatten)]
    home: Address<T>,
    #[redis_hash(flatten(prefix = "work_"))]
    work: Address<u8>,
}

/// Names and policies are those of the record that has them; its key and expiry play no part.
#[test]
fn records_in_records_in_records() {
    let address = |street, zip| Address { street, zip, at: Point { x: Metres(1), z: None } };
    let home =
        Address { street: "Elm", zip: None, at: Point { x: Metres(-1.5), z: Some(Metres(2.5)) } };
    let person = Person { first_name: "Ada", last_name: None, home, work: address("Oak", Some(7)) };
    let expected = "MULTI\nHSET k firstName Ada STREET Elm geo_x -1.5 geo_z 2.5 work_STREET Oak \
                    work_ZIP 7 work_geo_x 1\nHDEL k ZIP\nEXEC";
    assert_eq!(text(&person), expected);
}

#[derive(ToRedisHash)]
struct Open {
    id: u8,
    #[redis_hash(flatten(prefix = "x-"))]
    more: BTreeMap<String, Option<u8>>,
}

#[derive(ToRedisHash)]
struct Clash {
    id: u8,
    #[redis_hash(flatten)]
    more: BTreeMap<&'static str, u8>,
}

/// The names of a map are known at run time only, and checked then.
#[test]
fn a_map_in_a_record() {
    let open = |more: &[(&str, Option<u8>)]| Open {
        id: 1,
        more: more.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    };
    let expected = "MULTI\nHSET k id 1 x-a 2\nHDEL k x-b\nEXEC";
    assert_eq!(text(&open(&[("a", Some(2)), ("b", None)])), expected);

    let clash = Clash { id: 1, more: BTreeMap::from([("id", 2)]) };
    let mut packed = b"before".to_vec();
    let error = clash.as_hash().key("k").encode(&mut packed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(error.to_string().starts_with("field `id` of `Clash` at key \"k\""), "{error}");
    assert_eq!(packed, b"before");
}

/// Only what is packed is refused.
#[test]
fn representations() {
    #[derive(ToRedisHash)]
    #[repr(C, align(8))]
    struct Aligned {
        id: u8,
    }
    assert_eq!(text(&Aligned { id: 1 }), "HSET k id 1");
}
