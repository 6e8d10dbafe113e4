//! Numbers and booleans, as the `redis` crate writes them.

mod float;
mod integer;

use std::num::{Saturating, Wrapping};

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for bool {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Ok(out.packed(if *self { b"$1\r\n1\r\n" } else { b"$1\r\n0\r\n" }))
    }
}

impl FromHashValue for bool {
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        match value.as_bytes() {
            b"1" | b"true" => Ok(true),
            b"0" | b"false" => Ok(false),
            _ => Err(ValueError::not("a `bool` (1, 0, true or false)")),
        }
    }
}

macro_rules! arithmetic {
    ($($wrapper:ident)*) => {$(
        impl<T: ToHashValue> ToHashValue for $wrapper<T> {
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                self.0.write_hash_value(out)
            }
        }

        impl<T: FromHashValue> FromHashValue for $wrapper<T> {
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                T::from_hash_value(value).map(Self)
            }
        }
    )*};
}

arithmetic! { Wrapping Saturating }

#[cfg(test)]
mod tests {
    use super::super::read::{back, read, unread};
    use super::*;

    #[test]
    fn booleans() {
        for is in [true, false] {
            assert_eq!(back(&is), Ok(is));
        }
        for (text, is) in [("true", true), ("false", false)] {
            assert_eq!(read(text), Ok(is));
        }
        for text in
            ["", "True", "FALSE", "yes", "no", "on", "t", "2", "-1", "01", "1 ", "1.0", "None"]
        {
            assert_eq!(unread::<bool>(text), "is not a `bool` (1, 0, true or false)", "{text:?}");
        }
    }

    #[test]
    fn arithmetic() {
        assert_eq!(back(&Wrapping(i8::MIN)), Ok(Wrapping(i8::MIN)));
        assert_eq!(back(&Saturating(u64::MAX)), Ok(Saturating(u64::MAX)));
        // They wrap where they are counted with, and not where they are read.
        assert_eq!(unread::<Wrapping<u8>>("256"), "is not a `u8` (0 to 255)");
        assert_eq!(unread::<Saturating<i8>>("128"), "is not an `i8` (-128 to 127)");
    }
}
