//! Counting in one field.

use redis::Value;

use super::HashField;
use super::codec::{OwnText, OwnValue};
use crate::command::{Args, Asked, FieldCommand, Op, WriteArg, script};
use crate::error::Result;
use crate::key::KeyArg;
use crate::value::{FromHashValue, ToHashValue, ValueError, ValueReader};

const INCR: &str = script!("incr.lua");
const INCR_FLOAT: &str = script!("incr_float.lua");

/// A number that servers can count with: an integer of up to 64 bits, `f32` or `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that a server can count",
    label = "not an integer of up to 64 bits, `f32` or `f64`",
    note = "for all else there is `compare_and_set`, which writes a field if it still holds what was read"
)]
pub trait Countable: FromHashValue {
    /// What can be added: an `i64` to an integer, a float to its like.
    type By: ToHashValue;

    /// What the sum must be: "a `u8`".
    #[doc(hidden)]
    const SUM: &'static str;

    #[doc(hidden)]
    fn increment(by: &Self::By) -> Increment;
}

/// How a server is to count.
#[derive(Debug)]
pub enum Increment {
    /// As it does by itself.
    Plain,
    /// Where the stored integer is between these two.
    Within(i128, i128),
    /// Where the sum of floats stays below this one, and above its negative.
    Below(&'static str),
    /// Not at all: the number to be added is infinite, or none.
    Endless,
}

macro_rules! countable {
    ($($integer:ty: $sum:literal)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Countable for $integer {
            type By = i64;
            const SUM: &'static str = $sum;

            fn increment(by: &i64) -> Increment {
                // A server counts in 64 bits, one of them the sign.
                let (min, max) = const {
                    let (min, max) = (<$integer>::MIN as i128, <$integer>::MAX as i128);
                    (min, if max > i64::MAX as i128 { i64::MAX as i128 } else { max })
                };
                if (min, max) == (i64::MIN.into(), i64::MAX.into()) {
                    Increment::Plain
                } else {
                    Increment::Within(min - i128::from(*by), max - i128::from(*by))
                }
            }
        }
    )*};
}

countable! {
    i8: "an `i8`" i16: "an `i16`" i32: "an `i32`" i64: "an `i64`" isize: "an `isize`"
    u8: "a `u8`" u16: "a `u16`" u32: "a `u32`"
    u64: "a `u64` of 63 bits, as far as a server counts"
    usize: "a `usize` of 63 bits, as far as a server counts"
}

macro_rules! countable_float {
    ($($float:ty: $sum:literal, $max:literal)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Countable for $float {
            type By = $float;
            const SUM: &'static str = $sum;

            fn increment(by: &$float) -> Increment {
                if by.is_finite() { Increment::Below($max) } else { Increment::Endless }
            }
        }
    )*};
}

countable_float! {
    f32: "an `f32`", "3.4028234663852886e38"
    f64: "an `f64`", "1.7976931348623157e308"
}

impl<T, C> HashField<T, C> {
    /// Adds to the number in the field, in one step, and answers the sum. `by` may be negative; a
    /// field that is not there counts from 0. (`HINCRBY`, `HINCRBYFLOAT`) The lifetimes of field and
    /// hash run on.
    ///
    /// # Integers
    ///
    /// `by` is an `i64`. A sum that the field's type does not hold is an error of kind
    /// [`Overflow`](crate::ErrorKind::Overflow), and the field holds what it held. Servers count in 64
    /// bits with a sign: so a `u64` or `usize` above `i64::MAX` is that error, too. Sums are exact.
    ///
    /// # Floats
    ///
    /// `by` is of the field's type, and finite. The server adds in a wider float of its own, and keeps
    /// 17 digits after the point, no exponent: a sum is not bit for bit what Rust adds, what is smaller
    /// than `1e-17` is lost, and adding `0.0` rewrites the number so, too. Where every bit counts, use
    /// [`compare_and_set`](Self::compare_and_set). A sum that reaches `MAX`, or is no number, is
    /// the same error of kind `Overflow`.
    ///
    /// # Cost and rights
    ///
    /// An `i64` is one `HINCRBY`. The other types are a small script, sent by its source (about 1.5 KB),
    /// which needs the rights to `eval`, `hget`, `hincrby` (`hincrbyfloat`) and, for a refusal, `hdel`.
    ///
    /// # Counted twice
    ///
    /// An error whose [`effect`](crate::Error::effect) is `Unknown` may have counted. Nothing here is
    /// sent again; but a cluster's connection of `redis` does so by itself after a lost answer, up to 16
    /// times, and each counts. For counters, make it with `ClusterClientBuilder::retries(0)`.
    ///
    /// # Errors of its run
    ///
    /// Where the field holds no number, the kind is [`Value`](crate::ErrorKind::Value).
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, visits: u64, balance: i64, score: f64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let user = User::hash_fields();
    /// let visits: u64 = user.visits.incr(User::hash_key(42), 1).run(&mut con)?;
    /// let balance: i64 = user.balance.incr(User::hash_key(42), -250).run(&mut con)?;
    /// let score: f64 = user.score.incr(User::hash_key(42), 0.5).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[allow(clippy::needless_pass_by_value)] // who calls it has a number, not a place of one
    pub fn incr(&self, key: impl KeyArg, by: T::By) -> FieldCommand<T>
    where
        T: Countable,
        C: OwnValue + OwnText,
    {
        let op = Op { name: "incr", writes: true, sum: T::SUM };
        let by_value: &WriteArg<'_> = &|out| by.write_hash_value(out);
        let run = |before_key: &[&[u8]], values: &[&WriteArg<'_>]| {
            self.command(op, key, &Args { before_key, values, ..Args::default() }, sum)
        };
        match T::increment(&by) {
            Increment::Plain => run(&[b"HINCRBY"], &[by_value]),
            Increment::Within(low, high) => run(
                &[b"EVAL", INCR.as_bytes(), b"1"],
                &[by_value, &|out| low.write_hash_value(out), &|out| high.write_hash_value(out)],
            ),
            Increment::Below(limit) => run(
                &[b"EVAL", INCR_FLOAT.as_bytes(), b"1"],
                &[by_value, &|out| limit.write_hash_value(out)],
            ),
            Increment::Endless => run(
                &[b"HINCRBYFLOAT"],
                &[&|_| Err(ValueError::new("only a finite number can be added"))],
            ),
        }
    }
}

/// The sum: a number, or a text where a number of a script's would be rounded.
fn sum<T: Countable>(asked: &Asked, reply: Value) -> Result<T> {
    let text = match reply {
        Value::Int(n) => itoa::Buffer::new().format(n).as_bytes().to_vec(),
        Value::BulkString(text) => text,
        other => return Err(asked.unexpected(&other)),
    };
    let read = T::from_hash_value(ValueReader::new(text));
    read.map_err(|_| asked.unexpected(&Value::BulkString(Vec::new())))
}
