//! The fields in which two records differ, as a record.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::names::Names;
use super::version::Version;
use super::{Alias, BadField, Field, FieldVisitor, Record, ToRedisHash, Unchanged};
use crate::key::{HashKeyTemplate, KeyError, KeyWriter};
use crate::value::{self, ToHashValue};
use crate::write::{HashWrite, TemplateKey};

/// What turns one record into another, made by [`changes_from`](ToRedisHash::changes_from): a record
/// itself, of the fields that differ. It is written as every record is.
#[must_use = "nothing is written before `.write_hash(..)` or `.as_hash()`"]
pub struct Changes<'r, R: ?Sized> {
    after: &'r R,
    before: &'r R,
    /// Of each field that `after` visits, in turn.
    differs: Vec<bool>,
    /// What only `before` has: keys of maps.
    gone: Vec<String>,
}

impl<'r, R: ToRedisHash + ?Sized> Changes<'r, R> {
    pub(super) fn new(after: &'r R, before: &'r R) -> Self {
        let (new, old) = (Recorded::of(after), Recorded::of(before));
        let mut by_name = None;
        let mut differs = Vec::with_capacity(new.fields.len());
        for (i, (name, seen)) in new.fields.iter().enumerate() {
            let name = &new.bytes[name.clone()];
            let twin = old.nth_named(i, name).or_else(|| {
                let by_name: &HashMap<_, _> = by_name.get_or_insert_with(|| old.by_name());
                by_name.get(name).copied()
            });
            differs.push(match (seen, twin) {
                // An old name goes where its field is written.
                (Seen::Alias, _) => differs.last().copied().unwrap_or(true),
                (Seen::Value(new_value), Some(Seen::Value(old_value))) => {
                    new.bytes[new_value.clone()] != old.bytes[old_value.clone()]
                }
                (Seen::Version, _) | (Seen::Absent, None | Some(Seen::Absent)) => false,
                _ => true,
            });
        }
        let gone = old.only_here(&new);
        // A record of which anything else changes is raised by one.
        if !gone.is_empty() || differs.contains(&true) {
            for (differs, (_, seen)) in differs.iter_mut().zip(&new.fields) {
                *differs |= matches!(seen, Seen::Version);
            }
        }
        Self { after, before, differs, gone }
    }

    /// Whether the two records are the same, so that there is nothing to write.
    ///
    /// ```
    /// # use redis_hashmap::ToRedisHash;
    /// #[derive(ToRedisHash)]
    /// struct Point { x: i32, y: i32 }
    ///
    /// let (a, b) = (Point { x: 1, y: 2 }, Point { x: 1, y: 2 });
    /// assert!(b.changes_from(&a).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && !self.differs.contains(&true)
    }
}

#[diagnostic::do_not_recommend]
impl<R: ToRedisHash + ?Sized> ToRedisHash for Changes<'_, R> {
    const RECORD: Record = R::RECORD;
    const NAMES: Names = R::NAMES;

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        self.after.visit_hash_fields(&mut Differing { visitor, differs: self.differs.iter() });
        for name in &self.gone {
            visitor.field(Field::named(name), None::<&str>);
        }
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        self.after.check_hash_names()
    }

    fn as_hash(&self) -> HashWrite<'_, Self, TemplateKey> {
        let write = HashWrite::new(self);
        if self.is_empty() { write.of_nothing() } else { write }
    }
}

#[diagnostic::do_not_recommend]
impl<R: HashKeyTemplate + ?Sized> HashKeyTemplate for Changes<'_, R> {
    fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
        key.same_of(self.after, self.before)
    }
}

/// The record's name, and how many fields differ; no value.
impl<R: ToRedisHash + ?Sized> fmt::Debug for Changes<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.differs.iter().filter(|differs| **differs).count() + self.gone.len();
        f.debug_struct("Changes").field("record", &R::RECORD.name).field("fields", &count).finish()
    }
}

/// Lets through what differs, and says of the rest that it did not change.
struct Differing<'v, V> {
    visitor: &'v mut V,
    differs: std::slice::Iter<'v, bool>,
}

impl<V: FieldVisitor> FieldVisitor for Differing<'_, V> {
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        if self.differs.next().copied().unwrap_or(true) {
            return self.visitor.field(field, value);
        }
        let is = match (field.alias, value) {
            (Alias::OfPresent, _) => Unchanged::Tied,
            (_, Some(_)) => Unchanged::Present,
            (_, None) => Unchanged::Absent,
        };
        self.visitor.unchanged(field, is);
    }

    fn version(&mut self, field: Field<'_>, version: Version) {
        if self.differs.next().copied().unwrap_or(true) {
            self.visitor.version(field, version);
        } else {
            self.visitor.unchanged(field, Unchanged::Tied);
        }
    }

    fn refuse(&mut self, bad: BadField) {
        self.visitor.refuse(bad);
    }
}

/// A record's names and values as they are written.
#[derive(Default)]
struct Recorded {
    bytes: Vec<u8>,
    fields: Vec<(Range<usize>, Seen)>,
}

enum Seen {
    Value(Range<usize>),
    Absent,
    /// It cannot be written, as the write will say.
    Bad,
    Version,
    Alias,
}

impl Recorded {
    fn of<R: ToRedisHash + ?Sized>(record: &R) -> Self {
        let mut recorded = Self::default();
        record.visit_hash_fields(&mut recorded);
        recorded
    }

    fn name(&mut self, field: &Field<'_>) -> Range<usize> {
        let start = self.bytes.len();
        field.write_name(&mut self.bytes);
        start..self.bytes.len()
    }

    /// The field at this place, where it has this name: so it is in all records but maps.
    fn nth_named(&self, nth: usize, wanted: &[u8]) -> Option<&Seen> {
        let (name, seen) = self.fields.get(nth)?;
        (self.bytes[name.clone()] == *wanted).then_some(seen)
    }

    fn by_name(&self) -> HashMap<&[u8], &Seen> {
        self.fields.iter().map(|(name, seen)| (&self.bytes[name.clone()], seen)).collect()
    }

    /// The names of the values that the other record has no field for.
    fn only_here(&self, other: &Self) -> Vec<String> {
        let names =
            |this: &Self| this.fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (own, others) = (names(self), names(other));
        let are_same = own.len() == others.len()
            && own
                .iter()
                .zip(&others)
                .all(|(a, b)| self.bytes[a.clone()] == other.bytes[b.clone()]);
        if are_same {
            return Vec::new();
        }
        let others = other.by_name();
        self.fields
            .iter()
            .filter(|(_, seen)| matches!(seen, Seen::Value(_)))
            .map(|(name, _)| &self.bytes[name.clone()])
            .filter(|name| !others.contains_key(name))
            // `$4\r\nname\r\n`
            .filter_map(|packed| {
                packed.strip_suffix(b"\r\n")?.splitn(2, |byte| *byte == b'\n').nth(1)
            })
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    }
}

impl FieldVisitor for Recorded {
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        let name = self.name(&field);
        let start = self.bytes.len();
        let seen = match value {
            _ if field.is_alias() => Seen::Alias,
            None => Seen::Absent,
            Some(value) => match value::append(value, &mut self.bytes) {
                Ok(()) => Seen::Value(start..self.bytes.len()),
                Err(_) => Seen::Bad,
            },
        };
        self.fields.push((name, seen));
    }

    fn version(&mut self, field: Field<'_>, _: Version) {
        let name = self.name(&field);
        self.fields.push((name, Seen::Version));
    }
}
