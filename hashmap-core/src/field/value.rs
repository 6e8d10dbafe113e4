//! Reading, writing and deleting one field.

use redis::Value;

use super::codec::{OwnValue, ReadValue, WriteValue};
use super::{FieldArg, HashField};
use crate::command::{Args, Asked, FieldCommand, Op, script};
use crate::error::Result;
use crate::key::KeyArg;
use crate::value::ValueReader;
use crate::value::read::Unread;
use crate::write::Written;

const COMPARE_AND_SET: &str = script!("compare_and_set.lua");

impl<T, C> HashField<T, C> {
    /// Reads the field; `None` where it is not there, or no hash is. (`HGET`)
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, name: String }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let name: Option<String> = User::hash_fields().name.get(User::hash_key(42)).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, key: impl KeyArg) -> FieldCommand<Option<T>>
    where
        C: ReadValue<T>,
    {
        let args = Args { before_key: &[b"HGET"], ..Args::default() };
        self.command(Op::read("HGET"), key, &args, |asked, reply| match reply {
            Value::Nil => Ok(None),
            Value::BulkString(bytes) => C::read(ValueReader::new(bytes))
                .map(Some)
                .map_err(|error| asked.unread(Unread::value(asked.field(), error))),
            other => Err(asked.unexpected(&other)),
        })
    }

    /// Writes the field, whatever it holds. (`HSET`) Where there is no hash, there is one afterwards,
    /// of this field alone.
    ///
    /// The hash keeps its time to live; a lifetime that the field itself had is over: give it another
    /// one with [`expire`](Self::expire).
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, name: String }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// User::hash_fields().name.set(User::hash_key(42), "Ada").run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[allow(clippy::needless_pass_by_value)] // a `&T` is one of them
    pub fn set<A>(&self, key: impl KeyArg, value: A) -> FieldCommand<()>
    where
        C: WriteValue<T>,
        A: FieldArg<T, C>,
    {
        let args = Args {
            before_key: &[b"HSET"],
            values: &[&|out| value.field_arg().write::<C>(out)],
            ..Args::default()
        };
        self.command(Op::write("HSET"), key, &args, done)
    }

    /// Deletes the field, if it is there. (`HDEL`) With its last field, a hash is gone.
    ///
    /// It does not answer whether the field was there: of one whose lifetime is over, servers say
    /// either.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, email: Option<String> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// User::hash_fields().email.delete(User::hash_key(42)).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn delete(&self, key: impl KeyArg) -> FieldCommand<()>
    where
        C: OwnValue,
    {
        let args = Args { before_key: &[b"HDEL"], ..Args::default() };
        self.command(Op::write("HDEL"), key, &args, done)
    }

    /// Whether the field is there. (`HEXISTS`)
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, email: Option<String> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let has_mail: bool = User::hash_fields().email.exists(User::hash_key(42)).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn exists(&self, key: impl KeyArg) -> FieldCommand<bool> {
        let args = Args { before_key: &[b"HEXISTS"], ..Args::default() };
        self.command(Op::read("HEXISTS"), key, &args, |asked, reply| match reply {
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(asked.unexpected(&other)),
        })
    }

    /// Writes the field if it still holds what was read before; `None`: if it is still not there. Of
    /// several who try, one succeeds; [`Written::Refused`] says that somebody else did: read it again.
    ///
    /// What is compared are the bytes, as `expected` would be written. A value that another client
    /// wrote in other words (`true` for `1`, JSON with blanks) is another one.
    ///
    /// One small script (`HSETNX` for `None`), sent by its source. Its user needs the rights to `eval`,
    /// `hget`, `hset` and `hdel` (`hsetnx`). As [`set`](Self::set), it ends a lifetime of the field.
    ///
    /// A cluster's connection of `redis` sends again after a lost answer, and is then refused by its
    /// own first attempt: make it with `ClusterClientBuilder::retries(0)`.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, name: String }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// use redis_hashmap::Written;
    ///
    /// let name = User::hash_fields().name;
    /// loop {
    ///     let before = name.get(User::hash_key(42)).run(&mut con)?;
    ///     let after = before.as_deref().unwrap_or("nobody").to_uppercase();
    ///     let set = name.compare_and_set(User::hash_key(42), before.as_ref(), after);
    ///     if set.run(&mut con)? == Written::Applied {
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[allow(clippy::needless_pass_by_value)] // a `&T` is one of them
    pub fn compare_and_set<A>(
        &self,
        key: impl KeyArg,
        expected: Option<&T>,
        new: A,
    ) -> FieldCommand<Written>
    where
        C: WriteValue<T>,
        A: FieldArg<T, C>,
    {
        let args = match expected {
            None => Args {
                before_key: &[b"HSETNX"],
                values: &[&|out| new.field_arg().write::<C>(out)],
                ..Args::default()
            },
            Some(expected) => Args {
                before_key: &[b"EVAL", COMPARE_AND_SET.as_bytes(), b"1"],
                values: &[&|out| C::write(expected, out), &|out| new.field_arg().write::<C>(out)],
                ..Args::default()
            },
        };
        self.command(Op::write("compare_and_set"), key, &args, |asked, reply| match reply {
            Value::Int(1) => Ok(Written::Applied),
            Value::Int(0) => Ok(Written::Refused),
            other => Err(asked.unexpected(&other)),
        })
    }
}

/// A count that says nothing.
fn done(asked: &Asked, reply: Value) -> Result<()> {
    match reply {
        Value::Int(_) => Ok(()),
        other => Err(asked.unexpected(&other)),
    }
}
