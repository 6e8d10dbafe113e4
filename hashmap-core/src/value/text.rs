//! Strings and characters: their UTF-8.

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

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

impl ToHashValue for char {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.encode_utf8(&mut [0; 4]).as_bytes())
    }
}
