//! `chrono`: `DateTime` of any zone as its point in time, and the three naive types.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike,
};

use super::super::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};
use super::{Clock, Date, parse};

/// The zone itself is not written: two `DateTime`s of one instant are equal.
impl<Tz: TimeZone> ToHashValue for DateTime<Tz> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        let utc = self.naive_utc();
        date(utc.date()).write_with(clock(utc.time())?, "Z", out)
    }
}

impl ToHashValue for NaiveDateTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(self.date()).write_with(clock(self.time())?, "", out)
    }
}

impl ToHashValue for NaiveDate {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        date(*self).write(out)
    }
}

impl ToHashValue for NaiveTime {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(clock(*self)?)
    }
}

#[allow(clippy::cast_possible_truncation)] // below 32
fn date(date: NaiveDate) -> Date {
    Date { year: date.year().into(), month: date.month() as u8, day: date.day() as u8 }
}

/// `chrono` counts a leap second as the nanoseconds after second 59; and after any other, which is an
/// error, because its text would be that of the next second.
#[allow(clippy::cast_possible_truncation)] // below 61
fn clock(time: NaiveTime) -> Result<Clock, ValueError> {
    let leap = time.nanosecond() / 1_000_000_000;
    if leap > 0 && time.second() != 59 {
        return Err(ValueError::new("a leap second within a minute has no text that keeps it"));
    }
    Ok(Clock {
        hour: time.hour() as u8,
        minute: time.minute() as u8,
        second: (time.second() + leap) as u8,
        nanos: time.nanosecond() % 1_000_000_000,
    })
}

/// Of `Utc`, of `FixedOffset` (the offset is that of the text: `Z` where this crate wrote it), and of
/// `Local`; not of a zone that has a name, because no name is in the text.
impl<Tz: TimeZone> FromHashValue for DateTime<Tz>
where
    Self: From<DateTime<FixedOffset>>,
{
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        let time = parse::instant(&value, |day, clock, east| {
            let local = naive_date(day)?.and_time(naive_time(clock)?);
            let time = FixedOffset::east_opt(east)?.from_local_datetime(&local).single()?;
            date(time.naive_utc().date()).check().ok()?;
            Some(time)
        });
        time.map(Self::from)
    }
}

impl FromHashValue for NaiveDateTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date_time(&value, |date, clock| Some(naive_date(date)?.and_time(naive_time(clock)?)))
    }
}

impl FromHashValue for NaiveDate {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::date(&value, naive_date)
    }
}

impl FromHashValue for NaiveTime {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        parse::clock(&value, naive_time)
    }
}

fn naive_date(Date { year, month, day }: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month.into(), day.into())
}

fn naive_time(Clock { hour, minute, second, nanos }: Clock) -> Option<NaiveTime> {
    let leap = u8::from(second == 60);
    NaiveTime::from_hms_nano_opt(
        hour.into(),
        minute.into(),
        (second - leap).into(),
        nanos + u32::from(leap) * 1_000_000_000,
    )
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use proptest::prelude::*;

    use super::super::super::read::{back, read};
    use super::super::super::{refused, written};
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn one_instant_one_text() {
        let utc = utc("2026-11-23T10:52:32.5Z");
        let east = utc.with_timezone(&FixedOffset::east_opt(3600).unwrap());
        assert_eq!(written(&utc), "2026-11-23T10:52:32.500000000Z");
        assert_eq!(written(&east), written(&utc));
        assert_eq!(back(&east), Ok(east));
        assert!(refused(&DateTime::<Utc>::MAX_UTC).contains("year"));
    }

    #[test]
    fn leap_seconds() {
        let leap = utc("2016-12-31T23:59:60.25Z");
        assert_eq!(written(&leap), "2016-12-31T23:59:60.250000000Z");
        assert_eq!(back(&leap), Ok(leap));
        assert_eq!(read("2017-01-01T01:59:60.25+02:00"), Ok(leap));
        assert_eq!(back(&leap.naive_utc()), Ok(leap.naive_utc()));
        assert_eq!(back(&leap.time()), Ok(leap.time()));
        // Its text would be that of 12:00:31.25.
        let strange = NaiveTime::from_hms_opt(12, 0, 30).unwrap();
        let strange = strange.with_nanosecond(1_250_000_000).unwrap();
        assert!(refused(&strange).contains("leap second within a minute"));
        assert!(refused(&leap.with_time(strange).unwrap()).contains("leap second within a minute"));
    }

    #[test]
    fn edges_come_back() {
        for text in [
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "9999-12-31T23:59:60.999999999Z",
        ] {
            let time = utc(text);
            assert_eq!(back(&time), Ok(time));
            assert_eq!(back(&time.naive_utc()), Ok(time.naive_utc()));
            assert_eq!(back(&time.date_naive()), Ok(time.date_naive()));
            assert_eq!(back(&time.time()), Ok(time.time()));
        }
    }

    #[test]
    fn what_others_write() {
        let time = utc("2026-11-24T08:30:00.25Z");
        parse::tests::instants(&time);
        parse::tests::instants(&time.fixed_offset());
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        parse::tests::date_times(&time.naive_utc(), &time.date_naive().and_time(noon));
        parse::tests::dates(&NaiveDate::from_ymd_opt(2028, 2, 29).unwrap());
        parse::tests::clocks(&time.time());
        let east: DateTime<FixedOffset> = read("2026-11-24T08:30:00+05:45").unwrap();
        assert_eq!(east.offset().local_minus_utc(), (5 * 60 + 45) * 60);
    }

    proptest! {
        #[test]
        fn times_come_back_and_sort(
            a in -62_167_219_200_i64..=253_402_300_799, b: i32, nanos in 0..1_000_000_000_u32,
            zeros in 0..9_u32, minutes in -1439..=1439_i32,
        ) {
            let nanos = nanos / 10_u32.pow(zeros) * 10_u32.pow(zeros);
            let a = DateTime::<Utc>::from_timestamp(a, nanos).unwrap();
            let b = DateTime::<Utc>::from_timestamp(b.into(), nanos).unwrap();
            prop_assert_eq!(back(&a), Ok(a));
            prop_assert_eq!(written(&a).cmp(&written(&b)), a.cmp(&b));
            let naive = a.naive_utc();
            prop_assert_eq!(back(&naive), Ok(naive));
            prop_assert_eq!(back(&naive.date()), Ok(naive.date()));
            prop_assert_eq!(back(&naive.time()), Ok(naive.time()));

            // As another client writes it, elsewhere.
            let there = b.with_timezone(&FixedOffset::east_opt(minutes * 60).unwrap());
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hour, minute) = (minutes.abs() / 60, minutes.abs() % 60);
            let text = format!("{}{sign}{hour:02}:{minute:02}", written(&there.naive_local()));
            prop_assert_eq!(read::<DateTime<Utc>>(&text), Ok(b));
            prop_assert_eq!(read::<DateTime<FixedOffset>>(&text), Ok(there));
        }
    }
}
