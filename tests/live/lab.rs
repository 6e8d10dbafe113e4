//! What a trial is given: its servers, its protocol, keys of its own.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Connection, ConnectionInfo, ProtocolVersion};
use redis_hashmap_tests::servers::{Cluster, Flavour, Server, ServerBinary};

/// One thing to show.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Lab),
    /// What the machine or the server has not, so that the case is listed as ignored.
    pub(crate) lacks: Option<&'static str>,
    /// Only on demand (`--ignored`): the same at ten times the length.
    pub(crate) is_long: bool,
}

impl Case {
    pub(crate) fn new(name: &'static str, run: fn(&Lab)) -> Self {
        Self { name, run, lacks: None, is_long: false }
    }

    /// One that runs only on demand.
    pub(crate) fn long(name: &'static str, run: fn(&Lab)) -> Self {
        Self { is_long: true, ..Self::new(name, run) }
    }
}

/// The servers of one version that trials share, each started by the first that wants it.
pub(crate) struct Shared {
    binary: ServerBinary,
    server: OnceLock<Server>,
    cluster: OnceLock<Cluster>,
}

impl Shared {
    pub(crate) fn new(binary: ServerBinary) -> Self {
        Self { binary, server: OnceLock::new(), cluster: OnceLock::new() }
    }

    pub(crate) fn binary(&self) -> &ServerBinary {
        &self.binary
    }
}

pub(crate) struct Lab {
    shared: Arc<Shared>,
    protocol: ProtocolVersion,
    case: &'static str,
}

impl Lab {
    pub(crate) fn new(shared: Arc<Shared>, protocol: ProtocolVersion, case: &'static str) -> Self {
        Self { shared, protocol, case }
    }

    /// `valkey-9.1.2/resp3/what_it_shows`
    pub(crate) fn trial(&self) -> String {
        format!("{}/{}/{}", self.binary(), self.resp(), self.case)
    }

    pub(crate) fn binary(&self) -> &ServerBinary {
        &self.shared.binary
    }

    pub(crate) fn protocol(&self) -> ProtocolVersion {
        self.protocol
    }

    fn resp(&self) -> &'static str {
        match self.protocol {
            ProtocolVersion::RESP3 => "resp3",
            _ => "resp2",
        }
    }

    /// The server that trials share, with TCP: its settings are not to be changed.
    pub(crate) fn server(&self) -> &Server {
        self.shared.server.get_or_init(|| {
            Server::start_with_tcp(self.binary(), &[]).unwrap_or_else(|error| panic!("{error}"))
        })
    }

    /// The cluster that trials share.
    pub(crate) fn cluster(&self) -> &Cluster {
        self.shared
            .cluster
            .get_or_init(|| Cluster::start(self.binary()).unwrap_or_else(|error| panic!("{error}")))
    }

    /// A server for this trial alone.
    pub(crate) fn fresh(&self, args: &[&str]) -> Server {
        Server::start(self.binary(), args).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same, with TCP.
    pub(crate) fn fresh_with_tcp(&self, args: &[&str]) -> Server {
        Server::start_with_tcp(self.binary(), args).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A connection to the shared server.
    pub(crate) fn connection(&self) -> Connection {
        self.connection_to(self.server())
    }

    pub(crate) fn connection_to(&self, server: &Server) -> Connection {
        server.connection(self.protocol).expect("a connection")
    }

    /// An asynchronous connection to the shared server.
    pub(crate) async fn multiplexed(&self) -> MultiplexedConnection {
        multiplexed(self.info(self.server())).await
    }

    /// A connection to the shared server, as this user.
    pub(crate) fn connection_as(&self, user: &str, password: &str) -> Connection {
        let info = login(self.info(self.server()), user, password);
        redis::Client::open(info).and_then(|client| client.get_connection()).expect("a connection")
    }

    pub(crate) fn info(&self, server: &Server) -> ConnectionInfo {
        server.connection_info(self.protocol).expect("a socket")
    }

    /// What a trial leaves to chance. The seed is printed: with `CHAOS_SEED` set to it, the same
    /// comes again, though not at the same moments.
    pub(crate) fn random(&self) -> fastrand::Rng {
        let given = std::env::var("CHAOS_SEED").ok();
        let seed = given.map_or_else(|| fastrand::u64(..), |seed| seed.parse().expect("a number"));
        println!("{}: seed {seed}", self.trial());
        fastrand::Rng::with_seed(seed)
    }

    /// A name that no other trial has.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}:{}:{name}", self.resp(), self.case)
    }
}

/// What an asynchronous connection waits for an answer, instead of half a second: a machine that
/// does ten things at once is no reason to fail.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn multiplexed(info: ConnectionInfo) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let client = redis::Client::open(info).expect("a client");
    client.get_multiplexed_async_connection_with_config(&config).await.expect("a connection")
}

/// Runs a trial's asynchronous part, on two threads, so that tasks do run beside each other.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(future)
}

/// Is this Redis older than that version? Valkey began after Redis 7.2.
pub(crate) fn is_before(binary: &ServerBinary, major: u64, minor: u64) -> bool {
    let version = (binary.version.major, binary.version.minor);
    binary.flavour == Flavour::Redis && version < (major, minor)
}

pub(crate) fn login(info: ConnectionInfo, user: &str, password: &str) -> ConnectionInfo {
    let settings = info.redis_settings().clone().set_username(user).set_password(password);
    info.set_redis_settings(settings)
}

/// Runs one command, given as words.
pub(crate) fn run<T: redis::FromRedisValue>(
    con: &mut (impl redis::ConnectionLike + ?Sized),
    words: &[&str],
) -> T {
    con.req_command(redis::cmd(words[0]).arg(&words[1..]))
        .and_then(redis::Value::extract_error)
        .and_then(|value| redis::from_redis_value(value).map_err(Into::into))
        .unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

/// Waits for what will soon be so.
pub(crate) fn await_that(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The value of `name:` in an answer of INFO.
pub(crate) fn info_field(
    con: &mut impl redis::ConnectionLike,
    section: &str,
    name: &str,
) -> String {
    let info: String = run(con, &["INFO", section]);
    let prefix = format!("{name}:");
    info.lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("INFO {section} has no {name}"))
        .trim()
        .to_owned()
}
