//! Single fields, with the names and types that the struct gives them.

mod arg;
mod codec;
mod count;
mod life;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use redis::Value;

use crate::command::{Args, Asked, FieldCommand, Op};
use crate::error::Result;
use crate::key::KeyArg;

pub use arg::FieldArg;
pub use codec::{
    Counted, DisplayText, Json, OwnText, OwnValue, Plain, ReadValue, ReadWith, With, WriteValue,
    WriteWith,
};
pub use count::Countable;

/// One declared field of a record: its name in the hash, and its type. The derive of
/// [`FromRedisHash`](derive@crate::FromRedisHash) makes one for each: `User::hash_fields()`.
///
/// Its methods make operations, each a [`FieldCommand`]: run one over a connection, await it, or queue
/// it in a pipeline. None of them reads or writes another field.
///
/// | | runs | answers |
/// | --- | --- | --- |
/// | [`get`](Self::get) | `HGET` | the value, or `None` |
/// | [`exists`](Self::exists) | `HEXISTS` | whether the field is there |
/// | [`set`](Self::set) | `HSET` | |
/// | [`delete`](Self::delete) | `HDEL` | |
/// | [`incr`](Self::incr) | `HINCRBY`, or a script around it or `HINCRBYFLOAT` | the sum |
/// | [`compare_and_set`](Self::compare_and_set) | a script, or `HSETNX` | whether it was written |
/// | [`expire`](Self::expire), [`persist`](Self::persist) | `HPEXPIRE`, `HPERSIST` | whether the field is there |
/// | [`ttl`](Self::ttl) | `HPTTL` | how long it is there |
///
/// Each is one round trip, and needs its user to have the right to the command that it runs. A key
/// that holds another type is an error, and stays as it is. A `#[redis_hash(version)]` can be read,
/// and not be changed: that is for the writes of its record.
pub struct HashField<T, C = Plain> {
    record: &'static str,
    name: Cow<'static, str>,
    of: PhantomData<fn() -> (T, C)>,
}

impl<T, C> HashField<T, C> {
    /// `record`: the struct's name. `prefix`: what `flatten` puts before the field's own.
    #[doc(hidden)]
    pub fn new(record: &'static str, prefix: &str, name: &'static str) -> Self {
        let name = if prefix.is_empty() { name.into() } else { format!("{prefix}{name}").into() };
        Self { record, name, of: PhantomData }
    }

    /// The name in the hash.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn command<A>(
        &self,
        op: Op,
        key: impl KeyArg,
        args: &Args<'_>,
        decode: fn(&Asked, Value) -> Result<A>,
    ) -> FieldCommand<A> {
        FieldCommand::new(op, self.record, Some(self.name.clone()), key, args, decode)
    }
}

impl<T, C> Clone for HashField<T, C> {
    fn clone(&self) -> Self {
        Self { record: self.record, name: self.name.clone(), of: PhantomData }
    }
}

impl<T, C> fmt::Debug for HashField<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { record, name, of: _ } = self;
        f.debug_struct("HashField").field("record", record).field("name", name).finish()
    }
}

/// The prefix of a record that is flattened into a flattened record.
pub fn joined(outer: &str, inner: &str) -> String {
    format!("{outer}{inner}")
}

/// The handles of a map's fields, whose names are known only at run time.
#[derive(Debug, Clone)]
pub struct MapFields<V> {
    record: &'static str,
    prefix: String,
    of: PhantomData<fn() -> V>,
}

impl<V> MapFields<V> {
    pub(crate) fn new(record: &'static str, prefix: &str) -> Self {
        Self { record, prefix: prefix.to_owned(), of: PhantomData }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> HashField<V> {
        let name = format!("{}{name}", self.prefix).into();
        HashField { record: self.record, name, of: PhantomData }
    }
}
