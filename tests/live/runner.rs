//! Every way to run an operation on a field: over each kind of connection, and queued.

use redis::aio::MultiplexedConnection;
use redis::cluster::{ClusterConnection, cluster_pipe};
use redis::{Connection, Value, cluster_async};
use redis_hashmap::{FieldCommand, Result};
use tokio::runtime::Runtime;

use crate::aio_cluster;
use crate::lab::{Lab, run};

pub(crate) enum Runner {
    Blocking(Connection),
    Queued { con: Connection, is_atomic: bool },
    Async(Runtime, MultiplexedConnection),
    AsyncQueued(Runtime, MultiplexedConnection),
    Cluster(ClusterConnection),
    ClusterQueued(ClusterConnection),
    AsyncCluster(Runtime, cluster_async::ClusterConnection),
}

impl Runner {
    /// Those to one server.
    pub(crate) fn to_one(lab: &Lab) -> Vec<Self> {
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().expect("a runtime")
        };
        let multiplexed = |make: fn(Runtime, MultiplexedConnection) -> Self| {
            let runtime = runtime();
            let con = runtime.block_on(lab.multiplexed());
            make(runtime, con)
        };
        vec![
            Self::Blocking(lab.connection()),
            Self::Queued { con: lab.connection(), is_atomic: false },
            Self::Queued { con: lab.connection(), is_atomic: true },
            multiplexed(Self::Async),
            multiplexed(Self::AsyncQueued),
        ]
    }

    /// Those to a cluster.
    pub(crate) fn to_cluster(lab: &Lab) -> Vec<Self> {
        let connection = || lab.cluster().connection(lab.protocol()).expect("a connection");
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        let con = runtime.block_on(aio_cluster::connect(lab.cluster(), lab.protocol()));
        vec![
            Self::Cluster(connection()),
            Self::ClusterQueued(connection()),
            Self::AsyncCluster(runtime, con),
        ]
    }

    pub(crate) fn run<T>(&mut self, command: FieldCommand<T>) -> Result<T> {
        match self {
            Self::Blocking(con) => command.run(con),
            Self::Cluster(con) => command.run(con),
            Self::Async(runtime, con) => runtime.block_on(command.run_async(con)),
            Self::AsyncCluster(runtime, con) => runtime.block_on(command.run_async(con)),
            Self::Queued { con, is_atomic } => {
                let mut pipeline = redis::pipe();
                if *is_atomic {
                    pipeline.atomic();
                }
                let answer = command.queue(pipeline.ignore_errors())?;
                answer.read(only(pipeline.query(con)))
            }
            Self::AsyncQueued(runtime, con) => {
                let mut pipeline = redis::pipe();
                let answer = command.queue(pipeline.ignore_errors())?;
                answer.read(only(runtime.block_on(pipeline.query_async(con))))
            }
            Self::ClusterQueued(con) => {
                let mut pipeline = cluster_pipe();
                let answer = command.queue(&mut pipeline)?;
                answer.read(only(pipeline.query(con)))
            }
        }
    }

    /// The next answer is the one to the next question.
    pub(crate) fn assert_in_step(&mut self) {
        for question in ["one", "two"] {
            let echo =
                |con: &mut dyn redis::ConnectionLike| run::<String>(con, &["ECHO", question]);
            let mut cmd = redis::cmd("ECHO");
            cmd.arg(question);
            let answer = match self {
                Self::Blocking(con) | Self::Queued { con, .. } => echo(con),
                Self::Cluster(con) | Self::ClusterQueued(con) => echo(con),
                Self::Async(runtime, con) | Self::AsyncQueued(runtime, con) => {
                    runtime.block_on(cmd.query_async(con)).expect("an answer")
                }
                Self::AsyncCluster(runtime, con) => {
                    runtime.block_on(cmd.query_async(con)).expect("an answer")
                }
            };
            assert_eq!(answer, question, "{self:?}");
        }
    }
}

/// An operation has one reply. Where the whole pipeline failed of it, that is the error.
fn only(replies: redis::RedisResult<Vec<Value>>) -> Value {
    match replies {
        Ok(replies) => {
            let [reply] = replies.try_into().expect("one reply");
            reply
        }
        Err(error) => {
            let errors = error.into_server_errors().expect("a server's");
            Value::ServerError(errors[0].1.clone())
        }
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Blocking(_) => "blocking",
            Self::Queued { is_atomic: false, .. } => "queued",
            Self::Queued { is_atomic: true, .. } => "queued in a transaction",
            Self::Async(..) => "async",
            Self::AsyncQueued(..) => "async, queued",
            Self::Cluster(_) => "cluster",
            Self::ClusterQueued(_) => "cluster, queued",
            Self::AsyncCluster(..) => "async cluster",
        })
    }
}
