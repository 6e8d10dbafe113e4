//! Reading records back.

pub(crate) mod answer;
mod many;
mod scan;
#[cfg(test)]
mod tests;
mod whole;

use crate::command::Ttl;
#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::Result;
#[cfg(feature = "aio")]
use crate::key::HashKey;
use crate::key::{HashKeyPattern, KeyArg};
use crate::record::names::Names;
use crate::record::read::FieldReader;
use crate::value::read::Unread;

pub use many::ReadHashes;
pub use scan::ScanHashes;

/// A struct that can be read from a Redis hash. Derive it: [`derive@crate::FromRedisHash`].
///
/// ```no_run
/// use redis_hashmap::{FromRedisHash, ToRedisHash};
///
/// #[derive(ToRedisHash, FromRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64, name: String, email: Option<String> }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
/// if let Some(user) = User::read_hash(&mut con, User::hash_key(42))? {
///     println!("{} <{}>", user.name, user.email.as_deref().unwrap_or("no mail"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A struct with fewer fields than the hash has is a projection: only its own are fetched.
///
/// ```no_run
/// # use redis_hashmap::FromRedisHash;
/// #[derive(FromRedisHash)]
/// struct Name { name: String }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
/// let name = Name::read_hash(&mut con, "user:42")?; // HMGET user:42 name
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record that can be read from a Redis hash",
    label = "does not implement `FromRedisHash`",
    note = "derive it: `#[derive(redis_hashmap::FromRedisHash)]`"
)]
pub trait FromRedisHash: Sized {
    /// The struct's.
    #[doc(hidden)]
    const NAME: &'static str;

    /// In the order in which `read_hash_fields` takes them.
    #[doc(hidden)]
    const FIELDS: Names;

    /// What `User::hash_fields()` answers: a struct that has a [`HashField`](crate::HashField) for each
    /// field, under the same name. Of a map, [`MapFields`](crate::MapFields).
    type Handles;

    /// `prefix`: what stands before the names of a flattened record.
    #[doc(hidden)]
    fn hash_handles(prefix: &str) -> Self::Handles;

    #[doc(hidden)]
    fn read_hash_fields(fields: &mut FieldReader<'_>) -> Result<Self, Unread>;

    /// Reads the record at this key; `None` where there is none.
    ///
    /// One `HMGET` of the declared fields, and one round trip. (A struct that has `extra` or
    /// `deny_unknown_fields` wants to see all fields, and is read by `HGETALL`.) The key is what
    /// `User::hash_key(..)` answers, or any text or bytes.
    ///
    /// A hash that has none of the declared fields reads as `None` too: that is how a record whose
    /// every field is absent was written.
    ///
    /// # Errors
    ///
    /// [`Error::Value`](crate::Error::Value) where a field is missing, unless it is an `Option` or has
    /// a default, or is no value of its type; [`Error::Key`](crate::Error::Key) where the key could
    /// not be built; [`Error::Read`](crate::Error::Read) where the server or the connection failed.
    /// None shows a value.
    fn read_hash<C>(con: &mut C, key: impl KeyArg) -> Result<Option<Self>>
    where
        C: Connection + ?Sized,
    {
        answer::blocking(con, key.into_key()?.as_ref())
    }

    /// Reads the record over an asynchronous connection: [`read_hash`](Self::read_hash), to be
    /// awaited. The future holds nothing of the key, and may be dropped at any time.
    ///
    /// # Errors
    ///
    /// As [`read_hash`](Self::read_hash).
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(client: redis::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut con = client.get_multiplexed_async_connection().await?;
    /// let user: Option<User> = User::read_hash_async(&mut con, User::hash_key(42)).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn read_hash_async<C, K>(
        con: &mut C,
        key: K,
    ) -> impl Future<Output = Result<Option<Self>>> + Send + use<'_, Self, C, K>
    where
        C: AsyncConnection + ?Sized,
        K: KeyArg,
    {
        let question = key.into_key().map(|key| answer::Question::new::<Self>(key.as_ref()));
        async move { question?.ask(con).await }
    }

    /// Reads many records: in the order of their keys, each with an error of its own, or `None`.
    ///
    /// 128 keys at a time go out in one pipeline, as the iterator is asked for more: so ten million
    /// records need no more memory than these. Over a synchronous cluster connection each record is a
    /// round trip of its own, since pipelines of several nodes leave answers unread there (`redis`
    /// 1.8.1).
    ///
    /// A key that could not be built, a record that cannot be read or that the server refused hides no
    /// other. Where the connection fails, every record from there on has that error, and nothing more is
    /// sent over it.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, name: String }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// for user in User::read_hashes(&mut con, (1..=1000).map(|id: u64| User::hash_key(id))) {
    ///     match user {
    ///         Ok(Some(user)) => println!("{}", user.name),
    ///         Ok(None) => println!("nobody"),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # Ok::<(), redis::RedisError>(())
    /// ```
    fn read_hashes<C, I>(con: &mut C, keys: I) -> ReadHashes<'_, C, I::IntoIter, Self>
    where
        C: Connection + ?Sized,
        I: IntoIterator<Item: KeyArg>,
    {
        ReadHashes::new(con, keys.into_iter())
    }

    /// [`read_hashes`](Self::read_hashes) over an asynchronous connection, as a stream. Over a cluster's,
    /// each record is a round trip of its own.
    ///
    /// ```no_run
    /// use std::pin::pin;
    /// use futures_util::StreamExt;
    ///
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(mut con: redis::aio::MultiplexedConnection) -> Result<(), redis_hashmap::Error> {
    /// let mut users = pin!(User::read_hashes_async(&mut con, ["user:1", "user:2"]));
    /// while let Some(user) = users.next().await {
    ///     let user: Option<User> = user?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn read_hashes_async<C, I>(
        con: &mut C,
        keys: I,
    ) -> impl futures_util::Stream<Item = Result<Option<Self>>> + Send + use<'_, Self, C, I>
    where
        Self: Send,
        C: AsyncConnection + ?Sized,
        I: IntoIterator<Item: KeyArg, IntoIter: Send>,
    {
        many::aio::read(con, keys.into_iter())
    }

    /// Reads every record whose key fits the struct's template: `SCAN`, a page at a time, and the
    /// page's records as [`read_hashes`](Self::read_hashes) does.
    ///
    /// A key fits where its segments are what their fields' types can be: `user:{id}` with a number for
    /// `id` has neither `user:1:log` nor `user:ada`. Keys of other types are passed over. A record that
    /// cannot be read is an error of its own, and the scan goes on; an error of the connection ends it.
    ///
    /// What `SCAN` promises: a record that is there all the while is found. One that comes or goes
    /// meanwhile may be found or not, and one may be found twice. The server looks at all of its keys.
    ///
    /// # Errors
    ///
    /// Over a cluster's connection one of kind [`Unsupported`](crate::ErrorKind::Unsupported): its keys are
    /// on many nodes, each of which wants a connection and a scan of its own.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, name: String }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// for found in User::scan_hashes(&mut con) {
    ///     let (key, user): (_, User) = found?;
    ///     println!("{key} {}", user.name);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn scan_hashes<C>(con: &mut C) -> ScanHashes<'_, C, Self>
    where
        Self: HashKeyPattern,
        C: Connection + ?Sized,
    {
        ScanHashes::new(con)
    }

    /// [`scan_hashes`](Self::scan_hashes) over an asynchronous connection, as a stream.
    ///
    /// ```no_run
    /// use std::pin::pin;
    /// use futures_util::TryStreamExt;
    ///
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(mut con: redis::aio::MultiplexedConnection) -> Result<(), redis_hashmap::Error> {
    /// let mut users = pin!(User::scan_hashes_async(&mut con));
    /// while let Some((key, user)) = users.try_next().await? {
    ///     let user: User = user;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn scan_hashes_async<C>(
        con: &mut C,
    ) -> impl futures_util::Stream<Item = Result<(HashKey, Self)>> + Send + use<'_, Self, C>
    where
        Self: HashKeyPattern + Send,
        C: AsyncConnection + ?Sized,
    {
        scan::aio::scan(con)
    }

    /// Deletes the hash at this key, whatever fields it has, and answers whether there was one. A key
    /// that holds another type is an error, and stays as it is.
    ///
    /// One small script, which checks the type and then runs `UNLINK`: the memory is freed beside the
    /// server's work. Its user needs the rights to `eval`, `hrandfield`, `hkeys` and `unlink`.
    ///
    /// # Errors
    ///
    /// [`Error::Key`](crate::Error::Key) where the key could not be built;
    /// [`Error::Write`](crate::Error::Write) where the server or the connection failed.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let was_there: bool = User::delete_hash(&mut con, User::hash_key(42))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn delete_hash<C>(con: &mut C, key: impl KeyArg) -> Result<bool>
    where
        C: Connection + ?Sized,
    {
        whole::delete::<Self>(key).run(con)
    }

    /// Whether a hash is at this key: of any fields, declared or not, whose time is not over. A key
    /// that holds another type is an error.
    ///
    /// `HRANDFIELD`, which looks at one field, and only where that finds none, `HKEYS`: `EXISTS` and
    /// `HLEN` count fields whose own lifetime is over, too, until the server has reaped them. So one
    /// round trip where a hash is, two where none is.
    ///
    /// # Errors
    ///
    /// [`Error::Key`](crate::Error::Key) where the key could not be built;
    /// [`Error::Read`](crate::Error::Read) where the server or the connection failed.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let is_there: bool = User::hash_exists(&mut con, User::hash_key(42))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn hash_exists<C>(con: &mut C, key: impl KeyArg) -> Result<bool>
    where
        C: Connection + ?Sized,
    {
        let [any, all] = whole::exists::<Self>(key)?;
        Ok(any.run(con)? || all.run(con)?)
    }

    /// How long the key is still there. (`PTTL`)
    ///
    /// The server does not look at the key's type: [`Ttl::Forever`] and [`Ttl::Left`] are said of any
    /// other type, too, and of a hash whose every field is over and not yet reaped. Whether a hash is
    /// there, [`hash_exists`](Self::hash_exists) says.
    ///
    /// # Errors
    ///
    /// As [`hash_exists`](Self::hash_exists).
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// use redis_hashmap::Ttl;
    ///
    /// if let Ttl::Left(time) = User::hash_ttl(&mut con, User::hash_key(42))? {
    ///     println!("gone in {time:?}");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn hash_ttl<C>(con: &mut C, key: impl KeyArg) -> Result<Ttl>
    where
        C: Connection + ?Sized,
    {
        whole::ttl::<Self>(key).run(con)
    }

    /// [`delete_hash`](Self::delete_hash), to be awaited.
    ///
    /// # Errors
    ///
    /// As [`delete_hash`](Self::delete_hash).
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn delete_hash_async<C, K>(
        con: &mut C,
        key: K,
    ) -> impl Future<Output = Result<bool>> + Send + use<'_, Self, C, K>
    where
        C: AsyncConnection + ?Sized,
        K: KeyArg,
    {
        whole::delete::<Self>(key).run_async(con)
    }

    /// [`hash_exists`](Self::hash_exists), to be awaited.
    ///
    /// # Errors
    ///
    /// As [`hash_exists`](Self::hash_exists).
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn hash_exists_async<C, K>(
        con: &mut C,
        key: K,
    ) -> impl Future<Output = Result<bool>> + Send + use<'_, Self, C, K>
    where
        C: AsyncConnection + ?Sized,
        K: KeyArg,
    {
        let both = whole::exists::<Self>(key);
        async move {
            let [any, all] = both?;
            Ok(any.run_async(con).await? || all.run_async(con).await?)
        }
    }

    /// [`hash_ttl`](Self::hash_ttl), to be awaited.
    ///
    /// # Errors
    ///
    /// As [`hash_ttl`](Self::hash_ttl).
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    fn hash_ttl_async<C, K>(
        con: &mut C,
        key: K,
    ) -> impl Future<Output = Result<Ttl>> + Send + use<'_, Self, C, K>
    where
        C: AsyncConnection + ?Sized,
        K: KeyArg,
    {
        whole::ttl::<Self>(key).run_async(con)
    }
}
