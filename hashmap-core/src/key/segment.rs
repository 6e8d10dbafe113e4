//! The types that may be segments.

use std::borrow::Cow;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use super::{KeyError, KeySegment, SegmentWriter};

macro_rules! integer_segment {
    ($(($($integer:ty)*): |$n:ident, $out:ident| $write:expr;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl KeySegment for $integer {
            #[inline]
            fn write_key_segment(&self, $out: SegmentWriter<'_>) -> Result<(), KeyError> {
                let $n = *self;
                $write;
                Ok(())
            }
        }
        #[diagnostic::do_not_recommend]
        impl KeySegment for NonZero<$integer> {
            #[inline]
            fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                self.get().write_key_segment(out)
            }
        }
    )*)*};
}

integer_segment! {
    (u8 u16 u32): |n, out| out.integer(false, n.into());
    (u64): |n, out| out.integer(false, n);
    (usize): |n, out| out.integer(false, n as u64);
    (i8 i16 i32): |n, out| out.integer(n < 0, n.unsigned_abs().into());
    (i64): |n, out| out.integer(n < 0, n.unsigned_abs());
    (isize): |n, out| out.integer(n < 0, n.unsigned_abs() as u64);
    (u128 i128): |n, out| out.fixed(itoa::Buffer::new().format(n));
}
#[diagnostic::do_not_recommend]
impl KeySegment for bool {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(if *self { "1" } else { "0" })
    }
}
#[diagnostic::do_not_recommend]
impl KeySegment for char {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self.encode_utf8(&mut [0; 4]))
    }
}
#[diagnostic::do_not_recommend]
impl KeySegment for str {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self)
    }
}
#[diagnostic::do_not_recommend]
impl KeySegment for String {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self)
    }
}

macro_rules! pointer_segment {
    ($($pointer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: KeySegment + ?Sized> KeySegment for $pointer {
            #[inline]
            fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                T::write_key_segment(self, out)
            }
        }
    )*};
}

pointer_segment! { &T Box<T> Rc<T> Arc<T> }
#[diagnostic::do_not_recommend]
impl<T: KeySegment + ToOwned + ?Sized> KeySegment for Cow<'_, T> {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        T::write_key_segment(self, out)
    }
}
