//! `#[redis_hash(redis_traits)]`: records in commands of the user's own.

use redis::{FromRedisValue, ParsingError, RedisWrite, Value};

use super::read::{FieldReader, fields};
use super::{Field, FieldVisitor, ToRedisHash};
use crate::FromRedisHash;
use crate::error::FieldError;
use crate::sink;
use crate::value::{self, ToHashValue};

/// A record that may not be there, read by a command of your own: `let IfFound(user) = con.hgetall(key)?`.
///
/// `redis` 1.8 reads an `Option<User>` as `None` only where the reply is nil, and `HGETALL` of a key
/// that is not there answers an empty map: no type can change that for `Option`. This one reads both as
/// `None`. It needs no `redis_traits` on the struct.
///
/// ```no_run
/// use redis::Commands;
/// use redis_hashmap::{FromRedisHash, IfFound};
///
/// #[derive(FromRedisHash)]
/// struct User { name: String }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
/// let IfFound(user): IfFound<User> = con.hgetall("user:1")?;
/// if let Some(user) = user { println!("{}", user.name) }
/// # Ok::<(), redis::RedisError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfFound<T>(pub Option<T>);

impl<T: FromRedisHash> FromRedisValue for IfFound<T> {
    fn from_redis_value(reply: Value) -> Result<Self, ParsingError> {
        match reply {
            Value::Nil => Ok(Self(None)),
            Value::Attribute { data, .. } => Self::from_redis_value(*data),
            reply => found(reply).map(Self),
        }
    }
}

/// The record in the reply of an `HGETALL`.
///
/// # Errors
///
/// There is none, or a field cannot be read.
pub fn from_redis_value<R: FromRedisHash>(reply: Value) -> Result<R, ParsingError> {
    let none = || {
        let why = "there is no hash at that key: an `IfFound` of it is read as none";
        ParsingError::from(format!("`{}`: {why}", R::NAME))
    };
    found(reply)?.ok_or_else(none)
}

fn found<R: FromRedisHash>(reply: Value) -> Result<Option<R>, ParsingError> {
    let unread = |unread| ParsingError::from(FieldError::unread(R::NAME, None, unread).to_string());
    let no_hash = || ParsingError::from(format!("`{}`: the reply is no hash", R::NAME));
    let fields = fields(reply).ok_or_else(no_hash)?;
    if fields.is_empty() {
        return Ok(None);
    }
    let mut reader = FieldReader::of_fields(fields, &R::FIELDS, None).map_err(unread)?;
    R::read_hash_fields(&mut reader).map(Some).map_err(unread)
}

/// The name and the value of each present field. What cannot fail, and may not panic, writes nothing
/// at all where a value cannot be written: the server then refuses the command.
pub fn write_redis_args<R, W>(record: &R, out: &mut W)
where
    R: ToRedisHash + ?Sized,
    W: RedisWrite + ?Sized,
{
    sink::with_buffer(|packed| {
        pairs(record, packed);
        sink::args(packed).for_each(|arg| out.write_arg(arg));
    });
}

/// How many arguments that are.
pub fn num_of_args<R: ToRedisHash + ?Sized>(record: &R) -> usize {
    sink::with_buffer(|packed| pairs(record, packed))
}

/// Appends them as bulk strings, and answers how many they are.
fn pairs<R: ToRedisHash + ?Sized>(record: &R, packed: &mut Vec<u8>) -> usize {
    let mut pairs = Pairs { packed, count: 0, is_bad: record.check_hash_names().is_err() };
    record.visit_hash_fields(&mut pairs);
    let Pairs { packed, count, is_bad } = pairs;
    if is_bad {
        packed.clear();
        return 0;
    }
    count
}

struct Pairs<'p> {
    packed: &'p mut Vec<u8>,
    count: usize,
    is_bad: bool,
}

impl FieldVisitor for Pairs<'_> {
    fn field<T>(&mut self, field: Field<'_>, value: Option<&T>)
    where
        T: ToHashValue + ?Sized,
    {
        if let Some(value) = value {
            field.write_name(self.packed);
            self.count += 2;
            self.is_bad |= value::append(value, self.packed).is_err();
        }
    }

    fn refuse(&mut self, _: super::BadField) {
        self.is_bad = true;
    }
}
