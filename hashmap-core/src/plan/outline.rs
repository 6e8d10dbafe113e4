//! A plan without its giants, which are written from where they are.

use std::io::{self, IoSlice, Write};

use super::visit::{Pairs, keep_first};
use crate::record::{BadField, Field, FieldVisitor, ToRedisHash};
use crate::sink::{self, Room};
use crate::value::{ToHashValue, ValueError};

/// From how many bytes on a value is not copied: below, a copy costs less than a slice more.
const GIANT: usize = 64 * 1024;

/// The bytes of a value, where it has them at hand and they are many.
fn giant<T: ToHashValue + ?Sized>(value: &T) -> Option<&[u8]> {
    value.as_hash_bytes().filter(|bytes| bytes.len() >= GIANT)
}

/// A value that is not in the packed plan.
struct Gap {
    /// Where in the plan it belongs.
    at: usize,
    len: usize,
}

/// How the names and values of a plan are packed.
pub(super) trait Pack {
    /// Answers how many pairs there are, too.
    fn pairs<'o, R: ToRedisHash + ?Sized>(
        &mut self,
        record: &R,
        room: Room<'o>,
        bad: &mut Option<BadField>,
    ) -> (Room<'o>, usize);
}

/// All of it.
pub(super) struct All;

impl Pack for All {
    #[inline]
    fn pairs<'o, R: ToRedisHash + ?Sized>(
        &mut self,
        record: &R,
        room: Room<'o>,
        bad: &mut Option<BadField>,
    ) -> (Room<'o>, usize) {
        let mut pairs = Pairs { room, written: 0, bad };
        record.visit_hash_fields(&mut pairs);
        (pairs.room, pairs.written)
    }
}

/// All but its giants, of which only the headers are there.
#[derive(Default)]
pub(crate) struct Outline {
    gaps: Vec<Gap>,
}

impl Pack for &mut Outline {
    fn pairs<'o, R: ToRedisHash + ?Sized>(
        &mut self,
        record: &R,
        room: Room<'o>,
        bad: &mut Option<BadField>,
    ) -> (Room<'o>, usize) {
        let pairs = Pairs { room, written: 0, bad };
        let mut outlined = Outlined { pairs, gaps: &mut self.gaps };
        record.visit_hash_fields(&mut outlined);
        (outlined.pairs.room, outlined.pairs.written)
    }
}

struct Outlined<'p, 'o> {
    pairs: Pairs<'p, 'o>,
    gaps: &'p mut Vec<Gap>,
}

impl FieldVisitor for Outlined<'_, '_> {
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        let Some(bytes) = value.and_then(giant) else {
            return self.pairs.field(field, value);
        };
        if bytes.len() > sink::MAX_BULK {
            return keep_first(self.pairs.bad, BadField::new(field, ValueError::too_long()));
        }
        let Self { pairs: Pairs { room, written, .. }, gaps } = self;
        room.then(|room| field.put_name(room).header(b'$', bytes.len()));
        gaps.push(Gap { at: room.end(), len: bytes.len() });
        room.then(|room| room.put(b"\r\n"));
        *written += 1;
    }

    fn refuse(&mut self, bad: BadField) {
        self.pairs.refuse(bad);
    }
}

impl Outline {
    /// Writes the plan, and the giants where they belong.
    pub(crate) fn write<R: ToRedisHash + ?Sized>(
        &self,
        record: &R,
        packed: &[u8],
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut filled = Filled { packed, at: 0, gaps: self.gaps.iter(), out, result: Ok(()) };
        if !self.gaps.is_empty() {
            record.visit_hash_fields(&mut filled);
        }
        filled.result?;
        if filled.gaps.len() > 0 {
            return Err(changed());
        }
        filled.out.write_all(&packed[filled.at..])
    }
}

struct Filled<'o, W> {
    packed: &'o [u8],
    /// How much of it is written.
    at: usize,
    gaps: std::slice::Iter<'o, Gap>,
    out: &'o mut W,
    result: io::Result<()>,
}

impl<W: Write> FieldVisitor for Filled<'_, W> {
    fn field<T>(&mut self, _: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        let Some(bytes) = value.and_then(giant) else { return };
        if self.result.is_err() {
            return;
        }
        self.result = match self.gaps.next() {
            Some(gap) if gap.len == bytes.len() => {
                let before = &self.packed[self.at..gap.at];
                self.at = gap.at;
                write_all(self.out, [before, bytes])
            }
            _ => Err(changed()),
        };
    }
}

/// A value of which there is only a reference had another length the second time.
fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the record changed while it was written")
}

fn write_all(out: &mut impl Write, parts: [&[u8]; 2]) -> io::Result<()> {
    let mut slices = parts.map(IoSlice::new);
    let mut slices = &mut slices[..];
    IoSlice::advance_slices(&mut slices, 0); // drops what is empty
    while !slices.is_empty() {
        match out.write_vectored(slices) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut slices, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
