//! All that generated code may name. Not for users: it changes without notice.

pub use core::marker::Sized;
pub use core::option::Option;
pub use core::primitive::str as Str;
pub use core::result::Result;

pub use crate::field::{
    Counted, DisplayText, Json, OwnText, OwnValue, Plain, ReadValue, ReadWith, With, WriteValue,
    WriteWith,
};
pub use crate::key::{HashKey, KeyTemplate, KeyWriter, SegmentArg, SegmentWriter};
pub use crate::record::names::{Names, check_flattened};
pub use crate::record::read::FieldReader;
pub use crate::record::version::{Version, VersionField};
pub use crate::record::{BadField, Field, FieldVisitor, Prefixed, Record};
pub use crate::value::adapter::{
    AbsentField, DisplayField, FromDisplayField, FromJsonField, JsonField, adapt, unless,
};
pub use crate::value::read::{FieldReply, Unread};
pub use crate::value::{ValueError, ValueWriter, WrittenValue};
