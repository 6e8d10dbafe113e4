//! Packed bytes that are written again and again.

use std::ops::Deref;

use super::room::{Room, STEP};

/// A buffer that keeps what is behind its end, as [`Room`] for what comes next.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    end: usize,
}

impl Buffer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), end: 0 }
    }

    /// What is written there counts from [`keep`](Self::keep) on: where an encoder fails, or panics, there is
    /// nothing to be undone.
    #[inline]
    pub(crate) fn room(&mut self) -> Room<'_> {
        if self.bytes.len() - self.end < STEP {
            self.make();
        }
        Room::from(&mut self.bytes, self.end)
    }

    /// Half as much again as there is, so that it comes to this for few of the records; but no more memory for
    /// that alone.
    #[cold]
    fn make(&mut self) {
        let (least, more) = (self.end + STEP, self.end + self.end / 2 + STEP);
        let len = more.min(self.bytes.capacity()).max(least);
        self.bytes.resize(len, 0);
    }

    /// So many are written.
    #[inline]
    pub(crate) fn keep(&mut self, end: usize) {
        self.end = end;
    }

    /// What is packed elsewhere; no room is made behind it.
    #[cfg(feature = "buffer")]
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.bytes.truncate(self.end);
        self.bytes.extend_from_slice(bytes);
        self.end = self.bytes.len();
    }

    /// Moves the last so many bytes before those from `start` on.
    pub(crate) fn rotate(&mut self, start: usize, last: usize) {
        self.bytes[start..self.end].rotate_right(last);
    }

    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Without doubling what it has.
    #[cfg(feature = "buffer")]
    pub(crate) fn reserve_exact(&mut self, more: usize) {
        self.bytes.truncate(self.end);
        self.bytes.reserve_exact(more);
    }

    /// Forgets what is written; of its memory, keeps at most so much.
    pub(crate) fn clear(&mut self, kept: usize) {
        self.end = 0;
        if self.bytes.capacity() > kept {
            self.bytes.truncate(kept);
            self.bytes.shrink_to(kept);
        }
    }
}

/// What is written.
impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.end]
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self { end: bytes.len(), bytes }
    }
}
