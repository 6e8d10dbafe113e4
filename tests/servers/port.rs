//! Free TCP ports.

use std::net::{Ipv4Addr, TcpListener};

use super::Error;

/// Clients' ports are 12000 to 21999, so that the cluster bus, always 10000 above (Redis 6.2 has no
/// choice), is 22000 to 31999: no bus port is ever a client's port, and both are below what the
/// system hands out to outgoing connections.
const FIRST: u16 = 12_000;
const COUNT: u16 = 10_000;
const TO_BUS: u16 = 10_000;
const ATTEMPTS: u32 = 1_000;

/// A port that nobody had a moment ago, nor the bus port that goes with it.
pub(super) fn free() -> Result<u16, Error> {
    (0..ATTEMPTS)
        .map(|_| FIRST + fastrand::u16(..COUNT))
        .find(|&port| is_free(port) && is_free(port + TO_BUS))
        .ok_or(Error::NoPort { attempts: ATTEMPTS })
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
