//! All that generated code may name. Not for users: it changes without notice.

pub use std::borrow::Cow;

pub use core::default::Default;
pub use core::marker::{PhantomData, Sized};
pub use core::option::Option;
pub use core::primitive::str as Str;
pub use core::result::Result;

pub use redis;

pub use crate::field::{
    Counted, DisplayText, Json, OwnText, OwnValue, Plain, ReadValue, ReadWith, With, WriteValue,
    WriteWith,
};
pub use crate::field::{HashField, joined};
pub use crate::key::{HashKey, KeyTemplate, KeyWriter, SegmentArg, SegmentWriter, is_read};
pub use crate::record::names::{Names, check_flattened};
pub use crate::record::read::FieldReader;
pub use crate::record::redis_traits::{from_redis_value, num_of_args, write_redis_args};
pub use crate::record::version::{Version, VersionField};
pub use crate::record::{BadField, Field, FieldVisitor, Prefixed, Record, retire, visit};
pub use crate::value::adapter::{
    AbsentField, DisplayField, FromDisplayField, FromJsonField, JsonField, adapt, unless,
};
pub use crate::value::read::{FieldReply, Unread, none_of};
pub use crate::value::{ValueError, ValueReader, ValueWriter, WrittenValue};
