//! A record as it is read: the answers to its names, one by one.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use redis::Value;

use super::names::Names;
use crate::key::KeyTemplate;
use crate::value::ValueError;
use crate::value::read::{FieldReply, FromHashField, Unread, ValueReader, is_nil, scalar};

/// What the server answered of one record, taken field by field in the order of its [`Names`].
#[derive(Debug)]
pub struct FieldReader<'r> {
    values: std::vec::IntoIter<Value>,
    /// What else the hash has, where all of it was asked for; in the order of the names.
    rest: BTreeMap<Vec<u8>, Value>,
    key: Option<&'r [u8]>,
    /// What stands before the names of the flattened record that is being read.
    prefix: String,
}

impl<'r> FieldReader<'r> {
    /// Of the values of an `HMGET`, which has as many as there are names.
    pub(crate) fn of_values(values: Vec<Value>, key: Option<&'r [u8]>) -> Self {
        Self { values: values.into_iter(), rest: BTreeMap::new(), key, prefix: String::new() }
    }

    /// Of all fields of the hash.
    pub(crate) fn of_fields(
        mut fields: BTreeMap<Vec<u8>, Value>,
        names: &Names,
        key: Option<&'r [u8]>,
    ) -> Result<Self, Unread> {
        let mut values = Vec::with_capacity(names.count());
        names.each(|name| values.push(fields.remove(name).unwrap_or(Value::Nil)));
        if names.denies()
            && !names.takes_rest()
            && let Some((name, _)) = fields.first_key_value()
        {
            return Err(Unread::undeclared(String::from_utf8_lossy(name).into_owned()));
        }
        Ok(Self { values: values.into_iter(), rest: fields, key, prefix: String::new() })
    }

    /// The next field, which is called `name` and was asked for under `aliases` more names: the
    /// first of them that the hash has.
    #[inline]
    pub fn field<'n>(&mut self, name: &'n str, aliases: usize) -> FieldReply<'n> {
        let mut value = self.values.next().unwrap_or_default();
        for _ in 0..aliases {
            let alias = self.values.next().unwrap_or_default();
            if is_nil(&value) {
                value = alias;
            }
        }
        FieldReply { name, value }
    }

    /// A record that is flattened into this one.
    ///
    /// # Errors
    ///
    /// As its `read`; the field is named with the prefix.
    #[inline]
    pub fn flattened<T>(
        &mut self,
        prefix: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Unread>,
    ) -> Result<T, Unread> {
        let (key, before) = (self.key.take(), self.prefix.len());
        self.prefix.push_str(prefix);
        let record = read(self);
        self.prefix.truncate(before);
        self.key = key;
        record.map_err(|unread| unread.within(prefix))
    }

    /// A field that is not in the hash, but a segment of its key.
    ///
    /// # Errors
    ///
    /// There is no key, or it does not fit the template, or the segment is not what `read` reads.
    // `&mut`, so that a method of the user's that takes any `self` is no nearer.
    pub fn segment<T>(
        &mut self,
        template: &KeyTemplate,
        name: &str,
        read: impl FnOnce(ValueReader) -> Result<T, ValueError>,
    ) -> Result<T, Unread> {
        let text = self.key.and_then(|key| template.segment_of(key, name)).ok_or_else(|| {
            let why = if self.key.is_some() {
                "is a segment of the key, and this key does not fit the struct's template"
            } else {
                "is a segment of the key, and no key is known here"
            };
            Unread::value(name, ValueError::new(why))
        })?;
        read(ValueReader::new(text.into_owned())).map_err(|error| Unread::value(name, error))
    }

    /// The same where the reply may say nothing of its key: then it is what `default` answers.
    ///
    /// # Errors
    ///
    /// There is a key, and it does not fit the template, or the segment is not what `read` reads.
    pub fn segment_or<T>(
        &mut self,
        template: &KeyTemplate,
        name: &str,
        read: impl FnOnce(ValueReader) -> Result<T, ValueError>,
        default: impl FnOnce() -> T,
    ) -> Result<T, Unread> {
        if self.key.is_some() { self.segment(template, name, read) } else { Ok(default()) }
    }

    /// Every field that the hash has and nobody declares, under the prefix of this record.
    fn rest<K, V, M>(&mut self) -> Result<M, Unread>
    where
        K: From<String>,
        V: FromHashField,
        M: FromIterator<(K, V)>,
    {
        let after = self.rest.split_off(self.prefix.as_bytes());
        let before = std::mem::replace(&mut self.rest, after);
        let mut others = before;
        let mut own = Vec::new();
        for (name, value) in std::mem::take(&mut self.rest) {
            match name.strip_prefix(self.prefix.as_bytes()) {
                Some(rest) => own.push((rest.to_vec(), value)),
                None => drop(others.insert(name, value)),
            }
        }
        self.rest = others;
        own.into_iter().map(|(name, value)| pair(name, value)).collect()
    }
}

fn pair<K: From<String>, V: FromHashField>(name: Vec<u8>, value: Value) -> Result<(K, V), Unread> {
    let name = String::from_utf8(name).map_err(|error| {
        let name = String::from_utf8_lossy(error.as_bytes());
        Unread::value(&name, ValueError::new("has a name that is not UTF-8"))
    })?;
    let value = V::from_hash_field(FieldReply { name: &name, value })?;
    Ok((name.into(), value))
}

/// The fields of a hash in the shapes that servers and clients have for it.
///
/// `None`: it has another shape, or one name twice.
pub(crate) fn fields(reply: Value) -> Option<BTreeMap<Vec<u8>, Value>> {
    let mut fields = BTreeMap::new();
    let mut add = |name: Value, value: Value| {
        let name = scalar(name).ok()?;
        fields.insert(name, value).is_none().then_some(())
    };
    match reply {
        Value::Map(pairs) => pairs.into_iter().try_for_each(|(name, value)| add(name, value))?,
        Value::Array(items) if matches!(items.first(), Some(Value::Array(_))) => {
            for item in items {
                let Value::Array(pair) = item else { return None };
                let [name, value] = <[Value; 2]>::try_from(pair).ok()?;
                add(name, value)?;
            }
        }
        Value::Array(items) => {
            let mut items = items.into_iter();
            while let Some(name) = items.next() {
                add(name, items.next()?)?;
            }
        }
        Value::Attribute { data, .. } => return self::fields(*data),
        _ => return None,
    }
    Some(fields)
}

/// What the derive generates for a struct, and the core has for maps: see
/// [`FromRedisHash`](crate::FromRedisHash), whose methods call it.
pub(crate) mod maps {
    use super::{BTreeMap, BuildHasher, FieldReader, FromHashField, Hash, HashMap, Names, Unread};
    use crate::{FromRedisHash, MapFields};

    /// Every field of the hash.
    ///
    /// ```no_run
    /// use std::collections::BTreeMap;
    /// use redis_hashmap::FromRedisHash;
    ///
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let stock: Option<BTreeMap<String, u64>> = FromRedisHash::read_hash(&mut con, "stock")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[diagnostic::do_not_recommend]
    impl<K: From<String> + Ord, V: FromHashField> FromRedisHash for BTreeMap<K, V> {
        const NAME: &'static str = "BTreeMap";
        const FIELDS: Names = Names::AT_RUN_TIME;

        type Handles = MapFields<V>;

        fn hash_handles(prefix: &str) -> MapFields<V> {
            MapFields::new(Self::NAME, prefix)
        }

        fn read_hash_fields(fields: &mut FieldReader<'_>) -> Result<Self, Unread> {
            fields.rest()
        }
    }

    /// As a [`BTreeMap`].
    #[diagnostic::do_not_recommend]
    impl<K, V, S> FromRedisHash for HashMap<K, V, S>
    where
        K: From<String> + Eq + Hash,
        V: FromHashField,
        S: BuildHasher + Default,
    {
        const NAME: &'static str = "HashMap";
        const FIELDS: Names = Names::AT_RUN_TIME;

        type Handles = MapFields<V>;

        fn hash_handles(prefix: &str) -> MapFields<V> {
            MapFields::new(Self::NAME, prefix)
        }

        fn read_hash_fields(fields: &mut FieldReader<'_>) -> Result<Self, Unread> {
            fields.rest()
        }
    }
}
