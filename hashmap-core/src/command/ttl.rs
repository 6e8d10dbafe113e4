//! What a server says of a time to live.

use std::time::Duration;

/// How long a field, or a hash, is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ttl {
    /// It is not there.
    Missing,
    /// For good: a hash that has no time to live, a field that has none of its own and lives as long
    /// as its hash.
    Forever,
    /// This long, to the millisecond.
    Left(Duration),
}

impl Ttl {
    /// Of what `PTTL` and `HPTTL` answer. `None`: no server answers so.
    pub(crate) fn of(answer: i64) -> Option<Self> {
        match answer {
            -2 => Some(Self::Missing),
            -1 => Some(Self::Forever),
            ms => u64::try_from(ms).ok().map(|ms| Self::Left(Duration::from_millis(ms))),
        }
    }
}
