//! What `User::hash_key(..)` takes for a segment.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{KeyError, KeySegment, SegmentWriter};

/// An argument of a derived `hash_key`, for a segment of the type `T`: a `T`, a `&T`, or a `&str`
/// where the field is some kind of string.
///
/// ```
/// # use redis_hashmap::ToRedisHash;
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "{shop}:{number}")]
/// struct Order { shop: String, number: u64 }
///
/// let shop = "eu".to_owned();
/// assert_eq!(Order::hash_key("eu", 7)?, Order::hash_key(&shop, &7)?);
/// # Ok::<(), redis_hashmap::KeyError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no segment of the type `{T}`",
    label = "expected `{T}`"
)]
pub trait SegmentArg<T: ?Sized> {
    #[doc(hidden)]
    fn write_segment_arg(&self, out: SegmentWriter<'_>) -> Result<(), KeyError>;
}

impl<T: KeySegment> SegmentArg<T> for T {
    fn write_segment_arg(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        self.write_key_segment(out)
    }
}

impl<T: KeySegment> SegmentArg<T> for &T {
    fn write_segment_arg(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        self.write_key_segment(out)
    }
}

macro_rules! str_for {
    ($($ty:ty)*) => {$(
        impl SegmentArg<$ty> for &str {
            fn write_segment_arg(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                self.write_key_segment(out)
            }
        }
    )*};
}

str_for! { String Box<str> Rc<str> Arc<str> Cow<'_, str> }
