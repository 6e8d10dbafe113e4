//! The settings of a buffer.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::Duration;

use redis::RedisResult;

use super::handover::Handover;
use super::link::Link;
use super::records::Answer;
use super::sync::{Arc, Mutex};
use super::writer::{Left, Settings, Writer};
use super::{Core, Ended, HashBuffer};
use crate::error::Error;

/// The settings of a [`HashBuffer`]: [`HashBuffer::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use redis_hashmap::HashBuffer;
///
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let buffer = HashBuffer::builder(client)
///     .max_bytes(64 * 1024 * 1024)
///     .on_failure(|error| eprintln!("not written: {error}"))
///     .give_up_after(Duration::from_secs(5))
///     .open()?;
/// # Ok::<(), redis::RedisError>(())
/// ```
#[must_use = "there is no buffer before `open`"]
pub struct HashBufferBuilder {
    client: redis::Client,
    max_bytes: usize,
    timeout: Duration,
    settings: Settings,
    on_failure: Option<OnFailure>,
}

type OnFailure = Box<dyn Fn(&Error) + Send + Sync>;

impl HashBufferBuilder {
    pub(super) fn new(client: redis::Client) -> Self {
        let settings = Settings {
            max_delay: Duration::ZERO,
            resends: false,
            give_up_after: Duration::from_secs(30),
        };
        let (max_bytes, timeout) = (16 * 1024 * 1024, Duration::from_secs(10));
        Self { client, max_bytes, timeout, settings, on_failure: None }
    }

    /// So much may be in the buffer and not answered: the bytes of the commands, and 192 for each record.
    /// Whoever wants to put more into it waits, or is told so ([`try_write`](HashBuffer::try_write),
    /// [`send`](HashBuffer::send)). A record that is larger goes in when nothing else is there. 16 MiB
    /// unless it is said.
    ///
    /// The buffer's memory is this and at most 8 MiB more.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// A record waits so long for others to be sent with, unless there are enough of them or somebody
    /// [flushes](HashBuffer::flush). Zero unless it is said: records wait only while others are sent, and
    /// that is enough for few large writes where there are many writers. A delay makes fewer packets of
    /// few writers' records, and each of their writes so much slower.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.settings.max_delay = delay;
        self
    }

    /// The server has this long to answer what was sent to it at once (512 replies, or 64 KiB, or one record
    /// that is larger). Then the connection is given up, and what was sent is
    /// [`Unknown`](crate::Effect::Unknown). (Of more than 16 records, only every 16th answer is looked at so: one
    /// that drips in can take up to 15 times as long more.) Making a connection takes no longer either, or a second. 10 seconds
    /// unless it is said.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// Is told of every failure that nobody waits for: of a record that was [sent](HashBuffer::send), or
    /// whose future was dropped.
    ///
    /// It runs on the thread that writes, which waits for it (the buffer's own, or one in `write_blocking`), or
    /// on the one that drops the future. It may
    /// `send` to the buffer, but must not wait for it: that is waiting for itself. A panic in it is caught,
    /// and nothing else comes of it.
    pub fn on_failure(mut self, told: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.on_failure = Some(Box::new(told));
        self
    }

    /// After a connection is lost, what was sent and not answered is sent again, before everything else and
    /// in its order, instead of being [`Unknown`](crate::Effect::Unknown).
    ///
    /// It may have been written. If somebody else wrote the same key since then, this older record is
    /// written over the newer one. Never done for a write with a condition
    /// ([`only_if`](crate::HashWrite::only_if), a `version`), which would refuse its own first attempt.
    pub fn resend_unknown(mut self) -> Self {
        self.settings.resends = true;
        self
    }

    /// Where there is no connection for so long, all that waits to be sent is answered, with
    /// [`NotSent`](crate::Effect::NotSent); and what is written from then on, as soon as one more attempt to
    /// connect has failed. 30 seconds unless it is said.
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.settings.give_up_after = time;
        self
    }

    /// Connects, and starts the thread that writes. Blocks until there is a connection.
    ///
    /// # Errors
    ///
    /// The server does not take the connection, or the system has no thread.
    pub fn open(self) -> RedisResult<HashBuffer> {
        let Self { client, max_bytes, timeout, settings, on_failure } = self;
        let mut link = Link::new(client, timeout);
        link.connect(None)?;

        let handover = Arc::new(Handover::new(max_bytes, move |answer: Answer| {
            if let (Err(error), Some(told)) = (answer, &on_failure) {
                // The thread that writes goes on for all the others.
                drop(panic::catch_unwind(AssertUnwindSafe(|| told(&error))));
            }
        }));
        let left = Arc::new(Left::default());
        let ended = Ended::new(Arc::clone(&handover), Arc::clone(&left));
        let over = Arc::clone(&ended.over);
        let max_delay = settings.max_delay;
        let writer = Writer::new(Arc::clone(&handover), link, settings, Arc::clone(&left));
        let writer = Arc::new(Mutex::new(writer));
        let (of_thread, run) = (Arc::clone(&handover), Arc::clone(&writer));
        let thread = thread::Builder::new().name("redis-hashmap".into()).spawn(move || {
            let _ended = ended;
            Writer::run(&run, &of_thread, max_delay);
        })?;
        let thread = thread.thread().id();
        let leads = max_delay.is_zero();
        Ok(HashBuffer(Arc::new(Core { handover, left, over, writer, leads, thread })))
    }
}

/// The settings; no address, which may have a password in it.
impl fmt::Debug for HashBufferBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashBufferBuilder")
            .field("max_bytes", &self.max_bytes)
            .field("timeout", &self.timeout)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
