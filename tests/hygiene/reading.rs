//! The derives that read, where every name is the user's and nothing passes.

#![no_implicit_prelude]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unsafe_code,
    unused,
    unused_qualifications
)]
#![deny(private_bounds, private_interfaces, single_use_lifetimes, unreachable_pub, unused_results)]
#![deny(clippy::all, clippy::pedantic)]
#![allow(
    non_upper_case_globals,  // consts named like variables
    clippy::missing_errors_doc, // of `read`, which the test calls
    clippy::missing_panics_doc, // the same
    clippy::struct_field_names  // größe
)]

use ::core::convert::From;
use ::redis_hashmap::{Error, FromHashValue, FromRedisHash, ToHashValue, ToRedisHash};
use ::redis_hashmap::{HashKey, ValueError, ValueReader, ValueWriter, WrittenValue};
use ::std::collections::BTreeMap;
use ::std::string::String as Text;

mod alloc {}
mod core {}
mod redis {}
mod std {}

#[allow(dead_code)]
struct Cow;
#[allow(dead_code)]
struct Default;
#[allow(dead_code)]
struct Err;
#[allow(dead_code)]
struct FieldReader;
#[allow(dead_code)]
struct HashField;
#[allow(dead_code)]
struct None;
#[allow(dead_code)]
struct Ok;
#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
struct PhantomData;
#[allow(dead_code)]
struct Result;
#[allow(dead_code)]
struct Some;
#[allow(dead_code)]
struct String;
#[allow(dead_code)]
struct Unread;
#[allow(dead_code)]
struct Vec;

/// Patterns of these names would be the constants.
#[allow(dead_code)]
const fields: u8 = 0;
#[allow(dead_code)]
const prefix: u8 = 0;
#[allow(dead_code)]
const value: u8 = 0;

/// Methods named like those that generated code calls, on every type there is.
#[allow(dead_code, clippy::wrong_self_convention)]
trait Evil: ::core::marker::Sized {
    fn as_bytes(self) {}
    fn denying(self) {}
    fn field(self) {}
    fn flattened(self) {}
    fn from_hash_field(self) {}
    fn hash_handles(self) {}
    fn map(self) {}
    fn optional(self) {}
    fn or(self) {}
    fn parts(self) {}
    fn read_hash_version(self) {}
    fn required(self) {}
    fn segment(self) {}
    fn segment_or(self) {}
}
impl<T> Evil for T {}

/// For `with`.
mod hex {
    use super::{ValueError, ValueReader, ValueWriter, WrittenValue};

    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn to_hash_value<'w>(
        n: &u32,
        out: ValueWriter<'w>,
    ) -> ::core::result::Result<WrittenValue<'w>, ValueError> {
        out.display(::core::format_args!("{n:x}"))
    }

    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn from_hash_value(text: ValueReader) -> ::core::result::Result<u32, ValueError> {
        u32::from_str_radix(text.text()?, 16).map_err(|_| ValueError::new("is no number"))
    }
}

/// A value of two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToHashValue, FromHashValue)]
#[redis_hash(rename_all = "kebab-case")]
pub enum Ok2 {
    /// The one.
    Err,
    /// The other.
    r#Try,
}

/// A value around one.
#[derive(Debug, Clone, PartialEq, Eq, ToHashValue, FromHashValue)]
pub struct Newtype<T>(pub T);

const fn one() -> u8 {
    1
}

/// Flattened.
#[derive(Debug, Clone, PartialEq, Eq, ToRedisHash, FromRedisHash)]
pub struct Inner<T> {
    /// Of any type.
    pub inner: T,
    private: ::core::option::Option<T>,
}

/// All that a field can be, under names that generated code might use.
#[derive(Debug, Clone, PartialEq, Eq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "all:{id}:{r_type}")]
pub struct All<'a, T: ::core::clone::Clone, const N: usize>
where
    T: ::core::cmp::PartialEq,
{
    /// A segment.
    #[redis_hash(skip)]
    pub id: u64,
    /// A segment, too.
    #[redis_hash(skip, default)]
    pub r_type: Text,
    /// A keyword.
    pub r#type: Ok2,
    /// Not ASCII.
    pub größe: Newtype<T>,
    pub(crate) cow: ::std::borrow::Cow<'a, str>,
    __redis_hash_fields: [u8; N],
    /// A parameter's name.
    #[redis_hash(default)]
    pub fields: u8,
    /// Another.
    #[redis_hash(default = "one", alias = "old", alias = "older")]
    pub value: u8,
    /// By functions.
    #[redis_hash(with = "hex")]
    pub hex: u32,
    /// The same.
    #[redis_hash(with = "hex")]
    pub maybe_hex: ::core::option::Option<u32>,
    /// As JSON.
    #[redis_hash(json)]
    pub json: ::std::vec::Vec<T>,
    /// As text.
    #[redis_hash(display)]
    pub display: ::core::net::Ipv4Addr,
    /// Another record.
    #[redis_hash(flatten(prefix = "in_"))]
    pub inner: Inner<T>,
    /// What is left.
    #[redis_hash(extra)]
    pub rest: BTreeMap<Text, Text>,
    #[redis_hash(skip)]
    of: ::core::marker::PhantomData<&'a T>,
}

/// Writes, and reads back.
pub fn read(con: &mut impl ::redis_hashmap::Connection) -> ::core::result::Result<bool, Error> {
    let all = All {
        id: 1,
        r_type: Text::from("t"),
        r#type: Ok2::Try,
        größe: Newtype(7_u8),
        cow: ::std::borrow::Cow::Borrowed("cow"),
        __redis_hash_fields: *b"ab",
        fields: 0,
        value: 2,
        hex: 255,
        maybe_hex: ::core::option::Option::None,
        json: ::std::vec![1],
        display: ::core::net::Ipv4Addr::LOCALHOST,
        inner: Inner { inner: 1, private: ::core::option::Option::Some(2) },
        rest: BTreeMap::from([(Text::from("x"), Text::from("y"))]),
        of: ::core::marker::PhantomData,
    };
    all.write_hash(con)?;
    let key: HashKey = All::<'_, u8, 2>::hash_key(1, "t")?;
    let handles = All::<'_, u8, 2>::hash_fields();
    ::core::assert_eq!(
        [handles.inner.private.name(), handles.r#type.name(), handles.größe.name()],
        ["in_private", "type", "größe"]
    );
    let read = All::read_hash(con, key)?;
    ::core::result::Result::Ok(read == ::core::option::Option::Some(all))
}
