//! What `set(..)` takes for a value.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::codec::{Plain, WriteValue};
use crate::value::{ToHashValue, ValueError, ValueWriter, WrittenValue};

/// An argument for a field of the type `T`: a `T`, a `&T`, or a `&str` where the field is some kind
/// of string.
///
/// ```no_run
/// # use redis_hashmap::{FromRedisHash, ToRedisHash};
/// # #[derive(ToRedisHash, FromRedisHash)]
/// # #[redis_hash(key = "user:{id}")]
/// # struct User { id: u64, name: String, visits: u64 }
/// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
/// let user = User::hash_fields();
/// user.name.set(User::hash_key(42), "Ada").run(&mut con)?;
/// user.visits.set(User::hash_key(42), 7).run(&mut con)?;
/// user.visits.set(User::hash_key(42), &7).run(&mut con)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of a field of the type `{T}`",
    label = "expected `{T}`"
)]
pub trait FieldArg<T, C> {
    #[doc(hidden)]
    fn field_arg(&self) -> Given<'_, T>;
}

/// What was given for a value of the type `T`.
#[derive(Debug)]
pub enum Given<'a, T> {
    /// One.
    Value(&'a T),
    /// Its text, where that is what it is written as.
    Text(&'a str),
}

impl<T> Given<'_, T> {
    pub(super) fn write<'w, C: WriteValue<T>>(
        &self,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        match self {
            Self::Value(value) => C::write(value, out),
            Self::Text(text) => text.write_hash_value(out),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, C> FieldArg<T, C> for T {
    fn field_arg(&self) -> Given<'_, T> {
        Given::Value(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, C> FieldArg<T, C> for &T {
    fn field_arg(&self) -> Given<'_, T> {
        Given::Value(self)
    }
}

macro_rules! str_for {
    ($(for<$($lifetime:lifetime)?> $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($lifetime)?> FieldArg<$ty, Plain> for &str {
            fn field_arg(&self) -> Given<'_, $ty> {
                Given::Text(self)
            }
        }
    )*};
}

str_for! { for<> String, for<> Box<str>, for<> Rc<str>, for<> Arc<str>, for<'t> Cow<'t, str>, }
