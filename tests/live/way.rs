//! The two ways to write a record: each trial that takes both runs the same steps on each.

use redis::aio::MultiplexedConnection;
use redis::{Connection, ConnectionInfo};
use redis_hashmap::{HashKeyTemplate, HashWrite, KeySource, Result, ToRedisHash, Written};
use tokio::runtime::Runtime;

use crate::lab::{self, Lab};

/// One connection, waited for by a thread or by a task.
pub(crate) enum Way {
    Blocking(Box<Connection>),
    Async(Runtime, MultiplexedConnection),
}

impl Way {
    /// Both, to the shared server.
    pub(crate) fn both(lab: &Lab) -> [Self; 2] {
        Self::both_to(lab.info(lab.server()))
    }

    pub(crate) fn both_to(info: ConnectionInfo) -> [Self; 2] {
        [Self::blocking(info.clone()), Self::asynchronous(info)]
    }

    pub(crate) fn blocking(info: ConnectionInfo) -> Self {
        let client = redis::Client::open(info).expect("a client");
        Self::Blocking(Box::new(client.get_connection().expect("a connection")))
    }

    pub(crate) fn asynchronous(info: ConnectionInfo) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        let con = runtime.block_on(lab::multiplexed(info));
        Self::Async(runtime, con)
    }

    pub(crate) fn write<R, K>(&mut self, write: &HashWrite<'_, R, K>) -> Result<Written>
    where
        R: ToRedisHash + ?Sized,
        K: KeySource<R>,
    {
        match self {
            Self::Blocking(con) => write.write(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(write.write_async(con)),
        }
    }

    pub(crate) fn write_hash<R: ToRedisHash + HashKeyTemplate>(
        &mut self,
        record: &R,
    ) -> Result<()> {
        match self {
            Self::Blocking(con) => record.write_hash(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(record.write_hash_async(con)),
        }
    }

    /// Runs one command of somebody else, given as words.
    pub(crate) fn run(&mut self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let mut cmd = redis::cmd(words[0]);
        cmd.arg(&words[1..]);
        match self {
            Self::Blocking(con) => cmd.query(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(cmd.query_async(con)),
        }
    }

    /// The next answer is the one to the next question.
    pub(crate) fn assert_in_step(&mut self, what: impl std::fmt::Debug) {
        for question in ["one", "two"] {
            let answer = self
                .run(&["ECHO", question])
                .and_then(|answer| redis::from_redis_value::<String>(answer).map_err(Into::into));
            assert_eq!(answer.as_deref(), Ok(question), "{what:?}");
        }
    }
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Blocking(_) => "blocking",
            Self::Async(..) => "async",
        })
    }
}
