//! Of a read that the server or the connection let down.

use redis::RedisError;

use super::{ErrorKind, Failure};

/// A read that the server refused, or that a connection lost.
///
/// [`source`](std::error::Error::source) is the [`RedisError`], with the server's own words.
///
/// ```
/// # use redis_hashmap::{Error, ErrorKind, FromRedisHash};
/// #[derive(Debug, FromRedisHash)]
/// struct User { name: String }
///
/// let mut nobody = redis::Client::open("unix:///nowhere/at/all")?;
/// let Err(Error::Read(error)) = User::read_hash(&mut nobody, "user:1") else { panic!() };
/// assert_eq!((error.record(), error.key()), ("User", "user:1"));
/// assert!(error.redis_error().is_io_error());
/// # Ok::<(), redis::RedisError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}`{record}` at key {key:?} could not be read: {what}", super::of(.field))]
pub struct ReadError {
    record: &'static str,
    key: Box<str>,
    /// Empty: the whole record was to be read.
    field: Box<str>,
    what: Box<str>,
    kind: ErrorKind,
    source: RedisError,
}

impl ReadError {
    #[cold]
    pub(crate) fn new(record: &'static str, key: &[u8], failure: Failure) -> Self {
        let Failure { what, effect: _, kind, source } = failure;
        let key = String::from_utf8_lossy(key).into();
        Self { record, key, field: Box::default(), what: what.into(), kind, source }
    }

    /// Only this field was to be read.
    pub(crate) fn of_field(self, field: &str) -> Self {
        Self { field: field.into(), ..self }
    }

    /// The struct.
    pub fn record(&self) -> &str {
        self.record
    }

    /// The key that was to be read (lossily, where it is no UTF-8).
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The field's name in the hash. Empty where the whole record was to be read.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The error of the `redis` crate beneath.
    pub fn redis_error(&self) -> &RedisError {
        &self.source
    }

    pub(super) fn kind(&self) -> ErrorKind {
        self.kind
    }
}
