//! A sentinel that watches one master, for one test.

use std::ffi::OsString;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use redis::RedisResult;
use tempfile::TempDir;

use super::{Error, Server, port, watchdog::Watchdog};

const STARTUP: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);

/// A sentinel on a TCP port of 127.0.0.1, which calls the master `mymaster`. Ends as a [`Server`]
/// does.
pub struct Sentinel {
    // First, so that it is gone before its folder goes.
    _watchdog: Watchdog,
    folder: TempDir,
    port: u16,
}

impl Sentinel {
    /// Starts it, of the master's own version; the master must have TCP.
    ///
    /// # Errors
    /// If it does not know the master in time; the error holds its log.
    pub fn start(master: &Server) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("redis-hashmap-")
            .tempdir()
            .map_err(Error::os("make a temporary folder for a sentinel"))?;
        let port = port::free()?;
        let file = folder.path().join("sentinel.conf");
        let settings = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\n\
             sentinel monitor mymaster 127.0.0.1 {} 1\n",
            folder.path().display(),
            master.port().unwrap_or_default(),
        );
        fs::write(&file, settings).map_err(Error::os("write a sentinel's settings"))?;
        let binary = master.binary();
        let command =
            [binary.path.clone().into_os_string(), file.into_os_string(), "--sentinel".into()];
        let watchdog = Watchdog::spawn(folder.path(), &command.map(OsString::from))
            .map_err(Error::os("run `sh`, which guards a sentinel"))?;
        watchdog.start().map_err(Error::os("start a sentinel"))?;
        let sentinel = Self { _watchdog: watchdog, folder, port };
        let deadline = Instant::now() + STARTUP;
        while let Err(refusal) = sentinel.master() {
            if Instant::now() > deadline {
                let log = fs::read(sentinel.folder.path().join("server.log")).unwrap_or_default();
                return Err(Error::NotStarted {
                    label: format!("{}, as a sentinel,", binary.label()),
                    reason: refusal.to_string(),
                    log: String::from_utf8_lossy(&log).into_owned(),
                });
            }
            thread::sleep(POLL);
        }
        Ok(sentinel)
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    fn master(&self) -> RedisResult<(String, u16)> {
        let mut con =
            redis::Client::open(self.url())?.get_connection_with_timeout(Duration::from_secs(1))?;
        redis::cmd("SENTINEL").arg(&["GET-MASTER-ADDR-BY-NAME", "mymaster"]).query(&mut con)
    }
}
