//! Structs of a user who lets nothing pass. (What clippy denies is seen by `cargo clippy`.)

#![deny(warnings, missing_docs, unsafe_code, deprecated, unused)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    absolute_paths_not_starting_with_crate,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    missing_copy_implementations,
    missing_debug_implementations,
    non_local_definitions,
    private_bounds,
    private_interfaces,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use std::borrow::Cow;
use std::marker::PhantomData;

use redis_hashmap::{
    Error, KeyError, KeySegment, SegmentWriter, ToHashValue, ToRedisHash, ValueError, ValueWriter,
    WrittenValue,
};

/// A record with a field that should not be used any more, and is written all the same.
#[derive(Debug, Clone, ToRedisHash)]
#[redis_hash(key = "user:{id}", expire = "30d")]
pub struct User {
    /// A segment.
    pub id: u64,
    /// Deprecated, and a segment nowhere.
    #[deprecated = "use `id`"]
    pub number: Option<u64>,
    #[redis_hash(skip)]
    _cache: Vec<u16>,
}

/// A struct that should not be used any more.
#[deprecated = "use `User`"]
#[derive(Debug, Clone, Copy, ToRedisHash)]
#[redis_hash(key = "old:{id}")]
pub struct Old {
    /// Deprecated, and a segment.
    #[deprecated = "use nothing"]
    pub id: u64,
}

/// Private types in a public struct's bounds.
#[derive(Debug, Clone, ToRedisHash)]
#[redis_hash(key = "{id}:{private}")]
pub struct Public<'a, T, U>
where
    T: Clone,
{
    id: u8,
    private: Private<T>,
    optional: Option<Private<U>>,
    text: Cow<'a, str>,
}

/// It is written as what is in it.
#[derive(Debug, Clone, Copy)]
struct Private<T>(T);

impl<T: ToHashValue> ToHashValue for Private<T> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(out)
    }
}

impl<T: KeySegment> KeySegment for Private<T> {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        self.0.write_key_segment(out)
    }
}

/// Lifetimes that are named once, and parameters that are not in the hash.
#[derive(Debug, Clone, Copy, ToRedisHash)]
#[redis_hash(key = "settings", absent = "keep")]
pub struct Settings<'a, T, const N: usize> {
    text: &'a str,
    bytes: [u8; N],
    option: &'a Option<T>,
    #[redis_hash(skip)]
    phantom: PhantomData<&'a T>,
}

/// A field that should not be used any more, and goes by itself; a version likewise.
#[derive(Debug, Clone, Copy, ToRedisHash)]
#[redis_hash(persist)]
pub struct Session {
    #[deprecated = "use nothing"]
    #[redis_hash(expire = "15m")]
    otp: Option<u32>,
    #[deprecated = "count yourself"]
    #[redis_hash(version)]
    rev: u32,
}

/// Every record of this file, packed.
///
/// # Errors
///
/// None of them has one.
#[expect(deprecated, reason = "the deprecated ones too")]
pub fn packed() -> Result<Vec<u8>, Error> {
    fn encode(record: &impl ToRedisHash) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let _replies = record.as_hash().key("k").encode(&mut bytes)?;
        Ok(bytes)
    }
    Ok([
        encode(&User { id: 1, number: Some(2), _cache: vec![] })?,
        encode(&Old { id: 3 })?,
        encode(&Public {
            id: 4,
            private: Private(5),
            optional: Some(Private(6)),
            text: "t".into(),
        })?,
        encode(&Settings { text: "x", bytes: *b"yz", option: &Some('o'), phantom: PhantomData })?,
        encode(&Session { otp: Some(1), rev: 2 })?,
    ]
    .concat())
}
