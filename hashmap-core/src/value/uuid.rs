//! `uuid::Uuid`: hyphenated text, lower case. (`redis` itself writes the 16 bytes.)

use uuid::Uuid;

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};
use crate::key::{KeyError, KeySegment, SegmentWriter};

impl ToHashValue for Uuid {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.hyphenated().encode_lower(&mut [0; 36]).as_bytes())
    }
}

/// Of any case, with hyphens or without, in braces or as a URN: all one `Uuid`.
impl FromHashValue for Uuid {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        Self::try_parse_ascii(value.as_bytes()).map_err(|_| ValueError::not("the text of a UUID"))
    }
}

#[diagnostic::do_not_recommend]
impl KeySegment for Uuid {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.fixed(self.hyphenated().encode_lower(&mut [0; 36]));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::super::written;
    use super::*;

    const ID: Uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);

    #[test]
    fn uuids_come_back() {
        for uuid in [Uuid::nil(), Uuid::max(), ID] {
            assert_eq!(written(&uuid).len(), 36);
            assert_eq!(back(&uuid), Ok(uuid));
        }
    }

    #[test]
    fn what_others_write() {
        for text in [
            "67E55044-10B1-426F-9247-BB680E5FE0C8",
            "67e5504410b1426f9247bb680e5fe0c8",
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
            "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
        ] {
            assert_eq!(read(text), Ok(ID), "{text}");
        }
        for text in [
            &b""[..],
            b"67e55044-10b1-426f-9247-bb680e5fe0c",
            b"67e55044-10b1-426f-9247-bb680e5fe0c8 ",
            b"67e5504410b1-426f-9247-bb680e5fe0c8",
            b"g7e55044-10b1-426f-9247-bb680e5fe0c8",
            b"\xff7e55044-10b1-426f-9247-bb680e5fe0c8",
            // As `redis` writes it: any 16 bytes would be one.
            ID.as_bytes(),
        ] {
            assert_eq!(unread::<Uuid>(text), "is not the text of a UUID", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_uuid_comes_back(uuid: u128) {
            let uuid = Uuid::from_u128(uuid);
            prop_assert_eq!(back(&uuid), Ok(uuid));
        }
    }
}
