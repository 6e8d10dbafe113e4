//! The single writes of many threads and tasks, as few large ones.

mod builder;
mod ending;
mod group;
mod handover;
mod link;
mod records;
mod state;
mod sync;
mod waiter;
mod writer;
mod written;

use std::fmt;
use std::time::Duration;

use redis::RedisResult;

use crate::batch::Writable;
use crate::batch::packed::Packed;
use crate::error::{Effect, ErrorKind, Failure, Result};
use crate::write::Written;

use ending::{Core, Ended};
use handover::{Handover, Refused};
use records::Records;
use sync::Arc;
use writer::Writer;

pub use builder::HashBufferBuilder;
pub use ending::Unwritten;
pub use written::BufferedWrite;

/// One connection for any number of threads and tasks, whose single writes become few large ones.
///
/// A handle is cloned into all of them. While the answers to some records are on their way, the others put
/// theirs into the buffer, and a thread of its own sends all of these at once (*group commit*): so the
/// server, the system and the client have the work of a pipeline, and each writer the answer to its own
/// record.
///
/// ```no_run
/// use redis_hashmap::{HashBuffer, ToRedisHash};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "device:{id}")]
/// struct Device { id: u32, temperature: f32 }
///
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let buffer = HashBuffer::open(redis::Client::open("redis://127.0.0.1/")?)?;
/// for id in 0..1000 {
///     let buffer = buffer.clone();
///     tokio::spawn(async move {
///         let device = Device { id, temperature: 21.5 };
///         buffer.write(&device).await // Ok: it is in the server
///     });
/// }
/// # Ok(())
/// # }
/// ```
///
/// Needs the feature `buffer`, and no runtime: what [`write`](Self::write) answers is a future for any of
/// them.
///
/// # What is promised
///
/// - **Each record** is written whole or not at all, as [`write_hash`](crate::ToRedisHash::write_hash) does
///   it, and answered by itself: what the server refuses fails alone.
/// - **Order**: records are sent in the order in which they were put into the buffer, which is that of
///   calls that come one after the other; so of two writes of one key the later one stays. Also after a
///   lost connection: the server is made to close the old one first (`CLIENT KILL`, of a connection with the
///   buffer's own name; the user needs the rights `client|id`, `client|setname`, `client|list` and
///   `client|kill` for that. Without them a server that was stalled may still write what it was sent before
///   over what it is sent after). Two buffers have no order between them.
/// - **A lost connection** is made anew, with growing pauses. What was sent and not answered is
///   [`Unknown`](crate::Effect::Unknown), or [sent again](HashBufferBuilder::resend_unknown); what was not
///   sent waits, and [not for ever](HashBufferBuilder::give_up_after).
/// - **Memory** is [bounded](HashBufferBuilder::max_bytes).
/// - **Nothing is lost silently**: every record has an answer, to who waits for it or to
///   [`on_failure`](HashBufferBuilder::on_failure). The last handle that is dropped closes the buffer, and
///   waits up to 5 seconds for it.
///
/// A record is encoded where it is written, by the thread that calls, into its own memory; only a copy of
/// the bytes is made under the buffer's lock. An encoder of yours that panics, is slow or writes to the
/// buffer itself stops nobody else.
///
/// A `deadline` and a `retry` of one write mean nothing here. For a record that is there already in great
/// numbers, [`HashBatch`](crate::HashBatch) and [`write_all`](crate::write_all) cost less.
#[derive(Clone)]
pub struct HashBuffer(Arc<Core>);

impl HashBuffer {
    /// A buffer with the settings that [`builder`](Self::builder) begins with.
    ///
    /// # Errors
    ///
    /// As [`HashBufferBuilder::open`].
    pub fn open(client: redis::Client) -> RedisResult<Self> {
        Self::builder(client).open()
    }

    /// Settings first.
    pub fn builder(client: redis::Client) -> HashBufferBuilder {
        HashBufferBuilder::new(client)
    }

    /// Puts a record into the buffer, here and now, and answers what becomes of it. Where there is no room,
    /// the future waits for its turn.
    ///
    /// # Errors
    ///
    /// Those of [`write_hash`](crate::ToRedisHash::write_hash), and [`ErrorKind::Closed`]. All come out of
    /// the future.
    ///
    /// ```no_run
    /// # use redis_hashmap::{HashBuffer, ToRedisHash, Exists, Written};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # async fn f(buffer: HashBuffer) -> redis_hashmap::Result<()> {
    /// buffer.write(&User { id: 1 }).await?;
    /// // With options.
    /// let user = User { id: 2 };
    /// let written = buffer.write(&user.as_hash().only_if(Exists::No)).await?;
    /// if written == Written::Refused {
    ///     println!("the name is taken");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn write<W: Writable + ?Sized>(&self, write: &W) -> BufferedWrite {
        BufferedWrite::new(self.put(write, |handover, packed| Handover::put(handover, packed)))
    }

    /// The same, and waits for the answer. Not for a thread that runs tasks: they wait, too. Where nobody else
    /// writes, this thread sends the record itself, and it costs what a write without a buffer does.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_blocking<W: Writable + ?Sized>(&self, write: &W) -> Result<Written> {
        if !self.0.leads {
            return written::wait(self.write(write));
        }
        let (waiter, lead) =
            self.put(write, |handover, packed| Handover::put_and_lead(handover, packed))?;
        if let Some(lead) = lead {
            // Nobody else writes: no other thread needs to be woken.
            Writer::lock(&self.0.writer).write(Arc::clone(&lead.group), false);
        }
        written::wait(BufferedWrite::new(Ok(waiter)))
    }

    /// As [`write`](Self::write), where there is room at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Full`], or [`ErrorKind::Closed`], or the record cannot be encoded.
    pub fn try_write<W: Writable + ?Sized>(&self, write: &W) -> Result<BufferedWrite> {
        self.put(write, |handover, packed| Handover::try_put(handover, packed))
            .map(|waiter| BufferedWrite::new(Ok(waiter)))
    }

    /// Puts a record into the buffer and waits for nothing: not for room, and not for the answer. A failure
    /// of the write goes to [`on_failure`](HashBufferBuilder::on_failure).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Full`], or [`ErrorKind::Closed`], or the record cannot be encoded. Nothing was put into
    /// the buffer then.
    ///
    /// ```no_run
    /// # use redis_hashmap::{ErrorKind, HashBuffer, ToRedisHash};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "device:{id}")]
    /// # struct Device { id: u32, temperature: f32 }
    /// # fn f(buffer: HashBuffer) -> redis_hashmap::Result<()> {
    /// let device = Device { id: 1, temperature: 21.5 };
    /// match buffer.send(&device) {
    ///     Err(error) if error.kind() == ErrorKind::Full => println!("one reading less"),
    ///     sent => sent?,
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn send<W: Writable + ?Sized>(&self, write: &W) -> Result<()> {
        self.put(write, |handover, packed| Handover::try_put(handover, packed)).map(drop)
    }

    /// When it is ready, all records are answered that were put into the buffer before, by whoever: also
    /// those whose failures went to [`on_failure`](HashBufferBuilder::on_failure). It ends a
    /// [`max_delay`](HashBufferBuilder::max_delay) early.
    pub fn flush(&self) -> impl Future<Output = ()> + Send + 'static {
        // Behind all that is there.
        let last = Handover::put(&self.0.handover, Packed::nothing());
        self.0.handover.hurry();
        async move {
            if let Ok(last) = last {
                drop(last.await);
            }
        }
    }

    /// The same, and waits for it.
    pub fn flush_blocking(&self) {
        written::block_on(self.flush(), 0);
    }

    /// Ends the buffer, for all its handles: what is written from now on is
    /// [`Closed`](ErrorKind::Closed). Blocks until all that is in it is written, but for so long at most; what
    /// is left then is answered (and the buffer's thread, which may be telling
    /// [`on_failure`](HashBufferBuilder::on_failure), has a tenth of a second more). (In a task, [`flush`](Self::flush) first, and close with no time.)
    ///
    /// # Errors
    ///
    /// How many records were left.
    pub fn close(&self, within: Duration) -> Result<(), Unwritten> {
        self.0.close(within)
    }

    fn put<W: Writable + ?Sized, T>(&self, write: &W, put: Put<T>) -> Result<T> {
        // Not in the buffer's own memory: that would be under its lock, and a record's encoder may panic,
        // take its time, or write to this very buffer.
        Packed::lend(write, |packed| {
            put(&self.0.handover, packed)
                .map_err(|(refused, packed)| packed.error(refusal(refused)))
        })?
    }
}

/// With room, or without.
type Put<T> = for<'p> fn(&Arc<Handover<Records>>, Packed<'p>) -> Result<T, (Refused, Packed<'p>)>;

fn refusal(refused: Refused) -> Failure {
    let (what, kind) = match refused {
        Refused::Full => ("there is no room in the buffer", ErrorKind::Full),
        Refused::Closed => ("the buffer is closed", ErrorKind::Closed),
    };
    let source = (redis::ErrorKind::Client, what).into();
    Failure { what: what.into(), effect: Effect::NotSent, kind, source }
}

/// How much of its room is taken, and how many records wait to be sent; no value, and no address, which may
/// have a password in it.
impl fmt::Debug for HashBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, waiting) = self.0.handover.fill();
        f.debug_struct("HashBuffer")
            .field("bytes", &held)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}
