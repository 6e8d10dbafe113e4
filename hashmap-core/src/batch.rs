//! Many records in one buffer, sent in windows, with one result each.

#[cfg(feature = "aio")]
pub(crate) mod aio;
pub(crate) mod arena;
pub(crate) mod blocking;
#[cfg(feature = "cluster-async")]
pub(crate) mod cluster;
mod outcome;
#[cfg(feature = "buffer")]
pub(crate) mod packed;
mod sending;
pub(crate) mod settle;
#[cfg(test)]
mod tests;
mod writable;

use std::fmt;
use std::io;
use std::time::Duration;

#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::Result;
use crate::retry;
#[cfg(feature = "aio")]
use crate::write::TimeLimit;
use crate::write::{Deadline, Limit, Unlimited};

use arena::Arena;
use blocking::Line;
use settle::Verdicts;

pub use outcome::{Outcome, Outcomes};
pub use sending::Sending;
pub use writable::Writable;

/// Many records, of any types and with any options, written together: each with a result of its own.
///
/// [`push`](Self::push) encodes a record at once, into one buffer; [`execute`](Self::execute) sends the
/// buffer in windows of at most 512 replies and about 64 KiB, as fast as the server takes them. Used
/// again, a batch allocates nothing for a record.
///
/// So a batch is encoded before anything of it is sent. Where its connection is at hand,
/// [`sending`](Self::sending) sends it while it is filled, which is faster; and
/// [`write_all`](crate::write_all) takes any number of records from an iterator.
///
/// ```no_run
/// use redis_hashmap::{HashBatch, ToRedisHash};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64, name: String }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
/// let mut batch = HashBatch::new();
/// for id in 1..=10_000 {
///     batch.push(&User { id, name: format!("user number {id}") })?;
/// }
/// let outcomes = batch.execute(&mut con);
/// for outcome in outcomes.failed() {
///     eprintln!("record {}: {}", outcome.index, outcome.result.unwrap_err());
/// }
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
///
/// A record is written whole or not at all, as [`write_hash`](crate::ToRedisHash::write_hash) does it; the
/// batch is not: another client sees some records before others, and one that fails stops none.
/// Records of one key are written in the order in which they were pushed (but see `execute_cluster`).
///
/// # What is copied
///
/// A value is copied once, into the buffer. The connections of `redis` take packed bytes (or `Cmd`s, which
/// are a copy more) and no list of slices, so a value of 16 MiB cannot go to them from where it is;
/// [`HashWrite::write_to`](crate::HashWrite::write_to) takes it from there to a file or a pipe.
/// A buffer that grew for a giant is given back with the first batch that needs much less.
pub struct HashBatch<L = Unlimited> {
    arena: Arena,
    verdicts: Verdicts,
    limit: L,
    /// What is in it was executed.
    is_spent: bool,
}

impl HashBatch {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            arena: Arena::default(),
            verdicts: Verdicts::default(),
            limit: Unlimited::new(),
            is_spent: false,
        }
    }

    /// Every execution takes no longer than this: what was not sent by then is
    /// [`NotSent`](crate::Effect::NotSent), what has no answer by then is
    /// [`Unknown`](crate::Effect::Unknown). A synchronous connection must be a
    /// [`Checked<redis::Connection>`](crate::Checked), as for [`HashWrite::deadline`](crate::HashWrite::deadline).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use redis_hashmap::{Checked, HashBatch};
    ///
    /// # let client = redis::Client::open("redis://127.0.0.1/").unwrap();
    /// let mut con = Checked::new(client.get_connection()?);
    /// let mut batch = HashBatch::new().deadline(Duration::from_secs(5));
    /// batch.push(&[("theme", "dark")].as_slice().as_hash().key("settings:1"))?;
    /// batch.execute(&mut con).into_result()?;
    /// # use redis_hashmap::ToRedisHash;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn deadline(self, time: Duration) -> HashBatch<Deadline> {
        let Self { arena, verdicts, limit: _, is_spent } = self;
        HashBatch { arena, verdicts, limit: Deadline::new(time), is_spent }
    }
}

impl Default for HashBatch {
    fn default() -> Self {
        Self::new()
    }
}

impl<L> HashBatch<L> {
    /// Encodes a record behind those that are there.
    ///
    /// # Errors
    ///
    /// As [`HashWrite::encode`](crate::HashWrite::encode); the batch is as it was then.
    #[inline]
    pub fn push<W: Writable + ?Sized>(&mut self, write: &W) -> Result<()> {
        if self.is_spent {
            self.clear();
        }
        self.arena.push(write)
    }

    /// How many records wait to be executed.
    pub fn len(&self) -> usize {
        if self.is_spent { 0 } else { self.arena.len() }
    }

    /// None does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes their commands have.
    pub fn bytes(&self) -> usize {
        if self.is_spent { 0 } else { self.arena.packed().len() }
    }

    /// Forgets all records.
    pub fn clear(&mut self) {
        self.arena.clear();
        self.is_spent = false;
    }

    /// Sends all records, and answers what became of each. They are gone from the batch then, failed ones
    /// too.
    ///
    /// `con` is any synchronous connection, as for [`write_hash`](crate::ToRedisHash::write_hash). On a
    /// [`redis::Connection`], a [`Checked`](crate::Checked) one or a pooled one of these, a window is sent
    /// before the answers to the one before it are read, so that the server always has something to do. Over
    /// a synchronous cluster connection the records go one by one.
    ///
    /// After the connection failed, what was sent is [`Unknown`](crate::Effect::Unknown) where its window was
    /// not answered to the end (up to two windows), and the rest is [`NotSent`](crate::Effect::NotSent). The
    /// connection is in step, or known to be closed or broken. With a timeout, use a
    /// [`Checked`](crate::Checked) connection that has it
    /// [from there](crate::Checked::with_timeout), or a [`deadline`](Self::deadline): a plain
    /// [`redis::Connection`] waits for every reply anew, also after one that did not come.
    ///
    /// Scripts (records with conditions, lifetimes or versions) are sent by their source (3 KB) once a
    /// window. Where a server forgets scripts within one (`SCRIPT FLUSH`), those behind are refused with
    /// [`NoScript`](crate::ErrorKind::NoScript).
    pub fn execute<C>(&mut self, con: &mut C) -> Outcomes<'_>
    where
        L: Limit<C>,
        C: Connection + ?Sized,
    {
        self.sending(con).finish()
    }

    /// The batch, sent while it is filled: the server has the first records while the next ones are encoded.
    /// The 500 of the contest come about 5 % sooner than by [`push`](Self::push) and
    /// [`execute`](Self::execute) (`cargo xtask bench --only batch`), and as fast as the server takes them from
    /// anybody.
    ///
    /// **What is left is sent by [`finish`](Sending::finish)**, which says what became of all of them. A record
    /// that cannot be encoded stops none of the others, unless a `?` on it drops the [`Sending`]: then some are
    /// written, and nobody is told which. The bytes of all records are kept until they are answered for.
    ///
    /// Records that are in the batch go first. A [`deadline`](Self::deadline) begins here, and is for the filling,
    /// too. Over connections other than those that `execute` sends ahead on, each window is sent and answered
    /// when it is full. For an asynchronous connection there are `execute_async` and `WriteAll::run_async`.
    ///
    /// ```no_run
    /// use redis_hashmap::{HashBatch, ToRedisHash};
    ///
    /// #[derive(ToRedisHash)]
    /// #[redis_hash(key = "user:{id}")]
    /// struct User { id: u64, name: String }
    ///
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
    /// let mut batch = HashBatch::new();
    /// let mut sending = batch.sending(&mut con);
    /// for id in 1..=500 {
    ///     if let Err(error) = sending.push(&User { id, name: format!("user number {id}") }) {
    ///         eprintln!("it is not in the batch: {error}");
    ///     }
    /// }
    /// for outcome in sending.finish().failed() {
    ///     eprintln!("record {}: {}", outcome.index, outcome.result.unwrap_err());
    /// }
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    pub fn sending<'b, 'c, C>(&'b mut self, con: &'c mut C) -> Sending<'b, 'c, C, L>
    where
        L: Limit<C>,
        C: Connection + ?Sized,
    {
        self.begin();
        let line = Line::new(con, retry::until(self.limit.time()));
        Sending::new(&mut self.arena, &mut self.verdicts, line)
    }

    /// The same over an asynchronous connection: multiplexed, a connection manager's, a pooled one. Over a
    /// cluster's the records go one by one; `execute_cluster` is for that.
    ///
    /// May be dropped at any time: each record is then written whole or not at all, and the connection can
    /// be used on.
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    pub async fn execute_async<C>(&mut self, con: &mut C) -> Outcomes<'_>
    where
        L: TimeLimit,
        C: AsyncConnection + ?Sized,
    {
        self.begin();
        let mut line = aio::Line::new(con, retry::until(self.limit.time()));
        for window in self.arena.windows() {
            line.send(window, &mut self.verdicts).await;
        }
        Outcomes::new(&self.arena, &mut self.verdicts)
    }

    /// The same over an asynchronous cluster connection: the records of each master in pipelines of their
    /// own, to all masters at once. Follows slots that have moved, or are moving.
    ///
    /// A cluster's connection sends again by itself, after a lost answer or a redirection: a record may be
    /// written twice, over that of another writer. Records of one key are sent in their order, and kept in it
    /// unless that happens. `ClusterClientBuilder::retries(0)` leaves one case: where a slot of a window has
    /// moved, all records of the window go once more, one by one. Those of them that have a condition are
    /// then refused by their own first attempt (a `version` that was not asked for is a conflict with the
    /// effect [`Unknown`](crate::Effect::Unknown)).
    ///
    /// A user of the server needs the right to `cluster|slots`, too.
    ///
    /// ```no_run
    /// # use redis_hashmap::{HashBatch, ToRedisHash};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = redis::cluster::ClusterClient::new(["redis://127.0.0.1:7000"])?;
    /// let con = client.get_async_connection().await?;
    /// let mut batch = HashBatch::new();
    /// for id in 0..10_000 {
    ///     batch.push(&User { id })?;
    /// }
    /// batch.execute_cluster(&con).await.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "cluster-async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cluster-async")))]
    pub async fn execute_cluster(
        &mut self,
        con: &redis::cluster_async::ClusterConnection,
    ) -> Outcomes<'_>
    where
        L: TimeLimit,
    {
        self.begin();
        let until = retry::until(self.limit.time());
        cluster::execute(con, &self.arena, until, &mut self.verdicts).await;
        Outcomes::new(&self.arena, &mut self.verdicts)
    }

    fn begin(&mut self) {
        if self.is_spent {
            self.clear();
        }
        self.is_spent = true;
        self.verdicts.begin(self.arena.len());
    }

    /// Writes the commands of all records, packed: for `redis-cli --pipe`, or a file. They stay in the batch.
    ///
    /// ```
    /// # use redis_hashmap::{HashBatch, ToRedisHash};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "point:{x}")]
    /// # struct Point { x: u8 }
    /// let mut batch = HashBatch::new();
    /// batch.push(&Point { x: 1 })?;
    /// let mut file = Vec::new();
    /// batch.write_to(&mut file)?;
    /// assert_eq!(file, b"*4\r\n$4\r\nHSET\r\n$7\r\npoint:1\r\n$1\r\nx\r\n$1\r\n1\r\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_to(&self, mut out: impl io::Write) -> io::Result<()> {
        if self.is_spent { Ok(()) } else { out.write_all(self.arena.packed()) }
    }
}

/// How many records and bytes; no value.
impl<L> fmt::Debug for HashBatch<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashBatch")
            .field("records", &self.len())
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}
