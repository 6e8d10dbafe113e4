//! Many records' plans in one buffer, cut into windows.

use std::ops::Range;

use super::writable::sealed::Writable;
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::{CallScript, Commands, Whole};
use crate::sink;

/// How many replies a window asks for at most, unless it is one record's. They fit, as errors too, into
/// what a socket buffers: a server that writes them is never kept from reading on, whoever it is.
const REPLIES: usize = 512;
/// How many bytes a window has before its last record: more calls to the system cost more, and more
/// bytes are no faster.
pub(super) const BYTES: usize = 128 * 1024;
/// How much memory is kept between two uses, whatever they need of it.
const KEPT: usize = 1024 * 1024;

/// The packed plans of many records, and what is known of each.
#[derive(Default)]
pub(crate) struct Arena {
    pub(super) packed: Vec<u8>,
    pub(super) entries: Vec<Entry>,
    pub(super) windows: Vec<Window>,
}

/// What is known of one record's plan.
pub(crate) struct Entry {
    pub(super) record: &'static str,
    /// With places in its own bytes.
    pub(crate) commands: Commands,
    /// Where its bytes end; they begin where those of the one before end.
    pub(super) end: usize,
    pub(super) key: Range<usize>,
    /// A condition that does not hold is an error.
    pub(super) is_plain: bool,
}

/// What is sent at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    pub(crate) entries: Range<usize>,
    pub(crate) bytes: Range<usize>,
    pub(crate) replies: usize,
    /// The script was sent whole in it, so that its digest is known after.
    pub(super) is_scripted: bool,
}

/// A window and where it is.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) window: &'a Window,
}

impl<'a> Part<'a> {
    pub(crate) fn packed(self) -> &'a [u8] {
        &self.arena.packed[self.window.bytes.clone()]
    }
}

impl Window {
    pub(super) fn is_full(&self) -> bool {
        self.replies >= REPLIES || self.bytes.len() >= BYTES
    }
}

impl Arena {
    /// Encodes one record. On an error, nothing of it is here.
    pub(crate) fn push<W: Writable + ?Sized>(&mut self, write: &W) -> Result<()> {
        let (start, entry) = (self.packed.len(), self.entries.len());
        if self.windows.last().is_none_or(Window::is_full) {
            let (entries, bytes) = (entry..entry, start..start);
            self.windows.push(Window { entries, bytes, replies: 0, is_scripted: false });
        }
        let Some(window) = self.windows.last_mut() else {
            unreachable!("one was pushed");
        };
        // The server may have forgotten the script, or never seen it. What it answers then comes too
        // late: another write of the same key may be behind.
        let call = if window.is_scripted { CallScript::Evalsha } else { CallScript::Eval };
        let encode = |packed: &mut Vec<u8>| write.encode(Whole::Multi, call, packed);
        let plan = sink::all_or_nothing(&mut self.packed, encode)?;
        let end = self.packed.len();

        window.is_scripted |= matches!(plan.commands, Commands::Script { .. });
        window.replies += plan.commands.replies();
        window.entries.end += 1;
        window.bytes.end = end;
        self.entries.push(Entry {
            record: W::RECORD,
            commands: match plan.commands {
                Commands::Script { args, rest } => Commands::Script { args, rest: rest - start },
                commands => commands,
            },
            end,
            key: plan.key,
            is_plain: W::IS_PLAIN,
        });
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.packed.capacity()
    }

    pub(crate) fn packed(&self) -> &[u8] {
        &self.packed
    }

    pub(crate) fn windows(&self) -> impl Iterator<Item = Part<'_>> {
        let some = self.windows.iter().filter(|window| !window.entries.is_empty());
        some.map(|window| Part { arena: self, window })
    }

    /// How many of these records make a window; at least one.
    #[cfg(feature = "cluster-async")]
    pub(super) fn window_of(&self, records: &[usize]) -> usize {
        let (mut replies, mut bytes) = (0, 0);
        let fits = |nth: &&usize| {
            let fits = replies < REPLIES && bytes < BYTES;
            replies += self.entries[**nth].commands.replies();
            bytes += self.plan(**nth).len();
            fits
        };
        records.iter().take_while(fits).count()
    }

    /// So many windows are full.
    pub(crate) fn is_full(&self, windows: usize) -> bool {
        self.windows.len() >= windows && self.windows.last().is_some_and(Window::is_full)
    }

    pub(crate) fn entry(&self, nth: usize) -> &Entry {
        &self.entries[nth]
    }

    /// The packed plan of one record.
    pub(crate) fn plan(&self, nth: usize) -> &[u8] {
        let start = nth.checked_sub(1).map_or(0, |before| self.entries[before].end);
        &self.packed[start..self.entries[nth].end]
    }

    pub(crate) fn key(&self, nth: usize) -> &[u8] {
        &self.packed[self.entries[nth].key.clone()]
    }

    /// Of one record, which was not written.
    #[cold]
    pub(crate) fn error(&self, nth: usize, failure: Failure) -> Error {
        let key = String::from_utf8_lossy(self.key(nth)).into_owned();
        WriteError::new(self.entries[nth].record, key, failure).into()
    }

    pub(crate) fn is_plain(&self, nth: usize) -> bool {
        self.entries[nth].is_plain
    }

    /// Forgets the records and keeps their memory, unless it is much more than these needed: a giant is
    /// given back as soon as something smaller was here.
    pub(crate) fn clear(&mut self) {
        let used = self.packed.len();
        self.packed.clear();
        if self.packed.capacity() > KEPT.max(4 * used) {
            self.packed.shrink_to(KEPT.max(2 * used));
        }
        self.entries.clear();
        self.windows.clear();
    }
}
