//! Where the key of a write comes from.

use crate::key::{HashKeyTemplate, KeyError, KeyWriter};

/// The key comes from the record's template.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TemplateKey;

/// The key was given: [`HashWrite::key`](crate::HashWrite::key).
#[derive(Debug, Clone, Copy)]
pub struct GivenKey<K>(pub(super) K);

/// Where the key of a write comes from: [`TemplateKey`] or [`GivenKey`].
#[diagnostic::on_unimplemented(
    message = "`{R}` has no key template, so nobody knows which hash to write",
    label = "no key for this record",
    note = "give the struct a template, of segments that are strings, integers or `bool`: `#[redis_hash(key = \"user:{{id}}\")]`",
    note = "or give this one write its key: `record.as_hash().key(\"user:1\")`"
)]
pub trait KeySource<R: ?Sized> {
    #[doc(hidden)]
    fn write_key(&self, record: &R, key: &mut KeyWriter<'_>) -> Result<(), KeyError>;
}

#[diagnostic::do_not_recommend]
impl<R: HashKeyTemplate + ?Sized> KeySource<R> for TemplateKey {
    #[inline]
    fn write_key(&self, record: &R, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
        record.write_hash_key(key)
    }
}

impl<R: ?Sized, K: AsRef<[u8]>> KeySource<R> for GivenKey<K> {
    #[inline]
    fn write_key(&self, _: &R, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
        key.literal(&self.0);
        Ok(())
    }
}
