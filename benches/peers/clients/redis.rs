//! `redis` 1.8, by itself and with our encoders.

use std::time::Duration;

use anyhow::Result;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ProtocolVersion};
use redis_hashmap::{HashBuffer, ToRedisHash};
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

/// Ours, on one connection of its own.
#[derive(Clone)]
pub(crate) struct Buffered(HashBuffer);

impl Buffered {
    pub(crate) fn open(server: &Server) -> Result<Self> {
        let info = server.tcp_connection_info(ProtocolVersion::RESP2)?;
        Ok(Self(HashBuffer::open(redis::Client::open(info)?)?))
    }
}

pub(crate) async fn multiplexed(server: &Server) -> Result<MultiplexedConnection> {
    let info = server.tcp_connection_info(ProtocolVersion::RESP2)?;
    let client = redis::Client::open(info)?;
    // Half a second by default, which is no time for a machine that is busy with something else.
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(60)));
    Ok(client.get_multiplexed_async_connection_with_config(&config).await?)
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

impl Writer for Buffered {
    async fn write(&mut self, user: &User) -> Result<()> {
        self.0.write(user).await?;
        Ok(())
    }
}
