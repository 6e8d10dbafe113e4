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
    fn write_field_arg<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>;
}

impl<T, C: WriteValue<T>> FieldArg<T, C> for T {
    fn write_field_arg<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        C::write(self, out)
    }
}

impl<T, C: WriteValue<T>> FieldArg<T, C> for &T {
    fn write_field_arg<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        C::write(self, out)
    }
}

macro_rules! str_for {
    ($($ty:ty)*) => {$(
        impl FieldArg<$ty, Plain> for &str {
            fn write_field_arg<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                self.write_hash_value(out)
            }
        }
    )*};
}

str_for! { String Box<str> Rc<str> Arc<str> Cow<'_, str> }
