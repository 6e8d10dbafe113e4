//! A connection to a cluster, synchronous or asynchronous, for trials that are the same on both.

use redis::cluster::{ClusterClient, ClusterConnection};
use redis::cluster_async::ClusterConnection as AsyncCluster;
use redis::cluster_routing::RoutingInfo;
use redis::{Cmd, FromRedisValue, Value};
use redis_hashmap::{HashKeyTemplate, HashWrite, Result, ToRedisHash, Written};
use tokio::runtime::Runtime;

pub(crate) enum Either {
    Blocking(Box<ClusterConnection>),
    Async(Runtime, AsyncCluster),
}

/// One of the two that follow.
pub(crate) type Connect = fn(&ClusterClient) -> Either;

impl Either {
    pub(crate) fn blocking(client: &ClusterClient) -> Self {
        Self::Blocking(Box::new(client.get_connection().expect("a connection")))
    }

    pub(crate) fn aio(client: &ClusterClient) -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
        let con = runtime.block_on(client.get_async_connection()).expect("a connection");
        Self::Async(runtime, con)
    }

    pub(crate) fn write<R>(&mut self, write: &HashWrite<'_, R>) -> Result<Written>
    where
        R: ToRedisHash + HashKeyTemplate,
    {
        match self {
            Self::Blocking(con) => write.write(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(write.write_async(con)),
        }
    }

    pub(crate) fn query<T: FromRedisValue>(&mut self, cmd: &Cmd) -> T {
        let answer = match self {
            Self::Blocking(con) => cmd.query(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(cmd.query_async(con)),
        };
        answer.expect("an answer")
    }

    /// To a node of the caller's choice.
    pub(crate) fn route(&mut self, cmd: Cmd, to: RoutingInfo) -> Value {
        let answer = match self {
            Self::Blocking(con) => con.route_command(&cmd, to),
            Self::Async(runtime, con) => runtime.block_on(con.route_command(cmd, to)),
        };
        answer.expect("an answer")
    }
}
