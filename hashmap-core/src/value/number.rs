//! Numbers and booleans, as the `redis` crate writes them.

use std::num::{NonZero, Saturating, Wrapping};

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

macro_rules! integer {
    ($(($($integer:ty)*): |$self:ident, $out:ident| $write:expr;)*) => {$($(
        impl ToHashValue for $integer {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                $out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                let $self = *self;
                $write
            }
        }

        impl ToHashValue for NonZero<$integer> {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                self.get().write_hash_value(out)
            }
        }
    )*)*};
}

integer! {
    (u8 u16 u32): |n, out| Ok(out.decimal(false, n.into()));
    (u64): |n, out| Ok(out.decimal(false, n));
    (usize): |n, out| Ok(out.decimal(false, n as u64));
    (i8 i16 i32): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs().into()));
    (i64): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs()));
    (isize): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs() as u64));
    (u128 i128): |n, out| out.bytes(itoa::Buffer::new().format(n).as_bytes());
}

/// As a server reads the number that it counts with: one text each, or none.
macro_rules! read_integer {
    ($($integer:ty)*) => {$(
        impl FromHashValue for $integer {
            #[inline]
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                let digits = match value.as_bytes() {
                    [b'-', digits @ ..] => digits,
                    digits => digits,
                };
                let is_one = match digits {
                    [b'0'] => value.as_bytes().len() == 1,
                    [b'1'..=b'9', ..] => true,
                    _ => false,
                };
                is_one
                    .then(|| value.text().ok()?.parse().ok())
                    .flatten()
                    .ok_or_else(|| ValueError::not(concat!("a `", stringify!($integer), "`")))
            }
        }
    )*};
}
read_integer! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

macro_rules! float {
    ($($float:ty)*) => {$(
        impl ToHashValue for $float {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                let mut buffer = zmij::Buffer::new();
                let text = buffer.format(*self);
                // Below, no form with a positive exponent is the shortest.
                if self.abs() < 1e12 { out.bytes(text.as_bytes()) } else { without_plus(text, out) }
            }
        }
    )*};
}

float! { f32 f64 }

/// `1e+21` as `1e21`: the form of `ryu`, which `redis` writes and which hashes hold already.
#[cold]
fn without_plus<'w>(text: &str, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
    match text.split_once("e+") {
        Some((mantissa, exponent)) => out.display(format_args!("{mantissa}e{exponent}")),
        None => out.bytes(text.as_bytes()),
    }
}

impl ToHashValue for bool {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Ok(out.packed(if *self { b"$1\r\n1\r\n" } else { b"$1\r\n0\r\n" }))
    }
}

impl<T: ToHashValue> ToHashValue for Wrapping<T> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(out)
    }
}

impl<T: ToHashValue> ToHashValue for Saturating<T> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::written;

    #[test]
    fn floats_at_their_edges() {
        for x in [0.0, -0.0, 1.5, 1e12, 1e15, 1e16, 1e21, -1e300, 5e-324, f64::MAX, f64::MIN] {
            assert_eq!(written(&x), ryu::Buffer::new().format(x));
        }
        assert_eq!(written(&1e21), "1e21");
        assert_eq!(written(&f64::NAN), "NaN");
        assert_eq!(written(&-f64::INFINITY), "-inf");
        for x in [1e9_f32, 1e12, 1e13, 1e16, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY] {
            assert_eq!(written(&x), ryu::Buffer::new().format(x));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        fn floats_are_those_of_ryu(bits: u64, plain in -1e17..1e17_f64) {
            for x in [f64::from_bits(bits), plain] {
                prop_assert_eq!(written(&x), ryu::Buffer::new().format(x).to_owned());
            }
            #[allow(clippy::cast_possible_truncation)] // any bits will do
            let x = f32::from_bits(bits as u32);
            prop_assert_eq!(written(&x), ryu::Buffer::new().format(x).to_owned());
        }

        #[test]
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // any bits will do
        fn integers_are_those_of_display(n: i128, bits in 0..128_u32) {
            let n = n >> bits;
            prop_assert_eq!(written(&n), n.to_string());
            prop_assert_eq!(written(&n.unsigned_abs()), n.unsigned_abs().to_string());
            prop_assert_eq!(written(&(n as i64)), (n as i64).to_string());
            prop_assert_eq!(written(&(n as u64)), (n as u64).to_string());
            prop_assert_eq!(written(&(n as i8)), (n as i8).to_string());
            prop_assert_eq!(written(&(n as u16)), (n as u16).to_string());
        }
    }
}
