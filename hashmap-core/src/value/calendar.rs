//! Dates and times of `chrono`, `jiff` and `time`: RFC 3339, in UTC, always nine digits after the
//! point, so that the texts sort as the times do.
//!
//! | type | bytes |
//! | --- | --- |
//! | a point in time | `2026-11-23T10:52:32.000000000Z` |
//! | a date and time of no zone | `2026-11-23T10:52:32.000000000` |
//! | a date | `2026-11-23` |
//! | a time of day | `10:52:32.000000000` |
//!
//! RFC 3339 has four digits for a year: another one is an error. What others write is read where it is
//! the same time, see `parse`.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
mod parse;
#[cfg(feature = "time")]
mod time;

use std::fmt;

use super::{ValueError, ValueWriter, WrittenValue};

#[derive(Clone, Copy)]
struct Date {
    year: i64,
    month: u8,
    day: u8,
}

#[derive(Clone, Copy)]
struct Clock {
    hour: u8,
    minute: u8,
    second: u8,
    nanos: u32,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}.{:09}", self.hour, self.minute, self.second, self.nanos)
    }
}

impl Date {
    fn check(self) -> Result<Self, ValueError> {
        if (0..=9999).contains(&self.year) {
            Ok(self)
        } else {
            Err(ValueError::new(
                "its year is not between 0 and 9999, which is all that RFC 3339 can say",
            ))
        }
    }

    fn write(self, out: ValueWriter<'_>) -> Result<WrittenValue<'_>, ValueError> {
        out.display(self.check()?)
    }

    /// With the time of day, and `Z` where it is UTC.
    fn write_with<'w>(
        self,
        clock: Clock,
        zone: &str,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        out.display(format_args!("{}T{clock}{zone}", self.check()?))
    }
}
