//! Many records' plans in one buffer, cut into windows.

use std::ops::Range;

use super::writable::sealed::Writable;
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::{self, Commands, Plan};
use crate::sink::Buffer;

// A server, or who stands for it, may not read on while nobody reads what it answers: so what is sent and
// not answered fits into what sockets buffer. On Linux that is 208 KiB of requests, or 277 replies where
// each is written by itself. Two windows are on their way at once; a giant is not, behind many replies.

/// How many replies a window asks for at most, unless it is one record's.
const REPLIES: usize = 512;
/// How many bytes a window has before its last record: more calls to the system cost more, and more
/// bytes are no faster.
pub(super) const BYTES: usize = 64 * 1024;
/// With how many bytes a first window is started: with few, so that the server soon has something to do, and
/// with half of it, before the server is through with these.
pub(super) const STARTS: [usize; 2] = [2 * 1024, BYTES / 2];
/// How many bytes make a record a giant, which is the last of its window.
const GIANT: usize = 32 * 1024;
/// How many replies any socket buffers.
pub(super) const FEW: usize = 128;
/// How many records a window has: those that say nothing to the server have no bytes and no replies.
const ENTRIES: usize = 4096;
/// How much memory is kept between two uses, whatever they need of it.
const KEPT: usize = 1024 * 1024;

/// The packed plans of many records, and what is known of each.
#[derive(Default)]
pub(crate) struct Arena {
    pub(super) packed: Buffer,
    pub(super) entries: Vec<Entry>,
    pub(super) windows: Vec<Window>,
}

/// What is known of one record's plan.
pub(crate) struct Entry {
    pub(super) record: &'static str,
    /// With places in its own bytes.
    pub(crate) commands: Commands,
    /// Its own bytes.
    pub(super) bytes: Range<usize>,
    /// Before it, the server is told the script: a reply more, which says nothing of a record.
    pub(crate) loads: bool,
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
    /// What is before its last record, if that is a giant.
    pub(super) head: Option<Head>,
    /// The server is told the script in it, so that its digest is known after.
    pub(super) is_scripted: bool,
}

/// What is before a giant.
#[derive(Debug, Clone)]
pub(super) struct Head {
    bytes: Range<usize>,
    pub(super) replies: usize,
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

    /// What is sent before the answers to it are read, and what is sent then: the giant behind many replies.
    /// Without the first bytes, which were sent before; each with how many replies it has, with those.
    pub(super) fn pieces(self, sent: usize) -> [(&'a [u8], usize); 2] {
        let Window { bytes, replies, head, .. } = self.window;
        let start = bytes.start + sent;
        let head = head.as_ref().filter(|head| head.replies > FEW);
        let (end, answers) = head.map_or((start, 0), |head| (head.bytes.end, head.replies));
        let packed = &self.arena.packed;
        [(&packed[start..end], answers), (&packed[end..bytes.end], replies - answers)]
    }
}

impl Entry {
    /// How many replies its bytes have, and those that load the script before them.
    #[cfg(feature = "buffer")]
    pub(crate) fn replies(&self) -> usize {
        self.commands.replies() + usize::from(self.loads)
    }

    #[cfg(feature = "cluster-async")]
    pub(super) fn is_script(&self) -> bool {
        self.commands.is_script()
    }
}

impl Window {
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        // (`len` of a range would look whether it ends before it starts.)
        self.replies >= REPLIES
            || self.bytes.end - self.bytes.start >= BYTES
            || self.entries.end - self.entries.start >= ENTRIES
            || self.head.is_some()
    }
}

impl Arena {
    /// With room for a window, so that a first one does not grow step by step.
    pub(crate) fn of_a_window() -> Self {
        Self {
            packed: Buffer::with_capacity(BYTES + BYTES / 8),
            entries: Vec::with_capacity(REPLIES),
            windows: Vec::with_capacity(1),
        }
    }

    /// For how many records there is room, of those that make a window.
    pub(crate) fn room(&self) -> usize {
        self.entries.capacity()
    }

    /// Encodes one record. On an error, nothing of it is here.
    #[inline]
    pub(crate) fn push<W: Writable + ?Sized>(&mut self, write: &W) -> Result<()> {
        let start = self.packed.len();
        let is_scripted = self.window().is_scripted;
        let Plan { commands, key, end } = write.encode(self.packed.room())?;
        self.packed.keep(end);
        let len = end - start;
        let commands = match commands {
            Commands::Script { args, rest } => Commands::Script { args, rest: rest - start },
            commands => commands,
        };
        let loads = commands.is_script() && !is_scripted;
        if loads {
            self.load();
            self.packed.rotate(start, self.packed.len() - end);
        }
        let key = key.start - start..key.end - start;
        self.enter(W::RECORD, commands, len, key, loads, W::IS_PLAIN);
        Ok(())
    }

    pub(super) fn load(&mut self) {
        let end = plan::load(self.packed.room()).end();
        self.packed.keep(end);
    }

    /// The window that the next record goes into.
    ///
    /// Its first script comes behind one that only loads it: the server may have forgotten it, or never
    /// seen it. What it answers then comes too late: another write of the same key may be behind. And the
    /// first record's key may be refused.
    #[inline]
    pub(super) fn window(&mut self) -> &mut Window {
        if self.windows.last().is_none_or(Window::is_full) {
            self.begin();
        }
        self.windows.last_mut().unwrap_or_else(|| unreachable!("one was pushed"))
    }

    /// The next record goes into another window.
    #[cold]
    pub(super) fn begin(&mut self) {
        let (entries, bytes) = (self.entries.len(), self.packed.len());
        let (entries, bytes) = (entries..entries, bytes..bytes);
        self.windows.push(Window { entries, bytes, ..Window::default() });
    }

    /// The record whose commands are the last bytes; `key` is a place in them.
    #[inline]
    pub(super) fn enter(
        &mut self,
        record: &'static str,
        commands: Commands,
        len: usize,
        key: Range<usize>,
        loads: bool,
        is_plain: bool,
    ) {
        let end = self.packed.len();
        let Some(window) = self.windows.last_mut() else {
            unreachable!("it went into one");
        };
        if len >= GIANT {
            window.head = Some(Head { bytes: window.bytes.clone(), replies: window.replies });
        }
        window.is_scripted |= loads;
        window.replies += commands.replies() + usize::from(loads);
        window.entries.end += 1;
        window.bytes.end = end;
        let bytes = end - len..end;
        let key = bytes.start + key.start..bytes.start + key.end;
        self.entries.push(Entry { record, commands, bytes, loads, key, is_plain });
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.packed.capacity()
    }

    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.packed.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    pub(crate) fn packed(&self) -> &[u8] {
        &self.packed
    }

    pub(crate) fn windows(&self) -> impl Iterator<Item = Part<'_>> {
        let some = self.windows.iter().filter(|window| !window.entries.is_empty());
        some.map(|window| Part { arena: self, window })
    }

    /// The window of this place. `None` where there is nothing yet: only the last can be empty.
    pub(super) fn part(&self, nth: usize) -> Option<Part<'_>> {
        let window = self.windows.get(nth).filter(|window| !window.entries.is_empty())?;
        Some(Part { arena: self, window })
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

    /// The last window is full, or has so many bytes.
    #[inline]
    pub(crate) fn has_enough(&self, bytes: usize) -> bool {
        let last = self.windows.last();
        last.is_some_and(|last| last.is_full() || last.bytes.end - last.bytes.start >= bytes)
    }

    pub(crate) fn entry(&self, nth: usize) -> &Entry {
        &self.entries[nth]
    }

    /// The packed plan of one record.
    pub(crate) fn plan(&self, nth: usize) -> &[u8] {
        &self.packed[self.entries[nth].bytes.clone()]
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
        self.packed.clear(kept::<u8>(self.packed.capacity(), self.packed.len()));
        empty(&mut self.entries);
        empty(&mut self.windows);
    }
}

/// Keeps the memory, unless it is much more than was needed.
pub(super) fn empty<T>(list: &mut Vec<T>) {
    let kept = kept::<T>(list.capacity(), list.len());
    list.clear();
    list.shrink_to(kept);
}

/// How much of a capacity is kept.
fn kept<T>(capacity: usize, used: usize) -> usize {
    let kept = KEPT / size_of::<T>();
    if capacity > kept.max(4 * used) { kept.max(2 * used) } else { capacity }
}
