//! Real servers: [`found`] says which there are, [`Server`], [`Cluster`] and [`Sentinel`] start them.
//!
//! `redis-test` starts servers too, but from one binary a process, chosen by an environment
//! variable, with the `redis-cli` on PATH, and it leaves them running when the test is killed: so
//! we start our own.

mod binary;
mod cluster;
mod port;
mod sentinel;
mod server;
#[cfg(test)]
mod tests;
mod watchdog;

use std::{io, path::PathBuf};

pub use binary::{Flavour, ServerBinary, found, provisioned};
pub use cluster::Cluster;
pub use sentinel::Sentinel;
pub use server::Server;

/// Why a server is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No binary anywhere.
    #[error(
        "no Redis or Valkey server found: run `cargo xtask servers`, \
         or install one (Debian: `apt install redis-server`, macOS: `brew install valkey`)"
    )]
    NoneFound,
    /// A file that should be a server is none, or does not run on this machine.
    #[error("{} is no server that runs here: {reason}", path.display())]
    NotAServer {
        /// The file that was run.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
    /// A server that exited, or did not answer in time.
    #[error("{label} did not start: {reason}\n--- what it logged:\n{log}\n---")]
    NotStarted {
        /// Which server, such as `valkey-9.1.2`.
        label: String,
        /// What was waited for.
        reason: String,
        /// All that the server printed.
        log: String,
    },
    /// A cluster whose nodes run, but do not agree.
    #[error("the {label} cluster did not form in {seconds} s: {state}")]
    NoCluster {
        /// Which server, such as `valkey-9.1.2`.
        label: String,
        /// How long was waited.
        seconds: u64,
        /// What the last node asked said of itself.
        state: String,
    },
    /// No port of 127.0.0.1 that nobody else has.
    #[error(
        "no free TCP port on 127.0.0.1 after {attempts} attempts: is something holding thousands of them?"
    )]
    NoPort {
        /// How many were tried.
        attempts: u32,
    },
    /// The operating system refused.
    #[error("cannot {doing}: {source}")]
    Os {
        /// What was being done.
        doing: String,
        /// Why not.
        source: io::Error,
    },
    /// A server that runs answered with an error, or not at all.
    #[error("{label} failed at {command}: {source}")]
    Command {
        /// Which server, such as `valkey-9.1.2`.
        label: String,
        /// What was sent.
        command: String,
        /// What it answered.
        source: redis::RedisError,
    },
}

impl Error {
    /// To be given to `map_err`: `doing` completes the sentence "cannot ...".
    pub(crate) fn os(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Os { doing, source }
    }
}
