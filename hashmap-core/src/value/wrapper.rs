//! What only points at a value is written as the value, and read as one.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

macro_rules! write {
    ($($pointer:ty)*) => {$(
        impl<T: ToHashValue + ?Sized> ToHashValue for $pointer {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                T::write_hash_value(self, out)
            }

            fn as_hash_bytes(&self) -> Option<&[u8]> {
                T::as_hash_bytes(self)
            }
        }
    )*};
}

write! { &T Box<T> Rc<T> Arc<T> }

impl<T: ToHashValue + ToOwned + ?Sized> ToHashValue for Cow<'_, T> {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        T::write_hash_value(self, out)
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        T::as_hash_bytes(self)
    }
}

macro_rules! read {
    ($($pointer:ident)*) => {$(
        impl<T: FromHashValue> FromHashValue for $pointer<T> {
            #[inline]
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                T::from_hash_value(value).map(Self::new)
            }
        }
    )*};
}

read! { Box Rc Arc }

/// Always owned.
impl<T> FromHashValue for Cow<'_, T>
where
    T: ToOwned<Owned: FromHashValue> + ?Sized,
{
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        T::Owned::from_hash_value(value).map(Self::Owned)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read::{back, unread};
    use super::*;

    #[test]
    fn pointers_come_back() {
        assert_eq!(back(&Box::new(-7_i8)), Ok(Box::new(-7)));
        assert_eq!(back(&Rc::new(true)), Ok(Rc::new(true)));
        assert_eq!(back(&Arc::new(Box::new([1, 2]))), Ok(Arc::new(Box::new([1, 2]))));
        assert_eq!(back(&Box::new(Arc::<str>::from("x"))), Ok(Box::new(Arc::from("x"))));
        assert_eq!(back(&Cow::Borrowed("é")), Ok(Cow::Owned("é".to_owned())));
        assert_eq!(back(&Cow::<[u8]>::Borrowed(b"\xff")), Ok(Cow::Owned(vec![255])));
        assert_eq!(back(&Cow::Borrowed(Path::new("/x"))), Ok(Cow::Borrowed(Path::new("/x"))));
        assert_eq!(back(&Cow::<u64>::Owned(7)), Ok(Cow::Owned(7)));
    }

    #[test]
    fn errors_are_those_of_the_value() {
        assert_eq!(unread::<Box<u8>>("x"), "is not a `u8` (0 to 255)");
        assert_eq!(unread::<Cow<u8>>("x"), "is not a `u8` (0 to 255)");
        assert_eq!(unread::<Cow<str>>(b"\xff"), "is not UTF-8");
        assert_eq!(unread::<Rc<Arc<char>>>("xy"), "is not one character");
    }
}
