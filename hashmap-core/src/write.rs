//! The builder behind `write_hash`: one write of one record, with its options.

mod limit;
mod source;
#[cfg(test)]
mod tests;
mod written;

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::{Failure, Result, WriteError};
use crate::exec;
use crate::key::KeyWriter;
use crate::plan::{self, CallScript, Exists, Outline, Plan, Whole, WriteOptions};
use crate::queue::{self, Queue};
use crate::record::{Absent, KeyLife, Record, ToRedisHash};
use crate::retry::{Policy, Retry};
use crate::sink::{self, Room};

pub use limit::{Deadline, Limit, TimeLimit, Unlimited};
pub use source::{GivenKey, KeySource, TemplateKey};
pub use written::Written;

/// One write of one record, made by [`as_hash`](ToRedisHash::as_hash).
///
/// ```no_run
/// use std::time::Duration;
/// use redis_hashmap::{Absent, ToRedisHash};
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "user:{id}")]
/// struct User { id: u64, name: String, email: Option<String> }
///
/// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
/// let user = User { id: 1, name: "Ada".into(), email: None };
///
/// user.as_hash().key("user:copy").write(&mut con)?;                   // another key, this once
/// user.as_hash().expire(Duration::from_secs(3600)).write(&mut con)?;  // gone in an hour
/// user.as_hash().replace().write(&mut con)?;                          // undeclared fields go
/// user.as_hash().absent(Absent::Keep).write(&mut con)?;               // email stays as it is
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[must_use = "nothing is written before `.write(..)` or `.encode(..)`"]
pub struct HashWrite<'r, R: ?Sized, K = TemplateKey, L = Unlimited> {
    record: &'r R,
    key: K,
    options: WriteOptions<'r>,
    pub(crate) limit: L,
    pub(crate) retry: Option<Retry>,
    pub(crate) resend_unknown: bool,
}

impl<'r, R: ToRedisHash + ?Sized> HashWrite<'r, R> {
    /// The same write of the same record, which is named by a reference to it.
    pub(crate) fn through<'o>(self, reference: &'o &'r R) -> HashWrite<'o, &'r R> {
        let Self { record: _, key, options, limit, retry, resend_unknown } = self;
        HashWrite { record: reference, key, options, limit, retry, resend_unknown }
    }

    pub(crate) fn new(record: &'r R) -> Self {
        let Record { life, versioned, name: _ } = R::RECORD;
        let options = WriteOptions { life, versioned, ..WriteOptions::default() };
        Self {
            record,
            key: TemplateKey,
            options,
            limit: Unlimited,
            retry: None,
            resend_unknown: false,
        }
    }

    /// What the struct itself asks of a write, it asks only where something is written.
    pub(crate) fn of_nothing(mut self) -> Self {
        self.options.life = KeyLife::Kept;
        self.options.versioned = false;
        self
    }
}

impl<'r, R: ToRedisHash + ?Sized, K, L> HashWrite<'r, R, K, L> {
    /// Writes to this key, whatever the record's template says: any bytes, not checked.
    pub fn key<G: AsRef<[u8]>>(self, key: G) -> HashWrite<'r, R, GivenKey<G>, L> {
        let Self { record, key: _, options, limit, retry, resend_unknown } = self;
        HashWrite { record, key: GivenKey(key), options, limit, retry, resend_unknown }
    }

    /// The whole key is gone after this time, counted by the server from the write (`PEXPIRE`,
    /// in whole milliseconds, rounded up). Whatever time the key had left is forgotten.
    ///
    /// Without it, and without `#[redis_hash(expire = "..")]`, the key's time to live is untouched.
    pub fn expire(mut self, expire: Duration) -> Self {
        self.options.life = KeyLife::For(expire);
        self
    }

    /// The whole key is gone at this time (`PEXPIREAT`, in whole milliseconds, rounded up), by the
    /// server's clock. A time that is past deletes the hash.
    pub fn expire_at(mut self, time: SystemTime) -> Self {
        self.options.life = KeyLife::Until(time);
        self
    }

    /// The key's time to live is taken away, in the same atomic write (`PERSIST`).
    pub fn persist(mut self) -> Self {
        self.options.life = KeyLife::Forever;
        self
    }

    /// The field of this name in the hash has a lifetime of its own: `#[redis_hash(expire = "15m")]`,
    /// for this one write. Where the field is absent, nothing expires.
    ///
    /// Needs Redis 7.4 or Valkey 9.0; others answer
    /// [`Unsupported`](crate::ErrorKind::Unsupported), with nothing written. A name that the record
    /// does not declare is an error, and nothing is sent.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use redis_hashmap::ToRedisHash;
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, otp: Option<u32> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
    /// let user = User { id: 1, otp: Some(123_456) };
    /// user.as_hash().expire_field("otp", Duration::from_secs(120)).write(&mut con)?;
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    pub fn expire_field(mut self, name: &'r str, time: Duration) -> Self {
        self.options.lifetimes.push((name, time));
        self
    }

    /// Writes only where the hash is there ([`Exists::Yes`]) or is not ([`Exists::No`]), in one
    /// step with looking: an update never brings an expired record back as a part of itself, and
    /// of several creators one succeeds. Otherwise the write answers [`Written::Refused`]. Costs the
    /// server a look at all names of the hash: fields whose own lifetime is over are none.
    ///
    /// A cluster's connection of `redis` sends again after a lost answer, and is then refused by its
    /// own first attempt: for conditions, make it with `ClusterClientBuilder::retries(0)`.
    ///
    /// ```no_run
    /// use redis_hashmap::{Exists, ToRedisHash, Written};
    ///
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
    /// let user = User { id: 1 };
    /// if user.as_hash().only_if(Exists::No).write(&mut con)? == Written::Refused {
    ///     println!("the name is taken");
    /// }
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    pub fn only_if(mut self, exists: Exists) -> Self {
        self.options.only_if = Some(exists);
        self
    }

    /// Deletes, in the same atomic write, every field of the hash that the struct does not
    /// declare. The key's time to live stays. Costs the server a look at all names of the hash.
    pub fn replace(mut self) -> Self {
        self.options.replace = true;
        self
    }

    /// What happens to absent fields, for all fields of this one write. A field that is kept keeps
    /// the lifetime that it has, too.
    pub fn absent(mut self, absent: Absent) -> Self {
        self.options.absent = Some(absent);
        self
    }

    /// The whole write takes no longer: sending, every reply, and all attempts of a
    /// [`retry`](Self::retry), from where the write begins (is first polled). What is not over then
    /// is an error of kind [`Timeout`](crate::ErrorKind::Timeout); its effect says whether anything
    /// was sent. Means nothing to `queue` and `encode`, which send nothing.
    ///
    /// An asynchronous connection of `redis` has a timeout of its own, half a second unless it was
    /// made with another one; the shorter of the two ends the write. On a synchronous connection the
    /// system counts the time for each part of a reply that comes: one that drips in byte by byte
    /// can take longer.
    ///
    /// A synchronous connection must be one whose time can be limited:
    /// [`Checked<redis::Connection>`](crate::Checked). The timeouts of `redis` count anew with every
    /// reply, and leave a connection that answers one question with the answer to another.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use redis_hashmap::{Checked, ToRedisHash};
    ///
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let client = redis::Client::open("redis://127.0.0.1/").unwrap();
    /// let mut con = Checked::new(client.get_connection()?);
    /// User { id: 1 }.as_hash().deadline(Duration::from_millis(100)).write(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deadline(self, time: Duration) -> HashWrite<'r, R, K, Deadline> {
        let Self { record, key, options, limit: _, retry, resend_unknown } = self;
        HashWrite { record, key, options, limit: Deadline(time), retry, resend_unknown }
    }

    /// Writes again what failed and [may be](crate::Error::is_retryable) written again: what was not
    /// sent, and what the server refused for a reason that passes. After each attempt the policy
    /// says how long to wait, and when to give up; the last error is the write's.
    ///
    /// Without this, nothing is ever sent twice (but by the connections of `redis` themselves: a
    /// cluster's resends after a lost connection).
    ///
    /// ```no_run
    /// use backon::ExponentialBuilder;
    ///
    /// # use redis_hashmap::ToRedisHash;
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap();
    /// User { id: 1 }.as_hash().retry(ExponentialBuilder::default().with_max_times(5)).write(&mut con)?;
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    #[cfg(feature = "retry")]
    #[cfg_attr(docsrs, doc(cfg(feature = "retry")))]
    pub fn retry(mut self, policy: backon::ExponentialBuilder) -> Self {
        self.retry = Some(policy);
        self
    }

    /// With [`retry`](Self::retry): also what is [`Unknown`](crate::Effect::Unknown) is written
    /// again, the record that was sent and never answered.
    ///
    /// It may have been written. If another writer wrote the same key since then, the second attempt
    /// overwrites the newer record with this older one. Never done for a write with a condition
    /// ([`only_if`](Self::only_if), a `version`), which would refuse its own first attempt.
    #[cfg(feature = "retry")]
    #[cfg_attr(docsrs, doc(cfg(feature = "retry")))]
    pub fn resend_unknown(mut self) -> Self {
        self.resend_unknown = true;
        self
    }

    /// Writes the record, in one round trip.
    ///
    /// With a condition, a lifetime, `replace` or a version the write is a Lua script, called by its
    /// digest (and once by its source on a server that has not seen it); to a cluster, all that is
    /// more than one command is.
    ///
    /// A user of the server needs the rights to the commands that the write runs: `hset`, `hdel`,
    /// `multi` and `exec`; for the script also `eval`, `evalsha`, and of `hkeys` (`replace`,
    /// `only_if`), `hget` (`only_if`, a version), `hpexpire` (a field's lifetime), `pexpire`, `pexpireat`,
    /// `persist` and `hmget` (the key's) those that it needs.
    ///
    /// Not for a connection that is inside a `MULTI` of yours: where fields are absent, the write
    /// has a `MULTI` and an `EXEC` of its own, and the server then ends yours. The error says so.
    ///
    /// # Errors
    ///
    /// As [`write_hash`](ToRedisHash::write_hash).
    pub fn write<C>(&self, con: &mut C) -> Result<Written>
    where
        K: KeySource<R>,
        C: Connection + ?Sized,
        L: Limit<C>,
    {
        exec::blocking::write(con, self)
    }

    /// The same over an asynchronous connection.
    ///
    /// The write is encoded here and now; the future holds the connection, and nothing of the record.
    /// (But what the record's and the key's *types* borrow, the compiler takes the future to borrow;
    /// and a builder that is awaited in the expression that makes it lives as long. In a task, make
    /// the future first and await it then.) It may be dropped at any time: the record is then written whole or not at all, and the connection can
    /// be used on. A cluster's connection follows a slot that moves, also with a transaction.
    ///
    /// # Errors
    ///
    /// As [`write_hash`](ToRedisHash::write_hash).
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    pub fn write_async<'c, C>(
        &self,
        con: &'c mut C,
    ) -> impl Future<Output = Result<Written>> + Send + use<'c, R, K, L, C>
    where
        K: KeySource<R>,
        C: AsyncConnection + ?Sized,
        L: TimeLimit,
    {
        let request = exec::aio::Request::new(self);
        async move {
            // Not moved: the future would have room for it twice.
            match request {
                Ok(ref request) => request.run(con).await,
                Err(error) => Err(error),
            }
        }
    }

    /// Queues the write in a pipeline of yours, among any other commands and records; it is sent
    /// with them. One record is written whole, also where the pipeline is not
    /// [`atomic`](redis::Pipeline::atomic).
    ///
    /// The pipeline's answer has nothing for it ([`ignore`](redis::Pipeline::ignore)), but an error
    /// is one of the pipeline. Only a write with a condition ([`only_if`](Self::only_if), a
    /// `version`) has an answer: 1, or 0 where it was refused.
    ///
    /// A write that needs more than one command is one script, sent by its source (3 KB), unless the
    /// pipeline was made atomic before.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode); nothing is queued then.
    ///
    /// ```no_run
    /// # use redis_hashmap::{Exists, ToRedisHash};
    /// # #[derive(ToRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64 }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/").unwrap().get_connection().unwrap();
    /// let mut pipeline = redis::pipe();
    /// pipeline.atomic().cmd("INCR").arg("users");
    /// User { id: 1 }.as_hash().queue(&mut pipeline)?;
    /// User { id: 2 }.as_hash().only_if(Exists::No).queue(&mut pipeline)?;
    /// let (users, is_new): (u64, bool) = pipeline.query(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn queue(&self, pipeline: &mut impl Queue) -> Result<()>
    where
        K: KeySource<R>,
    {
        queue::queue(self, pipeline)
    }

    pub(crate) fn policy(&self) -> Policy
    where
        L: TimeLimit,
    {
        let resend_unknown = self.resend_unknown && !self.may_be_refused();
        Policy { retry: self.retry, resend_unknown, time: self.limit.time() }
    }

    pub(crate) fn may_be_refused(&self) -> bool {
        self.options.versioned || self.options.only_if.is_some()
    }

    /// Appends the write's commands to `out` as packed RESP, and answers how many replies a
    /// server gives to them: 1, 4 where `MULTI` and `EXEC` are around two commands, or 0 where
    /// every field is absent and kept. A script is called by its source, so the bytes work on any
    /// server, for example through `redis-cli --pipe`.
    ///
    /// Allocates nothing where `out` has room for it, and for a KiB more.
    ///
    /// # Errors
    ///
    /// [`Error::Key`](crate::Error::Key), [`Error::Value`](crate::Error::Value) or
    /// [`Error::Expire`](crate::Error::Expire); `out` is as it was then.
    ///
    /// ```
    /// # use redis_hashmap::ToRedisHash;
    /// #[derive(ToRedisHash)]
    /// struct Point { x: i32, y: Option<i32> }
    ///
    /// let mut packed = Vec::new();
    /// let replies = Point { x: 1, y: Some(-2) }.as_hash().key("p").encode(&mut packed)?;
    /// assert_eq!(replies, 1);
    /// assert_eq!(packed, b"*6\r\n$4\r\nHSET\r\n$1\r\np\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$2\r\n-2\r\n");
    /// # Ok::<(), redis_hashmap::Error>(())
    /// ```
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<usize>
    where
        K: KeySource<R>,
    {
        let plan =
            sink::all_or_nothing(out, |out| self.append(Whole::Multi, CallScript::Eval, out))?;
        Ok(plan.commands.replies())
    }

    /// Writes the same bytes as [`encode`](Self::encode), and answers the same. A value of 64 KiB or more
    /// that has its bytes at hand (strings and bytes, also behind `&`, `Box`, `Arc` or `Cow`) is not copied:
    /// it goes from where it is, with [`write_vectored`](std::io::Write::write_vectored). All else is packed in
    /// the thread's buffer and written in one piece.
    ///
    /// For a file, a pipe to `redis-cli --pipe`, or a socket of your own. The connections of `redis` take
    /// packed bytes or `Cmd`s, and no slices: there a giant is copied once or twice.
    ///
    /// ```
    /// # use redis_hashmap::ToRedisHash;
    /// #[derive(ToRedisHash)]
    /// #[redis_hash(key = "image:{id}")]
    /// struct Image<'a> { id: u64, pixels: &'a [u8] }
    ///
    /// let pixels = vec![0; 16 << 20];
    /// let mut file = std::io::sink();
    /// Image { id: 1, pixels: &pixels }.as_hash().write_to(&mut file)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `out`; and with the kind `InvalidInput`, before anything is written, an
    /// [`Error`](crate::Error) of [`encode`](Self::encode).
    pub fn write_to(&self, mut out: impl io::Write) -> io::Result<usize>
    where
        K: KeySource<R>,
    {
        sink::with_buffer(|packed| {
            let key = |writer: &mut KeyWriter<'_>| self.key.write_key(self.record, writer);
            let mut outline = Outline::default();
            let room = Room::behind(packed);
            let plan = plan::outline(self.record, key, &self.options, &mut outline, room)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            packed.truncate(plan.end);
            outline.write(self.record, packed, &mut out)?;
            Ok(plan.commands.replies())
        })
    }

    /// For who asked for no condition, and gets no answer: a conflict is an error.
    pub(crate) fn expect_applied(&self, written: Written, resends: bool) -> Result<()>
    where
        K: KeySource<R>,
    {
        if written != Written::Refused {
            return Ok(());
        }
        let mut key = Vec::new();
        let mut writer = KeyWriter::new(Room::behind(&mut key));
        self.key.write_key(self.record, &mut writer)?;
        writer.finish()?.close();
        let key = String::from_utf8_lossy(&key).into_owned();
        Err(WriteError::new(R::RECORD.name, key, Failure::conflict(resends)).into())
    }

    /// Writes the packed plan. On an error, a part of it is there.
    #[inline]
    pub(crate) fn plan(&self, whole: Whole, call: CallScript, room: Room<'_>) -> Result<Plan>
    where
        K: KeySource<R>,
    {
        let key = |writer: &mut KeyWriter<'_>| self.key.write_key(self.record, writer);
        plan::encode(self.record, key, &self.options, whole, call, room)
    }

    /// The same, appended to a buffer.
    #[inline]
    pub(crate) fn append(&self, whole: Whole, call: CallScript, out: &mut Vec<u8>) -> Result<Plan>
    where
        K: KeySource<R>,
    {
        let plan = self.plan(whole, call, Room::behind(out))?;
        out.truncate(plan.end);
        Ok(plan)
    }
}

/// The record's name and the options; no value.
impl<R: ToRedisHash + ?Sized, K, L> fmt::Debug for HashWrite<'_, R, K, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashWrite")
            .field("record", &R::RECORD.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
