//! Bytes, as they are.

use std::rc::Rc;
use std::sync::Arc;

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for [u8] {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl ToHashValue for Vec<u8> {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<const N: usize> ToHashValue for [u8; N] {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self)
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl FromHashValue for Vec<u8> {
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        Ok(value.into_bytes())
    }
}

impl<const N: usize> FromHashValue for [u8; N] {
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        value.as_bytes().try_into().map_err(|_| ValueError::new(format!("is not {N} bytes long")))
    }
}

macro_rules! owned {
    ($($owner:ty)*) => {$(
        impl FromHashValue for $owner {
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                Ok(value.into_bytes().into())
            }
        }
    )*};
}

owned! { Box<[u8]> Rc<[u8]> Arc<[u8]> }

#[cfg(feature = "bytes")]
mod of_bytes {
    use bytes::{Bytes, BytesMut};

    use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

    impl ToHashValue for Bytes {
        fn write_hash_value<'w>(
            &self,
            out: ValueWriter<'w>,
        ) -> Result<WrittenValue<'w>, ValueError> {
            out.bytes(self)
        }

        fn as_hash_bytes(&self) -> Option<&[u8]> {
            Some(self)
        }
    }

    impl ToHashValue for BytesMut {
        fn write_hash_value<'w>(
            &self,
            out: ValueWriter<'w>,
        ) -> Result<WrittenValue<'w>, ValueError> {
            out.bytes(self)
        }

        fn as_hash_bytes(&self) -> Option<&[u8]> {
            Some(self)
        }
    }

    /// Without a copy.
    impl FromHashValue for Bytes {
        fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
            Ok(value.into_bytes().into())
        }
    }

    impl FromHashValue for BytesMut {
        fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
            Ok(value.as_bytes().into())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::*;

    #[test]
    fn all_256_and_none() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [&all[..], b"", b"\r\n", b"\0"] {
            assert_eq!(back(&bytes.to_vec()), Ok(bytes.to_vec()));
            assert_eq!(back(&Box::<[u8]>::from(bytes)), Ok(bytes.into()));
            assert_eq!(back(&Rc::<[u8]>::from(bytes)), Ok(bytes.into()));
            assert_eq!(back(&Arc::<[u8]>::from(bytes)), Ok(bytes.into()));
            #[cfg(feature = "bytes")]
            {
                assert_eq!(back(&bytes::Bytes::copy_from_slice(bytes)).unwrap(), bytes);
                assert_eq!(back(&bytes::BytesMut::from(bytes)).unwrap(), bytes);
            }
        }
        let all = <[u8; 256]>::try_from(all).unwrap();
        assert_eq!(back(&all), Ok(all));
        assert_eq!(back(&[0_u8; 0]), Ok([]));
    }

    #[test]
    fn an_array_wants_its_length() {
        assert_eq!(read(b"\xff\0\x01"), Ok([255, 0, 1]));
        for bytes in [&b""[..], b"ab", b"abcd", b"something longer"] {
            assert_eq!(unread::<[u8; 3]>(bytes), "is not 3 bytes long");
        }
        assert_eq!(unread::<[u8; 0]>(b"\0"), "is not 0 bytes long");
    }

    /// The buffer of the reply is what is read.
    #[test]
    fn without_a_copy() {
        let reply = vec![7; 100];
        let start = reply.as_ptr();
        let bytes = Vec::from_hash_value(ValueReader::new(reply)).unwrap();
        assert_eq!(bytes.as_ptr(), start);
        let bytes = Box::<[u8]>::from_hash_value(ValueReader::new(bytes)).unwrap();
        assert_eq!(bytes.as_ptr(), start);
        #[cfg(feature = "bytes")]
        {
            let bytes = bytes::Bytes::from_hash_value(ValueReader::new(bytes)).unwrap();
            assert_eq!(bytes.as_ptr(), start);
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>, array: [u8; 16]) {
            prop_assert_eq!(back(&bytes), Ok(bytes));
            prop_assert_eq!(back(&array), Ok(array));
        }
    }
}
