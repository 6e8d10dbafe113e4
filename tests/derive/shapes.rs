//! Structs of every shape that has a hash: generic, borrowed, small and large, renamed.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;

use redis_hashmap::{ToHashField, ToHashValue, ToRedisHash};

use super::text;

#[test]
fn type_parameters() {
    #[derive(ToRedisHash)]
    struct Pair<T, U: Copy + Display = u8>
    where
        T: AsRef<str>,
    {
        plain: T,
        option: Option<U>,
        boxed: Box<U>,
        #[redis_hash(skip)]
        text: PhantomData<fn(T) -> Vec<U>>,
    }
    let pair = Pair { plain: "x", option: Some(1_u8), boxed: Box::new(2), text: PhantomData };
    assert_eq!(text(&pair), "HSET k plain x option 1 boxed 2");
    let pair: Pair<String> =
        Pair { plain: "x".into(), option: None, boxed: Box::new(2), text: PhantomData };
    assert_eq!(text(&pair), "MULTI\nHSET k plain x boxed 2\nHDEL k option\nEXEC");
}

#[test]
fn a_parameter_may_be_an_option() {
    #[derive(ToRedisHash)]
    struct One<T> {
        value: T,
        #[redis_hash(absent = "keep")]
        kept: T,
    }
    assert_eq!(text(&One { value: Some(1), kept: Some(2) }), "HSET k value 1 kept 2");
    assert_eq!(text(&One::<Option<u8>> { value: None, kept: None }), "HDEL k value");
}

#[test]
fn a_generic_function_asks_for_a_field() {
    #[derive(ToRedisHash)]
    struct One<T> {
        value: T,
    }
    fn of<T: ToHashField>(value: T) -> String {
        text(&One { value })
    }
    assert_eq!(of("x"), "HSET k value x");
    assert_eq!(of(Some(1)), "HSET k value 1");
    assert_eq!(of(None::<u8>), "HDEL k value");
}

#[test]
fn associated_types() {
    #[derive(ToRedisHash)]
    struct First<I: Iterator> {
        first: Option<I::Item>,
        again: <I as Iterator>::Item,
    }
    let first = First::<std::vec::IntoIter<u8>> { first: None, again: 1 };
    assert_eq!(text(&first), "MULTI\nHSET k again 1\nHDEL k first\nEXEC");
}

#[test]
fn const_parameters() {
    #[derive(ToRedisHash)]
    struct Digest<const N: usize, T, const KEPT: bool = true> {
        bytes: [u8; N],
        nested: Option<[u8; N]>,
        value: T,
    }
    let digest = Digest::<3, _> { bytes: *b"abc", nested: Some(*b"def"), value: 1 };
    assert_eq!(text(&digest), "HSET k bytes abc nested def value 1");
    let digest = Digest::<0, _, false> { bytes: [], nested: None, value: 1 };
    assert_eq!(text(&digest), "MULTI\nHSET k bytes  value 1\nHDEL k nested\nEXEC");
}

#[test]
fn borrowed() {
    #[derive(ToRedisHash)]
    struct Borrowed<'a, 'b: 'a> {
        str: &'a str,
        bytes: &'b [u8],
        cow: Cow<'a, str>,
        number: &'static u8,
        option: &'b Option<String>,
        inside: Option<&'a str>,
        dynamic: &'a dyn ToHashValue,
    }
    let none = None;
    let mut record = Borrowed {
        str: "s",
        bytes: b"b",
        cow: "c".into(),
        number: &1,
        option: &none,
        inside: None,
        dynamic: &true,
    };
    assert_eq!(
        text(&record),
        "MULTI\nHSET k str s bytes b cow c number 1 dynamic 1\nHDEL k option inside\nEXEC"
    );
    let some = Some("o".to_owned());
    (record.option, record.inside) = (&some, Some("i"));
    assert_eq!(text(&record), "HSET k str s bytes b cow c number 1 option o inside i dynamic 1");
}

/// Bounds for `&'a T` and `&'b T` would be two that rustc cannot choose from.
#[test]
fn two_lifetimes_of_one_parameter() {
    #[derive(ToRedisHash)]
    struct Two<'a, 'b, T: ?Sized, U: 'static> {
        a: &'a T,
        b: &'b T,
        c: Option<&'a U>,
        d: Option<&'b U>,
        e: &'static U,
    }
    fn two(b: &str) -> Two<'static, '_, str, u8> {
        Two { a: "a", b, c: None, d: Some(&4), e: &5 }
    }
    assert_eq!(text(&two(&String::from("b"))), "MULTI\nHSET k a a b b d 4 e 5\nHDEL k c\nEXEC");
}

#[test]
fn unsized_at_the_end() {
    #[derive(ToRedisHash)]
    struct Tail<T: ?Sized> {
        id: u8,
        tail: T,
    }
    let tail: &Tail<[u8]> = &Tail { id: 1, tail: *b"xyz" };
    let mut packed = Vec::new();
    tail.as_hash().key("k").encode(&mut packed).unwrap();
    let words: Vec<_> = "HSET k id 1 tail xyz".split(' ').map(str::as_bytes).collect();
    assert_eq!(super::parse(&packed), [words]);
}

macro_rules! sized {
    ($name:ident: $($field:ident)*) => {
        #[derive(ToRedisHash, Default)]
        struct $name { $($field: Option<u16>),* }

        impl $name {
            const NAMES: &[&str] = &[$(stringify!($field)),*];

            fn check() {
                let mut n = 0;
                $(let $field = { n += 1; Some(n) };)*
                let full = Self { $($field),* };
                let pairs = (1..).zip(Self::NAMES).map(|(n, name)| format!("{name} {n}"));
                let pairs = pairs.collect::<Vec<_>>().join(" ");
                assert_eq!(text(&full), format!("HSET k {pairs}"));
                let names = Self::NAMES.join(" ");
                assert_eq!(text(&Self::default()), format!("HDEL k {names}"));
            }
        }
    };
}

/// Of each list, a struct with its names and those of all lists before it.
macro_rules! growing {
    (($($before:ident)*) $name:ident: $($field:ident)*, $($rest:tt)*) => {
        sized!($name: $($before)* $($field)*);
        growing!(($($before)* $($field)*) $($rest)*);
    };
    (($($all:ident)*)) => {};
}

// The command's count has one, two and three digits; the longest struct has 200 fields.
growing! { ()
    Fields1: a,
    Fields2: b,
    Fields3: c,
    Fields4: d,
    Fields7: e f g,
    Fields8: h,
    Fields48: i j k l m n o p q r s t u v w x y z aa ab ac ad ae af ag ah ai aj ak al am an ao ap
        aq ar at au av aw,
    Fields49: ax,
    Fields98: ay az ba bb bc bd be bf bg bh bi bj bk bl bm bn bo bp bq br bs bt bu bv bw bx by bz
        ca cb cc cd ce cf cg ch ci cj ck cl cm cn co cp cq cr cs ct cu,
    Fields200: cv cw cx cy cz da db dc dd de df dg dh di dj dk dl dm dn dp dq dr ds dt du dv dw dx dy
        dz ea eb ec ed ee ef eg eh ei ej ek el em en eo ep eq er es et eu ev ew ex ey ez fa fb fc
        fd fe ff fg fh fi fj fk fl fm fo fp fq fr fs ft fu fv fw fx fy fz ga gb gc gd ge gf gg gh
        gi gj gk gl gm gn go gp gq gr gs gt gu,
}

#[test]
fn one_field_to_two_hundred() {
    assert_eq!(Fields48::NAMES.len(), 48);
    assert_eq!(Fields98::NAMES.len(), 98);
    assert_eq!(Fields200::NAMES.len(), 200);
    Fields1::check();
    Fields2::check();
    Fields3::check();
    Fields4::check();
    Fields7::check();
    Fields8::check();
    Fields48::check();
    Fields49::check();
    Fields98::check();
    Fields200::check();
}

#[test]
fn every_case() {
    macro_rules! renamed {
        ($($case:literal $first:literal $second:literal)*) => {$({
            #[derive(ToRedisHash)]
            #[redis_hash(rename_all = $case)]
            struct Renamed {
                very_tasty: u8,
                r#type: u8,
                #[redis_hash(rename = "own Name")]
                own: u8,
            }
            let renamed = Renamed { very_tasty: 1, r#type: 2, own: 3 };
            let expected = format!("HSET k {} 1 {} 2 own Name 3", $first, $second);
            assert_eq!(text(&renamed), expected, $case);
        })*};
    }
    renamed! {
        "lowercase" "very_tasty" "type"
        "UPPERCASE" "VERY_TASTY" "TYPE"
        "PascalCase" "VeryTasty" "Type"
        "camelCase" "veryTasty" "type"
        "snake_case" "very_tasty" "type"
        "SCREAMING_SNAKE_CASE" "VERY_TASTY" "TYPE"
        "kebab-case" "very-tasty" "type"
        "SCREAMING-KEBAB-CASE" "VERY-TASTY" "TYPE"
    }
}

/// A skipped field may have any type, and any name.
#[test]
fn skipped() {
    #[derive(ToRedisHash)]
    struct Skipping<T> {
        id: u8,
        #[redis_hash(rename = "cache")]
        stored: u8,
        #[redis_hash(skip)]
        cache: std::sync::Mutex<Vec<T>>,
        #[redis_hash(skip)]
        greet: fn(&str) -> String,
    }
    struct NoField;
    let mut record =
        Skipping { id: 1, stored: 2, cache: vec![NoField].into(), greet: str::to_owned };
    assert_eq!(text(&record), "HSET k id 1 cache 2");
    assert_eq!(record.cache.get_mut().unwrap().len(), (record.greet)("x").len());
}

/// The forms in which attributes may be written.
#[test]
fn attributes() {
    #[derive(ToRedisHash)]
    #[redis_hash(absent = "keep")]
    #[redis_hash[rename_all = "UPPERCASE"]]
    struct Written {
        #[redis_hash { rename = r"\n", absent = "delete" }]
        raw: Option<u8>,
        #[redis_hash(rename = "\u{e9}\
            t\x65")]
        #[redis_hash(absent = "delete")]
        escaped: Option<u8>,
        kept: Option<u8>,
    }
    let written = Written { raw: None, escaped: None, kept: None };
    assert_eq!(text(&written), "HDEL k \\n éte");
    let written = Written { raw: Some(1), escaped: None, kept: Some(3) };
    assert_eq!(text(&written), "MULTI\nHSET k \\n 1 KEPT 3\nHDEL k éte\nEXEC");
}

#[test]
fn a_name_of_the_longest_length() {
    #[derive(ToRedisHash)]
    struct Long {
        #[redis_hash(rename = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
        long: u8,
    }
    assert_eq!(text(&Long { long: 1 }), format!("HSET k {} 1", "0123456789abcdef".repeat(64)));
}
