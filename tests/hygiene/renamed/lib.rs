//! A crate that knows the core by another name only: any path that does not go through
//! `crate = ..` does not compile here.

#![no_implicit_prelude]

use ::core::option::Option;
use ::hashes::{FromRedisHash, ToRedisHash};

/// All that a derive may generate.
#[derive(ToRedisHash)]
#[redis_hash(crate = ::hashes)]
#[redis_hash(key = "{{r:{id}}}:{name}", expire = "1w", absent = "keep", rename_all = "PascalCase")]
pub struct Renamed<'a, 'b, T, U, const N: usize> {
    /// A segment.
    pub id: T,
    /// A segment, too.
    pub name: &'a str,
    /// Bounds of two lifetimes.
    pub this: &'a U,
    /// The same.
    pub that: &'b U,
    /// Kept.
    pub kept: Option<[u8; N]>,
    /// Deleted.
    #[redis_hash(absent = "delete")]
    pub deleted: Option<T>,
    /// Not written.
    #[redis_hash(skip)]
    pub skipped: (),
}

/// A path that is no crate's.
pub mod vendored {
    pub use ::hashes;

    /// In its module.
    #[derive(hashes::ToRedisHash)]
    #[redis_hash(crate = hashes, key = "{id}")]
    pub struct Vendored {
        /// A segment.
        pub id: u8,
    }
}

/// By way of another module.
#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(crate = crate::vendored::hashes, key = "{id}", persist)]
pub struct Elsewhere {
    /// A segment.
    pub id: u8,
    /// The version.
    #[redis_hash(version)]
    pub rev: u64,
    /// Of another struct, and not for ever.
    #[redis_hash(flatten)]
    pub code: Code,
}

/// Reads one.
pub fn read(con: &mut impl ::hashes::Connection) -> ::core::option::Option<Elsewhere> {
    Elsewhere::read_hash(con, "3").ok()?
}

/// Flattened.
#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(crate = ::hashes)]
pub struct Code {
    /// Goes by itself.
    #[redis_hash(expire = "15m")]
    pub otp: u8,
}
