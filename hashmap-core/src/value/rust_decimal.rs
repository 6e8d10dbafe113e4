//! `rust_decimal::Decimal`: its text, which keeps the scale (`1.10` is not `1.1`).

use rust_decimal::Decimal;

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for Decimal {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(self)
    }
}

impl FromHashValue for Decimal {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse(value.as_bytes())
            .ok_or_else(|| ValueError::not("a decimal number that a `Decimal` holds exactly"))
    }
}

/// A decimal number, with an exponent or without (`1E+3` is how Java and Python write some). The
/// `FromStr` of `Decimal` would round what it cannot hold, and skip over `_`.
fn parse(text: &[u8]) -> Option<Decimal> {
    let (is_negative, text) = match text {
        [b'-', text @ ..] => (true, text),
        text => (false, text),
    };
    let (digits, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(e) => (&text[..e], std::str::from_utf8(&text[e + 1..]).ok()?.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = match digits.iter().position(|&byte| byte == b'.') {
        Some(point) => (&digits[..point], &digits[point + 1..]),
        None => (digits, &digits[digits.len()..]),
    };
    if whole.is_empty() || digits.ends_with(b".") {
        return None;
    }
    let mantissa = whole.iter().chain(fraction).try_fold(0_i128, |n, byte| {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        n.checked_mul(10)?.checked_add(digit.into())
    })?;
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    // No `Decimal` has a scale below 0: the digits make up for it.
    let zeros = 10_i128.checked_pow(scale.min(0).unsigned_abs())?;
    let mantissa = mantissa.checked_mul(zeros)?;
    let mut decimal =
        Decimal::try_from_i128_with_scale(mantissa, scale.max(0).unsigned_abs()).ok()?;
    decimal.set_sign_negative(is_negative);
    Some(decimal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::*;

    /// With the scale and the sign, which `==` does not see.
    fn parts(decimal: Decimal) -> (i128, u32, bool) {
        (decimal.mantissa(), decimal.scale(), decimal.is_sign_negative())
    }

    #[test]
    fn edges_come_back() {
        let mut decimals = vec![Decimal::MIN, Decimal::MAX];
        for (mantissa, scale) in [(0, 0), (0, 2), (0, 28), (1, 28), (110, 2), ((1 << 96) - 1, 28)] {
            decimals.push(Decimal::from_i128_with_scale(mantissa, scale));
        }
        for mut decimal in decimals {
            for is_negative in [true, false] {
                decimal.set_sign_negative(is_negative);
                assert_eq!(back(&decimal).map(parts), Ok(parts(decimal)));
            }
        }
    }

    #[test]
    fn what_others_write() {
        for (text, mantissa, scale) in [
            ("1E+3", 1000, 0),
            ("1.5E+3", 1500, 0),
            ("1E-7", 1, 7),
            ("-1.50e-2", -150, 4),
            ("1e0", 1, 0),
            ("1.50E1", 150, 1),
            ("007", 7, 0),
            ("79228162514264337593543950335", (1 << 96) - 1, 0),
            ("1E+28", 10_i128.pow(28), 0),
        ] {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            assert_eq!(read(text).map(parts), Ok(parts(decimal)), "{text}");
        }
        for text in [
            "",
            "-",
            "+1",
            "--1",
            ".",
            ".5",
            "5.",
            "1..5",
            "1.5.",
            "1,5",
            "1_000",
            " 1",
            "1 ",
            "1e",
            "e1",
            "1.e1",
            "1e+",
            "1e 1",
            "1e1.5",
            "1e99999999999",
            "1e-2147483648",
            "NaN",
            "Infinity",
            "None",
            // One above the largest, one digit too many, and what would be rounded.
            "79228162514264337593543950336",
            "-79228162514264337593543950336",
            "1E+29",
            "0.00000000000000000000000000001",
            "1E-29",
            "1.00000000000000000000000000001",
            "340282366920938463463374607431768211456",
        ] {
            assert_eq!(
                unread::<Decimal>(text),
                "is not a decimal number that a `Decimal` holds exactly",
                "{text:?}",
            );
        }
    }

    proptest! {
        #[test]
        fn decimals_come_back(n in -(1_i128 << 96) + 1..1_i128 << 96, bits in 0..96, scale in 0..=28_u32) {
            let decimal = Decimal::from_i128_with_scale(n >> bits, scale);
            prop_assert_eq!(back(&decimal).map(parts), Ok(parts(decimal)));
        }
    }
}
