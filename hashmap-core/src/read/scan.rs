//! Every record of a template.

use std::collections::HashSet;
use std::fmt;

use redis::{ServerError, Value};

use super::FromRedisHash;
use super::many::{Window, Windows};
use crate::connection::Connection;
use crate::error::{Effect, ErrorKind, Failure, ReadError, Result};
use crate::exec;
use crate::key::{HashKey, HashKeyPattern};
use crate::sink;

/// How many keys a server looks at for one page.
const COUNT: u64 = 256;

/// The records whose keys fit the struct's template, made by
/// [`scan_hashes`](FromRedisHash::scan_hashes): each with its key, or an error of its own. Reads as it
/// is asked, a page at a time.
#[must_use = "nothing is read before it is asked for the next record"]
pub struct ScanHashes<'c, C: ?Sized, R> {
    con: &'c mut C,
    scan: Scan<R>,
}

impl<'c, C: ?Sized, R: FromRedisHash + HashKeyPattern> ScanHashes<'c, C, R> {
    pub(super) fn new(con: &'c mut C) -> Self {
        Self { con, scan: Scan::default() }
    }
}

impl<C, R> Iterator for ScanHashes<'_, C, R>
where
    C: Connection + ?Sized,
    R: FromRedisHash + HashKeyPattern,
{
    type Item = Result<(HashKey, R)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.scan.next_ready() {
                return Some(found);
            }
            if let Some(window) = self.scan.next_window() {
                self.scan.windows.read(self.con, window);
                self.scan.end_where_lost();
                continue;
            }
            let packed = self.scan.question()?;
            let page = if self.con.supports_pipelining() {
                exec::answered(self.con.req_packed_command(&packed), false, || &packed)
            } else {
                Err(of_a_cluster())
            };
            self.scan.turn(page);
        }
    }
}

impl<C: ?Sized, R> fmt::Debug for ScanHashes<'_, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanHashes").field("cursor", &self.scan.cursor).finish_non_exhaustive()
    }
}

struct Scan<R> {
    /// `None`: the last page was turned.
    cursor: Option<u64>,
    /// Keys of this page that are still to be read, and of those that are being answered.
    keys: std::vec::IntoIter<HashKey>,
    asked: std::collections::VecDeque<HashKey>,
    windows: Windows<R>,
    failed: Option<Failure>,
}

impl<R> Default for Scan<R> {
    fn default() -> Self {
        Self {
            cursor: Some(0),
            keys: Vec::new().into_iter(),
            asked: std::collections::VecDeque::new(),
            windows: Windows::default(),
            failed: None,
        }
    }
}

impl<R: FromRedisHash + HashKeyPattern> Scan<R> {
    /// A record that was answered. One that went after its key was found is passed over.
    fn next_ready(&mut self) -> Option<Result<(HashKey, R)>> {
        if let Some(failure) = self.failed.take() {
            let pattern = R::TEMPLATE.glob();
            return Some(Err(ReadError::new(R::NAME, pattern.as_bytes(), failure).into()));
        }
        while let (Some(key), Some(record)) =
            (self.asked.pop_front(), self.windows.ready.pop_front())
        {
            if let Some(record) = record.transpose() {
                return Some(record.map(|record| (key, record)));
            }
        }
        None
    }

    /// The questions of the next keys of this page.
    fn next_window(&mut self) -> Option<Window> {
        let Self { keys, asked, .. } = self;
        let mut keys = keys.inspect(|key| asked.push_back(key.clone()));
        let window = Window::of::<R>(&mut keys);
        (!window.keys.is_empty()).then_some(window)
    }

    /// A lost connection is one error, however many keys were found.
    fn end_where_lost(&mut self) {
        self.windows.end_where_lost();
        if self.windows.is_lost() {
            self.keys = Vec::new().into_iter();
        }
    }

    /// What asks for the next page.
    fn question(&self) -> Option<Vec<u8>> {
        let cursor = self.cursor.filter(|_| !self.windows.is_lost())?;
        let mut packed = Vec::new();
        sink::array(&mut packed, 8);
        sink::bulk(&mut packed, b"SCAN");
        sink::decimal(&mut packed, false, cursor);
        sink::bulk(&mut packed, b"MATCH");
        sink::bulk(&mut packed, R::TEMPLATE.glob().as_bytes());
        sink::bulk(&mut packed, b"COUNT");
        sink::decimal(&mut packed, false, COUNT);
        sink::bulk(&mut packed, b"TYPE");
        sink::bulk(&mut packed, b"hash");
        Some(packed)
    }

    /// Takes a page over.
    fn turn(&mut self, page: Result<Value, Failure>) {
        self.cursor = None;
        match page.and_then(page_of) {
            Ok((cursor, keys)) => {
                self.cursor = Some(cursor).filter(|cursor| *cursor != 0);
                let mut seen = HashSet::new();
                let own = |key: Vec<u8>| {
                    let fits = R::TEMPLATE.segments(&key).is_some_and(|texts| R::fits(&texts));
                    fits.then(|| HashKey::found(key)).flatten()
                };
                let keys = keys.into_iter().filter_map(own);
                let keys: Vec<_> = keys.filter(|key| seen.insert(key.clone())).collect();
                self.keys = keys.into_iter();
            }
            Err(failure) => self.failed = Some(failure),
        }
    }
}

/// The next cursor, and the keys.
fn page_of(reply: Value) -> Result<(u64, Vec<Vec<u8>>), Failure> {
    let unexpected = || exec::unexpected("SCAN", &Value::Nil);
    let parts = match reply {
        Value::Array(parts) => parts,
        Value::ServerError(error) => return Err(refused(&error)),
        other => return Err(exec::unexpected("SCAN", &other)),
    };
    let [Value::BulkString(cursor), Value::Array(keys)] =
        <[Value; 2]>::try_from(parts).map_err(|_| unexpected())?
    else {
        return Err(unexpected());
    };
    let cursor = std::str::from_utf8(&cursor).ok().and_then(|cursor| cursor.parse().ok());
    let keys = keys.into_iter().map(|key| match key {
        Value::BulkString(key) => Ok(key),
        _ => Err(unexpected()),
    });
    Ok((cursor.ok_or_else(unexpected)?, keys.collect::<Result<_, _>>()?))
}

fn refused(error: &ServerError) -> Failure {
    exec::rejected("SCAN", error, &[])
}

/// Each of its nodes has keys of its own, and the connection would ask any one of them.
fn of_a_cluster() -> Failure {
    Failure {
        what: "a cluster's keys are on many nodes: connect to each master, and scan it there"
            .into(),
        effect: Effect::NotSent,
        kind: ErrorKind::Unsupported,
        source: (redis::ErrorKind::Client, "SCAN over a cluster's connection").into(),
    }
}

#[cfg(feature = "aio")]
pub(super) mod aio {
    use std::any::type_name;

    use futures_util::stream::{Stream, unfold};

    use super::{FromRedisHash, HashKey, HashKeyPattern, Scan, of_a_cluster};
    use crate::connection::AsyncConnection;
    use crate::error::Result;
    use crate::{exec, sink};

    pub(in crate::read) fn scan<R, C>(
        con: &mut C,
    ) -> impl Stream<Item = Result<(HashKey, R)>> + Send + use<'_, R, C>
    where
        R: FromRedisHash + HashKeyPattern + Send,
        C: AsyncConnection + ?Sized,
    {
        unfold((con, Scan::default()), async |(con, mut scan)| {
            loop {
                if let Some(found) = scan.next_ready() {
                    return Some((found, (con, scan)));
                }
                if let Some(window) = scan.next_window() {
                    scan.windows.read_async(con, window).await;
                    scan.end_where_lost();
                    continue;
                }
                let packed = scan.question()?;
                let page = if type_name::<C>().to_lowercase().contains("cluster") {
                    Err(of_a_cluster())
                } else {
                    let cmd = sink::cmd::cmds(&packed).next().unwrap_or_default();
                    exec::answered(con.req_packed_command(&cmd).await, true, || [])
                };
                scan.turn(page);
            }
        })
    }
}
