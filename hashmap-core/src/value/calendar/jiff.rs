//! `jiff`: `Timestamp`, and the three civil types. A `Zoned` keeps its zone by `display`.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

use super::super::{ToHashValue, ValueError, ValueWriter, WrittenValue};
use super::{Clock, Date};

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::{refused, written};
    use super::*;

    proptest! {
        #[test]
        fn times_read_back(second in -62_167_219_200_i64..=253_402_207_200, nanos in 0..1_000_000_000_i32) {
            let time = Timestamp::new(second, nanos).unwrap();
            prop_assert_eq!(written(&time).parse::<Timestamp>().unwrap(), time);
            let civil = Offset::UTC.to_datetime(time);
            prop_assert_eq!(written(&civil).parse::<civil::DateTime>().unwrap(), civil);
            prop_assert_eq!(written(&civil.date()).parse::<civil::Date>().unwrap(), civil.date());
            prop_assert_eq!(written(&civil.time()).parse::<civil::Time>().unwrap(), civil.time());
        }
    }

    #[test]
    fn before_year_zero() {
        assert!(refused(&Timestamp::MIN).contains("year"));
    }
}
