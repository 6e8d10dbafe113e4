//! What a write says where nothing failed.

/// What a write did that did not fail.
///
/// ```
/// use redis_hashmap::{Absent, ToRedisHash, Written};
///
/// // Nothing to say, so nobody is asked.
/// let mut nobody = redis::Client::open("unix:///nowhere/at/all")?;
/// let pairs = [("mail", None::<String>)];
/// let written = pairs[..].as_hash().key("u").absent(Absent::Keep).write(&mut nobody)?;
/// assert_eq!(written, Written::Nothing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// The server did what the write asked for. Redis replicates after it answers: a master that
    /// fails before a replica has the write loses it all the same. `WAIT` on the same connection
    /// says how many have it; it makes a loss unlikely, and not impossible.
    Applied,
    /// Every field is absent and keeps what the hash has, so nothing was sent.
    Nothing,
    /// The hash is not as [`only_if`](crate::HashWrite::only_if), the record's `#[redis_hash(version)]` or
    /// [`compare_and_set`](crate::HashField::compare_and_set) asks, and was left as it is.
    Refused,
}
