//! What a record is to the core: a name and a visit to its fields.

mod changes;
mod field;
mod map;
pub(crate) mod names;
pub(crate) mod read;
pub(crate) mod redis_traits;
#[cfg(feature = "serde")]
mod serde;
pub(crate) mod version;

use std::time::{Duration, SystemTime};

#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::Result;
#[cfg(feature = "aio")]
use crate::exec;
use crate::key::HashKeyTemplate;
use crate::record::names::Names;
#[cfg(feature = "aio")]
use crate::write::Written;
use crate::write::{HashWrite, TemplateKey};

pub use changes::Changes;
pub(crate) use field::{Alias, Unchanged};
pub use field::{BadField, Field, FieldVisitor, Prefixed, retire, visit};
#[cfg(feature = "serde")]
pub use serde::SerdeHash;

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
    const NAMES: Names = Names::AT_RUN_TIME;

    #[doc(hidden)]
    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor);

    /// Names that are known only at run time: none empty, none twice. Asked once a write, before
    /// anything is encoded.
    #[doc(hidden)]
    fn check_hash_names(&self) -> Result<(), BadField> {
        Ok(())
    }

    /// Writes this record to the hash at its key, as the struct's attributes say.
    ///
    /// `con` is any synchronous connection of the `redis` crate: [`redis::Connection`] over TCP,
    /// Unix socket or TLS, a pooled one, a cluster connection; not one that is inside a `MULTI` of
    /// yours ([`HashWrite::write`] says why). Costs one round trip, and no allocation of ours once a
    /// thread has written a record of this size, up to 64 KiB.
    ///
    /// A read timeout of the connection counts once per reply, and a write that deletes absent
    /// fields has four: `redis` waits for each of them.
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
        C: Connection + ?Sized,
    {
        let write = self.as_hash();
        // A cluster's connection is the one that cannot pipeline, and the one that sends again.
        write
            .write(con)
            .and_then(|written| write.expect_applied(written, !con.supports_pipelining()))
    }

    /// Writes this record over an asynchronous connection: `write_hash`, to be awaited.
    ///
    /// `con` is any asynchronous connection of the `redis` crate: multiplexed, a connection manager,
    /// a cluster's, a pooled one. Nothing of the record is in the future, which is `Send` and may be
    /// dropped at any time ([`HashWrite::write_async`] says what that means); but what the *type*
    /// borrows, the compiler takes it to borrow too.
    ///
    /// A connection of `redis` gives up after half a second, unless it was made with another
    /// [`response_timeout`](redis::AsyncConnectionConfig::set_response_timeout).
    ///
    /// # Errors
    ///
    /// As [`write_hash`](Self::write_hash).
    ///
    /// ```no_run
    /// # use redis_hashmap::ToRedisHash;
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(client: redis::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut con = client.get_multiplexed_async_connection().await?;
    /// User { id: 42 }.write_hash_async(&mut con).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn write_hash_async<'c, C>(
        &self,
        con: &'c mut C,
    ) -> impl Future<Output = Result<()>> + Send + use<'c, Self, C>
    where
        Self: HashKeyTemplate,
        C: AsyncConnection + ?Sized,
    {
        let request = exec::aio::Request::new(&self.as_hash());
        async move {
            // Not moved: the future would have room for it twice.
            let request = match request {
                Ok(ref request) => request,
                Err(error) => return Err(error),
            };
            match request.run(con).await? {
                Written::Refused => Err(request.conflict::<C>()),
                _ => Ok(()),
            }
        }
    }

    /// A write of this record, to be given options before it runs: see [`HashWrite`].
    fn as_hash(&self) -> HashWrite<'_, Self, TemplateKey> {
        HashWrite::new(self)
    }

    /// What turns `before` into this record, as a record of its own: the fields that differ.
    ///
    /// `HSET` of what is another value, `HDEL` of what became absent (what `absent = "keep"` keeps, stays:
    /// that is its policy). Where nothing differs, nothing is sent, and the write is
    /// [`Written::Nothing`](crate::Written::Nothing): neither is an `expire` of the struct renewed then, nor
    /// its `version` looked at. What differs is found by the bytes that are written, so no `PartialEq` is
    /// needed, and two NaN are the same. Both records are encoded for it: no more than a few allocations.
    ///
    /// Options that are asked for by hand count, also where nothing differs: `expire`, `expire_field` of
    /// any field, and `replace`, which leaves what did not change. In a pipeline, changes of nothing are no
    /// command, and have no answer there, whatever the struct.
    ///
    /// A hash that is gone meanwhile comes back as a part: `.as_hash().only_if(Exists::Yes)` refuses that.
    /// Nobody looks whether the hash still holds `before`: where others write too, give the struct a
    /// [`version`](derive@crate::ToRedisHash), which is checked and raised by this write as by any other.
    /// Two records of one template that have different keys are an error
    /// ([`Error::Key`](crate::Error::Key)): the changes alone would be half a record at the new key.
    ///
    /// ```
    /// use redis_hashmap::ToRedisHash;
    ///
    /// #[derive(Clone, ToRedisHash)]
    /// #[redis_hash(key = "user:{id}")]
    /// struct User { id: u64, name: String, visits: u64 }
    ///
    /// let before = User { id: 1, name: "Ada".into(), visits: 7 };
    /// let after = User { visits: 8, ..before.clone() };
    /// let mut packed = Vec::new();
    /// after.changes_from(&before).as_hash().encode(&mut packed)?; // HSET user:1 visits 8
    /// assert_eq!(packed, b"*4\r\n$4\r\nHSET\r\n$6\r\nuser:1\r\n$6\r\nvisits\r\n$1\r\n8\r\n");
    /// assert_eq!(after.changes_from(&after).as_hash().encode(&mut packed)?, 0); // nothing
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    fn changes_from<'r>(&'r self, before: &'r Self) -> Changes<'r, Self> {
        Changes::new(self, before)
    }
}

/// As the record that it refers to.
#[diagnostic::do_not_recommend]
impl<R: ToRedisHash + ?Sized> ToRedisHash for &R {
    const RECORD: Record = R::RECORD;
    const NAMES: Names = R::NAMES;

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        (**self).visit_hash_fields(visitor);
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        (**self).check_hash_names()
    }

    fn as_hash(&self) -> HashWrite<'_, Self, TemplateKey> {
        (**self).as_hash().through(self)
    }
}

/// What a write does with a field that is absent (`None`).
///
/// ```
/// use redis_hashmap::{Absent, ToRedisHash};
///
/// let pairs = [("name", Some("Ada")), ("mail", None)];
/// let mut packed = Vec::new();
/// assert_eq!(pairs[..].as_hash().key("u").encode(&mut packed)?, 4); // MULTI, HSET, HDEL, EXEC
/// assert_eq!(pairs[..].as_hash().key("u").absent(Absent::Keep).encode(&mut packed)?, 1); // HSET
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
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
    pub(crate) life: KeyLife,
    /// Whether a field is the record's version.
    pub(crate) versioned: bool,
}

impl Record {
    /// `name`: the struct's.
    pub const fn new(name: &'static str) -> Self {
        Self { name, life: KeyLife::Kept, versioned: false }
    }

    /// `#[redis_hash(expire = "30d")]`.
    #[must_use]
    pub const fn expire_ms(self, ms: u64) -> Self {
        Self { life: KeyLife::For(Duration::from_millis(ms)), ..self }
    }

    /// `#[redis_hash(persist)]`.
    #[must_use]
    pub const fn persist(self) -> Self {
        Self { life: KeyLife::Forever, ..self }
    }

    /// It has a `#[redis_hash(version)]`.
    #[must_use]
    pub const fn versioned(self) -> Self {
        Self { versioned: true, ..self }
    }
}

/// How long a write lets its key live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum KeyLife {
    /// As long as it had.
    #[default]
    Kept,
    For(Duration),
    Until(SystemTime),
    Forever,
}
