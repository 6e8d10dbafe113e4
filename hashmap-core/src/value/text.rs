//! Strings, characters and paths: their UTF-8.

use std::path::{Path, PathBuf};

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for str {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.as_bytes())
    }
}

impl ToHashValue for String {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.as_bytes())
    }
}

impl FromHashValue for String {
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        value.into_string()
    }
}

impl ToHashValue for char {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.encode_utf8(&mut [0; 4]).as_bytes())
    }
}

/// A path that is no UTF-8 is an error: another machine could not name the file.
impl ToHashValue for Path {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self.to_str() {
            Some(text) => out.bytes(text.as_bytes()),
            None => Err(ValueError::new("a path that is not UTF-8")),
        }
    }
}

impl ToHashValue for PathBuf {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.as_path().write_hash_value(out)
    }
}
