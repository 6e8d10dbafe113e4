//! Many records, a window of them at a time.

use std::collections::VecDeque;
use std::fmt;
use std::vec;

use redis::{RedisError, RedisResult, Value};

use super::{FromRedisHash, answer};
use crate::connection::Connection;
use crate::error::{Failure, ReadError, Result};
use crate::exec;
use crate::key::{KeyArg, KeyError};

/// How many records are asked for at once: enough that a round trip costs each of them little, few
/// enough that their answers are no burden.
const RECORDS: usize = 128;
/// How long the questions of a window may be, unless it is one: shorter than what a socket takes in
/// while the server is still answering.
const BYTES: usize = 32 * 1024;

/// Records in the order of their keys, made by [`read_hashes`](FromRedisHash::read_hashes): each with an
/// error of its own, or `None` where there is none. Reads as it is asked, a window at a time.
#[must_use = "nothing is read before it is asked for the next record"]
pub struct ReadHashes<'c, C: ?Sized, K, R> {
    con: &'c mut C,
    keys: K,
    windows: Windows<R>,
}

impl<'c, C: ?Sized, K, R> ReadHashes<'c, C, K, R> {
    pub(super) fn new(con: &'c mut C, keys: K) -> Self {
        Self { con, keys, windows: Windows::default() }
    }
}

impl<C, K, R> Iterator for ReadHashes<'_, C, K, R>
where
    C: Connection + ?Sized,
    K: Iterator<Item: KeyArg>,
    R: FromRedisHash,
{
    type Item = Result<Option<R>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.windows.ready.is_empty() {
            let window = Window::of::<R>(&mut self.keys);
            self.windows.read(self.con, window);
        }
        self.windows.ready.pop_front()
    }
}

impl<C: ?Sized, K, R> fmt::Debug for ReadHashes<'_, C, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHashes")
            .field("ready", &self.windows.ready.len())
            .finish_non_exhaustive()
    }
}

/// The questions of some records.
#[derive(Default)]
pub(super) struct Window {
    pub(super) keys: Vec<Result<Vec<u8>, KeyError>>,
    /// How many of the keys are some.
    asked: usize,
    packed: Vec<u8>,
}

impl Window {
    /// The next keys, as many as it holds.
    pub(super) fn of<R: FromRedisHash>(keys: &mut impl Iterator<Item: KeyArg>) -> Self {
        let mut window = Self::default();
        while window.keys.len() < RECORDS && window.packed.len() < BYTES {
            let Some(key) = keys.next() else { break };
            let key = key.into_key().map(|key| key.as_ref().to_vec());
            if let Ok(key) = &key {
                answer::encode::<R>(key, &mut window.packed);
                window.asked += 1;
            }
            window.keys.push(key);
        }
        window
    }

    fn some(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().flatten().map(Vec::as_slice)
    }
}

/// What was answered, and whether there is anybody to answer more.
pub(super) struct Windows<R> {
    pub(super) ready: VecDeque<Result<Option<R>>>,
    /// Why the connection is used no more: the next answer on it may belong to another question.
    lost: Option<Failure>,
    /// How many of the last window's questions have a reply.
    answered: usize,
    /// The connection goes to many nodes, and takes no pipeline for more than one of them.
    one_by_one: bool,
}

impl<R> Default for Windows<R> {
    fn default() -> Self {
        Self { ready: VecDeque::new(), lost: None, answered: 0, one_by_one: false }
    }
}

impl<R: FromRedisHash> Windows<R> {
    /// Reads a window over a synchronous connection.
    pub(super) fn read<C: Connection + ?Sized>(&mut self, con: &mut C, window: Window) {
        let redirects = !con.supports_pipelining();
        // A cluster's: its pipelines of several nodes can leave answers unread (redis 1.8.1).
        self.one_by_one |= redirects;
        let mut replies = Vec::new();
        if window.asked > 0 && self.lost.is_none() {
            if !self.one_by_one {
                let several = con.req_packed_commands(&window.packed, 0, window.asked);
                replies = self.several(several, window.asked, false);
            }
            if self.one_by_one {
                let mut packed = Vec::new();
                for key in window.some() {
                    packed.clear();
                    answer::encode::<R>(key, &mut packed);
                    let reply = con.req_packed_command(&packed);
                    let reply = exec::answered(reply, redirects, || &packed);
                    if !self.keep(reply, &mut replies) {
                        break;
                    }
                }
            }
        }
        self.settle(window, replies);
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Of the last window, leaves what was answered and one error, for who has no keys to say it of.
    pub(super) fn end_where_lost(&mut self) {
        if self.is_lost() {
            self.ready.truncate(self.answered + 1);
        }
    }

    /// Each key with its reply, and those that have none with the reason.
    fn settle(&mut self, window: Window, replies: Vec<Value>) {
        self.answered = replies.len();
        let mut replies: vec::IntoIter<Value> = replies.into_iter();
        for key in window.keys {
            self.ready.push_back(match (key, &self.lost) {
                (Err(error), _) => Err(error.into()),
                (Ok(key), lost) => match (replies.next(), lost) {
                    (Some(reply), _) => answer::decode(reply, &key),
                    (None, Some(failure)) => {
                        Err(ReadError::new(R::NAME, &key, failure.clone()).into())
                    }
                    // One reply a key, or `lost`.
                    (None, None) => Ok(None),
                },
            });
        }
    }

    /// Whether the next may be asked.
    fn keep(&mut self, reply: Result<Value, Failure>, replies: &mut Vec<Value>) -> bool {
        match reply {
            Ok(reply) => replies.push(reply),
            Err(failure) => self.lost = Some(failure),
        }
        self.lost.is_none()
    }

    /// The replies of a pipeline: as many as there were questions, or none.
    fn several(
        &mut self,
        replies: RedisResult<Vec<Value>>,
        asked: usize,
        redirects: bool,
    ) -> Vec<Value> {
        match replies {
            Ok(replies) if replies.len() == asked => return replies,
            Ok(replies) => {
                self.lost = Some(exec::unexpected("a pipeline of reads", &Value::Array(replies)));
            }
            Err(error) if is_refused(&error) => self.one_by_one = true,
            Err(error) => self.lost = Some(exec::transport(error, redirects, &[])),
        }
        Vec::new()
    }
}

/// Whether this was said of a pipeline as a whole, and so of no record. A cluster's connection takes
/// none for several slots, and gives up on one for a slot that is half here and half there; each
/// record by itself, it finds.
fn is_refused(error: &RedisError) -> bool {
    matches!(error.kind(), redis::ErrorKind::Server(_) | redis::ErrorKind::Extension)
}

#[cfg(feature = "aio")]
pub(super) mod aio {
    use futures_util::stream::{Stream, unfold};
    use redis::Pipeline;

    use super::{FromRedisHash, KeyArg, Window, Windows};
    use crate::connection::AsyncConnection;
    use crate::error::Result;
    use crate::{exec, sink};

    pub(in crate::read) fn read<R, C, K>(
        con: &mut C,
        keys: K,
    ) -> impl Stream<Item = Result<Option<R>>> + Send + use<'_, R, C, K>
    where
        R: FromRedisHash + Send,
        C: AsyncConnection + ?Sized,
        K: Iterator<Item: KeyArg> + Send,
    {
        unfold((con, keys, Windows::default()), async |(con, mut keys, mut windows)| {
            if windows.ready.is_empty() {
                let window = Window::of::<R>(&mut keys);
                windows.read_async(con, window).await;
            }
            let record = windows.ready.pop_front()?;
            Some((record, (con, keys, windows)))
        })
    }

    impl<R: FromRedisHash> Windows<R> {
        /// Reads a window over an asynchronous connection.
        pub(in crate::read) async fn read_async<C>(&mut self, con: &mut C, window: Window)
        where
            C: AsyncConnection + ?Sized,
        {
            let mut replies = Vec::new();
            if window.asked > 0 && self.lost.is_none() {
                if !self.one_by_one {
                    let mut pipeline = Pipeline::with_capacity(window.asked);
                    sink::cmd::cmds(&window.packed).for_each(|cmd| {
                        pipeline.add_command(cmd);
                    });
                    let several = con.req_packed_commands(&pipeline, 0, window.asked).await;
                    replies = self.several(several, window.asked, true);
                }
                if self.one_by_one {
                    for cmd in sink::cmd::cmds(&window.packed) {
                        let reply = con.req_packed_command(&cmd).await;
                        let reply = exec::answered(reply, true, || []);
                        if !self.keep(reply, &mut replies) {
                            break;
                        }
                    }
                }
            }
            self.settle(window, replies);
        }
    }
}
