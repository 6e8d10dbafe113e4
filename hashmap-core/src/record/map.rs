//! Maps, and slices of pairs, as records: names that are known only at run time.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;

use super::{BadField, Field, FieldVisitor, Record, ToRedisHash};
use crate::value::{ToHashField, ValueError};

/// ```
/// use std::collections::BTreeMap;
/// use redis_hashmap::ToRedisHash;
///
/// let settings = BTreeMap::from([("theme", Some("dark")), ("font", None)]);
/// let mut packed = Vec::new();
/// let replies = settings.as_hash().key("settings:1").encode(&mut packed)?;
/// assert_eq!(replies, 4); // MULTI, HSET theme dark, HDEL font, EXEC
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: ToHashField> ToRedisHash for BTreeMap<K, V> {
    const RECORD: Record = Record::new("BTreeMap");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visit(self.iter(), visitor);
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        check(self.keys())
    }
}

/// As a [`BTreeMap`], in the order of the map.
#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: ToHashField, S: BuildHasher> ToRedisHash for HashMap<K, V, S> {
    const RECORD: Record = Record::new("HashMap");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visit(self.iter(), visitor);
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        check(self.keys())
    }
}

/// Pairs, in their order; a name that stands twice is an error.
#[diagnostic::do_not_recommend]
impl<K: AsRef<str>, V: ToHashField> ToRedisHash for [(K, V)] {
    const RECORD: Record = Record::new("[(name, value)]");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visit(self.iter().map(|(name, value)| (name, value)), visitor);
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        check(self.iter().map(|(name, _)| name))
    }
}

fn visit<'f, K: AsRef<str> + 'f, V: ToHashField + 'f>(
    fields: impl Iterator<Item = (&'f K, &'f V)>,
    visitor: &mut impl FieldVisitor,
) {
    for (name, value) in fields {
        visitor.field(Field::named(name.as_ref()), value.present());
    }
}

/// Two keys of a map may be one text: nothing says that `AsRef` keeps them apart.
fn check<'f, K: AsRef<str> + 'f>(names: impl Iterator<Item = &'f K>) -> Result<(), BadField> {
    let mut seen = Unique::default();
    names.map(AsRef::as_ref).try_for_each(|name| seen.add(name.into()))
}

/// The names so far of a record whose names nobody has checked before.
#[derive(Default)]
pub(super) struct Unique<'f>(HashSet<Cow<'f, str>>);

impl<'f> Unique<'f> {
    pub(super) fn add(&mut self, name: Cow<'f, str>) -> Result<(), BadField> {
        let why = if name.is_empty() {
            "an empty name, which nobody could ask for"
        } else if self.0.contains(&name) {
            "its name stands twice in the record, so one value would overwrite the other"
        } else {
            self.0.insert(name);
            return Ok(());
        };
        Err(BadField::new(Field::named(&name), ValueError::new(why)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(record: &(impl ToRedisHash + ?Sized)) -> Result<String, String> {
        let mut packed = Vec::new();
        match record.as_hash().key("k").encode(&mut packed) {
            Ok(_) => Ok(String::from_utf8(packed).unwrap()),
            Err(error) => Err(format!("{error} {:?}", std::error::Error::source(&error))),
        }
    }

    #[test]
    fn maps_and_pairs_are_records() {
        let expected = "*4\r\n$4\r\nHSET\r\n$1\r\nk\r\n$1\r\na\r\n$2\r\n-1\r\n";
        assert_eq!(encoded(&BTreeMap::from([("a", -1)])).unwrap(), expected);
        assert_eq!(encoded(&HashMap::from([("a".to_owned(), -1)])).unwrap(), expected);
        assert_eq!(encoded(&[("a", -1)][..]).unwrap(), expected);
        assert_eq!(encoded(&HashMap::<String, u8>::new()).unwrap(), "");
    }

    #[test]
    fn bad_names_are_named() {
        let twice = encoded(&[("a", 1), ("b", 2), ("a", 3)][..]).unwrap_err();
        assert!(twice.contains("`a`") && twice.contains("twice"), "{twice}");
        assert!(twice.contains("key \"k\""), "{twice}");
        let empty = encoded(&BTreeMap::from([("", 1)])).unwrap_err();
        assert!(empty.contains("empty"), "{empty}");
    }
}
