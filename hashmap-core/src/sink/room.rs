//! The end of a buffer, where the names and values of a record go.

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

/// How much room is made at once: for most records, all that they need.
pub(super) const STEP: usize = 512;
/// The longest bytes that are copied here: a call of `memcpy` takes longer.
const SHORT: usize = 16;

/// A buffer whose first bytes are written, and whose others are room: already there, and of no meaning.
///
/// So a few bytes more are a comparison, some stores and a sum that stays in a register, where a `Vec` that is
/// appended to reads and writes its length in memory each time. (A sixth fewer instructions a record.) It is
/// handed on by value for that register's sake; whoever has it last closes it, or notes its end.
#[must_use = "what is behind its end is not cut off yet"]
pub struct Room<'o> {
    buffer: &'o mut Vec<u8>,
    /// How many are written; never more than there are.
    end: usize,
}

impl<'o> Room<'o> {
    /// Behind all that is in the buffer.
    #[inline]
    pub(crate) fn behind(buffer: &'o mut Vec<u8>) -> Self {
        let end = buffer.len();
        buffer.resize(end + STEP, 0);
        Self { buffer, end }
    }

    /// Behind the first so many, which are there.
    #[inline]
    pub(super) fn from(buffer: &'o mut Vec<u8>, end: usize) -> Self {
        Self { buffer, end }
    }

    /// How many bytes of the buffer are written.
    #[inline]
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// All bytes that are written, also those that were there before.
    pub(crate) fn written(&self) -> &[u8] {
        &self.buffer[..self.end]
    }

    /// The same for somebody else, and the place where it is to be said how many are written then. Where
    /// nobody says so, it is as if nothing had been written.
    #[inline]
    pub(crate) fn lend(&mut self) -> (Room<'_>, &mut usize) {
        (Room { buffer: self.buffer, end: self.end }, &mut self.end)
    }

    /// Where it cannot be given away and back.
    #[inline]
    pub(crate) fn then(&mut self, write: impl FnOnce(Room<'_>) -> Room<'_>) {
        let (room, end) = self.lend();
        *end = write(room).end;
    }

    /// Without what was written behind the first so many.
    pub(crate) fn back(self, end: usize) -> Self {
        Self { end, ..self }
    }

    /// Leaves what is written, and nothing behind it.
    #[inline]
    pub(crate) fn close(self) {
        self.buffer.truncate(self.end);
    }

    /// Bytes of a length that is known where this is inlined, or few.
    #[inline]
    pub(crate) fn put(self, bytes: &[u8]) -> Self {
        let end = self.end + bytes.len();
        match self.buffer.get_mut(self.end..end) {
            Some(room) => {
                room.copy_from_slice(bytes);
                Self { end, ..self }
            }
            None => self.append(bytes),
        }
    }

    /// The same where there may be no room.
    #[cold]
    #[inline(never)]
    fn append(self, bytes: &[u8]) -> Self {
        self.buffer.truncate(self.end);
        // At once, since a buffer that grows twice for a giant may have twice its length.
        self.buffer.reserve(bytes.len() + STEP);
        self.buffer.extend_from_slice(bytes);
        Room::behind(self.buffer)
    }

    /// The next bytes, where there is room for so many.
    #[inline]
    pub(super) fn next<const N: usize>(&mut self) -> Option<&mut [u8; N]> {
        self.buffer.get_mut(self.end..self.end + N)?.first_chunk_mut()
    }

    /// So many of them are written now.
    #[inline]
    pub(super) fn wrote(self, len: usize) -> Self {
        Self { end: self.end + len, ..self }
    }

    /// Makes room for so many bytes, and some more, for `then`.
    ///
    /// To be called last: what calls it has then nothing to keep for after it, also where there is room.
    #[cold]
    #[inline(never)]
    pub(super) fn make(self, more: usize, then: impl FnOnce(Self) -> Self) -> Self {
        self.buffer.resize(self.end + more + STEP, 0);
        then(self)
    }

    /// The header of a command with `n` arguments, its name included.
    #[inline]
    pub(crate) fn array(self, n: usize) -> Self {
        self.header(b'*', n)
    }

    /// `*3\r\n` or `$3\r\n`.
    #[inline]
    pub(crate) fn header(mut self, kind: u8, n: usize) -> Self {
        if n >= 100 {
            return self.long_header(kind, n);
        }
        match self.next::<5>() {
            Some(room) => {
                let len = short_header(room, kind, n);
                self.wrote(len)
            }
            None => self.make(5, move |room| room.header(kind, n)),
        }
    }

    fn long_header(self, kind: u8, n: usize) -> Self {
        self.put(&[kind]).put(itoa::Buffer::new().format(n).as_bytes()).put(b"\r\n")
    }

    /// One bulk string. The caller has checked its length.
    pub(crate) fn bulk(mut self, bytes: &[u8]) -> Self {
        let len = bytes.len();
        if len > SHORT {
            return self.long_bulk(bytes);
        }
        let Some(room) = self.next::<24>() else {
            return self.make(24, move |room| room.bulk(bytes));
        };
        let start = short_header(room, b'$', len);
        copy(&mut room[start..start + len], bytes);
        room[start + len..start + len + 2].copy_from_slice(b"\r\n");
        self.wrote(start + len + 2)
    }

    #[inline(never)]
    fn long_bulk(self, bytes: &[u8]) -> Self {
        self.header(b'$', bytes.len()).put(bytes).put(b"\r\n")
    }

    /// One bulk string of bytes that are written already.
    pub(crate) fn again(self, bytes: Range<usize>) -> Self {
        let (len, room) = (bytes.len(), self.header(b'$', bytes.len()));
        let copy = move |room: Self| {
            room.buffer.copy_within(bytes, room.end);
            room.wrote(len).put(b"\r\n")
        };
        if room.buffer.len() < room.end + len { room.make(len, copy) } else { copy(room) }
    }

    /// One bulk string whose length is known only after `write` has written its bytes. Answers where they
    /// are.
    ///
    /// The header is written for two digits, and mended afterwards: the bytes move where that was wrong.
    #[allow(clippy::inline_always)] // what is written is few bytes, and known where it is called
    #[inline(always)]
    pub(crate) fn bulk_with<E>(
        self,
        write: impl FnOnce(Room<'o>) -> Result<Room<'o>, E>,
    ) -> Result<(Self, Range<usize>), E> {
        let start = self.end;
        let room = write(self.put(b"$00\r\n"))?;
        let len = room.end - start - 5;
        Ok(match len {
            0..10 => room.narrow(start, len),
            10..100 => room.mend(start, len),
            _ => room.widen(start, len),
        })
    }

    #[inline]
    fn narrow(self, start: usize, len: usize) -> (Self, Range<usize>) {
        let mut this = self;
        loop {
            let room = this.buffer.get_mut(start..start + 16);
            if let Some(room) = room.and_then(<[u8]>::first_chunk_mut::<16>) {
                let moved = *room;
                room[4..15].copy_from_slice(&moved[5..]);
                short_header(room, b'$', len);
                let body = start + 4..start + 4 + len;
                return (Self { end: body.end, ..this }.put(b"\r\n"), body);
            }
            this = this.make(16, |room| room);
        }
    }

    #[inline]
    fn mend(self, start: usize, len: usize) -> (Self, Range<usize>) {
        if let Some(room) = self.buffer.get_mut(start..).and_then(<[u8]>::first_chunk_mut::<5>) {
            short_header(room, b'$', len);
        }
        let body = start + 5..self.end;
        (self.put(b"\r\n"), body)
    }

    /// In place: a buffer for the header would be an allocation.
    #[cold]
    fn widen(self, start: usize, len: usize) -> (Self, Range<usize>) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(len).as_bytes();
        let (body, more) = (start + 5..self.end, digits.len() - 2);
        // Anything: the room is what is wanted.
        let room = self.put(&digits[..more]);
        room.buffer.copy_within(body.clone(), body.start + more);
        let body = body.start + more..room.end;
        room.buffer[start + 1..body.start - 2].copy_from_slice(digits);
        room.buffer[body.start - 2..body.start].copy_from_slice(b"\r\n");
        (room.put(b"\r\n"), body)
    }

    /// What `write` appends to the buffer itself.
    pub(crate) fn extend<E>(
        self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Self, E> {
        self.buffer.truncate(self.end);
        write(self.buffer)?;
        Ok(Self { end: self.buffer.len(), ..self })
    }
}

/// A header of less than a hundred, and how long it is.
#[inline]
pub(super) fn short_header<const N: usize>(room: &mut [u8; N], kind: u8, len: usize) -> usize {
    #[allow(clippy::cast_possible_truncation)] // below 100
    let [tens, ones] = [b'0' + (len / 10) as u8, b'0' + (len % 10) as u8];
    if len < 10 {
        room[..4].copy_from_slice(&[kind, ones, b'\r', b'\n']);
        4
    } else {
        room[..5].copy_from_slice(&[kind, tens, ones, b'\r', b'\n']);
        5
    }
}

/// Up to sixteen bytes, as their first and their last few, which may overlap.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    if !(ends::<8>(to, from) || ends::<4>(to, from) || ends::<2>(to, from)) {
        ends::<1>(to, from);
    }
}

/// Copies the first and the last `N`, where there are as many.
#[inline]
fn ends<const N: usize>(to: &mut [u8], from: &[u8]) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return false;
    };
    if let Some(to) = to.first_chunk_mut() {
        *to = *first;
    }
    if let Some(to) = to.last_chunk_mut() {
        *to = *last;
    }
    true
}

/// No byte of it: what is before belongs to others, and what is written are values.
impl fmt::Debug for Room<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("end", &self.end).finish_non_exhaustive()
    }
}
