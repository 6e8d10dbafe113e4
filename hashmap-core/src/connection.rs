//! What a record can be written to.

use std::any::type_name;

/// Any synchronous connection of the `redis` crate: whatever is a [`redis::ConnectionLike`], and
/// nothing else. A [`redis::Connection`] over TCP, Unix socket or TLS, a [`Checked`](crate::Checked)
/// one, one from a pool, a cluster's, a [`redis::Client`].
///
/// ```
/// use redis_hashmap::{Connection, Result, ToRedisHash};
///
/// /// Takes the same as `write_hash` does.
/// fn save<R: ToRedisHash>(record: &R, key: &str, con: &mut impl Connection) -> Result<()> {
///     record.as_hash().key(key).write(con).map(drop)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no synchronous connection to Redis",
    label = "not a `redis::ConnectionLike`",
    note = "a record is written to a `&mut redis::Connection`, `&mut redis::Client`, a pooled or a cluster's connection",
    note = "an asynchronous connection takes the methods that end in `_async` (feature `tokio` or `smol`)"
)]
pub trait Connection: redis::ConnectionLike {}

#[diagnostic::do_not_recommend]
impl<C: redis::ConnectionLike + ?Sized> Connection for C {}

/// Any asynchronous connection of the `redis` crate: whatever is a [`redis::aio::ConnectionLike`],
/// and nothing else. A multiplexed one, a connection manager, a cluster's, one from a pool.
#[cfg(feature = "aio")]
#[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no asynchronous connection to Redis",
    label = "not a `redis::aio::ConnectionLike`",
    note = "a record is written to a `&mut redis::aio::MultiplexedConnection`, `&mut redis::aio::ConnectionManager`, a pooled or a cluster's connection",
    note = "a synchronous connection takes the methods without `_async`"
)]
pub trait AsyncConnection: redis::aio::ConnectionLike + Send {}

#[cfg(feature = "aio")]
#[diagnostic::do_not_recommend]
impl<C: redis::aio::ConnectionLike + Send + ?Sized> AsyncConnection for C {}

/// Whether this is one socket for certain: what is sent in two calls goes to the same server, in that
/// order. Not said of a client (it connects for each call), of a cluster's connection, and of a type of
/// somebody else's, which may connect again.
pub(crate) fn is_one_socket<C: ?Sized>() -> bool {
    let name = type_name::<C>();
    matches!(
        name.strip_prefix("&mut ").unwrap_or(name),
        "redis::connection::Connection"
            | "redis_hashmap::checked::Checked<redis::connection::Connection>"
            | "r2d2::PooledConnection<redis::client::Client>"
            | "r2d2::PooledConnection<redis_hashmap::checked::CheckedManager>"
    )
}
