//! What a record is to the core: a name and a visit to its fields.

use std::time::Duration;

use crate::error::Result;
use crate::exec;
use crate::key::HashKeyTemplate;
use crate::value::{ToHashValue, ValueError};
use crate::write::{HashWrite, TemplateKey};

/// A struct that can be written to a Redis hash. Derive it: [`derive@crate::ToRedisHash`].
///
/// ```no_run
/// use redis_hashmap::ToRedisHash;
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64, name: String }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
/// let user = User { id: 42, name: "Ada".into() };
/// user.write_hash(&mut con)?;
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record that can be written to a Redis hash",
    label = "does not implement `ToRedisHash`",
    note = "derive it: `#[derive(redis_hashmap::ToRedisHash)]`"
)]
pub trait ToRedisHash {
    #[doc(hidden)]
    const RECORD: Record;

    #[doc(hidden)]
    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) -> Result<(), BadField>;

    /// Writes this record to the hash at its key, as the struct's attributes say.
    ///
    /// `con` is any synchronous connection of the `redis` crate: [`redis::Connection`] over TCP,
    /// Unix socket or TLS, a pooled one, a cluster connection. Costs one round trip, and no
    /// allocation of ours.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) says what was wrong, and what became of the hash:
    /// [`effect`](crate::Error::effect).
    ///
    /// ```no_run
    /// # use redis_hashmap::{Effect, ErrorKind, ToRedisHash};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let user = User { id: 42 };
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
    /// match user.write_hash(&mut con) {
    ///     Ok(()) => {}
    ///     Err(error) if error.kind() == ErrorKind::WrongType => { /* the key holds no hash */ }
    ///     Err(error) if error.effect() == Effect::Unknown => { /* sent, no answer */ }
    ///     Err(error) => eprintln!("{error}"),
    /// }
    /// ```
    fn write_hash<C>(&self, con: &mut C) -> Result<()>
    where
        Self: HashKeyTemplate,
        C: redis::ConnectionLike + ?Sized,
    {
        exec::blocking::write(con, &self.as_hash())
    }

    /// A write of this record, to be given options before it runs: see [`HashWrite`].
    fn as_hash(&self) -> HashWrite<'_, Self, TemplateKey> {
        HashWrite::new(self)
    }
}

/// What a write does with a field that is absent (`None`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Absent {
    /// The field is deleted from the hash, in the same atomic write. The default: the hash then
    /// holds what the struct holds.
    #[default]
    Delete,
    /// The hash keeps whatever it has in that field.
    Keep,
}

/// What the derive knows of a struct.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    pub(crate) name: &'static str,
    pub(crate) expire: Option<Duration>,
}

impl Record {
    /// `name`: the struct's.
    pub const fn new(name: &'static str) -> Self {
        Self { name, expire: None }
    }

    /// `#[redis_hash(expire = "30d")]`.
    #[must_use]
    pub const fn expire_ms(self, ms: u64) -> Self {
        Self { expire: Some(Duration::from_millis(ms)), ..self }
    }
}

/// What the derive knows of a field.
#[derive(Debug, Clone, Copy)]
pub struct Field<'f> {
    pub(crate) name: &'f str,
    /// The name as a bulk string: `$4\r\nname\r\n`.
    pub(crate) packed: &'f [u8],
    pub(crate) absent: Absent,
}

impl<'f> Field<'f> {
    /// `packed`: the name as a bulk string.
    pub const fn new(name: &'f str, packed: &'f [u8]) -> Self {
        Self { name, packed, absent: Absent::Delete }
    }

    /// `#[redis_hash(absent = "keep")]`.
    #[must_use]
    pub const fn keep(self) -> Self {
        Self { absent: Absent::Keep, ..self }
    }
}

/// Sees every declared field of a record once, in the order of their declaration.
///
/// The one thing that generated code does with a record; counting, writing and deleting are
/// visitors of the core.
pub trait FieldVisitor {
    /// One field, and its value where it is present.
    ///
    /// # Errors
    ///
    /// The value cannot be written.
    fn field<T>(&mut self, field: &Field<'_>, value: Option<&T>) -> Result<(), BadField>
    where
        T: ToHashValue + ?Sized;
}

/// A field whose value could not be written.
// Boxed: a result of one word keeps the encoders' happy path short.
#[derive(Debug)]
pub struct BadField(pub(crate) Box<(String, ValueError)>);

impl BadField {
    #[cold]
    pub(crate) fn new(field: &Field<'_>, error: ValueError) -> Self {
        Self(Box::new((field.name.to_owned(), error)))
    }
}
