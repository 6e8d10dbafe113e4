//! The visitors that turn a record's fields into counts, pairs and names.

use super::WriteOptions;
use crate::record::version::Version;
use crate::record::{Absent, BadField, Field, FieldVisitor, Unchanged};
use crate::sink::Room;
use crate::value::{ToHashValue, ValueWriter};

/// Counts, before anything is written, since a command's header comes first.
pub(super) struct Census<'o> {
    options: &'o WriteOptions<'o>,
    pub(super) present: usize,
    pub(super) deleted: usize,
    pub(super) kept: usize,
    /// Those present that have a lifetime of their own.
    pub(super) mortal: usize,
}

impl<'o> Census<'o> {
    pub(super) fn new(options: &'o WriteOptions<'o>) -> Self {
        Self { options, present: 0, deleted: 0, kept: 0, mortal: 0 }
    }
}

impl FieldVisitor for Census<'_> {
    #[inline]
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        if value.is_some() {
            self.present += 1;
            self.mortal += usize::from(self.options.lifetime(&field) != 0);
        } else {
            match field.policy(self.options.absent) {
                Absent::Delete => self.deleted += 1,
                Absent::Keep => self.kept += 1,
            }
        }
    }

    fn unchanged(&mut self, field: Field<'_>, is: Unchanged) {
        self.kept += usize::from(stays(&field, is, self.options.absent));
        self.mortal += usize::from(given_lifetime(&field, is, self.options).is_some());
    }
}

/// Whether a `replace` leaves what did not change: as it would leave the field of a whole record.
fn stays(field: &Field<'_>, is: Unchanged, policy: Option<Absent>) -> bool {
    is != Unchanged::Absent || field.policy(policy) == Absent::Keep
}

/// A lifetime that was asked for by hand: the struct's own is given to what is written.
fn given_lifetime(field: &Field<'_>, is: Unchanged, options: &WriteOptions<'_>) -> Option<u64> {
    let given = options.given_lifetime(*field).filter(|_| is == Unchanged::Present);
    given.filter(|lifetime| *lifetime != 0)
}

/// Writes the name and the value of each present field, always together.
///
/// Nothing here may need `self` as a whole, so that all of it stays in registers through a visit.
pub(super) struct Pairs<'p, 'o> {
    pub(super) room: Room<'o>,
    pub(super) written: usize,
    /// The first field that could not be written.
    pub(super) bad: &'p mut Option<BadField>,
}

impl FieldVisitor for Pairs<'_, '_> {
    // Always: the name's length is known where the field is, and its copy a few stores there.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        if let Some(value) = value {
            let (room, end) = self.room.lend();
            match value.write_hash_value(ValueWriter::new(field.put_name(room))) {
                Ok(proof) => {
                    *end = proof.end();
                    self.written += 1;
                }
                Err(error) => keep_first(self.bad, BadField::new(field, error)),
            }
        }
    }

    fn refuse(&mut self, bad: BadField) {
        keep_first(self.bad, bad);
    }
}

#[cold]
pub(super) fn keep_first(kept: &mut Option<BadField>, bad: BadField) {
    kept.get_or_insert(bad);
}

/// Writes the names of the absent fields that have one policy; where those that stay are named, also of
/// what did not change.
pub(super) struct AbsentNames<'o> {
    pub(super) room: Room<'o>,
    pub(super) listed: Absent,
    pub(super) policy: Option<Absent>,
    pub(super) written: usize,
}

impl AbsentNames<'_> {
    // Not generic over the field's type, so that it is compiled once.
    fn absent(&mut self, field: Field<'_>) {
        if field.policy(self.policy) == self.listed {
            self.write(field);
        }
    }

    fn write(&mut self, field: Field<'_>) {
        self.room.then(|room| field.put_name(room));
        self.written += 1;
    }
}

impl FieldVisitor for AbsentNames<'_> {
    #[inline]
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        if value.is_none() {
            self.absent(field);
        }
    }

    fn unchanged(&mut self, field: Field<'_>, is: Unchanged) {
        if self.listed == Absent::Keep && stays(&field, is, self.policy) {
            self.write(field);
        }
    }
}

/// Writes the names and lifetimes of the present fields that have one of their own.
pub(super) struct Lifetimes<'p, 'o> {
    pub(super) room: Room<'o>,
    pub(super) options: &'p WriteOptions<'p>,
    pub(super) written: usize,
}

impl Lifetimes<'_, '_> {
    fn write(&mut self, field: &Field<'_>, lifetime: u64) {
        self.room.then(|room| field.put_name(room).decimal(false, lifetime));
        self.written += 1;
    }
}

impl FieldVisitor for Lifetimes<'_, '_> {
    #[inline]
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        let lifetime = self.options.lifetime(&field);
        if value.is_some() && lifetime != 0 {
            self.write(&field, lifetime);
        }
    }

    fn unchanged(&mut self, field: Field<'_>, is: Unchanged) {
        if let Some(lifetime) = given_lifetime(&field, is, self.options) {
            self.write(&field, lifetime);
        }
    }
}

/// Writes the name of the version's field and the version that was read: nothing for a record that
/// was never written, which has no such field.
pub(super) struct ReadVersion<'o> {
    pub(super) room: Room<'o>,
    pub(super) written: usize,
}

impl FieldVisitor for ReadVersion<'_> {
    #[inline]
    fn field<T>(&mut self, _: Field<'_>, _: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
    }

    fn version(&mut self, field: Field<'_>, version: Version) {
        self.room.then(|room| match version.read {
            0 => field.put_name(room).bulk(b""),
            read => field.put_name(room).decimal(false, read),
        });
        self.written += 1;
    }
}

/// Looks for a field of this name.
pub(super) struct Finder<'n> {
    name: &'n str,
    pub(super) is_found: bool,
}

impl<'n> Finder<'n> {
    pub(super) fn new(name: &'n str) -> Self {
        Self { name, is_found: false }
    }
}

impl FieldVisitor for Finder<'_> {
    fn field<T>(&mut self, field: Field<'_>, _: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        // A name that the field had before has no value to live.
        self.is_found |= !field.is_alias() && field.is_named(self.name);
    }

    fn unchanged(&mut self, field: Field<'_>, is: Unchanged) {
        self.is_found |= is != Unchanged::Tied && field.is_named(self.name);
    }

    // It must live as long as the record does.
    fn version(&mut self, _: Field<'_>, _: Version) {}
}
