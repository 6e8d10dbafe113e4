//! One question to one hash, as a value: run over a connection, or queued in a pipeline.

mod ttl;

use std::borrow::Cow;
use std::fmt;

use redis::{Cmd, ServerError, Value};

#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Failure, FieldError, ReadError, Result, WriteError};
use crate::exec;
use crate::key::KeyArg;
use crate::queue::Queue;
use crate::redact;
use crate::sink;
use crate::value::{self, ValueError, ValueWriter, WrittenValue};

pub use ttl::Ttl;

/// A script: what runs its commands, and its own part. Where that is, is said from the caller's file.
macro_rules! script {
    ($own:literal) => {
        concat!(include_str!("../command/run.lua"), include_str!($own))
    };
}
pub(crate) use script;

/// One operation on one field, made by a method of [`HashField`](crate::HashField): nothing is sent
/// before it is run. It is encoded already, and holds nothing of the caller's.
///
/// ```no_run
/// # use redis_hashmap::{FromRedisHash, ToRedisHash};
/// # #[derive(ToRedisHash, FromRedisHash)]
/// # #[redis_hash(key = "user:{id}")]
/// # struct User { id: u64, name: String, visits: u64 }
/// # let client = redis::Client::open("redis://127.0.0.1/")?;
/// # let mut con = client.get_connection()?;
/// let user = User::hash_fields();
/// let visits: u64 = user.visits.incr(User::hash_key(42), 1).run(&mut con)?;
///
/// // Several in one round trip, among any other commands.
/// let mut pipeline = redis::pipe();
/// let name = user.name.get(User::hash_key(42)).queue(&mut pipeline)?;
/// let visits = user.visits.incr(User::hash_key(42), 1).queue(&mut pipeline)?;
/// let [first, second]: [redis::Value; 2] = pipeline.query(&mut con)?;
/// println!("{:?} {}", name.read(first)?, visits.read(second)?);
/// # async fn f(client: redis::Client) -> Result<(), Box<dyn std::error::Error>> {
/// # let user = User::hash_fields();
///
/// let mut con = client.get_multiplexed_async_connection().await?;
/// let visits: u64 = user.visits.incr(User::hash_key(42), 1).run_async(&mut con).await?;
/// # Ok(()) }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is sent before `.run(..)`, `.run_async(..)` or `.queue(..)`"]
pub struct FieldCommand<T> {
    asked: Result<(Asked, Vec<u8>)>,
    decode: Decode<T>,
}

/// The answer to an operation that was queued in a pipeline, still to be read.
pub struct FieldAnswer<T> {
    asked: Asked,
    decode: Decode<T>,
}

/// What a reply says, which is no error.
pub(crate) type Decode<T> = fn(&Asked, Value) -> Result<T>;

/// What was asked, as far as its errors tell of it.
pub(crate) struct Asked {
    record: &'static str,
    /// `None`: the question is one to the whole hash.
    field: Option<Cow<'static, str>>,
    key: Box<[u8]>,
    op: Op,
}

/// An operation, by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Op {
    pub(crate) name: &'static str,
    pub(crate) writes: bool,
    /// What the sum must be, of one that counts: "a `u8`".
    pub(crate) sum: &'static str,
}

impl Op {
    pub(crate) const fn read(name: &'static str) -> Self {
        Self { name, writes: false, sum: "" }
    }

    pub(crate) const fn write(name: &'static str) -> Self {
        Self { name, writes: true, sum: "" }
    }
}

/// The arguments of a question: these, around the key and the field's name.
#[derive(Default)]
pub(crate) struct Args<'a> {
    pub(crate) before_key: &'a [&'a [u8]],
    pub(crate) before_field: &'a [&'a [u8]],
    pub(crate) values: &'a [&'a WriteArg<'a>],
}

pub(crate) type WriteArg<'a> = dyn Fn(ValueWriter<'_>) -> Result<WrittenValue<'_>, ValueError> + 'a;

impl<T> FieldCommand<T> {
    pub(crate) fn new(
        op: Op,
        record: &'static str,
        field: Option<Cow<'static, str>>,
        key: impl KeyArg,
        args: &Args<'_>,
        decode: Decode<T>,
    ) -> Self {
        let asked = match key.into_key() {
            Ok(key) => {
                let asked = Asked { record, field, key: key.as_ref().into(), op };
                asked.pack(args).map(|packed| (asked, packed))
            }
            Err(error) => Err(error.into()),
        };
        Self { asked, decode }
    }

    /// One that cannot be asked: its run says why.
    #[cold]
    pub(crate) fn failed(error: Error, decode: Decode<T>) -> Self {
        Self { asked: Err(error), decode }
    }

    /// Asks, and waits for the answer: one round trip.
    ///
    /// # Errors
    ///
    /// [`Error::Key`](crate::Error::Key), [`Error::Value`](crate::Error::Value) and
    /// [`Error::Expire`](crate::Error::Expire) where the key, a value or a time is none: nothing was
    /// sent. [`Error::Write`](crate::Error::Write), of what changes the field, and
    /// [`Error::Read`](crate::Error::Read), of what does not, where the server or the connection
    /// failed. What was read and is no value of the field's type is an
    /// [`Error::Value`](crate::Error::Value) too. All name the key and the field, and no value.
    pub fn run<C>(self, con: &mut C) -> Result<T>
    where
        C: Connection + ?Sized,
    {
        let (asked, packed) = self.asked?;
        let resends = !con.supports_pipelining();
        let reply = exec::answered(con.req_packed_command(&packed), resends, || &packed);
        asked.answer(reply, || packed, self.decode)
    }

    /// [`run`](Self::run), over an asynchronous connection. The future may be dropped at any time:
    /// what was asked is then done, or not.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    #[cfg(feature = "aio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
    pub fn run_async<C>(self, con: &mut C) -> impl Future<Output = Result<T>> + Send + use<'_, T, C>
    where
        C: AsyncConnection + ?Sized,
    {
        let Self { asked, decode } = self;
        let asked = asked.map(|(asked, packed)| (asked, command(&packed)));
        async move {
            let (asked, cmd) = asked?;
            let resends = !exec::aio::never_resends::<C>();
            let reply = con.req_packed_command(&cmd).await;
            let packed = || cmd.get_packed_command();
            let reply = exec::answered(reply, resends, packed);
            asked.answer(reply, packed, decode)
        }
    }

    /// Queues it in a pipeline of yours, among any other commands. It has one reply there, which the
    /// answer [reads](FieldAnswer::read).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run) where nothing was sent; nothing is queued then.
    pub fn queue(self, pipeline: &mut impl Queue) -> Result<FieldAnswer<T>> {
        let (asked, packed) = self.asked?;
        pipeline.push(command(&packed), false);
        Ok(FieldAnswer { asked, decode: self.decode })
    }
}

impl<T> FieldAnswer<T> {
    /// What the operation answers, by its reply in the pipeline's.
    ///
    /// An error among the replies makes the whole of [`redis::Pipeline::query`] fail, unless the
    /// pipeline was told to [`ignore_errors`](redis::Pipeline::ignore_errors): then it is read here.
    ///
    /// # Errors
    ///
    /// As [`FieldCommand::run`].
    pub fn read(self, reply: Value) -> Result<T> {
        let Self { asked, decode } = self;
        match reply {
            // Nobody knows any more which values the server may quote: so none of its words is shown.
            Value::ServerError(error) => {
                let failure = exec::rejected(asked.op.name, &redact::all(&error), &[]);
                Err(asked.failed(asked.explain(&error, failure)))
            }
            reply => asked.answer(Ok(reply), Vec::new, decode),
        }
    }
}

fn command(packed: &[u8]) -> Cmd {
    sink::cmd::cmds(packed).next().unwrap_or_default()
}

impl Asked {
    fn pack(&self, args: &Args<'_>) -> Result<Vec<u8>> {
        let Args { before_key, before_field, values } = args;
        let count = before_key.len() + 1 + before_field.len();
        let count = count + usize::from(self.field.is_some()) + values.len();
        let mut packed = Vec::with_capacity(128);
        sink::array(&mut packed, count);
        before_key.iter().for_each(|arg| sink::bulk(&mut packed, arg));
        sink::bulk(&mut packed, &self.key);
        before_field.iter().for_each(|arg| sink::bulk(&mut packed, arg));
        if let Some(field) = &self.field {
            sink::bulk(&mut packed, field.as_bytes());
        }
        for write in *values {
            value::append_with(&mut packed, write).map_err(|reason| {
                let key = String::from_utf8_lossy(&self.key).into_owned();
                FieldError::new(self.record, key, self.field().to_owned(), reason)
            })?;
        }
        Ok(packed)
    }

    fn answer<T>(
        &self,
        reply: Result<Value, Failure>,
        packed: impl FnOnce() -> Vec<u8>,
        decode: Decode<T>,
    ) -> Result<T> {
        let mut reply = reply.map_err(|failure| self.failed(failure))?;
        while let Value::Attribute { data, .. } = reply {
            reply = *data;
        }
        match reply {
            Value::ServerError(error) => {
                let failure = exec::rejected(self.op.name, &error, &packed());
                Err(self.failed(self.explain(&error, failure)))
            }
            reply => decode(self, reply),
        }
    }

    /// What a server means, where its code says only `ERR`.
    fn explain(&self, error: &ServerError, failure: Failure) -> Failure {
        let text = error.details().unwrap_or_default();
        let (kind, what) = match (error.code(), text) {
            ("OVERFLOW", _)
            | (
                _,
                "increment or decrement would overflow" | "increment would produce NaN or Infinity",
            ) => (ErrorKind::Overflow, format!("the sum would not be {}", self.op.sum)),
            (_, "hash value is not an integer" | "hash value is not a float") => {
                (ErrorKind::Value, "what the field holds is no number that a server counts".into())
            }
            _ if is_unknown_command(text) && self.op.name.starts_with("HP") => {
                (ErrorKind::Unsupported, exec::NO_LIFETIMES.into())
            }
            _ => return failure,
        };
        Failure { what, kind, ..failure }
    }

    /// An answer of a shape that is none to this question.
    #[cold]
    pub(crate) fn unexpected(&self, reply: &Value) -> Error {
        self.failed(exec::unexpected(self.op.name, reply))
    }

    /// What was read is no value of the field's type.
    #[cold]
    pub(crate) fn unread(&self, unread: crate::value::read::Unread) -> Error {
        FieldError::unread(self.record, Some(&self.key), unread).into()
    }

    pub(crate) fn field(&self) -> &str {
        self.field.as_deref().unwrap_or_default()
    }

    #[cold]
    fn failed(&self, failure: Failure) -> Error {
        if self.op.writes {
            let key = String::from_utf8_lossy(&self.key).into_owned();
            WriteError::new(self.record, key, failure).of_field(self.field()).into()
        } else {
            ReadError::new(self.record, &self.key, failure).of_field(self.field()).into()
        }
    }
}

/// What servers say of a command that they do not know, sent as it is or from a script.
fn is_unknown_command(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("unknown command")
        || text.contains("unknown") && text.contains("command called from")
}

/// The names; no value.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("op", &self.op.name)
            .field("record", &self.record)
            .field("key", &String::from_utf8_lossy(&self.key))
            .field("field", &self.field())
            .finish()
    }
}

impl<T> fmt::Debug for FieldCommand<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldCommand").field(&self.asked.as_ref().map(|(asked, _)| asked)).finish()
    }
}

impl<T> fmt::Debug for FieldAnswer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldAnswer").field(&self.asked).finish()
    }
}
