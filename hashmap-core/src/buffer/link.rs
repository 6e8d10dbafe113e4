//! The buffer's connection: made, lost, and made again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::time::{Duration, Instant};

use redis::{ConnectionLike, RedisResult, ServerError, Value};

use super::records::Records;
use crate::batch::settle;
use crate::error::{Effect, Failure};
use crate::exec;
use crate::plan;
use crate::write::Written;

/// A server may have closed a connection that was idle for longer; it is asked before a record is sent.
const IDLE: Duration = Duration::from_secs(1);

/// Making a connection is several exchanges, and has at least this long.
const CONNECT: Duration = Duration::from_secs(1);

pub(super) struct Link {
    client: redis::Client,
    /// How long a server may take to answer.
    timeout: Duration,
    /// What our connections are called at the server.
    name: String,
    up: Option<Up>,
    /// The number of a connection that was lost, which the server may still read from.
    former: Option<i64>,
}

struct Up {
    con: redis::Connection,
    number: Option<i64>,
    used: Instant,
    /// It is inside a `MULTI` of ours, which the server would not end.
    is_open: bool,
    /// Of one record.
    replies: Vec<Value>,
}

impl Link {
    pub(super) fn new(client: redis::Client, timeout: Duration) -> Self {
        let random = || RandomState::new().build_hasher().finish();
        let name = format!("redis-hashmap-{:016x}{:016x}", random(), random());
        Self { client, timeout, name, up: None, former: None }
    }

    /// Connects, until then at most.
    pub(super) fn connect(&mut self, until: Option<Instant>) -> RedisResult<()> {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let most = self.timeout.max(CONNECT);
        let time = left.map_or(most, |left| left.min(most));
        if time.is_zero() {
            return Err(io::Error::from(io::ErrorKind::TimedOut).into());
        }
        let mut con = self.client.get_connection_with_timeout(time)?;
        con.set_read_timeout(Some(time))?;
        con.set_write_timeout(Some(time))?;
        let number = self.introduce(&mut con)?;
        self.make_sure(&mut con)?;
        con.set_read_timeout(Some(self.timeout))?;
        con.set_write_timeout(Some(self.timeout))?;
        let used = Instant::now();
        self.up = Some(Up { con, number, used, is_open: false, replies: Vec::new() });
        Ok(())
    }

    /// Gives the connection a name, and asks for its number, which a user without the right to that does not
    /// get.
    fn introduce(&self, con: &mut redis::Connection) -> RedisResult<Option<i64>> {
        let mut ask = redis::pipe();
        ask.cmd("PING").cmd("CLIENT").arg("SETNAME").arg(&self.name).cmd("CLIENT").arg("ID");
        let replies = con.req_packed_commands(&ask.get_packed_pipeline(), 0, 3)?;
        match <[Value; 3]>::try_from(replies) {
            // It would refuse every record, and is there soon.
            Ok([Value::ServerError(error), ..]) if error.code() == "LOADING" => Err(error.into()),
            Ok([_, Value::Okay, Value::Int(number)]) => Ok(Some(number)),
            _ => Ok(None),
        }
    }

    /// Makes sure that the server takes nothing more from the connection before this one: what it was sent
    /// there and has not read yet, it could else write over what is sent here.
    fn make_sure(&mut self, con: &mut redis::Connection) -> RedisResult<()> {
        let Some(number) = self.former else {
            return Ok(());
        };
        let client = |words: [&str; 2]| {
            let mut cmd = redis::cmd("CLIENT");
            cmd.arg(&words[..]).arg(number);
            cmd.get_packed_command()
        };
        // By its name too: the numbers of a server that was restarted begin again.
        let listed = match con.req_packed_command(&client(["LIST", "ID"]))? {
            Value::BulkString(text) => text,
            Value::VerbatimString { text, .. } => text.into_bytes(),
            _ => Vec::new(),
        };
        let name = format!("name={} ", self.name);
        if listed.windows(name.len()).any(|part| part == name.as_bytes()) {
            con.req_packed_command(&client(["KILL", "ID"]))?;
        }
        self.former = None;
        Ok(())
    }

    /// Whether there is a connection, and it is no idle one that the server has closed.
    pub(super) fn is_up(&mut self) -> bool {
        let Some(up) = &mut self.up else {
            return false;
        };
        if up.used.elapsed() < IDLE {
            return true;
        }
        let is_well = up.con.req_packed_command(plan::PING).is_ok();
        up.used = Instant::now();
        if !is_well {
            self.lose();
        }
        is_well
    }

    /// The connection is used no more.
    pub(super) fn lose(&mut self) {
        if let Some(up) = self.up.take() {
            self.former = up.number;
        }
    }

    /// Whether the connection is inside a `MULTI` of ours.
    pub(super) fn is_open(&self) -> bool {
        self.up.as_ref().is_some_and(|up| up.is_open)
    }

    /// Ends that, with all that is queued in it. Nothing is to be answered on the connection.
    pub(super) fn discard(&mut self) -> Result<(), Failure> {
        let up = self.up.as_mut().ok_or_else(Self::gone)?;
        up.is_open = false;
        // Whatever it answers: what there is to say, the replies before it said.
        match up.con.req_packed_command(plan::DISCARD) {
            Err(error) if ServerError::try_from(error.clone()).is_err() => Err(lost(error, &[])),
            _ => Ok(()),
        }
    }

    /// Sends all of it, or some of it, which nobody can tell then.
    pub(super) fn send(&mut self, packed: &[u8]) -> Result<(), Failure> {
        let up = self.up.as_mut().ok_or_else(Self::gone)?;
        if packed.is_empty() {
            return Ok(());
        }
        up.con.send_packed_command(packed).map_err(|error| lost(error, packed))
    }

    /// Reads what was answered to these records, which were sent before all others that are not answered.
    /// Says of each what it was, up to where the connection was lost.
    pub(super) fn receive(
        &mut self,
        records: &Records,
        mut each: impl FnMut(usize, Result<Written, Failure>),
    ) -> Result<(), Failure> {
        let timeout = self.timeout;
        let Up { con, used, is_open, replies, .. } = self.up.as_mut().ok_or_else(Self::gone)?;
        let until = Instant::now() + timeout;
        let arena = &records.arena;
        for nth in 0..arena.len() {
            let entry = arena.entry(nth);
            for _ in 0..entry.replies() {
                let reply = receive(con);
                replies.push(reply.map_err(|error| lost(error, arena.plan(nth)))?);
            }
            // Each reply has the whole timeout to come: those that drip in would take for ever. (To ask the
            // clock takes longer than most replies do: where there are many, not after each.)
            if (nth < 16 || nth % 16 == 15) && Instant::now() > until {
                let late = io::Error::from(io::ErrorKind::TimedOut);
                return Err(lost(late.into(), arena.plan(nth)));
            }
            if settle::is_applied(entry.commands, replies) {
                replies.clear();
                each(nth, Ok(Written::Applied));
                continue;
            }
            let mut own = replies.drain(..).skip(usize::from(entry.loads));
            let outcome = settle::outcome(arena, nth, &mut own, is_open);
            drop(own);
            let failed = outcome.as_ref().err().filter(|failure| failure.kind.is_of_connection());
            let failed = failed.cloned();
            each(nth, outcome);
            if let Some(failure) = failed {
                // It is out of step: nothing that comes now is an answer to what was asked.
                return Err(Failure { effect: Effect::Unknown, ..failure });
            }
        }
        *used = Instant::now();
        Ok(())
    }

    fn gone() -> Failure {
        lost(io::Error::from(io::ErrorKind::NotConnected).into(), &[])
    }
}

/// The next reply, a server's error among them.
fn receive(con: &mut redis::Connection) -> RedisResult<Value> {
    loop {
        match con.recv_response() {
            Ok(Value::Push { .. }) => {} // not asked for
            Ok(reply) => return Ok(reply),
            Err(error) => return ServerError::try_from(error).map(Value::ServerError),
        }
    }
}

/// The connection failed after something was sent.
fn lost(error: redis::RedisError, packed: &[u8]) -> Failure {
    Failure { effect: Effect::Unknown, ..exec::transport(error, false, packed) }
}
