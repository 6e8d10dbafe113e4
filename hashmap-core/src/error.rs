//! What can go wrong, and what it did to the hash.

mod kind;
mod read;

use std::fmt;

use redis::RedisError;

use crate::key::KeyError;
use crate::value::ValueError;
use crate::value::read::{Fault, Unread};

pub use kind::ErrorKind;
pub use read::ReadError;

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a record was not written, or not read.
///
/// No message, field or `Debug` of an error holds a value of a record; the struct, the key and
/// the field are named. The key is shown with the segments that are in it: where a segment is a
/// secret, such as a session's token, put a digest of it into the key, or log
/// [`kind`](Self::kind) and the struct alone. To tell errors apart by code, ask [`kind`](Self::kind),
/// [`effect`](Self::effect), [`is_timeout`](Self::is_timeout) and its neighbours; the
/// [`redis::RedisError`] is at the end of the [`source`](std::error::Error::source) chain.
///
/// ```
/// use redis_hashmap::{Effect, ErrorKind, ToRedisHash};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{name}")]
/// struct User { name: String }
///
/// // No server is there: nothing was sent, so it can be written again.
/// let mut nobody = redis::Client::open("unix:///nowhere/at/all")?;
/// let error = User { name: "ada".into() }.write_hash(&mut nobody).unwrap_err();
/// assert_eq!((error.kind(), error.effect()), (ErrorKind::Connection, Effect::NotSent));
/// assert!(error.is_connection() && error.is_retryable());
/// assert!(error.to_string().starts_with("`User` at key \"user:ada\": no connection to the server"));
/// # Ok::<(), redis::RedisError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key could not be built from its template.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The value of a field could not be written, or not be read: it is missing, or is no value of
    /// the field's type.
    #[error(transparent)]
    Value(#[from] FieldError),
    /// The time to live is none.
    #[error(transparent)]
    Expire(#[from] ExpireError),
    /// A field was present when the fields were counted and absent when they were written, or the
    /// reverse: a [`ToHashField`](crate::ToHashField) of your own that answers differently twice.
    #[error(
        "`{record}` changed while it was written: a field became absent or present; nothing was sent"
    )]
    #[non_exhaustive]
    Changed {
        /// The struct.
        record: &'static str,
    },
    /// The server refused the write, or the connection failed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The server refused to answer, or the connection failed. Nothing was to be written.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What became of the hash when a write failed.
///
/// ```
/// use redis_hashmap::{Effect, Error};
///
/// /// Whether the writer has to look before it writes again.
/// fn in_doubt(error: &Error) -> bool {
///     !matches!(error.effect(), Effect::NotSent | Effect::Rejected)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// No write was sent: no connection could be made, a [`Checked`](crate::Checked) one failed
    /// before, or a synchronous one of `redis` says of itself that it is closed. (All that can be said
    /// of a read that failed, too.)
    NotSent,
    /// The server refused the write, and the hash is as it was. (Over a cluster's connection, which
    /// sends again by itself after a lost answer, this is what became of the last attempt:
    /// `ClusterClientBuilder::retries(0)` makes it exact.)
    Rejected,
    /// Sent, and no answer came: the record was written whole, or not at all. Also where `redis`
    /// does not tell an answer that was lost from a connection that was closed before: the first
    /// write after a server hung up, and every write on a closed asynchronous connection.
    Unknown,
    /// The hash may hold a part of the record. Only where the server refuses what makes a write
    /// atomic: a user without the right to `MULTI`, or, on a server older than 7.0, without the
    /// right to a command of the script that `expire` and `replace` run. The message says which
    /// command was applied.
    Partial,
    /// The hash holds the whole record, but it was not written in one step, or together with a
    /// transaction of the caller's that the write has ended: `MULTI` was refused.
    Applied,
    /// Nothing is written yet: the connection is inside a `MULTI` of the caller's, and the
    /// record's command is queued there. Its `EXEC` writes the record (or answers `NOSCRIPT`,
    /// where the write is a script that the server has not seen).
    Queued,
}

/// A field whose value could not be written, or not be read. No write was sent.
///
/// Its [`source`](std::error::Error::source) is that of the [`ValueError`], whose words are in the
/// message already.
///
/// ```
/// use redis_hashmap::{Error, ToRedisHash};
///
/// let twice = [("name", 1), ("name", 2)];
/// let Err(Error::Value(error)) = twice[..].as_hash().key("k").encode(&mut Vec::new()) else { panic!() };
/// assert_eq!((error.field(), error.key()), ("name", "k"));
/// ```
#[derive(Debug)]
pub struct FieldError {
    record: &'static str,
    /// Where the reply came through a command of the caller's, nobody knows.
    key: Option<Box<str>>,
    field: Box<str>,
    fault: Fault,
    is_read: bool,
}

impl FieldError {
    #[cold]
    pub(crate) fn new(
        record: &'static str,
        key: String,
        field: String,
        reason: ValueError,
    ) -> Self {
        let fault = Fault::Value(reason);
        Self { record, key: Some(key.into()), field: field.into(), fault, is_read: false }
    }

    #[cold]
    pub(crate) fn unread(record: &'static str, key: Option<&[u8]>, unread: Unread) -> Self {
        let key = key.map(|key| String::from_utf8_lossy(key).into());
        let (field, fault) = *unread.0;
        Self { record, key, field: field.into(), fault, is_read: true }
    }

    /// The struct.
    pub fn record(&self) -> &str {
        self.record
    }

    /// The key (lossily, where it is no UTF-8). Empty where a reply was converted that says nothing
    /// of its key (`con.hgetall(..)`).
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// The field's name in the hash. Empty where the record is none, and has no fields.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The field is not in the hash, and has neither an `Option` nor a default.
    pub fn is_missing(&self) -> bool {
        matches!(self.fault, Fault::Missing)
    }

    fn kind(&self) -> ErrorKind {
        match self.fault {
            Fault::Value(_) => ErrorKind::Value,
            Fault::Missing => ErrorKind::Missing,
            Fault::Undeclared => ErrorKind::Undeclared,
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { record, key, field, fault, is_read } = self;
        if !field.is_empty() {
            write!(f, "field `{field}` of ")?;
        }
        write!(f, "`{record}`")?;
        if let Some(key) = key {
            write!(f, " at key {key:?}")?;
        }
        match fault {
            Fault::Value(reason) if *is_read => write!(f, " cannot be read: it {reason}"),
            Fault::Value(reason) => write!(f, " cannot be written: {reason}"),
            Fault::Missing => f.write_str(" is missing in the hash"),
            Fault::Undeclared => {
                f.write_str(" is not declared, and the struct denies unknown fields")
            }
        }
    }
}

impl std::error::Error for FieldError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Value(reason) => reason.source(),
            _ => None,
        }
    }
}

/// A time to live that no server takes. Nothing was sent.
///
/// ```
/// use std::time::Duration;
/// use redis_hashmap::{Error, ExpireError, ToRedisHash};
///
/// let write = [("a", 1)];
/// let error = write[..].as_hash().key("k").expire(Duration::ZERO).encode(&mut Vec::new());
/// assert!(matches!(error, Err(Error::Expire(ExpireError::Zero))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpireError {
    /// Zero would delete what was just written.
    #[error("a time to live of zero would delete at once; to keep for good, leave it out")]
    Zero,
    /// More milliseconds than a server counts.
    #[error("the time to live is longer than a server can count; to keep for good, leave it out")]
    TooLong,
}

/// A write that the server refused, or that a connection lost.
///
/// [`source`](std::error::Error::source) is the [`RedisError`], with the server's own words.
///
/// ```
/// # use redis_hashmap::{Error, ToRedisHash};
/// let mut nobody = redis::Client::open("unix:///nowhere/at/all")?;
/// let pairs = [("a", 1)];
/// let Err(Error::Write(error)) = pairs[..].as_hash().key("k").write(&mut nobody) else { panic!() };
/// assert_eq!(error.key(), "k");
/// assert!(error.redis_error().is_io_error());
/// # Ok::<(), redis::RedisError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}`{record}` at key {key:?}: {what}; {}", of(.field), .effect.sentence())]
pub struct WriteError {
    record: &'static str,
    key: Box<str>,
    /// Empty: the whole record was to be written.
    field: Box<str>,
    what: Box<str>,
    effect: Effect,
    kind: ErrorKind,
    source: RedisError,
}

impl WriteError {
    #[cold]
    pub(crate) fn new(record: &'static str, key: String, failure: Failure) -> Self {
        let Failure { what, effect, kind, source } = failure;
        let field = Box::default();
        Self { record, key: key.into(), field, what: what.into(), effect, kind, source }
    }

    /// Only this field was to be written.
    pub(crate) fn of_field(self, field: &str) -> Self {
        Self { field: field.into(), ..self }
    }

    /// Of a write that was sent before, and never answered: whatever became of this attempt, that
    /// one may have written.
    pub(crate) fn remain_in_doubt(&mut self) {
        if matches!(self.effect, Effect::NotSent | Effect::Rejected) {
            self.effect = Effect::Unknown;
        }
    }

    /// The struct.
    pub fn record(&self) -> &str {
        self.record
    }

    /// The key that was to be written (lossily, where it is no UTF-8).
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The field's name in the hash. Empty where the whole record was to be written.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The error of the `redis` crate beneath. Where the server's words quoted the record's
    /// values, they are cut off there.
    pub fn redis_error(&self) -> &RedisError {
        &self.source
    }
}

/// Of which field, where it is one.
fn of(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("field `{field}` of ") }
}

/// What an executor knows of a failed write, before record and key are put to it.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) effect: Effect,
    pub(crate) kind: ErrorKind,
    pub(crate) source: RedisError,
}

impl Failure {
    /// The caller's deadline came before the answer.
    #[cfg(feature = "aio")]
    pub(crate) fn late(effect: Effect) -> Self {
        let late = std::io::Error::new(std::io::ErrorKind::TimedOut, "the deadline is over");
        Self {
            what: match effect {
                Effect::NotSent => "the deadline was over before it began",
                _ => "no answer before the deadline",
            }
            .into(),
            effect,
            kind: ErrorKind::Timeout,
            source: late.into(),
        }
    }

    /// Another writer was there since the record was read. Where the connection sends again by
    /// itself, that may have been this write's own first attempt.
    pub(crate) fn conflict(resends: bool) -> Self {
        Self {
            what: "the hash has another version than the one that was read".into(),
            effect: if resends { Effect::Unknown } else { Effect::Rejected },
            kind: ErrorKind::Conflict,
            source: (redis::ErrorKind::Client, "the condition of the write did not hold").into(),
        }
    }
}

impl Effect {
    fn sentence(self) -> &'static str {
        match self {
            Self::NotSent => "nothing was sent",
            Self::Rejected => "the hash is as it was",
            Self::Unknown => "all was written or nothing, and which is unknown",
            Self::Partial => "the hash may hold a part of the record",
            Self::Applied => "the hash holds the record, which was not written in one step",
            Self::Queued => "nothing is written before the EXEC of that transaction",
        }
    }
}

impl Error {
    /// What kind of error this is, stable for each error code of a server.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Key(_) => ErrorKind::Key,
            Self::Value(error) => error.kind(),
            Self::Changed { .. } => ErrorKind::Value,
            Self::Expire(_) => ErrorKind::Expire,
            Self::Write(error) => error.kind,
            Self::Read(error) => error.kind(),
        }
    }

    /// What became of the hash.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Write(error) => error.effect,
            _ => Effect::NotSent,
        }
    }

    /// The code that the server's error began with, such as `WRONGTYPE`, where a server answered.
    pub fn code(&self) -> Option<&str> {
        self.redis_error().and_then(RedisError::code)
    }

    /// No answer came in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// The connection could not be made, or is lost: use it no more. (After a timeout too: its
    /// answer may still come, and would be taken for the next one.)
    pub fn is_connection(&self) -> bool {
        self.kind().is_of_connection()
    }

    /// Writing the same record again, after a pause and where needed on a new connection, is safe
    /// and may succeed: the cause passes by itself (see [`ErrorKind`]), and the failed write left
    /// no trace. `false` where the [`effect`](Self::effect) is another one: a second write could
    /// then overwrite somebody's newer one, which is for the caller to decide.
    pub fn is_retryable(&self) -> bool {
        matches!(self.effect(), Effect::NotSent | Effect::Rejected) && self.kind().passes()
    }

    /// The error of the `redis` crate, where the failure came from there.
    pub fn redis_error(&self) -> Option<&RedisError> {
        match self {
            Self::Write(error) => Some(&error.source),
            Self::Read(error) => Some(error.redis_error()),
            _ => None,
        }
    }
}
