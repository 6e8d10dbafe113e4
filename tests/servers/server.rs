//! One server, for one test.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use redis::{
    Client, Connection, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    RedisResult,
};
use tempfile::TempDir;

use super::{Error, ServerBinary, port, watchdog::Watchdog};

/// How long a start may take: a tenth of a second on an idle machine, seconds on one that compiles
/// at the same time.
const STARTUP: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);
/// `sun_path` holds 108 bytes on Linux, 104 on macOS, the final zero included.
const LONGEST_SOCKET: usize = 103;

/// A server of our own, empty, in a temporary folder: on a Unix socket, and on a TCP port of
/// 127.0.0.1 if asked.
///
/// It persists nothing, never listens on the default port, and ends with the process that started
/// it, whatever ends that: a drop, a panic, Ctrl-C, `kill -9`.
pub struct Server {
    // First, so that the server is gone before its folder goes.
    watchdog: Watchdog,
    folder: TempDir,
    socket: PathBuf,
    port: Option<u16>,
    binary: ServerBinary,
    pid: AtomicU32,
}

impl Server {
    /// Starts it on a Unix socket alone. `extra_args` are the server's own, such as
    /// `["--maxmemory", "2mb"]`.
    ///
    /// # Errors
    /// If it does not answer PING in time; the error holds its log.
    pub fn start(binary: &ServerBinary, extra_args: &[&str]) -> Result<Self, Error> {
        Self::start_on(None, binary, extra_args)
    }

    /// Starts it on a Unix socket and on a free TCP port.
    ///
    /// # Errors
    /// If it does not answer PING in time; the error holds its log.
    pub fn start_with_tcp(binary: &ServerBinary, extra_args: &[&str]) -> Result<Self, Error> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match Self::start_on(Some(port::free()?), binary, extra_args) {
                // Somebody took the port between our look and the server's.
                Err(Error::NotStarted { log, .. }) if attempts < 5 && log.contains("in use") => {}
                outcome => return outcome,
            }
        }
    }

    fn start_on(
        port: Option<u16>,
        binary: &ServerBinary,
        extra_args: &[&str],
    ) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("redis-hashmap-")
            .tempdir()
            .map_err(Error::os("make a temporary folder for a server"))?;
        let socket = folder.path().join("s");
        if socket.as_os_str().len() > LONGEST_SOCKET {
            return Err(Error::NotStarted {
                label: binary.label(),
                reason: format!(
                    "{} is too long for a Unix socket: set TMPDIR to a shorter folder",
                    socket.display()
                ),
                log: String::new(),
            });
        }
        let command = command(binary, folder.path(), &socket, port, extra_args);
        let watchdog = Watchdog::spawn(folder.path(), &command)
            .map_err(Error::os("run `sh`, which guards a server"))?;
        let server =
            Self { watchdog, folder, socket, port, binary: binary.clone(), pid: AtomicU32::new(0) };
        server.launch()?;
        Ok(server)
    }

    fn launch(&self) -> Result<(), Error> {
        let pid = self.watchdog.start().map_err(Error::os("start a server"))?;
        self.pid.store(pid, Ordering::Relaxed);
        let deadline = Instant::now() + STARTUP;
        loop {
            let refusal = match self.ping() {
                Ok(()) => return Ok(()),
                Err(refusal) => refusal,
            };
            let reason = if !self.watchdog.is_alive().map_err(Error::os("ask after a server"))? {
                "it exited".to_owned()
            } else if Instant::now() > deadline {
                format!("no PONG in {} s: {refusal}", STARTUP.as_secs())
            } else {
                thread::sleep(POLL);
                continue;
            };
            return Err(Error::NotStarted { label: self.binary.label(), reason, log: self.log() });
        }
    }

    fn ping(&self) -> RedisResult<()> {
        let mut connection = self
            .client(ProtocolVersion::RESP2)?
            .get_connection_with_timeout(Duration::from_secs(1))?;
        connection.set_read_timeout(Some(Duration::from_secs(1)))?;
        match redis::cmd("PING").exec(&mut connection) {
            // It was started with a password that we do not know: it is up all the same.
            Err(error) if error.code() == Some("NOAUTH") => Ok(()),
            answer => answer,
        }
    }

    /// What was started.
    pub fn binary(&self) -> &ServerBinary {
        &self.binary
    }

    /// Its folder, which goes when it goes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its Unix socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its TCP port on 127.0.0.1, if it has one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The URL of its Unix socket, as `redis` and redis-py read it.
    pub fn url(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// All that it has printed.
    pub fn log(&self) -> String {
        fs::read(self.folder.path().join("server.log"))
            .map(|log| String::from_utf8_lossy(&log).trim_end().to_owned())
            .unwrap_or_default()
    }

    /// How to connect over the Unix socket; a user's name and password can be added.
    ///
    /// # Errors
    /// None that a socket gives.
    pub fn connection_info(&self, protocol: ProtocolVersion) -> RedisResult<ConnectionInfo> {
        info(ConnectionAddr::Unix(self.socket.clone()), protocol)
    }

    /// How to connect over TCP.
    ///
    /// # Errors
    /// If it was started without TCP.
    pub fn tcp_connection_info(&self, protocol: ProtocolVersion) -> RedisResult<ConnectionInfo> {
        let without = (
            redis::ErrorKind::InvalidClientConfig,
            "started without TCP: use `Server::start_with_tcp`",
        );
        info(ConnectionAddr::Tcp("127.0.0.1".to_owned(), self.port.ok_or(without)?), protocol)
    }

    /// A client over the Unix socket.
    ///
    /// # Errors
    /// None that a socket gives.
    pub fn client(&self, protocol: ProtocolVersion) -> RedisResult<Client> {
        Client::open(self.connection_info(protocol)?)
    }

    /// A connection over the Unix socket.
    ///
    /// # Errors
    /// If the server does not take it.
    pub fn connection(&self, protocol: ProtocolVersion) -> RedisResult<Connection> {
        self.client(protocol)?.get_connection()
    }

    /// A connection over TCP.
    ///
    /// # Errors
    /// If it was started without TCP, or does not take the connection.
    pub fn tcp_connection(&self, protocol: ProtocolVersion) -> RedisResult<Connection> {
        Client::open(self.tcp_connection_info(protocol)?)?.get_connection()
    }

    /// Its process id; another one after [`restart`](Self::restart).
    pub fn pid(&self) -> u32 {
        self.pid.load(Ordering::Relaxed)
    }

    /// Stalls it (SIGSTOP): connections are taken by the system, and nothing answers.
    ///
    /// # Errors
    /// If it is not running.
    pub fn pause(&self) -> Result<(), Error> {
        self.watchdog.signal("STOP").map_err(Error::os("pause a server"))
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// If it is not running.
    pub fn resume(&self) -> Result<(), Error> {
        self.watchdog.signal("CONT").map_err(Error::os("resume a server"))
    }

    /// Kills it (SIGKILL), and returns when it is gone. [`restart`](Self::restart) brings it back.
    ///
    /// # Errors
    /// If its watchdog is gone.
    pub fn kill(&self) -> Result<(), Error> {
        self.watchdog.stop().map_err(Error::os("kill a server"))
    }

    /// Kills it and starts it again, empty, at the same socket and port.
    ///
    /// # Errors
    /// If it does not answer PING in time; the error holds its log.
    pub fn restart(&self) -> Result<(), Error> {
        self.kill()?;
        self.launch()
    }
}

fn command(
    binary: &ServerBinary,
    folder: &Path,
    socket: &Path,
    port: Option<u16>,
    extra: &[&str],
) -> Vec<OsString> {
    let port = port.unwrap_or(0).to_string();
    let ours: [(&str, &Path); 9] = [
        ("--dir", folder),
        ("--unixsocket", socket),
        ("--unixsocketperm", "700".as_ref()),
        ("--bind", "127.0.0.1".as_ref()),
        ("--port", port.as_ref()),
        ("--save", "".as_ref()),
        ("--appendonly", "no".as_ref()),
        ("--daemonize", "no".as_ref()),
        ("--tcp-backlog", "128".as_ref()),
    ];
    let mut command = vec![binary.path.clone().into_os_string()];
    command.extend(ours.into_iter().flat_map(|(name, value)| [name.into(), value.into()]));
    // The caller's come last, and win.
    command.extend(extra.iter().map(OsString::from));
    command
}

fn info(address: ConnectionAddr, protocol: ProtocolVersion) -> RedisResult<ConnectionInfo> {
    let info = address.into_connection_info()?;
    let settings = info.redis_settings().clone().set_protocol(protocol);
    Ok(info.set_redis_settings(settings))
}
