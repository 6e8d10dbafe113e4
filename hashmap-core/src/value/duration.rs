//! Lengths and points of time of the standard library: seconds, as a decimal number.
//!
//! Not milliseconds: they lose what a `Duration` holds. Seconds are what the server itself speaks
//! (`EXPIREAT`, `TIME`), sort as numbers, and are exact with up to nine digits after the point.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for Duration {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        seconds(false, *self, out)
    }
}

impl ToHashValue for SystemTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self.duration_since(UNIX_EPOCH) {
            Ok(since) => seconds(false, since, out),
            Err(before) => seconds(true, before.duration(), out),
        }
    }
}

/// `90`, `1.5`, `-0.000000001`: no digits after the point that say nothing.
fn seconds(
    negative: bool,
    duration: Duration,
    out: ValueWriter<'_>,
) -> Result<WrittenValue<'_>, ValueError> {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    if nanos == 0 {
        return Ok(out.decimal(negative, seconds));
    }
    let mut digits = 9;
    let mut fraction = nanos;
    while fraction % 10 == 0 {
        fraction /= 10;
        digits -= 1;
    }
    let sign = if negative { "-" } else { "" };
    out.display(format_args!("{sign}{seconds}.{fraction:0digits$}"))
}

impl FromHashValue for Duration {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse(value.as_bytes()).ok_or_else(|| {
            ValueError::not("a `Duration` (seconds, with up to nine digits after the point)")
        })
    }
}

impl FromHashValue for SystemTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        match value.as_bytes() {
            [b'-', before @ ..] => parse(before)
                // 0 is written without a sign.
                .filter(|before| !before.is_zero())
                .and_then(|before| UNIX_EPOCH.checked_sub(before)),
            since => parse(since).and_then(|since| UNIX_EPOCH.checked_add(since)),
        }
        .ok_or_else(|| {
            ValueError::not(
                "a `SystemTime` (seconds since 1970, with up to nine digits after the point)",
            )
        })
    }
}

/// Seconds, with no zero before them, and up to nine digits after the point; no sign and no
/// exponent.
fn parse(text: &[u8]) -> Option<Duration> {
    let point = text.iter().position(|&byte| byte == b'.');
    let (seconds, fraction) = match point {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &b"0"[..]),
    };
    if seconds.is_empty() || matches!(seconds, [b'0', _, ..]) || !matches!(fraction.len(), 1..=9) {
        return None;
    }
    let seconds = seconds.iter().try_fold(0, |n: u64, byte| push(n, *byte))?;
    let nanos = fraction.iter().try_fold(0, |n: u64, byte| push(n, *byte))?;
    let missing = u32::try_from(9 - fraction.len()).ok()?;
    Some(Duration::new(seconds, u32::try_from(nanos * 10_u64.pow(missing)).ok()?))
}

/// One more digit.
fn push(n: u64, byte: u8) -> Option<u64> {
    let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
    n.checked_mul(10)?.checked_add(digit.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::super::written;
    use super::*;

    #[test]
    fn seconds() {
        for (duration, text) in [
            (Duration::ZERO, "0"),
            (Duration::from_secs(90), "90"),
            (Duration::from_millis(1_500), "1.5"),
            (Duration::from_nanos(1), "0.000000001"),
            (Duration::from_micros(1_020_300), "1.0203"),
            (Duration::MAX, "18446744073709551615.999999999"),
        ] {
            assert_eq!(written(&duration), text);
            assert_eq!(written(&(UNIX_EPOCH + duration.min(Duration::from_secs(1 << 60)))), {
                if duration == Duration::MAX { "1152921504606846976" } else { text }
            });
        }
        assert_eq!(written(&(UNIX_EPOCH - Duration::from_nanos(1))), "-0.000000001");
        assert_eq!(written(&(UNIX_EPOCH - Duration::from_secs(1))), "-1");
    }

    #[test]
    fn edges_come_back() {
        for duration in [
            Duration::ZERO,
            Duration::from_nanos(1),
            Duration::from_nanos(999_999_999),
            Duration::from_secs(u64::MAX),
            Duration::MAX,
        ] {
            assert_eq!(back(&duration), Ok(duration));
        }
        // The ends of what the machine's clock can say.
        let last = UNIX_EPOCH.checked_add(Duration::new(i64::MAX as u64, 999_999_999));
        let first = UNIX_EPOCH.checked_sub(Duration::from_secs(1 << 63));
        for time in [last, first].into_iter().flatten() {
            assert_eq!(back(&time), Ok(time));
        }
    }

    #[test]
    fn what_others_write() {
        let duration = Duration::from_millis(1_500);
        for text in ["1.5", "1.50", "1.500", "1.500000", "1.500000000"] {
            assert_eq!(read(text), Ok(duration));
            assert_eq!(read(text), Ok(UNIX_EPOCH + duration));
        }
        assert_eq!(read("-1.50"), Ok(UNIX_EPOCH - duration));
        assert_eq!(read("7.0"), Ok(Duration::from_secs(7)));
    }

    #[test]
    fn what_is_no_number_of_seconds() {
        let why = "is not a `Duration` (seconds, with up to nine digits after the point)";
        let why_no_time =
            "is not a `SystemTime` (seconds since 1970, with up to nine digits after the point)";
        for text in [
            "",
            "-",
            ".",
            ".5",
            "1.",
            "+1",
            "-0",
            "-0.0",
            "--1",
            "01",
            "00",
            "1.5.",
            "1.5.5",
            " 1",
            "1 ",
            "1,5",
            "1e3",
            "1.5e0",
            "1s",
            "1.+5",
            "1.-5",
            "0.0000000001",
            "0.5000000000",
            "NaN",
            "inf",
            "PT1S",
            "1:30",
            "2026-11-24T08:00:00Z",
            "18446744073709551616",
            "None",
        ] {
            assert_eq!(unread::<Duration>(text), why, "{text:?}");
            assert_eq!(unread::<SystemTime>(text), why_no_time, "{text:?}");
        }
        assert_eq!(unread::<Duration>("-1"), why);
        assert_eq!(unread::<Duration>(b"1.\xff"), why);
        for text in ["18446744073709551615", "-18446744073709551615"] {
            assert_eq!(unread::<SystemTime>(text), why_no_time, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn times_come_back(seconds: u64, shift in 0..64_u32, nanos in 0..1_000_000_000_u32, zeros in 0..9_u32) {
            let nanos = nanos / 10_u32.pow(zeros) * 10_u32.pow(zeros);
            let duration = Duration::new(seconds >> shift, nanos);
            prop_assert_eq!(back(&duration), Ok(duration));
            for time in [UNIX_EPOCH.checked_add(duration), UNIX_EPOCH.checked_sub(duration)] {
                prop_assert_eq!(time.map(|time| back(&time)), time.map(Ok));
            }
        }
    }
}
