//! Floats: the shortest text that reads back.

use crate::value::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};

macro_rules! float {
    ($($float:ident: $quick:expr;)*) => {$(
        impl ToHashValue for $float {
            #[inline]
            fn write_hash_value<'w>(
                &self,
                out: ValueWriter<'w>,
            ) -> Result<WrittenValue<'w>, ValueError> {
                let quick: fn($float) -> Option<u64> = $quick;
                if let Some(n) = quick(self.abs()) {
                    return Ok(out.millionths(self.is_sign_negative(), n));
                }
                let mut buffer = zmij::Buffer::new();
                let text = buffer.format(*self);
                // Below, no form with a positive exponent is the shortest.
                if self.abs() < 1e12 { out.bytes(text.as_bytes()) } else { without_plus(text, out) }
            }
        }

        impl FromHashValue for $float {
            #[inline]
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                let x = value.parse::<Self>(concat!("an `", stringify!($float), "`"))?;
                // `parse` rounds what the type cannot hold to infinity, and to 0.
                if x.is_infinite() && value.as_bytes().iter().any(u8::is_ascii_digit) {
                    return Err(beyond("large", stringify!($float)));
                }
                if x == 0.0 && !is_zero(value.as_bytes()) {
                    return Err(beyond("small", stringify!($float)));
                }
                Ok(x)
            }
        }
    )*};
}

float! {
    f32: |_| None;
    f64: millionths;
}

/// Most numbers that people write have few digits behind the point. As so many millionths: where the quotient
/// is the very number, its digits are the shortest, since no two decimals of up to 15 digits are one number.
#[inline]
fn millionths(x: f64) -> Option<u64> {
    // Below 0.00001, `ryu` writes an exponent.
    if !(x < 1e8 && (x >= 1e-5 || x == 0.0)) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 10^14
    let n = (x * 1e6 + 0.5) as u64;
    #[allow(clippy::cast_precision_loss)] // below 2^53
    let is_exact = (n as f64 / 1e6).to_bits() == x.to_bits();
    is_exact.then_some(n)
}

/// `1e+21` as `1e21`: the form of `ryu`, which `redis` writes and which hashes hold already.
#[cold]
fn without_plus<'w>(text: &str, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
    match text.split_once("e+") {
        Some((mantissa, exponent)) => out.display(format_args!("{mantissa}e{exponent}")),
        None => out.bytes(text.as_bytes()),
    }
}

/// Of the text of a number: are all digits before the exponent zeros?
fn is_zero(text: &[u8]) -> bool {
    !text
        .iter()
        .take_while(|byte| !matches!(byte, b'e' | b'E'))
        .any(|byte| (b'1'..=b'9').contains(byte))
}

#[cold]
fn beyond(how: &str, name: &str) -> ValueError {
    ValueError::new(format!("is too {how} a number for an `{name}`"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::value::read::{back, read, unread};
    use crate::value::written;

    #[test]
    fn floats_at_their_edges() {
        for n in (0..2_000_000_u32).step_by(7) {
            for x in [f64::from(n) / 1e6, f64::from(n) / 1e7, 99_999_999.0 + f64::from(n) / 1e6] {
                assert_eq!(written(&x), ryu::Buffer::new().format(x));
            }
        }
        for x in [
            0.0,
            -0.0,
            1.5,
            1e-5,
            9e-6,
            1.1e-5,
            0.1,
            99_999_999.999_999,
            1e8,
            1e12,
            1e15,
            1e16,
            1e21,
            -1e300,
            5e-324,
            f64::MAX,
            f64::MIN,
        ] {
            assert_eq!(written(&x), ryu::Buffer::new().format(x));
        }
        assert_eq!(written(&1e21), "1e21");
        assert_eq!(written(&f64::NAN), "NaN");
        assert_eq!(written(&-f64::INFINITY), "-inf");
        for x in [1e9_f32, 1e12, 1e13, 1e16, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY] {
            assert_eq!(written(&x), ryu::Buffer::new().format(x));
        }
    }

    /// The bits that come back, and those that should.
    macro_rules! assert_back {
        ($x:expr) => {{
            let (x, back) = ($x, back(&$x).unwrap());
            assert!(
                x.to_bits() == back.to_bits() || x.is_nan() && back.is_nan(),
                "{x:?} ({:#x}) came back as {back:?}",
                x.to_bits(),
            );
        }};
    }

    /// A million of each, of all bit patterns; and every exponent with the mantissas at its edges.
    #[test]
    fn bits_come_back() {
        // SplitMix64.
        let mut state = 42_u64;
        for _ in 0..1_000_000 {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^= bits >> 31;
            assert_back!(f64::from_bits(bits));
            #[allow(clippy::cast_possible_truncation)] // any bits will do
            let x = f32::from_bits(bits as u32);
            assert_back!(x);
        }
        for exponent in 0..2048 {
            for mantissa in [0, 1, (1 << 51), (1 << 52) - 1] {
                assert_back!(f64::from_bits(exponent << 52 | mantissa));
                assert_back!(-f64::from_bits(exponent << 52 | mantissa));
            }
        }
        for exponent in 0..256 {
            for mantissa in [0, 1, (1 << 22), (1 << 23) - 1] {
                assert_back!(f32::from_bits(exponent << 23 | mantissa));
                assert_back!(-f32::from_bits(exponent << 23 | mantissa));
            }
        }
    }

    #[test]
    fn other_texts_of_the_same_number() {
        for (text, x) in [
            ("7", 7.0),
            ("007", 7.0),
            ("+7", 7.0),
            ("7.", 7.0),
            (".5", 0.5),
            ("-0", -0.0),
            ("-0.00", -0.0),
            ("1e+16", 1e16),
            ("1E16", 1e16),
            ("1.0E10", 1e10),
            ("1e-07", 1e-7),
            ("0e400", 0.0),
            ("-0.0e-400", -0.0),
            ("100e306", 1e308),
            ("0.1000000000000000055511151231257827", 0.1),
            ("1.7976931348623158e308", f64::MAX),
            ("3e-324", 5e-324),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("9007199254740993.0001", 9_007_199_254_740_994.0),
            ("inf", f64::INFINITY),
            ("-inf", -f64::INFINITY),
            ("+Inf", f64::INFINITY),
            ("-Infinity", -f64::INFINITY),
            ("INFINITY", f64::INFINITY),
        ] {
            assert_eq!(read::<f64>(text).unwrap().to_bits(), x.to_bits(), "{text}");
        }
        for text in ["nan", "NaN", "NAN", "-nan", "+NaN"] {
            assert!(read::<f64>(text).unwrap().is_nan() && read::<f32>(text).unwrap().is_nan());
        }
        // Rounded once, and not by way of an `f64`.
        assert_eq!(read("0.100000001490116119384765625"), Ok(0.1_f32));
        assert_eq!(read("1.00000005960464477539062500000000001"), Ok(1.000_000_1_f32));
        assert_eq!(read("340282346638528859811704183484516925440"), Ok(f32::MAX));
    }

    #[test]
    fn what_is_no_float() {
        for text in [
            "",
            " ",
            "-",
            "+",
            ".",
            "e5",
            "1e",
            "1e+",
            " 1",
            "1 ",
            "1\n",
            "1,5",
            "1_0",
            "0x1p3",
            "1f",
            "1.5.",
            "--1",
            "infinit",
            "in",
            "nan(1)",
            "True",
            "None",
            "null",
            "undefined",
            "\u{661}",
        ] {
            assert_eq!(unread::<f64>(text), "is not an `f64`", "{text:?}");
            assert_eq!(unread::<f32>(text), "is not an `f32`", "{text:?}");
        }
        assert_eq!(unread::<f64>(b"1\xff"), "is not UTF-8");
        let nines = "9".repeat(400);
        for text in ["1e400", "-1e400", "1.7976931348623159e308", "1e99999999999999999999", &nines]
        {
            assert_eq!(unread::<f64>(text), "is too large a number for an `f64`", "{text}");
        }
        let zeros = format!("0.{}1", "0".repeat(400));
        for text in ["1e-400", "-1e-400", "2e-324", "1e-99999999999999999999", &zeros] {
            assert_eq!(unread::<f64>(text), "is too small a number for an `f64`", "{text}");
        }
        for text in ["3.5e38", "1e39", "-1e308"] {
            assert_eq!(unread::<f32>(text), "is too large a number for an `f32`", "{text}");
        }
        for text in ["1e-46", "-5e-324"] {
            assert_eq!(unread::<f32>(text), "is too small a number for an `f32`", "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        fn floats_are_those_of_ryu(
            bits: u64,
            plain in -1e17..1e17_f64,
            digits in -10_i64.pow(15)..10_i64.pow(15),
            behind in 0..16,
        ) {
            #[allow(clippy::cast_precision_loss)] // below 2^53
            let short = digits as f64 / 10_f64.powi(behind);
            for x in [f64::from_bits(bits), plain, short, f64::from_bits(short.to_bits() ^ 1)] {
                prop_assert_eq!(written(&x), ryu::Buffer::new().format(x).to_owned());
            }
            #[allow(clippy::cast_possible_truncation)] // any bits will do
            let x = f32::from_bits(bits as u32);
            prop_assert_eq!(written(&x), ryu::Buffer::new().format(x).to_owned());
        }
    }
}
