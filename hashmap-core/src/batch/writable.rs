//! What can be put among many.

use crate::error::Result;
use crate::key::HashKeyTemplate;
use crate::plan::{CallScript, Plan, Whole};
use crate::record::ToRedisHash;
use crate::sink::Room;
use crate::write::{HashWrite, KeySource};

/// What can be written among many: a record with a key template, a reference to one, or
/// [`as_hash()`](ToRedisHash::as_hash) with options.
///
/// ```
/// use std::time::Duration;
/// use redis_hashmap::{HashBatch, ToRedisHash};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64 }
///
/// let mut batch = HashBatch::new();
/// batch.push(&User { id: 1 })?;
/// batch.push(&User { id: 2 }.as_hash().expire(Duration::from_secs(60)))?;
/// batch.push(&[("theme", "dark")].as_slice().as_hash().key("settings:1"))?;
/// assert_eq!(batch.len(), 3);
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
///
/// A `deadline` and a `retry` of one write mean nothing here: what is sent together has one of each.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written among many",
    label = "neither a record with a key template, nor `record.as_hash()` with a key",
    note = "give the struct a template: `#[derive(ToRedisHash)] #[redis_hash(key = \"user:{{id}}\")]`",
    note = "or give this one write its key: `record.as_hash().key(\"user:1\")`"
)]
pub trait Writable: sealed::Writable {}

#[diagnostic::do_not_recommend]
impl<R: ToRedisHash + HashKeyTemplate + ?Sized> Writable for R {}

#[diagnostic::do_not_recommend]
impl<R, K, L> Writable for HashWrite<'_, R, K, L>
where
    R: ToRedisHash + ?Sized,
    K: KeySource<R>,
{
}

pub(super) mod sealed {
    use super::{Plan, Result, Room};

    pub trait Writable {
        /// The record's name.
        const RECORD: &'static str;
        /// Nobody asked for a condition: where the record's own does not hold, that is an error.
        const IS_PLAIN: bool;

        /// Writes the packed plan, with the script by its digest. On an error, a part of it is there.
        fn encode(&self, room: Room<'_>) -> Result<Plan>;

        /// It may write nothing because a condition does not hold.
        fn may_be_refused(&self) -> bool;
    }
}

impl<R: ToRedisHash + HashKeyTemplate + ?Sized> sealed::Writable for R {
    const RECORD: &'static str = R::RECORD.name;
    const IS_PLAIN: bool = true;

    #[inline]
    fn encode(&self, room: Room<'_>) -> Result<Plan> {
        self.as_hash().plan(Whole::Multi, CallScript::Evalsha, room)
    }

    fn may_be_refused(&self) -> bool {
        R::RECORD.versioned
    }
}

impl<R, K, L> sealed::Writable for HashWrite<'_, R, K, L>
where
    R: ToRedisHash + ?Sized,
    K: KeySource<R>,
{
    const RECORD: &'static str = R::RECORD.name;
    const IS_PLAIN: bool = false;

    #[inline]
    fn encode(&self, room: Room<'_>) -> Result<Plan> {
        self.plan(Whole::Multi, CallScript::Evalsha, room)
    }

    fn may_be_refused(&self) -> bool {
        self.may_be_refused()
    }
}
