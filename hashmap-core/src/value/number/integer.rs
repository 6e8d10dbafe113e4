//! Integers: decimal, as servers count.

use std::fmt::Display;
use std::num::NonZero;

use crate::value::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};

macro_rules! write {
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

write! {
    (u8 u16 u32): |n, out| Ok(out.decimal(false, n.into()));
    (u64): |n, out| Ok(out.decimal(false, n));
    (usize): |n, out| Ok(out.decimal(false, n as u64));
    (i8 i16 i32): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs().into()));
    (i64): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs()));
    (isize): |n, out| Ok(out.decimal(n < 0, n.unsigned_abs() as u64));
    (u128 i128): |n, out| out.bytes(itoa::Buffer::new().format(n).as_bytes());
}

macro_rules! read {
    ($($read:ident: $($integer:ty)*;)*) => {$($(
        impl FromHashValue for $integer {
            #[inline]
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                $read(value.as_bytes())
                    .and_then(|n| n.try_into().ok())
                    .ok_or_else(|| not(stringify!($integer), Self::MIN, Self::MAX))
            }
        }

        impl FromHashValue for NonZero<$integer> {
            #[inline]
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                $read(value.as_bytes())
                    .and_then(|n| n.try_into().ok())
                    .and_then(Self::new)
                    .ok_or_else(|| not_non_zero(stringify!($integer), Self::MIN, Self::MAX))
            }
        }
    )*)*};
}

read! {
    natural: u8 u16 u32 u64 u128 usize;
    whole: i8 i16 i32 i64 i128 isize;
}

/// What a server counts with: digits and nothing else, no zero before them. So one number has one
/// text.
#[inline]
fn natural(text: &[u8]) -> Option<u128> {
    let mut digits = text.iter().map(|byte| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        _ => None,
    });
    match text {
        [] | [b'0', _, ..] => None,
        // So many always fit, and need no wide arithmetic.
        _ if text.len() <= 19 => {
            digits.try_fold(0, |n: u64, digit| Some(n * 10 + u64::from(digit?))).map(u128::from)
        }
        _ => digits.try_fold(0, |n: u128, digit| n.checked_mul(10)?.checked_add(digit?.into())),
    }
}

/// The same with a `-` before it, where it is not 0.
#[inline]
fn whole(text: &[u8]) -> Option<i128> {
    match text {
        [b'-', digits @ ..] => match natural(digits)? {
            0 => None,
            n => 0_i128.checked_sub_unsigned(n),
        },
        digits => natural(digits)?.try_into().ok(),
    }
}

#[cold]
fn not(name: &str, min: impl Display, max: impl Display) -> ValueError {
    let article = if name.starts_with('i') { "an" } else { "a" };
    ValueError::not(&format!("{article} `{name}` ({min} to {max})"))
}

#[cold]
fn not_non_zero(name: &str, min: impl Display, max: impl Display) -> ValueError {
    let but = if name.starts_with('i') { ", but not 0" } else { "" };
    ValueError::not(&format!("a `NonZero<{name}>` ({min} to {max}{but})"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::read::{back, read, unread};
    use crate::value::written;

    /// `text`, a decimal number, and one more, away from 0.
    fn one_further(text: &str) -> String {
        let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
        let nines = digits.len() - digits.trim_end_matches('9').len();
        let (head, zeros) = (&digits[..digits.len() - nines], "0".repeat(nines));
        let last = head.as_bytes().last().map_or('1', |last| char::from(last + 1));
        format!("{sign}{}{last}{zeros}", &head[..head.len().saturating_sub(1)])
    }

    #[test]
    fn edges() {
        macro_rules! edges {
            ($($integer:ident)*) => {$(
                let (min, max) = ($integer::MIN, $integer::MAX);
                for n in [min, min + 1, max / 2, 0, 1, 9, 10, 99, 100, max - 1, max] {
                    assert_eq!(back(&n), Ok(n));
                    let some = NonZero::new(n);
                    assert_eq!(some.map(|n| back(&n)), some.map(Ok));
                }
                let article = if min == 0 { "a" } else { "an" };
                let range = format!("is not {article} `{}` ({min} to {max})", stringify!($integer));
                let but = if min == 0 { "" } else { ", but not 0" };
                let least = NonZero::<$integer>::MIN;
                let non_zero = format!(
                    "is not a `NonZero<{}>` ({least} to {max}{but})", stringify!($integer)
                );
                let above = one_further(&max.to_string());
                let below = if min == 0 { "-1".to_owned() } else { one_further(&min.to_string()) };
                for text in [&above[..], &below].into_iter().chain(NO_INTEGERS) {
                    assert_eq!(unread::<$integer>(text), range, "{text:?}");
                    assert_eq!(unread::<NonZero<$integer>>(text), non_zero, "{text:?}");
                }
                assert_eq!(unread::<NonZero<$integer>>("0"), non_zero);
            )*};
        }
        edges! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
    }

    const NO_INTEGERS: [&str; 27] = [
        "",
        "-",
        "+",
        "+1",
        "-0",
        "--1",
        "00",
        "007",
        "-01",
        " 7",
        "7 ",
        "7\n",
        "7\0",
        "1.0",
        "1.",
        "1e3",
        "1_000",
        "1,000",
        "0x1F",
        "1a",
        "\u{661}",
        "true",
        "None",
        "null",
        "nan",
        "9999999999999999999999999999999999999999",
        "00000000000000000000000000000000000000000001",
    ];

    #[test]
    fn messages() {
        assert_eq!(unread::<u8>("256"), "is not a `u8` (0 to 255)");
        assert_eq!(unread::<i8>("-129"), "is not an `i8` (-128 to 127)");
        assert_eq!(unread::<NonZero<u8>>("0"), "is not a `NonZero<u8>` (1 to 255)");
        assert_eq!(unread::<NonZero<i8>>("0"), "is not a `NonZero<i8>` (-128 to 127, but not 0)");
        assert_eq!(unread::<u8>(b"\xff"), "is not a `u8` (0 to 255)");
        assert_eq!(one_further("-129"), "-130");
        assert_eq!(one_further("99"), "100");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // any bits will do
        fn integers_are_those_of_display(n: i128, bits in 0..128_u32) {
            let n = n >> bits;
            macro_rules! each {
                ($($integer:ty)*) => {$({
                    let n = n as $integer;
                    prop_assert_eq!(written(&n), n.to_string());
                    prop_assert_eq!(back(&n), Ok(n));
                    if let Some(n) = NonZero::new(n) {
                        prop_assert_eq!(back(&n), Ok(n));
                    }
                })*};
            }
            each! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
        }
    }

    proptest! {
        /// Whatever is read is the one text of its number; and no number's text is refused.
        #[test]
        fn one_text_each(text in "[-+0 ]{0,2}[0-9]{0,40}[ .e_0]?") {
            macro_rules! each {
                ($($integer:ty)*) => {$({
                    let one = text.parse::<$integer>().ok().filter(|n| n.to_string() == text);
                    prop_assert_eq!(read::<$integer>(&*text).ok(), one);
                })*};
            }
            each! { u8 u64 u128 usize i16 i64 i128 }
        }
    }
}
