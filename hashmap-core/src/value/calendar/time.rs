//! `time`: `OffsetDateTime` as its point in time, and the three types of no zone.

use time::{OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::super::{ToHashValue, ValueError, ValueWriter, WrittenValue};
use super::{Clock, Date};

/// The offset itself is not written: two `OffsetDateTime`s of one instant are equal.
impl ToHashValue for OffsetDateTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self.checked_to_offset(UtcOffset::UTC) {
            Some(utc) => date(utc.date()).write_with(clock(utc.time()), "Z", out),
            None => Err(ValueError::new("its year in UTC is not between 0 and 9999")),
        }
    }
}

impl ToHashValue for PrimitiveDateTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(self.date()).write_with(clock(self.time()), "", out)
    }
}

impl ToHashValue for time::Date {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(*self).write(out)
    }
}

impl ToHashValue for Time {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(clock(*self))
    }
}

fn date(date: time::Date) -> Date {
    Date { year: date.year().into(), month: date.month().into(), day: date.day() }
}

fn clock(time: Time) -> Clock {
    let (hour, minute, second, nanos) = time.as_hms_nano();
    Clock { hour, minute, second, nanos }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::format_description::well_known::{Iso8601, Rfc3339};

    use super::super::super::{refused, written};
    use super::*;

    proptest! {
        #[test]
        fn times_read_back(second in -62_167_219_200_i64..=253_402_300_799, nanos in 0..1_000_000_000_u32) {
            let time = OffsetDateTime::from_unix_timestamp(second).unwrap().replace_nanosecond(nanos).unwrap();
            let text = written(&time);
            prop_assert_eq!(OffsetDateTime::parse(&text, &Rfc3339).unwrap(), time);
            let east = time.checked_to_offset(UtcOffset::from_hms(1, 0, 0).unwrap());
            prop_assert!(east.is_none_or(|east| written(&east) == text));
            let plain = PrimitiveDateTime::new(time.date(), time.time());
            prop_assert_eq!(PrimitiveDateTime::parse(&written(&plain), &Iso8601::DEFAULT).unwrap(), plain);
            prop_assert_eq!(time::Date::parse(&written(&time.date()), &Iso8601::DEFAULT).unwrap(), time.date());
            prop_assert_eq!(Time::parse(&written(&time.time()), &Iso8601::DEFAULT).unwrap(), time.time());
        }
    }

    #[test]
    fn before_year_zero() {
        assert!(refused(&time::Date::MIN).contains("year"));
    }
}
