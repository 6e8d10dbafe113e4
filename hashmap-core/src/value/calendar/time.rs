//! `time`: `OffsetDateTime` as its point in time, and the three types of no zone.

use time::{Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::super::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};
use super::{Clock, Date, parse};

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

/// The offset is that of the text: UTC where this crate wrote it.
impl FromHashValue for OffsetDateTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::instant(&value, |day, clock, east| {
            let local = PrimitiveDateTime::new(calendar_date(day)?, time_of_day(clock)?);
            let time = local.assume_offset(UtcOffset::from_whole_seconds(east).ok()?);
            date(time.checked_to_offset(UtcOffset::UTC)?.date()).check().ok()?;
            Some(time)
        })
    }
}

impl FromHashValue for PrimitiveDateTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date_time(&value, |date, clock| {
            Some(Self::new(calendar_date(date)?, time_of_day(clock)?))
        })
    }
}

impl FromHashValue for time::Date {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date(&value, calendar_date)
    }
}

impl FromHashValue for Time {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::clock(&value, time_of_day)
    }
}

fn calendar_date(Date { year, month, day }: Date) -> Option<time::Date> {
    let month = Month::try_from(month).ok()?;
    time::Date::from_calendar_date(year.try_into().ok()?, month, day).ok()
}

/// There are no leap seconds here.
fn time_of_day(Clock { hour, minute, second, nanos }: Clock) -> Option<Time> {
    Time::from_hms_nano(hour, minute, second, nanos).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::format_description::well_known::Rfc3339;

    use super::super::super::read::{back, read, unread};
    use super::super::super::{refused, written};
    use super::*;

    #[test]
    fn edges_come_back() {
        for (second, nanos) in [(-62_167_219_200, 0), (0, 1), (253_402_300_799, 999_999_999)] {
            let time = OffsetDateTime::from_unix_timestamp(second).unwrap();
            let time = time.replace_nanosecond(nanos).unwrap();
            assert_eq!(back(&time), Ok(time));
        }
    }

    #[test]
    fn what_others_write() {
        let date = time::Date::from_calendar_date(2026, Month::November, 24).unwrap();
        let time = PrimitiveDateTime::new(date, Time::from_hms_milli(8, 30, 0, 250).unwrap());
        parse::tests::instants(&time.assume_utc());
        parse::tests::date_times(&time, &time.replace_time(Time::from_hms(12, 0, 0).unwrap()));
        parse::tests::dates(&time::Date::from_calendar_date(2028, Month::February, 29).unwrap());
        parse::tests::clocks(&time.time());
        assert!(unread::<OffsetDateTime>("2016-12-31T23:59:60Z").contains("RFC 3339"));
        let east: OffsetDateTime = read("2026-11-24T08:30:00+05:45").unwrap();
        assert_eq!(east.offset(), UtcOffset::from_hms(5, 45, 0).unwrap());
    }

    proptest! {
        #[test]
        fn times_come_back(second in -62_167_219_200_i64..=253_402_300_799, nanos in 0..1_000_000_000_u32) {
            let time = OffsetDateTime::from_unix_timestamp(second).unwrap().replace_nanosecond(nanos).unwrap();
            let text = written(&time);
            prop_assert_eq!(OffsetDateTime::parse(&text, &Rfc3339).unwrap(), time);
            prop_assert_eq!(back(&time), Ok(time));
            let east = time.checked_to_offset(UtcOffset::from_hms(1, 0, 0).unwrap());
            prop_assert!(east.is_none_or(|east| written(&east) == text && back(&east) == Ok(east)));
            let plain = PrimitiveDateTime::new(time.date(), time.time());
            prop_assert_eq!(back(&plain), Ok(plain));
            prop_assert_eq!(back(&time.date()), Ok(time.date()));
            prop_assert_eq!(back(&time.time()), Ok(time.time()));
        }
    }

    #[test]
    fn before_year_zero() {
        assert!(refused(&time::Date::MIN).contains("year"));
    }
}
