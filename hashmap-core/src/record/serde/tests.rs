use std::collections::BTreeMap;

use serde::Serialize;

use super::SerdeHash;
use crate::record::ToRedisHash;
use crate::{Absent, ErrorKind};

fn encoded(value: &(impl Serialize + ?Sized)) -> Result<String, String> {
    let mut packed = Vec::new();
    let record = SerdeHash(value);
    match record.as_hash().key("k").absent(Absent::Keep).encode(&mut packed) {
        Ok(_) => Ok(crate::sink::commands(&packed)
            .flatten()
            .skip(2)
            .map(|arg| String::from_utf8_lossy(arg).into_owned())
            .collect::<Vec<_>>()
            .join(" ")),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Value);
            assert!(packed.is_empty());
            let why =
                std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            Err(format!("{error} {why}"))
        }
    }
}

#[derive(Serialize)]
enum Colour {
    Red,
    Rgb(u8, u8, u8),
    Named(String),
    Full { r: u8 },
}

#[derive(Serialize)]
struct Meters(f64);

#[derive(Serialize)]
struct Flat<'a> {
    text: &'a str,
    letter: char,
    small: i8,
    big: u128,
    float: f64,
    half: f32,
    yes: bool,
    colour: Colour,
    length: Meters,
    there: Option<u8>,
    not_there: Option<u8>,
    #[serde(flatten)]
    more: BTreeMap<char, &'a str>,
}

#[derive(Serialize)]
struct Twice {
    name: u8,
    #[serde(flatten)]
    more: BTreeMap<&'static str, u8>,
}

#[derive(Serialize)]
struct Unit {
    nothing: (),
}

#[derive(Serialize)]
struct Device {
    device: Broken,
}

struct Broken;

impl Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the fuse is gone"))
    }
}

#[test]
fn scalars_have_the_bytes_of_to_hash_value() {
    let flat = Flat {
        text: "Ada",
        letter: 'é',
        small: -1,
        big: u128::from(u64::MAX),
        float: 1e21,
        half: 0.1,
        yes: true,
        colour: Colour::Red,
        length: Meters(1.5),
        there: Some(1),
        not_there: None,
        more: BTreeMap::from([('x', "1")]),
    };
    let expected = "text Ada letter é small -1 big 18446744073709551615 float 1e21 half 0.1 yes 1 \
                    colour Red length 1.5 there 1 x 1";
    assert_eq!(encoded(&flat).unwrap(), expected);
    assert_eq!(encoded(&Some(&flat)).unwrap(), expected);
}

#[test]
fn what_is_not_flat_names_its_field() {
    let map = |value: serde_json::Value| encoded(&BTreeMap::from([("tags", value)])).unwrap_err();
    for error in [map(serde_json::json!([1, 2])), map(serde_json::json!({"a": 1}))] {
        assert!(error.contains("`tags`") && error.contains("nested"), "{error}");
    }
    for colour in [Colour::Rgb(1, 2, 3), Colour::Named("x".into()), Colour::Full { r: 1 }] {
        let error = encoded(&BTreeMap::from([("colour", colour)])).unwrap_err();
        assert!(error.contains("`colour`") && error.contains("nested"), "{error}");
    }
    let error = encoded(&Unit { nothing: () }).unwrap_err();
    assert!(error.contains("`nothing`") && error.contains("unit"), "{error}");
}

#[test]
fn names_are_strings_and_differ() {
    let error = encoded(&BTreeMap::from([(1, 1)])).unwrap_err();
    assert!(error.contains("no string"), "{error}");
    let error = encoded(&BTreeMap::from([("", 1)])).unwrap_err();
    assert!(error.contains("empty"), "{error}");

    let error = encoded(&Twice { name: 1, more: BTreeMap::from([("name", 2)]) }).unwrap_err();
    assert!(error.contains("`name`") && error.contains("twice"), "{error}");
}

#[test]
fn no_record_at_all() {
    for error in
        [encoded("text"), encoded(&[1, 2][..]), encoded(&1), encoded(&()), encoded(&None::<u8>)]
    {
        let error = error.unwrap_err();
        assert!(error.contains("not a struct or a map"), "{error}");
    }
}

#[test]
fn an_error_of_the_serializer_names_its_field() {
    let error = encoded(&Device { device: Broken }).unwrap_err();
    assert!(error.contains("`device`") && error.contains("the fuse is gone"), "{error}");
}
