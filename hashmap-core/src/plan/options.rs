//! What a write can be asked for, and the times among it.

use std::time::{Duration, UNIX_EPOCH};

use crate::error::ExpireError;
use crate::record::{Absent, Field, KeyLife};

/// What a write was asked for, besides its record and key.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteOptions<'r> {
    pub(crate) life: KeyLife,
    pub(crate) replace: bool,
    /// For every field of this write, whatever the struct says.
    pub(crate) absent: Option<Absent>,
    pub(crate) only_if: Option<Exists>,
    /// A field is the record's version, which must be as it was read.
    pub(crate) versioned: bool,
    /// The lifetimes of fields, whatever the struct says.
    pub(crate) lifetimes: Vec<(&'r str, Duration)>,
}

impl WriteOptions<'_> {
    /// Something was asked for that only a script can do.
    #[inline]
    pub(super) fn need_script(&self) -> bool {
        self.life != KeyLife::Kept
            || self.replace
            || self.only_if.is_some()
            || self.versioned
            || !self.lifetimes.is_empty()
    }

    /// How many milliseconds the field is to live; 0 for as long as its key.
    #[inline]
    pub(super) fn lifetime(&self, field: &Field<'_>) -> u64 {
        if self.lifetimes.is_empty() {
            return field.expire_ms;
        }
        self.given_lifetime(*field).unwrap_or(field.expire_ms)
    }

    /// The last that was given, as with all options. (By value: so the field of who asks, whose parts are
    /// constants, need not be in memory unless it comes to this.)
    #[cold]
    pub(super) fn given_lifetime(&self, field: Field<'_>) -> Option<u64> {
        let given = self.lifetimes.iter().rev().find(|(name, _)| field.is_named(name));
        given.map(|(_, time)| milliseconds(*time).unwrap_or(0))
    }
}

/// Whether a record is there already, as the condition of a write:
/// [`only_if`](crate::HashWrite::only_if).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exists {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// The command that gives a key this life, and its milliseconds.
pub(super) fn life(life: KeyLife) -> Result<(&'static [u8], Option<u64>), ExpireError> {
    Ok(match life {
        KeyLife::Kept => (b"", None),
        KeyLife::For(time) => (b"PEXPIRE", Some(milliseconds(time)?)),
        KeyLife::Until(time) => {
            // All that is past is alike, and servers take no moment before their first.
            let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            (b"PEXPIREAT", Some(milliseconds(since.max(Duration::from_millis(1)))?))
        }
        KeyLife::Forever => (b"PERSIST", None),
    })
}

/// The longest lifetime of a field, about 1,100 years: Redis takes no moment after 2^46 ms.
const LONGEST_FIELD: u64 = 1 << 45;

/// The lifetime of a field, in whole milliseconds.
pub(crate) fn field_lifetime(time: Duration) -> Result<u64, ExpireError> {
    milliseconds(time)
        .and_then(|ms| if ms > LONGEST_FIELD { Err(ExpireError::TooLong) } else { Ok(ms) })
}

/// A time to live, in whole milliseconds, rounded up so that nothing is gone too early.
pub(super) fn milliseconds(time: Duration) -> Result<u64, ExpireError> {
    let ms = time.as_nanos().div_ceil(1_000_000);
    // The server adds the time now, in milliseconds, and must stay within 63 bits.
    match u64::try_from(ms) {
        Ok(0) => Err(ExpireError::Zero),
        Ok(ms) if ms <= u64::MAX / 4 => Ok(ms),
        _ => Err(ExpireError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_live() {
        let ms = |duration| milliseconds(duration).map_err(|error| error.to_string());
        assert_eq!(ms(Duration::from_nanos(1)), Ok(1));
        assert_eq!(ms(Duration::from_millis(1)), Ok(1));
        assert_eq!(ms(Duration::from_micros(1_001)), Ok(2));
        assert!(ms(Duration::ZERO).is_err());
        assert!(ms(Duration::MAX).is_err());
        assert!(ms(Duration::from_millis(u64::MAX)).is_err());
    }
}
