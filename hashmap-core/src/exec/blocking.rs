//! Over a synchronous connection: packed bytes go down as they are.

use redis::{RedisError, RedisResult, ServerError, Value};

use super::{check_script, check_single, check_transaction, is_left_open, rejected, transport};
use crate::connection::Connection;
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::{self, CallScript, Commands, Whole};
use crate::record::ToRedisHash;
use crate::sink;
use crate::write::{HashWrite, KeySource, Written};

pub(crate) fn write<R, K, C>(con: &mut C, write: &HashWrite<'_, R, K>) -> Result<Written>
where
    R: ToRedisHash + ?Sized,
    K: KeySource<R>,
    C: Connection + ?Sized,
{
    // A cluster's connection, which cannot pipeline, answers a transaction with its first error
    // only, and cannot follow a slot that moves inside one.
    let whole = if con.supports_pipelining() { Whole::Multi } else { Whole::Script };
    sink::with_buffer(|packed| {
        let plan = write.plan(whole, CallScript::Evalsha, packed)?;
        run(con, &plan.commands, packed).map_err(|failure| {
            let key = String::from_utf8_lossy(&packed[plan.key.clone()]).into_owned();
            Error::Write(WriteError::new(R::RECORD.name, key, failure))
        })
    })
}

// Not generic over the record: one copy per connection type.
fn run<C>(con: &mut C, commands: &Commands, packed: &[u8]) -> Result<Written, Failure>
where
    C: Connection + ?Sized,
{
    match *commands {
        Commands::Nothing => Ok(Written::Nothing),
        Commands::Single(command) => {
            let reply = send(con, packed);
            check_single(command, reply.map_err(|error| lost(con, error, packed))?, packed)?;
            Ok(Written::Applied)
        }
        Commands::Transaction => {
            let replies = con.req_packed_commands(packed, 0, commands.replies());
            let replies = replies.map_err(|error| match ServerError::try_from(error) {
                Ok(error) => rejected("the write", &error, packed),
                Err(error) => lost(con, error, packed),
            })?;
            if is_left_open(&replies) {
                // Whatever it answers: what there is to say, the replies before it say.
                drop(con.req_packed_command(plan::DISCARD));
            }
            check_transaction(replies, packed)?;
            Ok(Written::Applied)
        }
        Commands::Script { args, rest } => {
            let mut reply = send(con, packed);
            if matches!(&reply, Ok(Value::ServerError(error)) if error.code() == "NOSCRIPT") {
                // The server forgot it, or never saw it: SCRIPT FLUSH, a restart, a failover.
                reply = send(con, &plan::eval_instead(packed, args, rest));
            }
            check_script(reply.map_err(|error| lost(con, error, packed))?, packed)
        }
    }
}

/// One command and its reply, a server's error among them: some connections answer that as an
/// `Err`.
fn send<C>(con: &mut C, packed: &[u8]) -> RedisResult<Value>
where
    C: Connection + ?Sized,
{
    con.req_packed_command(packed)
        .or_else(|error| ServerError::try_from(error).map(Value::ServerError))
}

#[cold]
fn lost<C>(con: &mut C, error: RedisError, packed: &[u8]) -> Failure
where
    C: Connection + ?Sized,
{
    // A cluster's connection is the one that cannot pipeline, and the one that tries again.
    transport(error, !con.supports_pipelining(), packed)
}
