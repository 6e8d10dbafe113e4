//! All that generated code may name. Not for users: it changes without notice.

pub use core::option::Option;
pub use core::result::Result;

pub use crate::key::{KeyTemplate, KeyWriter, SegmentArg};
pub use crate::record::{BadField, Field, FieldVisitor, Prefixed, Record};
pub use crate::value::adapter::{Adapted, DisplayField, JsonField};
