//! Over a synchronous connection: packed bytes go down as they are.

use std::time::Instant;

use redis::{RedisError, RedisResult, ServerError, Value};

use super::{
    all_four, check_script, check_single, check_transaction, is_left_open, rejected, transport,
};
use crate::checked;
use crate::connection::{Connection, is_one_socket};
use crate::error::{Error, Failure, Result, WriteError};
use crate::plan::{self, CallScript, Commands, Whole};
use crate::record::ToRedisHash;
use crate::sink;
use crate::write::{HashWrite, KeySource, Limit, Written};

pub(crate) fn write<R, K, L, C>(con: &mut C, write: &HashWrite<'_, R, K, L>) -> Result<Written>
where
    R: ToRedisHash + ?Sized,
    K: KeySource<R>,
    L: Limit<C>,
    C: Connection + ?Sized,
{
    // A cluster's connection, which cannot pipeline, answers a transaction with its first error
    // only, and cannot follow a slot that moves inside one.
    let whole = if con.supports_pipelining() { Whole::Multi } else { Whole::Script };
    sink::with_buffer(|packed| {
        let plan = write.append(whole, CallScript::Evalsha, packed)?;
        let mut attempts = write.policy().begin();
        loop {
            let failure = match run::<L, C>(con, &plan.commands, packed, attempts.until()) {
                Ok(written) => return Ok(written),
                Err(failure) => failure,
            };
            let key = String::from_utf8_lossy(&packed[plan.key.clone()]).into_owned();
            let error = Error::Write(WriteError::new(R::RECORD.name, key, failure));
            std::thread::sleep(attempts.pause_after(error)?);
        }
    })
}

// Not generic over the record: one copy per connection type.
pub(crate) fn run<L, C>(
    con: &mut C,
    commands: &Commands,
    packed: &[u8],
    until: Option<Instant>,
) -> Result<Written, Failure>
where
    L: Limit<C>,
    C: Connection + ?Sized,
{
    match *commands {
        Commands::Nothing => Ok(Written::Nothing),
        _ if is_closed(con) => Err(lost(con, checked::closed(), packed)),
        Commands::Single(command) => {
            let reply = send::<L, C>(con, packed, until);
            check_single(command, reply.map_err(|error| lost(con, error, packed))?, packed)?;
            Ok(Written::Applied)
        }
        Commands::Transaction => {
            let replies = L::several(con, packed, commands.replies(), until);
            let replies = replies.map_err(|error| match ServerError::try_from(error) {
                Ok(error) => rejected("the write", &error, packed),
                Err(error) => lost(con, error, packed),
            })?;
            if is_left_open(&replies) {
                // Whatever it answers: what there is to say, the replies before it say.
                drop(send::<L, C>(con, plan::DISCARD, until));
            }
            check_transaction(all_four(replies)?, packed)?;
            Ok(Written::Applied)
        }
        Commands::Script { args, rest } => {
            let mut reply = send::<L, C>(con, packed, until);
            if matches!(&reply, Ok(Value::ServerError(error)) if error.code() == "NOSCRIPT") {
                // The server forgot it, or never saw it: SCRIPT FLUSH, a restart, a failover.
                reply = send::<L, C>(con, &plan::eval_instead(packed, args, rest), until);
            }
            check_script(reply.map_err(|error| lost(con, error, packed))?, packed)
        }
    }
}

/// One command and its reply, a server's error among them: some connections answer that as an
/// `Err`.
fn send<L, C>(con: &mut C, packed: &[u8], until: Option<Instant>) -> RedisResult<Value>
where
    L: Limit<C>,
    C: Connection + ?Sized,
{
    L::one(con, packed, until).or_else(|error| ServerError::try_from(error).map(Value::ServerError))
}

/// Whether nothing can be sent any more: the connection failed before. Asked of what is one socket: a
/// client's `is_open` makes a connection, and a cluster's speaks of one node of many.
fn is_closed<C>(con: &C) -> bool
where
    C: Connection + ?Sized,
{
    is_one_socket::<C>() && !con.is_open()
}

#[cold]
fn lost<C>(con: &mut C, error: RedisError, packed: &[u8]) -> Failure
where
    C: Connection + ?Sized,
{
    // A cluster's connection is the one that cannot pipeline, and the one that tries again.
    transport(error, !con.supports_pipelining(), packed)
}
