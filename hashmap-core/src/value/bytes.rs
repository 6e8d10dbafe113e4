//! Bytes, as they are.

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

impl ToHashValue for [u8] {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }
}

impl ToHashValue for Vec<u8> {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }
}

impl<const N: usize> ToHashValue for [u8; N] {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }
}

#[cfg(feature = "bytes")]
impl ToHashValue for bytes::Bytes {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }
}

#[cfg(feature = "bytes")]
impl ToHashValue for bytes::BytesMut {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }
}
