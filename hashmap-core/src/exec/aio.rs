//! Over an asynchronous connection, which takes a `Cmd` or a `Pipeline`.
//!
//! A write is encoded when it is called, before anything is awaited: its future has all that it
//! needs, borrows no record, and may be spawned. It is safe to drop at any time: what `redis` was
//! given is sent whole, or not at all.

pub(crate) mod timer;

use std::any::type_name;

use redis::{Cmd, Pipeline, RedisError, RedisResult, ServerError, Value};

use super::{
    all_four, check_script, check_single, check_transaction, is_left_open, rejected, transport,
};
use crate::connection::AsyncConnection;
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::{self, CallScript, Commands, Whole};
use crate::record::ToRedisHash;
use crate::retry::Policy;
use crate::sink;
use crate::sink::cmd::{arg, cmds};
use crate::write::{HashWrite, KeySource, TimeLimit, Written};

/// One encoded write, which may be sent more than once.
pub(crate) struct Request {
    record: &'static str,
    sent: Sent,
    policy: Policy,
}

/// What is given to the connection.
pub(crate) enum Sent {
    Nothing,
    Single(&'static str, Cmd),
    /// `MULTI`, `HSET`, `HDEL`, `EXEC`.
    Transaction(Pipeline),
    Script(Cmd),
}

impl Request {
    pub(crate) fn new<R, K, L>(write: &HashWrite<'_, R, K, L>) -> Result<Self>
    where
        R: ToRedisHash + ?Sized,
        K: KeySource<R>,
        L: TimeLimit,
    {
        let policy = write.policy();
        sink::with_buffer(|packed| {
            let plan = write.append(Whole::Multi, CallScript::Evalsha, packed)?;
            let sent = Sent::of(&plan.commands, packed);
            Ok(Self { record: R::RECORD.name, sent, policy })
        })
    }

    pub(crate) async fn run<C>(&self, con: &mut C) -> Result<Written>
    where
        C: AsyncConnection + ?Sized,
    {
        // What is rare is boxed: a future is as large as the largest that it may await, and thousands of
        // them may be waiting.
        if self.policy.is_once() {
            return self.sent.attempt(con).await.map_err(|failure| self.failed(failure));
        }
        Box::pin(self.retry(con)).await
    }

    async fn retry<C>(&self, con: &mut C) -> Result<Written>
    where
        C: AsyncConnection + ?Sized,
    {
        let mut attempts = self.policy.begin();
        loop {
            match timer::before(attempts.until(), self.sent.attempt(con)).await {
                Ok(written) => return Ok(written),
                Err(failure) => {
                    let pause = attempts.pause_after(self.failed(failure))?;
                    timer::sleep(pause).await;
                }
            }
        }
    }

    /// The condition of a record that has one by itself did not hold.
    pub(crate) fn conflict<C: ?Sized>(&self) -> Error {
        self.failed(Failure::conflict(type_name::<C>().to_lowercase().contains("cluster")))
    }

    pub(crate) fn failed(&self, failure: Failure) -> Error {
        let key = match &self.sent {
            Sent::Nothing => &[],
            Sent::Single(_, cmd) => arg(cmd, plan::KEY),
            Sent::Transaction(pipeline) => {
                pipeline.cmd_iter().nth(1).map_or(&[][..], |hset| arg(hset, plan::KEY))
            }
            Sent::Script(cmd) => arg(cmd, plan::SCRIPT_KEY),
        };
        let key = String::from_utf8_lossy(key).into_owned();
        WriteError::new(self.record, key, failure).into()
    }
}

impl Sent {
    /// Of a packed plan.
    pub(crate) fn of(commands: &Commands, packed: &[u8]) -> Self {
        let mut cmds = cmds(packed);
        match (commands, cmds.next()) {
            (Commands::Single(command), Some(cmd)) => Self::Single(command, cmd),
            (Commands::Script { .. }, Some(cmd)) => Self::Script(cmd),
            (Commands::Transaction, Some(multi)) => {
                let mut pipeline = Pipeline::with_capacity(plan::TRANSACTION);
                pipeline.add_command(multi);
                cmds.for_each(|cmd| {
                    pipeline.add_command(cmd);
                });
                Self::Transaction(pipeline)
            }
            _ => Self::Nothing,
        }
    }

    pub(crate) async fn attempt<C>(&self, con: &mut C) -> Result<Written, Failure>
    where
        C: AsyncConnection + ?Sized,
    {
        match self {
            Self::Nothing => Ok(Written::Nothing),
            Self::Single(command, cmd) => {
                let packed = || cmd.get_packed_command();
                match send(con, cmd).await {
                    Ok(Value::Int(_)) => Ok(Written::Applied),
                    Ok(reply) => check_single(command, reply, &packed()).map(|()| Written::Applied),
                    Err(error) => Err(lost::<C>(error, &packed())),
                }
            }
            Self::Script(cmd) => Box::pin(script(con, cmd)).await,
            Self::Transaction(pipeline) => Box::pin(transaction(con, pipeline)).await,
        }
    }
}

async fn transaction<C>(con: &mut C, pipeline: &Pipeline) -> Result<Written, Failure>
where
    C: AsyncConnection + ?Sized,
{
    let replies = con.req_packed_commands(pipeline, 0, plan::TRANSACTION).await;
    let packed = || pipeline.get_packed_pipeline();
    let replies = replies.map_err(|error| match ServerError::try_from(error) {
        Ok(error) => rejected("the write", &error, &packed()),
        Err(error) => lost::<C>(error, &packed()),
    })?;
    if is_left_open(&replies) {
        discard(con, pipeline).await;
    }
    check_transaction(all_four(replies)?, &packed()).map(|()| Written::Applied)
}

/// Ends a transaction that its `EXEC` did not end. Whatever that answers: what there is to say, the replies
/// before it say.
async fn discard<C>(con: &mut C, transaction: &Pipeline)
where
    C: AsyncConnection + ?Sized,
{
    let mut pipeline = Pipeline::with_capacity(2);
    pipeline.cmd("DISCARD");
    // Leads a cluster's connection to the same node, and is refused there: there is nothing to delete.
    if let Some(hset) = transaction.cmd_iter().nth(1) {
        pipeline.cmd("HDEL").arg(arg(hset, plan::KEY));
    }
    drop(con.req_packed_commands(&pipeline, 0, 2).await);
}

async fn script<C>(con: &mut C, cmd: &Cmd) -> Result<Written, Failure>
where
    C: AsyncConnection + ?Sized,
{
    let mut reply = send(con, cmd).await;
    if matches!(&reply, Ok(Value::ServerError(error)) if error.code() == "NOSCRIPT") {
        // The server forgot it, or never saw it: SCRIPT FLUSH, a restart, a failover.
        reply = send(con, &plan::eval(cmd)).await;
    }
    match reply {
        Ok(reply) => check_script(reply, &cmd.get_packed_command()),
        Err(error) => Err(lost::<C>(error, &cmd.get_packed_command())),
    }
}

/// One command and its reply, a server's error among them.
async fn send<C>(con: &mut C, cmd: &Cmd) -> RedisResult<Value>
where
    C: AsyncConnection + ?Sized,
{
    let reply = con.req_packed_command(cmd).await;
    reply.or_else(|error| ServerError::try_from(error).map(Value::ServerError))
}

/// A `MultiplexedConnection` (1.8) that was closed before answers the very error, a `BrokenPipe`
/// without a code, of one whose driver took the request, sent it and lost the answer: both become
/// `closed_connection_error()` in `send_recv`, so both are `Unknown`. That the error comes at the
/// first poll proves nothing either, because the driver may have run on another thread within it.
#[cold]
fn lost<C: ?Sized>(error: RedisError, packed: &[u8]) -> Failure {
    transport(error, !never_resends::<C>(), packed)
}

/// Whether what the connection says of its last attempt is all that happened. A cluster's sends
/// again by itself, and a type of somebody else's may be one inside: so this is asked of the one
/// type that connects anew and is known to send once.
pub(crate) fn never_resends<C: ?Sized>() -> bool {
    type_name::<C>() == "redis::aio::connection_manager::ConnectionManager"
}
