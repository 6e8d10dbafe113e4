//! Law 5: the packed bytes are those that `redis` packs for the same arguments, whatever is absent.

use std::borrow::Cow;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{num, option};
use redis::ToRedisArgs;
use redis_hashmap::{Absent, ToRedisHash};

const SCRIPT: &str = include_str!("../../hashmap-core/src/plan/write.lua");

/// What a record says of one field.
struct Wanted {
    name: &'static str,
    /// The one argument that `redis` makes of it, or none.
    args: Vec<Vec<u8>>,
    absent: Absent,
}

/// A struct that can say what is wanted of it, and be anything.
macro_rules! record {
    ($(#[$meta:meta])* $record:ident {$(
        $(#[$field_meta:meta])* $field:ident: $ty:ty = $any:expr, $name:literal $absent:ident;
    )*}) => {
        #[derive(Debug, ToRedisHash)]
        $(#[$meta])*
        struct $record { $($(#[$field_meta])* $field: $ty),* }

        impl $record {
            fn any() -> impl Strategy<Value = Self> {
                record!(@strategy $($any,)*)
                    .prop_map(|record!(@pattern $($field)*)| Self { $($field),* })
            }

            fn wanted(&self) -> Vec<Wanted> {
                vec![$(Wanted {
                    name: $name,
                    args: self.$field.to_redis_args(),
                    absent: Absent::$absent,
                }),*]
            }
        }
    };
    (@strategy) => { Just(()) };
    (@strategy $first:expr, $($rest:expr,)*) => { ($first, record!(@strategy $($rest,)*)) };
    (@pattern) => { () };
    (@pattern $first:ident $($rest:ident)*) => { ($first, record!(@pattern $($rest)*)) };
}

record! {
    /// Fields that may be absent between those that may not, at both ends too.
    Mixed {
        first: Option<u64> = any::<Option<u64>>(), "first" Delete;
        id: u64 = any::<u64>(), "id" Delete;
        #[redis_hash(absent = "keep")]
        kept: Option<String> = option::of(text()), "kept" Keep;
        name: String = text(), "name" Delete;
        #[redis_hash(rename = "mail \u{e9}")]
        email: Option<Cow<'static, str>> = option::of(text().prop_map_into()), "mail é" Delete;
        score: f64 = num::f64::ANY, "score" Delete;
        #[redis_hash(absent = "delete")]
        blob: Option<Vec<u8>> = option::of(bytes()), "blob" Delete;
        active: bool = any::<bool>(), "active" Delete;
        raw: Vec<u8> = bytes(), "raw" Delete;
        #[redis_hash(absent = "keep")]
        wide: Option<i128> = any::<Option<i128>>(), "wide" Keep;
        ratio: Option<f32> = option::of(num::f32::ANY), "ratio" Delete;
        #[redis_hash(absent = "keep")]
        last: Option<bool> = any::<Option<bool>>(), "last" Keep;
    }
}

record! {
    /// Often there is nothing to set, or nothing to delete, or neither.
    #[redis_hash(absent = "keep", rename_all = "camelCase")]
    Sparse {
        first_number: Option<u8> = any::<Option<u8>>(), "firstNumber" Keep;
        #[redis_hash(absent = "delete")]
        a_text: Option<String> = option::of(text()), "aText" Delete;
        another_number: Option<i64> = any::<Option<i64>>(), "anotherNumber" Keep;
        #[redis_hash(absent = "delete")]
        some_bytes: Option<Vec<u8>> = option::of(bytes()), "someBytes" Delete;
    }
}

record! {
    /// Nothing can be absent.
    Full {
        only: String = text(), "only" Delete;
        there: u32 = any::<u32>(), "there" Delete;
    }
}

fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..20).prop_map(String::from_iter)
}

/// Mostly short; at times of a length around which a header grows, or up to 100 kB.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let edges = prop::sample::select(vec![0, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000]);
    let long = |len: usize| (0..=255_u8).cycle().take(len).collect();
    prop_oneof![
        32 => vec(any::<u8>(), 0..32),
        8 => edges.prop_map(long),
        1 => (0..=100_000_usize).prop_map(long),
    ]
}

#[derive(Debug)]
struct Options {
    absent: Option<Absent>,
    expire: Option<Duration>,
    replace: bool,
}

fn options() -> impl Strategy<Value = Options> {
    let absent = prop::sample::select(vec![None, Some(Absent::Delete), Some(Absent::Keep)]);
    let nanos = (0..64_u32).prop_flat_map(|bits| 1..=u64::MAX >> bits);
    let expire = option::weighted(0.25, nanos.prop_map(Duration::from_nanos));
    (absent, expire, prop::bool::weighted(0.25)).prop_map(|(absent, expire, replace)| Options {
        absent,
        expire,
        replace,
    })
}

/// The commands of the write as `redis` packs them, and how many replies they have.
fn by_redis(wanted: &[Wanted], key: &[u8], options: &Options) -> (Vec<u8>, usize) {
    let names = |policy| {
        let absent = wanted.iter().filter(|field| field.args.is_empty());
        let listed = absent.filter(move |field| options.absent.unwrap_or(field.absent) == policy);
        listed.map(|field| field.name).collect::<Vec<_>>()
    };
    let mut pairs = Vec::new();
    for field in wanted {
        match &field.args[..] {
            [] => {}
            [value] => pairs.extend([field.name.as_bytes(), value]),
            more => panic!("{} arguments in one field", more.len()),
        }
    }

    if options.expire.is_some() || options.replace {
        let mut cmd = redis::cmd("EVAL");
        cmd.arg(SCRIPT).arg(1).arg(key).arg(if options.replace { "replace" } else { "" }).arg("");
        match options.expire {
            Some(expire) => cmd.arg("PEXPIRE").arg(expire.as_nanos().div_ceil(1_000_000)),
            None => cmd.arg("").arg(""),
        };
        // No version, and no field with a lifetime of its own.
        cmd.arg("").arg("").arg(pairs.len()).arg(0).arg(pairs);
        cmd.arg(names(if options.replace { Absent::Keep } else { Absent::Delete }));
        return (cmd.get_packed_command(), 1);
    }
    let deleted = names(Absent::Delete);
    let mut pipeline = redis::pipe();
    if !pairs.is_empty() {
        pipeline.cmd("HSET").arg(key).arg(&pairs);
    }
    if !deleted.is_empty() {
        pipeline.cmd("HDEL").arg(key).arg(&deleted);
    }
    match pipeline.len() {
        0 => (Vec::new(), 0),
        1 => (pipeline.get_packed_pipeline(), 1),
        _ => (pipeline.atomic().get_packed_pipeline(), 4),
    }
}

fn by_us(record: &impl ToRedisHash, key: &[u8], options: &Options) -> (Vec<u8>, usize) {
    let mut write = record.as_hash().key(key);
    if let Some(absent) = options.absent {
        write = write.absent(absent);
    }
    if let Some(expire) = options.expire {
        write = write.expire(expire);
    }
    if options.replace {
        write = write.replace();
    }
    let mut packed = b"before".to_vec();
    let replies = write.encode(&mut packed).unwrap();
    assert_eq!(packed[..6], *b"before");
    (packed.split_off(6), replies)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() }
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=300)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mixed(record in Mixed::any(), key in keys(), options in options()) {
        prop_assert_eq!(by_us(&record, &key, &options), by_redis(&record.wanted(), &key, &options));
    }

    #[test]
    fn sparse(record in Sparse::any(), key in keys(), options in options()) {
        prop_assert_eq!(by_us(&record, &key, &options), by_redis(&record.wanted(), &key, &options));
    }

    #[test]
    fn full(record in Full::any(), key in keys(), options in options()) {
        prop_assert_eq!(by_us(&record, &key, &options), by_redis(&record.wanted(), &key, &options));
    }
}

/// The same with the struct's own key and expiry.
#[test]
fn of_the_struct() {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "user:{id}", expire = "1h30m")]
    struct User {
        id: u64,
        email: Option<&'static str>,
    }
    let user = User { id: 42, email: None };
    let wanted = [
        Wanted { name: "id", args: user.id.to_redis_args(), absent: Absent::Delete },
        Wanted { name: "email", args: user.email.to_redis_args(), absent: Absent::Delete },
    ];
    let expire = Some(Duration::from_secs(5_400));
    let options = Options { absent: None, expire, replace: false };
    let mut packed = Vec::new();
    user.as_hash().encode(&mut packed).unwrap();
    assert_eq!(packed, by_redis(&wanted, b"user:42", &options).0);

    // The builder's expiry comes before the struct's.
    let options = Options { expire: Some(Duration::from_micros(1)), ..options };
    assert_eq!(by_us(&user, b"k", &options), by_redis(&wanted, b"k", &options));
}
