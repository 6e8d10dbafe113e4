//! What `User::hash_key(..)` takes for a segment.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::KeySegment;

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
    fn segment(&self) -> &dyn KeySegment;
}

impl<T: KeySegment> SegmentArg<T> for T {
    fn segment(&self) -> &dyn KeySegment {
        self
    }
}

impl<T: KeySegment> SegmentArg<T> for &T {
    fn segment(&self) -> &dyn KeySegment {
        self
    }
}

macro_rules! str_for {
    ($($ty:ty)*) => {$(
        impl SegmentArg<$ty> for &str {
            fn segment(&self) -> &dyn KeySegment {
                self
            }
        }
    )*};
}

str_for! { String Box<str> Rc<str> Arc<str> Cow<'_, str> }
