//! Packed RESP: the bytes of commands.
//!
//! What writes a record goes by way of a [`Room`]. The questions of reads and single fields are a few words
//! and names, and are appended to a `Vec<u8>` by the functions here: a room for so little costs more than it
//! saves (6 % more instructions for a read).

mod buffer;
pub(crate) mod cmd;
mod decimal;
mod room;

use std::cell::Cell;

pub(crate) use buffer::Buffer;
pub(crate) use room::Room;

/// The longest bulk string a server takes by default (`proto-max-bulk-len`). A longer one is a
/// protocol error: the server closes the connection, and everybody's replies on it are lost.
pub(crate) const MAX_BULK: usize = 512 * 1024 * 1024;

/// `*3\r\n` or `$3\r\n`.
#[inline]
pub(crate) fn header(out: &mut Vec<u8>, kind: u8, n: usize) {
    #[allow(clippy::cast_possible_truncation)] // below 100
    if n < 10 {
        out.extend_from_slice(&[kind, b'0' + n as u8, b'\r', b'\n']);
    } else if n < 100 {
        out.extend_from_slice(&[kind, b'0' + (n / 10) as u8, b'0' + (n % 10) as u8, b'\r', b'\n']);
    } else {
        long_header(out, kind, n);
    }
}

#[cold]
fn long_header(out: &mut Vec<u8>, kind: u8, n: usize) {
    out.push(kind);
    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The header of a command with `n` arguments, its name included.
#[inline]
pub(crate) fn array(out: &mut Vec<u8>, n: usize) {
    header(out, b'*', n);
}

/// One bulk string. The caller has checked its length.
#[inline]
pub(crate) fn bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    header(out, b'$', bytes.len());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// A decimal number as a bulk string.
pub(crate) fn decimal(out: &mut Vec<u8>, negative: bool, magnitude: u64) {
    Room::behind(out).decimal(negative, magnitude).close();
}

/// The packed commands, each as its arguments. Ends at the first byte that is not RESP, which our
/// own encoders never write.
pub(crate) fn commands(mut packed: &[u8]) -> impl Iterator<Item = Args<'_>> {
    std::iter::from_fn(move || {
        let count = number(&mut packed, b'*')?;
        let mut args = Args { count, bytes: 0, packed };
        let mut rest = Args { ..args };
        for _ in 0..count {
            args.bytes += rest.next()?.len();
        }
        packed = rest.packed;
        Some(args)
    })
}

/// Bulk strings without the header of a command.
pub(crate) fn args(packed: &[u8]) -> Args<'_> {
    Args { count: usize::MAX, bytes: 0, packed }
}

/// The arguments of one packed command.
pub(crate) struct Args<'p> {
    /// How many are left, and how many bytes all of them have.
    pub(crate) count: usize,
    pub(crate) bytes: usize,
    packed: &'p [u8],
}

impl<'p> Iterator for Args<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        self.count = self.count.checked_sub(1)?;
        let len = number(&mut self.packed, b'$')?;
        let arg = self.packed.get(..len)?;
        self.packed = self.packed.get(len + 2..)?;
        Some(arg)
    }
}

/// The number of a header, which is taken off.
fn number(packed: &mut &[u8], kind: u8) -> Option<usize> {
    let rest = packed.strip_prefix(&[kind])?;
    let end = rest.iter().position(|byte| *byte == b'\r')?;
    let n = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    *packed = rest.get(end + 2..)?;
    Some(n)
}

/// Takes back what `write` appended, unless it succeeds: also where an encoder panics.
#[inline]
pub(crate) fn all_or_nothing<T, E>(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<T, E>,
) -> Result<T, E> {
    struct Undo<'o> {
        out: &'o mut Vec<u8>,
        start: usize,
    }
    impl Drop for Undo<'_> {
        fn drop(&mut self) {
            self.out.truncate(self.start);
        }
    }
    let mut undo = Undo { start: out.len(), out };
    let answer = write(undo.out)?;
    undo.start = undo.out.len();
    Ok(answer)
}

/// The longest record that a thread keeps the memory for between two writes.
const LONG: usize = 64 * 1024;
/// How much it keeps: the record's, and the room's behind it.
const KEPT: usize = LONG + 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Lends the thread's own buffer, empty, to one write.
///
/// It is taken out while in use: a value's encoder may itself write another record, and then gets
/// a buffer of its own. What grew beyond 64 KiB is given back to the allocator afterwards.
pub(crate) fn with_buffer<T>(write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    // The thread's storage is gone only while the thread is ending; any buffer will do then.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    let answer = write(&mut buffer);
    if buffer.len() <= LONG {
        buffer.clear();
        // A buffer that grew has up to twice what it needs: cut once, and long enough from then on.
        buffer.shrink_to(KEPT);
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_width() {
        for n in [0, 9, 10, 99, 100, 999, 12_345_678] {
            let mut out = Vec::new();
            header(&mut out, b'*', n);
            assert_eq!(out, format!("*{n}\r\n").into_bytes());
        }
    }

    #[test]
    fn commands_come_back() {
        let mut out = Vec::new();
        array(&mut out, 2);
        bulk(&mut out, b"HSET");
        bulk(&mut out, b"a\r\n$1\r\nb");
        array(&mut out, 1);
        bulk(&mut out, b"");
        let expected = [vec![&b"HSET"[..], b"a\r\n$1\r\nb"], vec![&b""[..]]];
        assert_eq!(commands(&out).map(Vec::from_iter).collect::<Vec<_>>(), expected);
        assert_eq!(commands(b"*1\r\n$9\r\nshort").count(), 0);
        assert_eq!(commands(b"garbage").count(), 0);
    }

    #[test]
    fn a_buffer_in_use_is_not_lent_twice_and_a_giant_is_given_back() {
        with_buffer(|outer| {
            outer.extend_from_slice(b"outer");
            with_buffer(|inner| assert!(inner.is_empty()));
            assert_eq!(outer, b"outer");
        });
        with_buffer(|buffer| {
            assert!(buffer.is_empty());
            buffer.reserve(KEPT * 2);
        });
        with_buffer(|buffer| assert!(buffer.capacity() <= KEPT));
    }
}
