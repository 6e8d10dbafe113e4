//! A field, and the visit that sees each of a record.

use super::Absent;
use super::version::Version;
use crate::sink::Room;
use crate::value::{ToHashValue, ValueError};

/// What is known of a field besides its value.
#[derive(Debug, Clone, Copy)]
pub struct Field<'f> {
    name: &'f str,
    /// The name as a bulk string: `$4\r\nname\r\n`. Empty where only the name is known.
    packed: &'f [u8],
    prefix: Option<&'f Prefix<'f>>,
    absent: Absent,
    pub(super) alias: Alias,
    /// In milliseconds; 0 for a field that lives as long as its key.
    pub(crate) expire_ms: u64,
}

/// Whether it is a name that the field before this one had: it has no value, and goes with the write
/// of that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Alias {
    No,
    OfPresent,
    OfAbsent,
}

/// `#[redis_hash(flatten(prefix = "addr_"))]`: what stands before a name, outermost first. A chain
/// on the stack of the visit, since a flattened record may itself flatten.
#[derive(Debug, Clone, Copy)]
struct Prefix<'f> {
    text: &'f str,
    rest: Option<&'f Prefix<'f>>,
}

impl<'f> Field<'f> {
    /// `packed`: the name as a bulk string.
    pub const fn new(name: &'f str, packed: &'f [u8]) -> Self {
        Self { name, packed, prefix: None, absent: Absent::Delete, alias: Alias::No, expire_ms: 0 }
    }

    /// Of a name that is known only at run time.
    pub(crate) const fn named(name: &'f str) -> Self {
        Self::new(name, b"")
    }

    /// `#[redis_hash(absent = "keep")]`.
    #[must_use]
    pub const fn keep(self) -> Self {
        Self { absent: Absent::Keep, ..self }
    }

    /// `#[redis_hash(expire = "15m")]` of a field.
    #[must_use]
    pub const fn expire_ms(self, ms: u64) -> Self {
        Self { expire_ms: ms, ..self }
    }

    /// What a write does where it is absent; `given`: for every field of this one write.
    #[inline]
    pub(crate) fn policy(&self, given: Option<Absent>) -> Absent {
        match self.alias {
            Alias::OfPresent => Absent::Delete,
            _ => given.unwrap_or(self.absent),
        }
    }

    /// Whether it is a name that the field before it had.
    pub(crate) fn is_alias(&self) -> bool {
        self.alias != Alias::No
    }

    /// The name as a bulk string.
    #[inline]
    pub(crate) fn put_name<'o>(&self, room: Room<'o>) -> Room<'o> {
        if self.prefix.is_none() && !self.packed.is_empty() {
            room.put(self.packed)
        } else {
            self.join_name(room)
        }
    }

    fn join_name<'o>(&self, room: Room<'o>) -> Room<'o> {
        let room = room.header(b'$', self.parts().map(str::len).sum());
        self.parts().fold(room, |room, part| room.put(part.as_bytes())).put(b"\r\n")
    }

    /// The same, appended to a buffer.
    pub(crate) fn write_name(&self, out: &mut Vec<u8>) {
        self.put_name(Room::behind(out)).close();
    }

    /// Whether this is its name in the hash.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let mut rest = name;
        self.parts().all(|part| rest.strip_prefix(part).map(|left| rest = left).is_some())
            && rest.is_empty()
    }

    /// The name as it stands in the hash.
    pub(crate) fn full_name(&self) -> String {
        self.parts().collect()
    }

    fn parts(&self) -> impl Iterator<Item = &'f str> {
        std::iter::successors(self.prefix, |prefix| prefix.rest)
            .map(|prefix| prefix.text)
            .chain([self.name])
    }
}

/// Sees every declared field of a record once, in the order of their declaration.
///
/// The one thing that generated code does with a record; counting, writing and deleting are
/// visitors of the core. It answers nothing, so that a visit is one call a field: half the work for
/// the compiler that `?` would be.
pub trait FieldVisitor {
    /// One field, and its value where it is present.
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized;

    /// The field that counts the record's writes.
    fn version(&mut self, field: Field<'_>, version: Version) {
        self.field(field, Some(&version.next()));
    }

    /// A field that this write leaves as it is, since it did not change.
    fn unchanged(&mut self, _: Field<'_>, _: Unchanged) {}

    /// A field that turned out to be none.
    fn refuse(&mut self, bad: BadField) {
        // Whoever writes values keeps it; for who only counts, somebody has.
        drop(bad);
    }
}

/// What a field is that did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    Present,
    Absent,
    /// It has no life of its own: a version, or an old name of a field that is present, under which
    /// the hash may still have it.
    Tied,
}

/// A field that has an `alias`: whether it is present, its old names want to know.
pub fn visit<T>(visitor: &mut impl FieldVisitor, field: Field<'_>, value: Option<&T>) -> bool
where
    T: ToHashValue + ?Sized,
{
    visitor.field(field, value);
    value.is_some()
}

/// `#[redis_hash(alias = "..")]`: the old name goes where the new one is written. Where the value is
/// absent, it is for the field's policy to say: what is kept may be under the old name.
pub fn retire(visitor: &mut impl FieldVisitor, alias: Field<'_>, is_present: bool) {
    let of = if is_present { Alias::OfPresent } else { Alias::OfAbsent };
    visitor.field(Field { alias: of, ..alias }, None::<&str>);
}

/// Visits a flattened record's fields under a prefix.
#[derive(Debug)]
pub struct Prefixed<'v, V> {
    visitor: &'v mut V,
    text: &'v str,
}

impl<'v, V> Prefixed<'v, V> {
    /// `text` stands before every name.
    pub fn new(visitor: &'v mut V, text: &'v str) -> Self {
        Self { visitor, text }
    }
}

impl<V: FieldVisitor> FieldVisitor for Prefixed<'_, V> {
    #[inline]
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        let prefix = Prefix { text: self.text, rest: field.prefix };
        self.visitor.field(Field { prefix: Some(&prefix), ..field }, value);
    }

    fn version(&mut self, field: Field<'_>, version: Version) {
        let prefix = Prefix { text: self.text, rest: field.prefix };
        self.visitor.version(Field { prefix: Some(&prefix), ..field }, version);
    }

    fn unchanged(&mut self, field: Field<'_>, is: Unchanged) {
        let prefix = Prefix { text: self.text, rest: field.prefix };
        self.visitor.unchanged(Field { prefix: Some(&prefix), ..field }, is);
    }

    fn refuse(&mut self, mut bad: BadField) {
        bad.0.0.insert_str(0, self.text);
        self.visitor.refuse(bad);
    }
}

/// A field whose value could not be written.
// Boxed: a result of one word keeps the encoders' happy path short.
#[derive(Debug)]
pub struct BadField(pub(crate) Box<(String, ValueError)>);

impl BadField {
    #[cold]
    pub(crate) fn new(field: Field<'_>, error: ValueError) -> Self {
        Self(Box::new((field.full_name(), error)))
    }
}
