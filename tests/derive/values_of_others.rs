//! Values that were written by others: read as what they mean, or refused.
//!
//! Each text is what the client sends for the expression in the comment. (That redis-py and node-redis
//! do so is a live test.)

use std::error::Error;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use redis_hashmap::{FromHashValue, ValueReader};

fn read<T: FromHashValue>(text: &str) -> Result<T, String> {
    T::from_hash_value(ValueReader::new(text)).map_err(|error| error.to_string())
}

#[track_caller]
fn reads<T: FromHashValue + Debug + PartialEq>(text: &str, value: T) {
    assert_eq!(read(text), Ok(value), "{text:?}");
}

/// It is refused, for this reason and no other: a reason that is the same for every text shows none.
#[track_caller]
fn refuses<T: FromHashValue + Debug>(text: &str, why: &str) {
    let error = T::from_hash_value(ValueReader::new(text)).expect_err(text);
    assert_eq!(error.to_string(), why, "{text:?}");
    assert!(error.source().is_none(), "{text:?}");
}

const NO_U64: &str = "is not a `u64` (0 to 18446744073709551615)";
const NO_I64: &str = "is not an `i64` (-9223372036854775808 to 9223372036854775807)";
const NO_F64: &str = "is not an `f64`";
const NO_BOOL: &str = "is not a `bool` (1, 0, true or false)";
const NO_DURATION: &str = "is not a `Duration` (seconds, with up to nine digits after the point)";
const NO_SYSTEM_TIME: &str =
    "is not a `SystemTime` (seconds since 1970, with up to nine digits after the point)";
const NO_DECIMAL: &str = "is not a decimal number that a `Decimal` holds exactly";
const NO_INSTANT: &str = "is not a time in RFC 3339, as in `2026-11-23T10:52:32Z`";
const NO_DATE_TIME: &str = "is not a date and time of no zone, as in `2026-11-23T10:52:32`";

/// The same of the three crates of times, and of the standard library, which speaks of seconds.
mod times {
    use super::*;

    /// Eight o'clock in the morning of 24 November 2026, UTC, and so many nanoseconds.
    #[track_caller]
    pub(super) fn reads_instant(text: &str, nanos: u32) {
        let seconds = 1_795_507_200;
        reads(text, chrono::DateTime::from_timestamp(seconds, nanos).unwrap());
        reads(text, chrono::DateTime::from_timestamp(seconds, nanos).unwrap().fixed_offset());
        reads(text, jiff::Timestamp::new(seconds, nanos.cast_signed()).unwrap());
        let time = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        reads(text, time.replace_nanosecond(nanos).unwrap());
        refuses::<SystemTime>(text, NO_SYSTEM_TIME);
        refuses_local(text);
    }

    #[track_caller]
    pub(super) fn refuses_instant(text: &str) {
        refuses::<chrono::DateTime<chrono::Utc>>(text, NO_INSTANT);
        refuses::<chrono::DateTime<chrono::FixedOffset>>(text, NO_INSTANT);
        refuses::<jiff::Timestamp>(text, NO_INSTANT);
        refuses::<time::OffsetDateTime>(text, NO_INSTANT);
    }

    /// The same on a clock of no zone, which is no instant.
    #[track_caller]
    pub(super) fn reads_local(text: &str, nanos: u32) {
        let time = chrono::DateTime::from_timestamp(1_795_507_200, nanos).unwrap().naive_utc();
        reads(text, time);
        let local = jiff::civil::date(2026, 11, 24).at(8, 0, 0, nanos.cast_signed());
        reads(text, local);
        let local = time::macros::datetime!(2026-11-24 08:00:00);
        reads(text, local.replace_nanosecond(nanos).unwrap());
        refuses_instant(text);
    }

    #[track_caller]
    pub(super) fn refuses_local(text: &str) {
        refuses::<chrono::NaiveDateTime>(text, NO_DATE_TIME);
        refuses::<jiff::civil::DateTime>(text, NO_DATE_TIME);
        refuses::<time::PrimitiveDateTime>(text, NO_DATE_TIME);
    }

    #[track_caller]
    pub(super) fn reads_date(text: &str) {
        reads(text, chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
        reads(text, jiff::civil::date(2026, 11, 24));
        reads(text, time::macros::date!(2026 - 11 - 24));
        refuses_instant(text);
        refuses_local(text);
    }

    #[track_caller]
    pub(super) fn reads_clock(text: &str) {
        reads(text, chrono::NaiveTime::from_hms_opt(8, 0, 0).unwrap());
        reads(text, jiff::civil::time(8, 0, 0, 0));
        reads(text, time::macros::time!(08:00:00));
    }
}
use times::{reads_clock, reads_date, reads_instant, reads_local, refuses_instant, refuses_local};

/// What no client writes for a value, but for the lack of one.
#[track_caller]
fn is_nothing(text: &str) {
    refuses::<u64>(text, NO_U64);
    refuses::<i64>(text, NO_I64);
    refuses::<f64>(text, NO_F64);
    refuses::<bool>(text, NO_BOOL);
    refuses::<Duration>(text, NO_DURATION);
    refuses::<SystemTime>(text, NO_SYSTEM_TIME);
    refuses::<rust_decimal::Decimal>(text, NO_DECIMAL);
    refuses::<uuid::Uuid>(text, "is not the text of a UUID");
    refuses_instant(text);
    refuses_local(text);
    // It is text like any other: nobody can tell it from a person of that name.
    reads(text, text.to_owned());
}

#[test]
fn python() {
    // redis-py: repr() of a float, str() of an int; all else is an error, so users call str().
    reads("42", 42_u8);
    reads("-9223372036854775808", i64::MIN);
    refuses::<i64>("9223372036854775808", NO_I64); // 2**63
    reads("9223372036854775808", 1_u128 << 63);
    reads("0.1", 0.1_f64);
    reads("1e+16", 1e16_f64);
    reads("1e-07", 1e-7_f64);
    reads("-0.0", 0.0_f64);
    reads("5e-324", 5e-324_f64);
    assert!(read::<f64>("nan").unwrap().is_nan());
    reads("inf", f64::INFINITY);
    reads("-inf", f64::NEG_INFINITY);
    refuses::<u64>("42.0", NO_U64); // 42 / 1
    refuses::<f32>("1e+300", "is too large a number for an `f32`");
    refuses::<bool>("True", NO_BOOL); // str(True)
    refuses::<bool>("False", NO_BOOL);
    reads("1", true); // int(True)
    is_nothing("None"); // str(None)
    is_nothing("");
    reads("1E+3", rust_decimal::Decimal::from(1000)); // str(Decimal("1E+3"))
    reads("1E-7", rust_decimal::Decimal::new(1, 7)); // str(Decimal("0.0000001"))
    refuses::<rust_decimal::Decimal>("NaN", NO_DECIMAL);
    // time.time() and a timedelta's total_seconds()
    reads("1795507200.25", SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_507_200_250));
    reads("90.0", Duration::from_secs(90));
    refuses::<Duration>("1e-06", NO_DURATION);
    refuses::<Duration>("0:01:30", NO_DURATION); // str(timedelta(seconds=90))
    // datetime: str() and isoformat(), with a zone and without one
    reads_instant("2026-11-24 08:00:00.250000+00:00", 250_000_000);
    reads_instant("2026-11-24T08:00:00+00:00", 0);
    reads_instant("2026-11-24T13:30:00.000001+05:30", 1_000);
    reads_local("2026-11-24 08:00:00", 0);
    reads_local("2026-11-24T08:00:00.250000", 250_000_000);
    refuses_instant("1795507200.25"); // timestamp()
    reads_date("2026-11-24");
    reads_clock("08:00:00");
    reads(
        "12345678-1234-5678-1234-567812345678",
        uuid::uuid!("12345678-1234-5678-1234-567812345678"),
    );
    reads("12345678123456781234567812345678", uuid::uuid!("12345678-1234-5678-1234-567812345678"));
}

#[test]
fn javascript() {
    // node-redis: strings and buffers; of a number, String().
    reads("42", 42_u8);
    reads("9007199254740993", 9_007_199_254_740_993_u64); // a BigInt
    reads("1e+21", 1e21_f64);
    refuses::<u128>("1e+21", "is not a `u128` (0 to 340282366920938463463374607431768211455)");
    reads("1e-7", 1e-7_f64);
    reads("0", 0.0_f64); // String(-0)
    assert!(read::<f64>("NaN").unwrap().is_nan());
    reads("Infinity", f64::INFINITY);
    reads("-Infinity", f64::NEG_INFINITY);
    refuses::<u64>("NaN", NO_U64);
    reads("true", true);
    reads("false", false);
    is_nothing("null");
    is_nothing("undefined");
    is_nothing("[object Object]");
    reads_instant("2026-11-24T08:00:00.000Z", 0); // toISOString()
    refuses_instant("+012026-11-24T08:00:00.000Z");
    refuses_instant("Tue Nov 24 2026 08:00:00 GMT+0000 (Coordinated Universal Time)"); // String(date)
    refuses_instant("Invalid Date");
    refuses_instant("1795507200000"); // date.getTime()
}

#[test]
fn go() {
    // go-redis: strconv.AppendInt, AppendFloat(f, 'f', -1, 64), 1 or 0; RFC3339Nano.
    reads("-42", -42_i8);
    reads("1000000000000000000000", 1e21_f64);
    reads("0.0000001", 1e-7_f64);
    reads("1e+21", 1e21_f64); // 'g'
    assert!(read::<f64>("NaN").unwrap().is_nan());
    reads("+Inf", f64::INFINITY);
    reads("-Inf", f64::NEG_INFINITY);
    reads("1", true);
    reads("true", true); // strconv.FormatBool
    is_nothing("<nil>"); // fmt.Sprint(nil)
    reads_instant("2026-11-24T08:00:00Z", 0);
    reads_instant("2026-11-24T08:00:00.25Z", 250_000_000);
    reads_instant("2026-11-24T09:00:00.000000001+01:00", 1);
    reads_instant("2026-11-24T04:30:00-03:30", 0);
    refuses_instant("2026-11-24 08:00:00 +0000 UTC"); // Time.String
    refuses_instant("2026-11-24 08:00:00.25 +0000 UTC m=+0.000012345");
    // time.Duration is an integer of nanoseconds: no text says so, and here it is a number of seconds.
    reads("1500000000", Duration::from_secs(1_500_000_000));
    refuses::<Duration>("1.5s", NO_DURATION); // Duration.String
    refuses::<Duration>("-1500000000", NO_DURATION);
}

#[test]
fn java() {
    // Jedis: strings and bytes; of a number, String.valueOf.
    reads("-2147483648", i32::MIN);
    reads("1.0E10", 1e10_f64);
    reads("1.0E-5", 1e-5_f64);
    reads("4.9E-324", 5e-324_f64); // Double.MIN_VALUE
    reads("1.4E-45", f32::from_bits(1)); // Float.MIN_VALUE
    reads("3.4028235E38", f32::MAX);
    assert!(read::<f64>("NaN").unwrap().is_nan());
    reads("Infinity", f64::INFINITY);
    reads("-Infinity", f64::NEG_INFINITY);
    refuses::<i64>("1.0E10", NO_I64);
    reads("true", true);
    is_nothing("null"); // String.valueOf((Object) null)
    is_nothing("Optional.empty");
    reads("1E+3", rust_decimal::Decimal::from(1000)); // BigDecimal
    reads("1.10", rust_decimal::Decimal::new(110, 2));
    refuses::<rust_decimal::Decimal>("1E+29", NO_DECIMAL);
    reads_instant("2026-11-24T08:00:00Z", 0); // Instant
    reads_instant("2026-11-24T08:00:00.250Z", 250_000_000);
    reads_instant("2026-11-24T08:00:00.000000001Z", 1);
    reads_instant("2026-11-24T09:00+01:00", 0); // OffsetDateTime
    refuses_instant("2026-11-24T09:00+01:00[Europe/Paris]"); // ZonedDateTime
    refuses_instant("+10000-01-01T00:00:00Z");
    refuses_instant("-0001-01-01T00:00:00Z");
    reads_local("2026-11-24T08:00", 0); // LocalDateTime
    reads_local("2026-11-24T08:00:00.250", 250_000_000);
    reads_date("2026-11-24"); // LocalDate
    reads_clock("08:00"); // LocalTime
    refuses::<Duration>("PT1.5S", NO_DURATION); // Duration
    refuses::<std::net::IpAddr>("/127.0.0.1", "is not an IP address"); // InetAddress
}

/// What servers and the `redis` crate make of numbers themselves.
#[test]
fn servers() {
    reads("10", 10_u8); // HINCRBY
    reads("10.5", 10.5_f64); // HINCRBYFLOAT
    reads("3.14159265358979323846264338327950288", std::f64::consts::PI);
    assert!(read::<f64>("-nan").unwrap().is_nan()); // printf of C, tostring of Lua
    reads("1e+16", 1e16_f64); // cjson, %.14g
    reads("18446744073709551615", u64::MAX); // redis::ToRedisArgs
    refuses::<u8>("-1", "is not a `u8` (0 to 255)");
    refuses::<f64>("1e400", "is too large a number for an `f64`");
    refuses::<f64>("1e-400", "is too small a number for an `f64`");
    refuses::<i64>("1.5", NO_I64);
}
