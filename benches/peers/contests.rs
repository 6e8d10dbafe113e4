//! The contests, each a table.

pub(crate) mod batch;
pub(crate) mod encode;
pub(crate) mod growth;
pub(crate) mod mixed;
pub(crate) mod single;
pub(crate) mod tasks;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use redis::{FromRedisValue, ProtocolVersion};
use redis_hashmap_benches::User;
use redis_hashmap_tests::servers::{self, Flavour, Server, ServerBinary};
use tokio::runtime::Runtime;

use crate::table::Table;
use crate::{Scope, Size};

pub(crate) use batch::SIZE as BATCH;

/// What all contests need: one server, on a Unix socket and on TCP, and how much to do.
pub(crate) struct Env {
    server: Server,
    scope: Scope,
    counts: bool,
}

impl Env {
    pub(crate) fn start(scope: Scope) -> Result<Self> {
        let server = Server::start_with_tcp(&choose(servers::found()?)?, &[])?;
        Ok(Self { server, scope, counts: false })
    }

    /// For the counting of allocations: one round, of few records.
    pub(crate) fn counting(only: String) -> Result<Self> {
        Ok(Self { counts: true, ..Self::start(Scope { size: Size::Quick, only })? })
    }

    pub(crate) fn server(&self) -> &ServerBinary {
        self.server.binary()
    }

    pub(crate) fn rounds(&self) -> usize {
        match self.scope.size {
            _ if self.counts => 1,
            Size::Quick => 2,
            Size::Full => 5,
        }
    }

    /// How many turns a contestant has in a round, where the full run has so many.
    pub(crate) fn turns(&self, turns: usize) -> usize {
        match self.scope.size {
            Size::Quick => 1,
            Size::Full => turns,
        }
    }

    /// How many records, where a full turn has so many.
    pub(crate) fn scaled(&self, records: u64) -> u64 {
        match self.scope.size {
            Size::Quick => records / 50,
            Size::Full => records,
        }
    }

    fn connection(&self) -> Result<redis::Connection> {
        Ok(self.server.connection(ProtocolVersion::RESP2)?)
    }

    fn port(&self) -> Result<u16> {
        self.server.port().context("started with TCP")
    }

    /// A runtime as `#[tokio::main]` makes it. A turn has one of its own, and ends it.
    fn runtime() -> Result<Runtime> {
        Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
    }

    /// That a contestant wrote what we write, and not something that is quicker to write.
    fn check(&self, user: &User) -> Result<()> {
        type Fields = BTreeMap<Vec<u8>, Vec<u8>>;
        let mut con = self.connection()?;
        let stored: Fields = redis::cmd("HGETALL").arg(User::hash_key(user.id)?).query(&mut con)?;
        let wanted = Fields::from_redis_value(redis::Value::Map(user.stored()))?;
        ensure!(stored == wanted, "it did not write the record");
        // The next contestant has to write it again.
        Ok(redis::cmd("FLUSHALL").exec(&mut con)?)
    }
}

/// Debian's, which `redis-benchmark` comes with; else the newest.
fn choose(found: Vec<ServerBinary>) -> Result<ServerBinary> {
    let debians = found.iter().position(|binary| {
        binary.flavour == Flavour::Redis && binary.version.to_string() == "7.0.15"
    });
    let newest = (0..found.len()).max_by_key(|&place| found[place].version.clone());
    let place = debians.or(newest).context("no server")?;
    found.into_iter().nth(place).context("no server")
}

/// By its name, which is also its chart's.
type Contest = (&'static str, fn(&Env, &'static str) -> Result<Table>);

/// All of them, in the order of the report.
const CONTESTS: [Contest; 11] = [
    ("encode", encode::run),
    ("batch", batch::run),
    ("tasks-1", tasks::one),
    ("tasks-512", tasks::some),
    ("tasks-4096", tasks::many),
    ("single", single::run),
    ("growth", growth::run),
    ("mixed-wide", mixed::wide),
    ("mixed-big", mixed::big),
    ("mixed-kept", mixed::kept),
    ("mixed-deleted", mixed::deleted),
];

/// Those that are wanted.
pub(crate) fn run(env: &Env) -> Result<Vec<Table>> {
    let wanted = CONTESTS.iter().filter(|(id, _)| id.starts_with(&env.scope.only));
    let tables = wanted.map(|(id, run)| run(env, id)).collect::<Result<Vec<_>>>()?;
    let names = CONTESTS.map(|(id, _)| id).join(", ");
    ensure!(!tables.is_empty(), "no contest begins with {:?}: {names}", env.scope.only);
    Ok(tables)
}
