//! `cargo xtask quickstart`: real records arrive as hashes, with one command.

use std::{
    env,
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use redis::{Client, RedisResult};
use redis_hashmap_tests::servers::{self, Server, ServerBinary};

use crate::{pins, provision};

const PATIENCE: Duration = Duration::from_secs(5);

/// The task.
pub(crate) fn run() -> Result<ExitCode> {
    let given = env::var("REDIS_URL").ok().filter(|url| !url.is_empty());
    // It lives as long as this function.
    let own;
    let url = if let Some(url) = given {
        check(&url)?;
        url
    } else {
        own = embedded()?;
        println!(
            "Started {} on a Unix socket, for this run only; REDIS_URL would name a server of yours.\n",
            own.binary()
        );
        own.url()
    };
    let status = Command::new(crate::cargo())
        .args(["run", "--package", "redis-hashmap", "--example", "quickstart"])
        .env("REDIS_URL", url)
        .status()
        .context("cannot run cargo")?;
    Ok(crate::exit_code(status))
}

/// The pinned Valkey; where it cannot be had, the newest server of this machine.
pub(crate) fn embedded() -> Result<Server> {
    let (binary, failure) = match provision::server(&pins::VALKEY) {
        Ok(binary) => (binary, None),
        Err(why) => (None, Some(why)),
    };
    let binary = match binary.map_or_else(newest, Ok) {
        Ok(binary) => binary,
        Err(servers::Error::NoneFound) => return Err(provision::no_server(failure)),
        Err(broken) => return Err(broken.into()),
    };
    if let Some(why) = failure {
        eprintln!("{} is not there: {why:#}", pins::VALKEY.label);
    }
    Ok(Server::start(&binary, &[])?)
}

fn newest() -> Result<ServerBinary, servers::Error> {
    servers::found()?.pop().ok_or(servers::Error::NoneFound)
}

/// Says before anything is built what is wrong with `REDIS_URL`. It is never printed: it may hold a
/// password.
fn check(url: &str) -> Result<()> {
    let client = Client::open(url).map_err(|error| {
        anyhow!(
            "REDIS_URL is not understood: {error}\n\
             It looks like redis://user:password@host:6379/0, or unix:///path/to/socket (no TLS here)."
        )
    })?;
    let address = client.get_connection_info().addr().to_string();
    ping(&client).map_err(|error| {
        let (what, remedy) = if error.is_io_error() {
            ("no server answers at", "Start it")
        } else {
            (
                "we are refused by",
                "Put what it asks for into the URL, as in redis://user:password@host:6379/0",
            )
        };
        anyhow!(
            "{what} REDIS_URL ({address}): {error}\n\
             {remedy}; or unset REDIS_URL, and this command starts a Valkey of its own."
        )
    })?;
    println!("Writing to REDIS_URL ({address}): hashes named plane:*\n");
    Ok(())
}

fn ping(client: &Client) -> RedisResult<()> {
    let mut connection = client.get_connection_with_timeout(PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    redis::cmd("PING").exec(&mut connection)
}
