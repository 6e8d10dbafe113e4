//! `uuid::Uuid`: hyphenated text, lower case. (`redis` itself writes the 16 bytes.)

use uuid::Uuid;

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};
use crate::key::{KeyError, KeySegment, SegmentWriter};

impl ToHashValue for Uuid {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.hyphenated().encode_lower(&mut [0; 36]).as_bytes())
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
    use super::super::written;
    use super::*;

    #[test]
    fn uuids_read_back() {
        for uuid in
            [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8)]
        {
            let text = written(&uuid);
            assert_eq!(text.len(), 36);
            assert_eq!(text.parse::<Uuid>().unwrap(), uuid);
        }
    }
}
