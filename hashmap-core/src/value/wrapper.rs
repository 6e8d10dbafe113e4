//! What only points at a value is written as the value.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

macro_rules! pointer {
    ($($pointer:ty)*) => {$(
        impl<T: ToHashValue + ?Sized> ToHashValue for $pointer {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                T::write_hash_value(self, out)
            }
        }
    )*};
}

pointer! { &T Box<T> Rc<T> Arc<T> }

impl<T: ToHashValue + ToOwned + ?Sized> ToHashValue for Cow<'_, T> {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        T::write_hash_value(self, out)
    }
}
