//! A hash's key as it is given by hand.

use super::{HashKey, KeyError};

/// The key of a hash: what a derived `hash_key` answers, as it is, or any text or bytes.
///
/// ```no_run
/// # use redis_hashmap::{FromRedisHash, ToRedisHash};
/// # #[derive(ToRedisHash, FromRedisHash)]
/// # #[redis_hash(key = "user:{id}")]
/// # struct User { id: u64 }
/// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
/// User::read_hash(&mut con, User::hash_key(42))?; // a `Result`: a bad id errs here
/// User::read_hash(&mut con, "user:42")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key",
    label = "not a key",
    note = "a key is what `User::hash_key(..)` answers, or a string, or bytes"
)]
pub trait KeyArg {
    #[doc(hidden)]
    fn into_key(self) -> Result<impl AsRef<[u8]>, KeyError>;
}

impl<K: KeyArg> KeyArg for Result<K, KeyError> {
    fn into_key(self) -> Result<impl AsRef<[u8]>, KeyError> {
        self?.into_key()
    }
}

macro_rules! key {
    ($($ty:ty)*) => {$(
        impl KeyArg for $ty {
            fn into_key(self) -> Result<impl AsRef<[u8]>, KeyError> {
                Ok(self)
            }
        }
    )*};
}
key! { HashKey &HashKey &str String &String &[u8] Vec<u8> &Vec<u8> }

impl<const N: usize> KeyArg for &[u8; N] {
    fn into_key(self) -> Result<impl AsRef<[u8]>, KeyError> {
        Ok(self)
    }
}
