//! `chrono`: `DateTime` of any zone as its point in time, and the three naive types.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};

use super::super::{ToHashValue, ValueError, ValueWriter, WrittenValue};
use super::{Clock, Date};

/// The zone itself is not written: two `DateTime`s of one instant are equal.
impl<Tz: TimeZone> ToHashValue for DateTime<Tz> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        let utc = self.naive_utc();
        date(utc.date()).write_with(clock(utc.time()), "Z", out)
    }
}

impl ToHashValue for NaiveDateTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(self.date()).write_with(clock(self.time()), "", out)
    }
}

impl ToHashValue for NaiveDate {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(*self).write(out)
    }
}

impl ToHashValue for NaiveTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(clock(*self))
    }
}

#[allow(clippy::cast_possible_truncation)] // below 32
fn date(date: NaiveDate) -> Date {
    Date { year: date.year().into(), month: date.month() as u8, day: date.day() as u8 }
}

/// `chrono` counts a leap second as the nanoseconds after second 59.
#[allow(clippy::cast_possible_truncation)] // below 61
fn clock(time: NaiveTime) -> Clock {
    let leap = time.nanosecond() / 1_000_000_000;
    Clock {
        hour: time.hour() as u8,
        minute: time.minute() as u8,
        second: (time.second() + leap) as u8,
        nanos: time.nanosecond() % 1_000_000_000,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, Utc};
    use proptest::prelude::*;

    use super::super::super::{refused, written};
    use super::*;

    #[test]
    fn one_instant_one_text() {
        let utc: DateTime<Utc> = "2026-11-23T10:52:32.5Z".parse().unwrap();
        let east = utc.with_timezone(&FixedOffset::east_opt(3600).unwrap());
        assert_eq!(written(&utc), "2026-11-23T10:52:32.500000000Z");
        assert_eq!(written(&east), written(&utc));
        let leap: DateTime<Utc> = "2016-12-31T23:59:60.25Z".parse().unwrap();
        assert_eq!(written(&leap), "2016-12-31T23:59:60.250000000Z");
        assert!(refused(&DateTime::<Utc>::MAX_UTC).contains("year"));
    }

    proptest! {
        #[test]
        fn times_read_back_and_sort(
            a in -62_167_219_200_i64..=253_402_300_799, b: i32, nanos in 0..1_000_000_000_u32,
        ) {
            let a = DateTime::<Utc>::from_timestamp(a, nanos).unwrap();
            let b = DateTime::<Utc>::from_timestamp(b.into(), nanos).unwrap();
            prop_assert_eq!(written(&a).parse::<DateTime<Utc>>().unwrap(), a);
            prop_assert_eq!(written(&a).cmp(&written(&b)), a.cmp(&b));
            let naive = a.naive_utc();
            prop_assert_eq!(written(&naive).parse::<NaiveDateTime>().unwrap(), naive);
            prop_assert_eq!(written(&naive.date()).parse::<NaiveDate>().unwrap(), naive.date());
            prop_assert_eq!(written(&naive.time()).parse::<NaiveTime>().unwrap(), naive.time());
        }
    }
}
