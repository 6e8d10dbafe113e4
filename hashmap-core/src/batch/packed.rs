//! One record's plan, packed by itself before it is put among others.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use super::arena::{Arena, BYTES};
use super::writable::sealed::Writable;
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::Commands;
use crate::sink::{self, Room};

/// What is as large is not copied.
const LARGE: usize = 64 * 1024;

/// One record's plan. All places are in its own bytes.
pub(crate) struct Packed<'p> {
    bytes: Cow<'p, [u8]>,
    record: &'static str,
    commands: Commands,
    key: Range<usize>,
    is_plain: bool,
    pub(crate) may_be_refused: bool,
}

impl Packed<'static> {
    /// Nothing to say to a server.
    pub(crate) fn nothing() -> Self {
        Self {
            bytes: Cow::Borrowed(&[]),
            record: "",
            commands: Commands::Nothing,
            key: 0..0,
            is_plain: true,
            may_be_refused: false,
        }
    }
}

impl Packed<'_> {
    /// Packs it into the thread's own buffer.
    #[inline]
    pub(crate) fn lend<W, T>(write: &W, then: impl FnOnce(Packed<'_>) -> T) -> Result<T>
    where
        W: Writable + ?Sized,
    {
        sink::with_buffer(|bytes| {
            let plan = write.encode(Room::behind(bytes))?;
            bytes.truncate(plan.end);
            Ok(then(Packed {
                bytes: match bytes.len() {
                    LARGE.. => Cow::Owned(exact(mem::take(bytes))),
                    _ => Cow::Borrowed(bytes),
                },
                record: W::RECORD,
                commands: plan.commands,
                key: plan.key,
                is_plain: W::IS_PLAIN,
                may_be_refused: write.may_be_refused(),
            }))
        })
    }

    pub(crate) fn into_owned(self) -> Packed<'static> {
        Packed { bytes: Cow::Owned(self.bytes.into_owned()), ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn is_large(&self) -> bool {
        self.len() >= LARGE
    }

    /// It was not written.
    #[cold]
    pub(crate) fn error(&self, failure: Failure) -> Error {
        let key = String::from_utf8_lossy(&self.bytes[self.key.clone()]).into_owned();
        WriteError::new(self.record, key, failure).into()
    }
}

/// Without the room that it had to grow.
fn exact(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.shrink_to_fit();
    bytes
}

impl Arena {
    /// Puts it behind those that are there. The first script of a window is called by its source.
    pub(crate) fn push_packed(&mut self, plan: Packed<'_>) {
        let Packed { bytes, record, commands, key, is_plain, .. } = plan;
        let (start, len) = (self.packed.len(), bytes.len());
        let is_scripted = self.window().is_scripted;
        let loads = commands.is_script() && !is_scripted;
        // No more than a window needs, where doubling would give it twice that.
        let needed = start + len;
        if needed > self.packed.capacity() && 2 * self.packed.capacity() > BYTES {
            self.packed.reserve_exact(needed.max(BYTES + len) - start);
        }
        if loads {
            self.load();
        }
        match bytes {
            Cow::Owned(bytes) if self.packed.is_empty() => self.packed = bytes.into(),
            bytes => self.packed.append(&bytes),
        }
        self.enter(record, commands, len, key, loads, is_plain);
    }

    /// The same records, but that nothing is to be sent for some of them.
    pub(crate) fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut only = Self::default();
        for (nth, entry) in self.entries.iter().enumerate() {
            let start = entry.bytes.start;
            only.push_packed(if keep(nth) {
                Packed {
                    bytes: Cow::Borrowed(self.plan(nth)),
                    record: entry.record,
                    commands: entry.commands,
                    key: entry.key.start - start..entry.key.end - start,
                    is_plain: entry.is_plain,
                    may_be_refused: false,
                }
            } else {
                Packed::nothing()
            });
        }
        only
    }

    /// The memory that the packed plans may keep.
    pub(crate) fn shrink_to(&mut self, kept: usize) {
        self.packed.clear(kept);
    }
}
