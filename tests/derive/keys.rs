//! Key templates that the derive takes, the keys they make, and the ones they refuse to make.

use std::borrow::Cow;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use redis_hashmap::{Error, HashKeyTemplate, KeyError, KeySegment, SegmentWriter, ToRedisHash};

fn key(record: &(impl ToRedisHash + HashKeyTemplate)) -> Result<String, Error> {
    let mut packed = Vec::new();
    record.as_hash().encode(&mut packed)?;
    Ok(String::from_utf8(super::parse(&packed)[0][1].clone()).unwrap())
}

#[test]
fn templates() {
    macro_rules! keys {
        ($($template:literal => $expected:literal)*) => {$({
            #[derive(ToRedisHash)]
            #[redis_hash(key = $template, rename_all = "UPPERCASE")]
            struct Record {
                id: i64,
                #[redis_hash(rename = "other")]
                name: &'static str,
                r#type: &'static str,
                #[redis_hash(skip)]
                skipped: u8,
            }
            let record = Record { id: -7, name: "Ada", r#type: "t", skipped: 9 };
            assert_eq!(key(&record).unwrap(), $expected);
            // The builder's key comes before it.
            let mut packed = Vec::new();
            record.as_hash().key("given").encode(&mut packed).unwrap();
            assert_eq!(super::parse(&packed)[0][1], b"given");
            // Everything but the key is read somewhere.
            assert_eq!((record.name, record.r#type, record.skipped), ("Ada", "t", 9));
        })*};
    }
    keys! {
        "settings" => "settings"
        "{id}" => "-7"
        "user:{id}" => "user:-7"
        "{id}:{name}" => "-7:Ada"
        "{name}:{name}:{id}:{id}" => "Ada:Ada:-7:-7"
        "{{shop:{name}}}:{id}" => "{shop:Ada}:-7"
        "{{{id}}}" => "{-7}"
        "a{{b}}c" => "a{b}c"
        // A brace separates: no segment holds one.
        "{{{name}}}{id}" => "{Ada}-7"
        "type:{type}" => "type:t"
        "{skipped}" => "9"
        r"a\n{id}" => "a\\n-7"
        "größe→{name}" => "größe→Ada"
        "a.b/c|{id}|d_{name}" => "a.b/c|-7|d_Ada"
    }
}

#[test]
fn every_type_of_segment() {
    struct Region;
    impl KeySegment for Region {
        fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
            out.text("eu")
        }
    }
    fn of<T: KeySegment>(id: T) -> String {
        #[derive(ToRedisHash)]
        #[redis_hash(key = "k:{id}")]
        struct One<T> {
            #[redis_hash(skip)]
            id: T,
            there: u8,
        }
        let one = One { id, there: 1 };
        assert_eq!(one.there, 1);
        key(&one).unwrap()
    }
    macro_rules! integers {
        ($($integer:ident)*) => {$(
            assert_eq!(of($integer::MIN), format!("k:{}", $integer::MIN));
            assert_eq!(of(NonZero::<$integer>::MAX), format!("k:{}", $integer::MAX));
        )*};
    }
    integers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
    assert_eq!(of(true), "k:1");
    assert_eq!(of(false), "k:0");
    assert_eq!(of('é'), "k:é");
    assert_eq!(of("a b"), "k:a b");
    assert_eq!(of(String::from("x")), "k:x");
    assert_eq!(of(Cow::Borrowed("x")), "k:x");
    assert_eq!(of(Box::new(Rc::<str>::from("x"))), "k:x");
    assert_eq!(of(Arc::new(&7_u8)), "k:7");
    assert_eq!(of(Region), "k:eu");
}

#[test]
fn a_segment_that_would_reach_another_key() {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{shop}:{id}")]
    struct r#Order<'a> {
        shop: &'a str,
        id: &'a str,
    }
    let error = |shop, id| {
        let mut packed = b"before".to_vec();
        let error = Order { shop, id }.as_hash().encode(&mut packed).unwrap_err();
        assert_eq!(packed, b"before");
        error.to_string()
    };
    let message = |segment, why| {
        format!("`Order` has no key: segment `{segment}` of the template \"{{shop}}:{{id}}\" {why}")
    };
    assert_eq!(error("", "1"), message("shop", "is empty"));
    assert!(error("eu:1", "1").starts_with(&message("shop", "holds `:`")));
    assert!(error("eu", "1:").starts_with(&message("id", "holds `:`")));
    assert!(error("{eu", "1").starts_with(&message("shop", "holds a brace")));
    assert!(error("eu", "}").starts_with(&message("id", "holds a brace")));
    assert!(error("eu", "a\nb").starts_with(&message("id", "holds a control character")));
    assert_eq!(key(&Order { shop: "e u", id: "größe-→*" }).unwrap(), "e u:größe-→*");
}

#[test]
fn a_path_beside_a_field_of_its_name() {
    struct Owner {
        id: u8,
    }
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{owner.id}:{owner_id}")]
    struct Owned {
        #[redis_hash(skip)]
        owner: Owner,
        owner_id: u8,
    }
    assert_eq!(key(&Owned { owner: Owner { id: 1 }, owner_id: 2 }).unwrap(), "1:2");
    assert_eq!(Owned::hash_key(1_u8, 2).unwrap().as_str(), "1:2");
}
