//! `jiff`: `Timestamp`, and the three civil types. A `Zoned` keeps its zone by `display`.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

use super::super::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};
use super::{Clock, Date, parse};

impl ToHashValue for Timestamp {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        let utc = Offset::UTC.to_datetime(*self);
        date(utc.date()).write_with(clock(utc.time()), "Z", out)
    }
}

impl ToHashValue for civil::DateTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(self.date()).write_with(clock(self.time()), "", out)
    }
}

impl ToHashValue for civil::Date {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(*self).write(out)
    }
}

impl ToHashValue for civil::Time {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(clock(*self))
    }
}

#[allow(clippy::cast_sign_loss)] // never negative
fn date(date: civil::Date) -> Date {
    Date { year: date.year().into(), month: date.month() as u8, day: date.day() as u8 }
}

#[allow(clippy::cast_sign_loss)] // never negative
fn clock(time: civil::Time) -> Clock {
    Clock {
        hour: time.hour() as u8,
        minute: time.minute() as u8,
        second: time.second() as u8,
        nanos: time.subsec_nanosecond() as u32,
    }
}

impl FromHashValue for Timestamp {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::instant(&value, |day, clock, east| {
            let local = civil_date(day)?.to_datetime(civil_time(clock)?);
            let time = Offset::from_seconds(east).ok()?.to_timestamp(local).ok()?;
            date(Offset::UTC.to_datetime(time).date()).check().ok()?;
            Some(time)
        })
    }
}

impl FromHashValue for civil::DateTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date_time(&value, |date, clock| {
            Some(civil_date(date)?.to_datetime(civil_time(clock)?))
        })
    }
}

impl FromHashValue for civil::Date {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date(&value, civil_date)
    }
}

impl FromHashValue for civil::Time {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::clock(&value, civil_time)
    }
}

fn civil_date(Date { year, month, day }: Date) -> Option<civil::Date> {
    civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// There are no leap seconds here.
fn civil_time(Clock { hour, minute, second, nanos }: Clock) -> Option<civil::Time> {
    civil::Time::new(
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.try_into().ok()?,
        nanos.try_into().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::read::{back, unread};
    use super::super::super::refused;
    use super::*;

    #[test]
    fn edges_come_back() {
        // The last is a day less than the year has: `jiff` keeps room for any zone.
        for second in [-62_167_219_200, 0, 253_402_207_200] {
            let time = Timestamp::new(second, 999_999_999).unwrap();
            assert_eq!(back(&time), Ok(time));
        }
        for civil in [civil::date(0, 1, 1).at(0, 0, 0, 0), civil::DateTime::MAX] {
            assert_eq!(back(&civil), Ok(civil));
            assert_eq!(back(&civil.date()), Ok(civil.date()));
            assert_eq!(back(&civil.time()), Ok(civil.time()));
        }
    }

    #[test]
    fn what_others_write() {
        let time = civil::date(2026, 11, 24).at(8, 30, 0, 250_000_000);
        parse::tests::instants(&Offset::UTC.to_timestamp(time).unwrap());
        parse::tests::date_times(&time, &time.date().at(12, 0, 0, 0));
        parse::tests::dates(&civil::date(2028, 2, 29));
        parse::tests::clocks(&time.time());
        assert!(unread::<Timestamp>("2016-12-31T23:59:60Z").contains("RFC 3339"));
        assert!(unread::<Timestamp>("9999-12-31T23:59:59Z").contains("RFC 3339"));
    }

    proptest! {
        #[test]
        fn times_come_back(second in -62_167_219_200_i64..=253_402_207_200, nanos in 0..1_000_000_000_i32) {
            let time = Timestamp::new(second, nanos).unwrap();
            prop_assert_eq!(back(&time), Ok(time));
            let civil = Offset::UTC.to_datetime(time);
            prop_assert_eq!(back(&civil), Ok(civil));
            prop_assert_eq!(back(&civil.date()), Ok(civil.date()));
            prop_assert_eq!(back(&civil.time()), Ok(civil.time()));
        }
    }

    #[test]
    fn before_year_zero() {
        assert!(refused(&Timestamp::MIN).contains("year"));
    }
}
