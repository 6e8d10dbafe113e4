//! `redis` 1.8, by itself and with our encoders.

use anyhow::Result;
use redis::ProtocolVersion;
use redis::aio::MultiplexedConnection;
use redis_hashmap::ToRedisHash;
use redis_hashmap_benches::User;
use redis_hashmap_tests::servers::Server;

use super::Writer;

pub(crate) const PLAIN: &str = "`redis`, multiplexed";
pub(crate) const CAREFUL: &str = "the same with `Cmd::with_capacity`";
pub(crate) const DERIVED: &str = "**`write_hash_async`**, multiplexed";

/// As its docs show it.
#[derive(Clone)]
pub(crate) struct Plain(pub(crate) MultiplexedConnection);

/// With commands of known capacity.
#[derive(Clone)]
pub(crate) struct Careful(pub(crate) MultiplexedConnection);

/// Ours, on the same connection.
#[derive(Clone)]
pub(crate) struct Derived(pub(crate) MultiplexedConnection);

pub(crate) async fn multiplexed(server: &Server) -> Result<MultiplexedConnection> {
    let info = server.tcp_connection_info(ProtocolVersion::RESP2)?;
    Ok(redis::Client::open(info)?.get_multiplexed_async_connection().await?)
}

impl Writer for Plain {
    async fn write(&mut self, user: &User) -> Result<()> {
        Ok(user.cmd().exec_async(&mut self.0).await?)
    }
}

impl Writer for Careful {
    async fn write(&mut self, user: &User) -> Result<()> {
        Ok(user.cmd_with_capacity().exec_async(&mut self.0).await?)
    }
}

impl Writer for Derived {
    async fn write(&mut self, user: &User) -> Result<()> {
        Ok(user.write_hash_async(&mut self.0).await?)
    }
}
