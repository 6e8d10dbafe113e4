//! Lengths and points of time of the standard library: seconds, as a decimal number.
//!
//! Not milliseconds: they lose what a `Duration` holds. Seconds are what the server itself speaks
//! (`EXPIREAT`, `TIME`), sort as numbers, and are exact with up to nine digits after the point.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

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

#[cfg(test)]
mod tests {
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
}
