//! A connection that is not used once it is out of step.

use std::io;
use std::ops::DerefMut;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::{ConnectionLike, RedisError, RedisResult, ServerError, Value};

use crate::connection::Connection;

/// A synchronous connection that refuses to be used after an I/O error, a timeout or an answer that
/// made no sense.
///
/// `redis` 1.8 does not: after a *write* timeout it leaves half a command on the wire, says
/// `is_open() == true`, and the bytes of the next commands become data of the one before; after a
/// *read* timeout, the next command is given the answer to the one before. Whoever sets a timeout on
/// a [`redis::Connection`] wants this around it.
///
/// Afterwards every command fails at once, with nothing sent
/// ([`Effect::NotSent`](crate::Effect::NotSent)), and `is_open()` is false, so that a pool throws the
/// connection away: see `CheckedManager` (feature `r2d2`). An error of the server, such as
/// `WRONGTYPE`, is an answer, and changes nothing.
///
/// It takes all commands of `redis`, and costs a comparison for each.
///
/// ```no_run
/// use std::time::Duration;
/// use redis::TypedCommands;
/// use redis_hashmap::{Checked, ToRedisHash};
///
/// # #[derive(ToRedisHash)]
/// # #[redis_hash(key = "user:{id}")]
/// # struct User { id: u64 }
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let mut con = Checked::new(client.get_connection()?).with_timeout(Duration::from_secs(1))?;
/// User { id: 1 }.write_hash(&mut con)?;
/// con.incr("users", 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Checked<C> {
    con: C,
    is_broken: bool,
    timeout: Option<Duration>,
    /// How a pipeline is run where there is a timeout.
    pipeline: Option<Pipeline<C>>,
}

type Pipeline<C> = fn(&mut C, &[u8], usize) -> RedisResult<Vec<Value>>;

impl<C> Checked<C> {
    /// Around a connection that nobody used wrongly yet.
    pub fn new(con: C) -> Self {
        Self { con, is_broken: false, timeout: None, pipeline: None }
    }

    /// Whether the connection failed, and is used no more.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// The connection, where it is in step.
    pub fn into_inner(self) -> Option<C> {
        (!self.is_broken).then_some(self.con)
    }

    fn guarded<T>(&mut self, call: impl FnOnce(&mut C) -> RedisResult<T>) -> RedisResult<T> {
        if self.is_broken {
            return Err(Refusal::Broken.error());
        }
        // Until the answer is whole: also where `call` panics.
        self.is_broken = true;
        let answer = call(&mut self.con);
        self.is_broken = answer.as_ref().is_err_and(is_out_of_step);
        answer
    }
}

impl Checked<redis::Connection> {
    /// Every reply may take this long to come, and every command to be sent, but for a write with a
    /// [`deadline`](crate::HashWrite::deadline) of its own. The first that takes longer ends a pipeline
    /// (but for an [`atomic`](redis::Pipeline::atomic) one: there `redis` waits as long for each of the
    /// others, too).
    ///
    /// A timeout that was set on the connection before it was wrapped is forgotten with the first
    /// write that has a deadline: set it here.
    ///
    /// # Errors
    ///
    /// Zero is no timeout.
    pub fn with_timeout(mut self, timeout: Duration) -> RedisResult<Self> {
        self.set_timeout(Some(timeout))?;
        Ok(self)
    }

    /// The same for a connection in use, such as one from a pool; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// Zero is no timeout.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) -> RedisResult<()> {
        set_timeout(&self.con, timeout)?;
        self.timeout = timeout;
        self.pipeline = Some(pipeline);
        Ok(())
    }
}

/// That of `redis` waits for every reply also after one that did not come: 500 timeouts for 500.
fn pipeline(con: &mut redis::Connection, packed: &[u8], replies: usize) -> RedisResult<Vec<Value>> {
    con.send_packed_command(packed)?;
    let mut answers = Vec::with_capacity(replies);
    while answers.len() < replies {
        if let Some(reply) = as_reply(con.recv_response()) {
            answers.push(reply?);
        }
    }
    Ok(answers)
}

fn set_timeout(con: &redis::Connection, timeout: Option<Duration>) -> RedisResult<()> {
    con.set_read_timeout(timeout)?;
    con.set_write_timeout(timeout)
}

/// Whether the next answer may belong to another question: after everything but an answer of the
/// server, or what was wrong before anything was sent.
fn is_out_of_step(error: &RedisError) -> bool {
    use redis::ErrorKind as Redis;
    let is_in_step = matches!(
        error.kind(),
        Redis::Server(_)
            | Redis::Extension
            | Redis::InvalidClientConfig
            | Redis::Client
            | Redis::AuthenticationFailed
    );
    !is_in_step && ServerError::try_from(error.clone()).is_err()
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("this connection failed before, and is used no more")]
    Broken,
    #[error("this connection is closed")]
    Closed,
    #[error("the deadline was over before it was sent")]
    Late,
}

impl Refusal {
    fn error(self) -> RedisError {
        let kind = match self {
            Self::Broken | Self::Closed => io::ErrorKind::NotConnected,
            Self::Late => io::ErrorKind::TimedOut,
        };
        io::Error::new(kind, self).into()
    }
}

/// Instead of a write on a connection that says itself that it is closed.
#[cold]
pub(crate) fn closed() -> RedisError {
    Refusal::Closed.error()
}

/// Whether the error says that nothing was sent.
pub(crate) fn is_refusal(error: &RedisError) -> bool {
    std::error::Error::source(error)
        // As `redis` 1.8 keeps it; a test would see that change.
        .and_then(|source| source.downcast_ref::<Arc<dyn std::error::Error + Send + Sync>>())
        .and_then(|shared| shared.downcast_ref::<io::Error>())
        .and_then(io::Error::get_ref)
        .and_then(|why| why.downcast_ref::<Refusal>())
        .is_some()
}

impl<C: ConnectionLike> ConnectionLike for Checked<C> {
    fn req_packed_command(&mut self, cmd: &[u8]) -> RedisResult<Value> {
        self.guarded(|con| con.req_packed_command(cmd))
    }

    fn req_packed_commands(
        &mut self,
        cmd: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let pipeline = self.pipeline.filter(|_| offset == 0);
        self.guarded(|con| match pipeline {
            Some(pipeline) => pipeline(con, cmd, count),
            None => con.req_packed_commands(cmd, offset, count),
        })
    }

    fn req_command(&mut self, cmd: &redis::Cmd) -> RedisResult<Value> {
        self.guarded(|con| con.req_command(cmd))
    }

    fn get_db(&self) -> i64 {
        self.con.get_db()
    }

    fn supports_pipelining(&self) -> bool {
        self.con.supports_pipelining()
    }

    fn check_connection(&mut self) -> bool {
        let is_well = self.guarded(|con| Ok(con.check_connection())).unwrap_or(false);
        self.is_broken |= !is_well;
        is_well
    }

    fn is_open(&self) -> bool {
        !self.is_broken && self.con.is_open()
    }
}

/// A connection whose time can be limited: [`Checked<redis::Connection>`](Checked), also out of a
/// pool. What [`deadline`](crate::HashWrite::deadline) needs.
pub trait TimeLimited: Connection {
    /// Sends all of it and answers its replies, before `until`.
    #[doc(hidden)]
    fn exchange(
        &mut self,
        packed: &[u8],
        replies: usize,
        until: Instant,
    ) -> RedisResult<Vec<Value>>;

    /// Is used no more: it has replies that nobody reads.
    #[doc(hidden)]
    fn give_up(&mut self);
}

/// What is sent at once.
const PART: usize = 64 * 1024;

impl TimeLimited for Checked<redis::Connection> {
    fn exchange(
        &mut self,
        packed: &[u8],
        replies: usize,
        until: Instant,
    ) -> RedisResult<Vec<Value>> {
        // Before it counts as use: a deadline that is over breaks no connection.
        let left = time_left(until).ok_or_else(|| Refusal::Late.error())?;
        let timeout = self.timeout;
        self.guarded(|con| {
            set_timeout(con, Some(left))?;
            // In parts: the system counts the time for each anew.
            for part in packed.chunks(PART) {
                let left = time_left(until).ok_or(io::ErrorKind::TimedOut);
                con.set_write_timeout(Some(left.map_err(io::Error::from)?))?;
                con.send_packed_command(part)?;
            }
            let answers = (0..replies).map(|_| reply(con, until)).collect();
            set_timeout(con, timeout)?;
            answers
        })
    }

    fn give_up(&mut self) {
        self.is_broken = true;
    }
}

impl<T> TimeLimited for T
where
    T: DerefMut,
    T::Target: TimeLimited + Sized,
{
    fn exchange(
        &mut self,
        packed: &[u8],
        replies: usize,
        until: Instant,
    ) -> RedisResult<Vec<Value>> {
        (**self).exchange(packed, replies, until)
    }

    fn give_up(&mut self) {
        (**self).give_up();
    }
}

/// The next reply, a server's error among them.
fn reply(con: &mut redis::Connection, until: Instant) -> RedisResult<Value> {
    loop {
        let left = time_left(until).ok_or_else(|| io::Error::from(io::ErrorKind::TimedOut))?;
        con.set_read_timeout(Some(left))?;
        if let Some(reply) = as_reply(con.recv_response()) {
            return reply;
        }
    }
}

/// `None` for what was not asked for.
fn as_reply(received: RedisResult<Value>) -> Option<RedisResult<Value>> {
    match received {
        Ok(Value::Push { .. }) => None,
        Ok(reply) => Some(Ok(reply)),
        Err(error) => Some(ServerError::try_from(error).map(Value::ServerError)),
    }
}

/// `None` where the time is over.
fn time_left(until: Instant) -> Option<Duration> {
    Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}

/// Makes [`Checked`] connections for an `r2d2::Pool`, out of a [`redis::Client`].
///
/// ```no_run
/// use redis_hashmap::{CheckedManager, ToRedisHash};
///
/// # #[derive(ToRedisHash)]
/// # #[redis_hash(key = "user:{id}")]
/// # struct User { id: u64 }
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let manager = CheckedManager::new(client).with_timeout(std::time::Duration::from_secs(1));
/// let pool = r2d2::Pool::new(manager)?;
/// User { id: 1 }.write_hash(&mut pool.get()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "r2d2")]
#[cfg_attr(docsrs, doc(cfg(feature = "r2d2")))]
#[derive(Debug)]
pub struct CheckedManager {
    client: redis::Client,
    timeout: Option<Duration>,
}

#[cfg(feature = "r2d2")]
impl CheckedManager {
    /// Connections as this client makes them.
    pub fn new(client: redis::Client) -> Self {
        Self { client, timeout: None }
    }

    /// Every connection has this [timeout](Checked::with_timeout).
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }
}

#[cfg(feature = "r2d2")]
impl r2d2::ManageConnection for CheckedManager {
    type Connection = Checked<redis::Connection>;
    type Error = RedisError;

    fn connect(&self) -> Result<Self::Connection, RedisError> {
        let mut con = Checked::new(self.client.get_connection()?);
        con.set_timeout(self.timeout)?;
        Ok(con)
    }

    fn is_valid(&self, con: &mut Self::Connection) -> Result<(), RedisError> {
        con.guarded(|con| self.client.is_valid(con))
    }

    fn has_broken(&self, con: &mut Self::Connection) -> bool {
        !con.is_open()
    }
}
