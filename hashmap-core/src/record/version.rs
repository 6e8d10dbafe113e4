//! `#[redis_hash(version)]`: the field that counts a record's writes.

use crate::value::read::{FieldReply, FromHashField, Unread};
use crate::value::{ToHashValue, ValueError, ValueWriter, WrittenValue};

/// An integer that can be a version.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not `u32` or `u64`",
    note = "a version counts the writes of its record, from 0 for one that was never written"
)]
pub trait VersionField: Sized {
    /// The version that was read, and what may follow it.
    fn hash_version(&self) -> Version;

    /// The version of this record: 0 where it has none yet.
    ///
    /// # Errors
    ///
    /// It is no number of this type.
    fn read_hash_version(field: FieldReply<'_>) -> Result<Self, Unread>;
}

impl VersionField for u32 {
    fn hash_version(&self) -> Version {
        Version { read: (*self).into(), last: Self::MAX.into() }
    }

    fn read_hash_version(field: FieldReply<'_>) -> Result<Self, Unread> {
        field.or(Self::from_hash_field, Self::default)
    }
}

impl VersionField for u64 {
    fn hash_version(&self) -> Version {
        Version { read: *self, last: Self::MAX }
    }

    fn read_hash_version(field: FieldReply<'_>) -> Result<Self, Unread> {
        field.or(Self::from_hash_field, Self::default)
    }
}

/// The version that a record was read with.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    pub(crate) read: u64,
    last: u64,
}

impl Version {
    pub(crate) fn next(self) -> Next {
        Next((self.read < self.last).then(|| self.read + 1))
    }
}

/// The version that a write leaves.
pub(crate) struct Next(Option<u64>);

impl ToHashValue for Next {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self.0 {
            Some(version) => version.write_hash_value(out),
            None => {
                Err(ValueError::new("the version is the last of its type, and cannot be raised"))
            }
        }
    }
}
