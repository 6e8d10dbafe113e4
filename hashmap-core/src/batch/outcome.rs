//! What became of each record of a batch.

use std::fmt;

use super::arena::Arena;
use super::settle::Verdicts;
use crate::error::{Error, Result};
use crate::write::Written;

/// What became of the records of a [`HashBatch`](crate::HashBatch), in the order in which they were pushed.
#[must_use = "a record that failed says so only here"]
pub struct Outcomes<'b> {
    arena: &'b Arena,
    verdicts: &'b mut Verdicts,
}

/// What became of one record.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Outcome<'b> {
    /// The how manyth record it was, from 0.
    pub index: usize,
    /// Its key. Empty where the record had nothing to write.
    pub key: &'b [u8],
    /// As of [`HashWrite::write`](crate::HashWrite::write): refused, where a condition did not hold that was
    /// asked for. For a record that was pushed without `as_hash`, a `version` that is another is an error, as
    /// in [`write_hash`](crate::ToRedisHash::write_hash).
    pub result: Result<Written, &'b Error>,
}

impl<'b> Outcomes<'b> {
    pub(super) fn new(arena: &'b Arena, verdicts: &'b mut Verdicts) -> Self {
        Self { arena, verdicts }
    }

    /// How many records there were.
    pub fn len(&self) -> usize {
        self.arena.len()
    }

    /// There were none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every record.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Outcome<'_>> {
        (0..self.len()).map(|index| Outcome {
            index,
            key: self.arena.key(index),
            result: self.verdicts.get(index),
        })
    }

    /// The records that were not written because of an error.
    pub fn failed(&self) -> impl Iterator<Item = Outcome<'_>> {
        let none = self.verdicts.failures() == 0;
        self.iter()
            .take(if none { 0 } else { self.len() })
            .filter(|outcome| outcome.result.is_err())
    }

    /// All is well, or the first error. (A [`Refused`](Written::Refused) is none: it was asked for.)
    ///
    /// # Errors
    ///
    /// That of the first record that failed; others may have, too.
    pub fn into_result(self) -> Result<()> {
        self.verdicts.take_first_error().map_or(Ok(()), Err)
    }
}

/// How many records, and how many of them failed; no value.
impl fmt::Debug for Outcomes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcomes")
            .field("records", &self.len())
            .field("failed", &self.verdicts.failures())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("index", &self.index)
            .field("key", &String::from_utf8_lossy(self.key))
            .field("result", &self.result)
            .finish()
    }
}
