//! Dates and times from their text. One reader for three crates, whose own readers differ in what
//! they let pass, and may not be compiled in.
//!
//! Read is what is the same time: fewer digits after the point or none, a time of day without
//! seconds (Java leaves out those that are 0), another offset than `Z`, a space or a small `t` in the
//! middle. Ten digits after the point, and whatever follows, are an error.

use super::{Clock, Date};
use crate::value::{ValueError, ValueReader};

/// A point in time: the date, the time of day, and how many seconds east of UTC these are.
pub(super) fn instant<T>(
    value: &ValueReader,
    make: impl FnOnce(Date, Clock, i32) -> Option<T>,
) -> Result<T, ValueError> {
    whole(value, |text| {
        let (date, clock) = text.date_time()?;
        make(date, clock, text.offset()?)
    })
    .ok_or_else(|| ValueError::not("a time in RFC 3339, as in `2026-11-23T10:52:32Z`"))
}

pub(super) fn date_time<T>(
    value: &ValueReader,
    make: impl FnOnce(Date, Clock) -> Option<T>,
) -> Result<T, ValueError> {
    whole(value, |text| {
        let (date, clock) = text.date_time()?;
        make(date, clock)
    })
    .ok_or_else(|| ValueError::not("a date and time of no zone, as in `2026-11-23T10:52:32`"))
}

pub(super) fn date<T>(
    value: &ValueReader,
    make: impl FnOnce(Date) -> Option<T>,
) -> Result<T, ValueError> {
    whole(value, |text| make(text.date()?))
        .ok_or_else(|| ValueError::not("a date, as in `2026-11-23`"))
}

pub(super) fn clock<T>(
    value: &ValueReader,
    make: impl FnOnce(Clock) -> Option<T>,
) -> Result<T, ValueError> {
    whole(value, |text| make(text.clock()?))
        .ok_or_else(|| ValueError::not("a time of day, as in `10:52:32`"))
}

/// What `read` reads, if that is all there is.
fn whole<T>(value: &ValueReader, read: impl FnOnce(&mut Text<'_>) -> Option<T>) -> Option<T> {
    let mut text = Text(value.as_bytes());
    read(&mut text).filter(|_| text.0.is_empty())
}

/// What is left to read.
struct Text<'t>(&'t [u8]);

impl Text<'_> {
    /// The next byte, if it is one of these.
    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| bytes.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    fn two_digits(&mut self) -> Option<u8> {
        let ([tens @ b'0'..=b'9', ones @ b'0'..=b'9'], rest) = self.0.split_first_chunk()? else {
            return None;
        };
        self.0 = rest;
        Some((tens - b'0') * 10 + (ones - b'0'))
    }

    fn date_time(&mut self) -> Option<(Date, Clock)> {
        let date = self.date()?;
        self.one_of(b"Tt ")?;
        Some((date, self.clock()?))
    }

    fn date(&mut self) -> Option<Date> {
        let (century, year) = (self.two_digits()?, self.two_digits()?);
        self.one_of(b"-")?;
        let month = self.two_digits()?;
        self.one_of(b"-")?;
        Some(Date {
            year: i64::from(century) * 100 + i64::from(year),
            month,
            day: self.two_digits()?,
        })
    }

    fn clock(&mut self) -> Option<Clock> {
        let hour = self.two_digits()?;
        self.one_of(b":")?;
        let minute = self.two_digits()?;
        let (mut second, mut nanos) = (0, 0);
        if self.one_of(b":").is_some() {
            second = self.two_digits()?;
            if self.one_of(b".").is_some() {
                nanos = self.nanos()?;
            }
        }
        Some(Clock { hour, minute, second, nanos })
    }

    /// One to nine digits after the point.
    fn nanos(&mut self) -> Option<u32> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let missing = u32::try_from(9_usize.checked_sub(digits)?).ok()?;
        let (digits, rest) = self.0.split_at(digits);
        self.0 = rest;
        let nanos = digits.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        (!digits.is_empty()).then(|| nanos * 10_u32.pow(missing))
    }

    /// `Z`, or hours and minutes east.
    fn offset(&mut self) -> Option<i32> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 60,
            b'-' => -60,
            _ => return Some(0),
        };
        let hours = self.two_digits()?;
        self.one_of(b":")?;
        let minutes = self.two_digits()?;
        (hours < 24 && minutes < 60).then(|| sign * (i32::from(hours) * 60 + i32::from(minutes)))
    }
}

/// Of whatever crate: these texts and no others.
#[cfg(test)]
pub(super) mod tests {
    use std::fmt::Debug;

    use crate::value::FromHashValue;
    use crate::value::read::{read, unread};

    /// Texts of one instant: half past eight and a quarter of a second, UTC.
    pub(in super::super) fn instants<T: FromHashValue + Debug + PartialEq>(expected: &T) {
        for text in [
            "2026-11-24T08:30:00.250000000Z",
            "2026-11-24T08:30:00.25Z",
            "2026-11-24t08:30:00.250z",
            "2026-11-24 08:30:00.250000+00:00",
            "2026-11-24T08:30:00.250-00:00",
            "2026-11-24T09:30:00.25+01:00",
            "2026-11-24T02:45:00.25-05:45",
            "2026-11-25T08:29:00.25+23:59",
            "2026-11-23T08:31:00.25-23:59",
        ] {
            assert_eq!(read::<T>(text).as_ref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T",
            "2026-11-24T08:30:00.25",
            "2026-11-24T08:30:00.Z",
            "2026-11-24T08:30:00,25Z",
            "2026-11-24T08:30:00.2500000000Z",
            "2026-11-24T08:30:00.25Z ",
            " 2026-11-24T08:30:00.25Z",
            "2026-11-24T08:30:00.25ZZ",
            "2026-11-24T08:30:00.25Z[UTC]",
            "2026-11-24T09:30:00.25+01:00[Europe/Paris]",
            "2026-11-24T08:30:00.25 UTC",
            "2026-11-24T08:30:00.25+0000",
            "2026-11-24T08:30:00.25+00",
            "2026-11-24T08:30:00.25+24:00",
            "2026-11-24T08:30:00.25+00:60",
            "2026-11-24T08:30:00.25+1:00",
            "2026-11-24T08:30:00.25\u{2212}01:00",
            "2026-11-24T8:30:00Z",
            "2026-11-24T08:30:0Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T08:60:00Z",
            "2026-11-24T08:30:61Z",
            "2026-11-24T08:30:-1Z",
            "2026-02-29T08:30:00Z",
            "2026-13-01T08:30:00Z",
            "2026-00-01T08:30:00Z",
            "2026-11-00T08:30:00Z",
            "26-11-24T08:30:00Z",
            "-2026-11-24T08:30:00Z",
            "+2026-11-24T08:30:00Z",
            "12026-11-24T08:30:00Z",
            "20261124T083000Z",
            "2026-328T08:30:00Z",
            "Tue, 24 Nov 2026 08:30:00 GMT",
            "1795509000",
            "None",
            "null",
            "Invalid Date",
            // Its year in UTC could not be written again.
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
        ] {
            let why = unread::<T>(text);
            assert_eq!(why, "is not a time in RFC 3339, as in `2026-11-23T10:52:32Z`", "{text:?}");
        }
        assert!(unread::<T>(b"2026-11-24T08:30:00.25\xff").contains("RFC 3339"));
    }

    /// Half past eight and a quarter of a second, on no clock in particular; `noon` is 12 o'clock.
    pub(in super::super) fn date_times<T: FromHashValue + Debug + PartialEq>(
        expected: &T,
        noon: &T,
    ) {
        for text in [
            "2026-11-24T08:30:00.250000000",
            "2026-11-24T08:30:00.25",
            "2026-11-24 08:30:00.250000",
            "2026-11-24t08:30:00.250",
        ] {
            assert_eq!(read::<T>(text).as_ref(), Ok(expected), "{text}");
        }
        for text in ["2026-11-24T12:00:00.0", "2026-11-24T12:00:00", "2026-11-24T12:00"] {
            assert_eq!(read::<T>(text).as_ref(), Ok(noon), "{text}");
        }
        for text in [
            "",
            "2026-11-24",
            "08:30:00",
            "2026-11-24T08",
            "2026-11-24T08:",
            "2026-11-24T08:30:",
            "2026-11-24T08:30:00.",
            // With a zone it is another thing.
            "2026-11-24T08:30:00Z",
            "2026-11-24T08:30:00+00:00",
            "2026-11-24T08:30:00.0000000001",
            "2026-11-24T08:30:00 ",
            "2026-02-30T08:30:00",
            "2026-11-24T25:30:00",
        ] {
            let why = unread::<T>(text);
            let expected = "is not a date and time of no zone, as in `2026-11-23T10:52:32`";
            assert_eq!(why, expected, "{text:?}");
        }
    }

    /// The last of February of a leap year.
    pub(in super::super) fn dates<T: FromHashValue + Debug + PartialEq>(expected: &T) {
        assert_eq!(read::<T>("2028-02-29").as_ref(), Ok(expected));
        for text in [
            "",
            "2026-02-29",
            "2026-2-1",
            "2026-02-1",
            "26-02-01",
            "2026/02/01",
            "01.02.2026",
            "20260201",
            "2026-02-01 ",
            "2026-02-01T00:00:00",
            "2026-W09-1",
            "2026-04-31",
            "2026-00-10",
            "2026-13-10",
            "-2026-02-01",
            "None",
        ] {
            assert_eq!(unread::<T>(text), "is not a date, as in `2026-11-23`", "{text:?}");
        }
    }

    /// Half past eight and a quarter of a second.
    pub(in super::super) fn clocks<T: FromHashValue + Debug + PartialEq>(expected: &T) {
        for text in ["08:30:00.250000000", "08:30:00.25", "08:30:00.250"] {
            assert_eq!(read::<T>(text).as_ref(), Ok(expected), "{text}");
        }
        assert_eq!(read::<T>("08:30"), read("08:30:00.000000000"));
        for text in [
            "",
            "08",
            "8:30",
            "08:30:",
            "08:30:0",
            "08:30:00.",
            "08:30:00Z",
            "08:30:00.0000000001",
            "24:00",
            "08:60",
            "08:30:61",
            "08:30 AM",
            "T08:30",
            "2026-11-24T08:30:00",
            "None",
        ] {
            assert_eq!(unread::<T>(text), "is not a time of day, as in `10:52:32`", "{text:?}");
        }
    }
}
