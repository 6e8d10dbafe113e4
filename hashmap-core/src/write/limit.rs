//! How long a write may take.

use std::time::{Duration, Instant};

use redis::{RedisResult, Value};

use crate::checked::TimeLimited;
use crate::connection::Connection;
use crate::plan;

/// A write takes as long as its connection does.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Unlimited;

impl Unlimited {
    pub(crate) const fn new() -> Self {
        Self
    }
}

/// The whole write takes no longer: [`HashWrite::deadline`](crate::HashWrite::deadline).
#[derive(Debug, Clone, Copy)]
pub struct Deadline(pub(super) Duration);

impl Deadline {
    pub(crate) const fn new(time: Duration) -> Self {
        Self(time)
    }
}

/// How long a write may take: [`Unlimited`], or a [`Deadline`].
pub trait TimeLimit {
    #[doc(hidden)]
    fn time(&self) -> Option<Duration>;
}

impl TimeLimit for Unlimited {
    fn time(&self) -> Option<Duration> {
        None
    }
}

impl TimeLimit for Deadline {
    fn time(&self) -> Option<Duration> {
        Some(self.0)
    }
}

/// How long a write may take on a connection of the type `C`: [`Unlimited`], or a [`Deadline`].
#[diagnostic::on_unimplemented(
    message = "`{C}` is a connection whose time cannot be limited",
    label = "no `deadline` on this connection",
    note = "wrap a `redis::Connection` when it is made: `Checked::new(client.get_connection()?)`",
    note = "or make those of a pool with a `CheckedManager` (feature `r2d2`); a cluster's has timeouts of its own"
)]
pub trait Limit<C: ?Sized>: TimeLimit {
    #[doc(hidden)]
    fn one(con: &mut C, packed: &[u8], until: Option<Instant>) -> RedisResult<Value>;

    #[doc(hidden)]
    fn several(
        con: &mut C,
        packed: &[u8],
        replies: usize,
        until: Option<Instant>,
    ) -> RedisResult<Vec<Value>>;

    /// So many replies are on their way that nobody waits for, perhaps from inside a `MULTI` of ours:
    /// nobody else is to get them.
    #[doc(hidden)]
    fn catch_up(con: &mut C, unread: usize, until: Option<Instant>);
}

#[diagnostic::do_not_recommend]
impl<C: Connection + ?Sized> Limit<C> for Unlimited {
    fn one(con: &mut C, packed: &[u8], _: Option<Instant>) -> RedisResult<Value> {
        con.req_packed_command(packed)
    }

    fn several(
        con: &mut C,
        packed: &[u8],
        replies: usize,
        _: Option<Instant>,
    ) -> RedisResult<Vec<Value>> {
        con.req_packed_commands(packed, 0, replies)
    }

    fn catch_up(con: &mut C, unread: usize, _: Option<Instant>) {
        if con.is_open() {
            drop(con.req_packed_commands(plan::DISCARD, 0, unread + 1));
        }
    }
}

#[diagnostic::do_not_recommend]
impl<C: TimeLimited + ?Sized> Limit<C> for Deadline {
    fn one(con: &mut C, packed: &[u8], until: Option<Instant>) -> RedisResult<Value> {
        Self::several(con, packed, 1, until).map(|mut replies| replies.remove(0))
    }

    fn several(
        con: &mut C,
        packed: &[u8],
        replies: usize,
        until: Option<Instant>,
    ) -> RedisResult<Vec<Value>> {
        match until {
            Some(until) => con.exchange(packed, replies, until),
            None => con.req_packed_commands(packed, 0, replies),
        }
    }

    /// Where there is no time left to read them, it is used no more.
    fn catch_up(con: &mut C, unread: usize, until: Option<Instant>) {
        if Self::several(con, plan::DISCARD, unread + 1, until).is_err() {
            con.give_up();
        }
    }
}
