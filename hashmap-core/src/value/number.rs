//! Numbers and booleans, as the `redis` crate writes them.

use std::num::NonZero;

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

macro_rules! decimal {
    ($($integer:ty)*) => {$(
        impl ToHashValue for $integer {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                out.bytes(itoa::Buffer::new().format(*self).as_bytes())
            }
        }

        impl ToHashValue for NonZero<$integer> {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                self.get().write_hash_value(out)
            }
        }
    )*};
}

decimal! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

macro_rules! float {
    ($($float:ty)*) => {$(
        impl ToHashValue for $float {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                out.bytes(ryu::Buffer::new().format(*self).as_bytes())
            }
        }
    )*};
}

float! { f32 f64 }

impl ToHashValue for bool {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Ok(out.packed(if *self { b"$1\r\n1\r\n" } else { b"$1\r\n0\r\n" }))
    }
}
