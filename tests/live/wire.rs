//! A Unix socket between a client and a server, which breaks when it is told to.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::{Connection, ConnectionAddr, ConnectionInfo};
use tempfile::TempDir;

/// What happens to what comes next.
#[derive(Clone, Debug, Default)]
pub(crate) enum Fault {
    #[default]
    None,
    /// The server gets this many bytes more; then both sides are closed.
    CutRequestAfter(usize),
    /// The client gets this many bytes more; then both sides are closed.
    CutReplyAfter(usize),
    /// The server gets nothing; the client gets this instead, and then the end.
    AnswerAndClose(Vec<u8>),
    /// What comes next gets to the server so late, whoever has hung up by then.
    HoldRequest(Duration),
    /// Something happens to one whole reply: 0 is the next.
    Reply(usize, Break),
}

/// What happens to a reply.
#[derive(Clone, Debug)]
pub(crate) enum Break {
    /// Both sides are closed before it.
    Close,
    /// The client never gets it.
    Drop,
    /// It comes late, and with it all that follow.
    Delay(Duration),
    /// It comes byte by byte.
    Bytes,
    /// This comes instead.
    Replace(&'static [u8]),
}

/// The socket, and the threads behind it; gone with this.
pub(crate) struct Wire {
    folder: TempDir,
    state: Arc<State>,
    info: ConnectionInfo,
}

#[derive(Default)]
struct State {
    fault: Mutex<Fault>,
    /// All bytes that the server was given.
    requested: AtomicUsize,
    /// How many requests were held, and then passed on, or could not be.
    released: AtomicUsize,
    is_over: AtomicBool,
}

impl State {
    fn breaks_a_reply(&self) -> bool {
        matches!(*self.fault.lock().expect("nobody panicked"), Fault::Reply(..))
    }

    /// What happens to the reply that comes now; nothing to those after it.
    fn next_break(&self) -> Option<Break> {
        let mut fault = self.fault.lock().expect("nobody panicked");
        match &mut *fault {
            Fault::Reply(0, what) => {
                let what = what.clone();
                *fault = Fault::None;
                Some(what)
            }
            Fault::Reply(left, _) => {
                *left -= 1;
                None
            }
            _ => None,
        }
    }
}

impl Wire {
    /// Towards the server that `info` names.
    pub(crate) fn to(info: ConnectionInfo) -> Self {
        let ConnectionAddr::Unix(server) = info.addr().clone() else {
            panic!("no socket: {info:?}")
        };
        let folder = tempfile::Builder::new().prefix("wire-").tempdir().expect("a folder");
        let path = folder.path().join("s");
        let listener = UnixListener::bind(&path).expect("a socket");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || accept(&listener, &server, &shared));
        Self { folder, state, info: info.set_addr(ConnectionAddr::Unix(path)) }
    }

    /// Breaks from the next byte on.
    pub(crate) fn set(&self, fault: Fault) {
        *self.state.fault.lock().expect("nobody panicked") = fault;
    }

    /// Nobody listens there while this is so; connections that were made live on.
    pub(crate) fn set_gone(&self, is_gone: bool) {
        let [here, away] = ["s", "away"].map(|name| self.folder.path().join(name));
        let (from, to) = if is_gone { (here, away) } else { (away, here) };
        std::fs::rename(from, to).expect("renamed");
    }

    /// How many bytes of requests were passed on while this ran.
    pub(crate) fn count(&self, run: impl FnOnce(&mut Connection)) -> usize {
        let mut con = self.connection();
        let before = self.state.requested.load(Ordering::SeqCst);
        run(&mut con);
        self.state.requested.load(Ordering::SeqCst) - before
    }

    /// How many requests that were held have gone on their way.
    pub(crate) fn released(&self) -> usize {
        self.state.released.load(Ordering::SeqCst)
    }

    pub(crate) fn info(&self) -> ConnectionInfo {
        self.info.clone()
    }

    pub(crate) fn client(&self) -> redis::Client {
        redis::Client::open(self.info.clone()).expect("a socket")
    }

    pub(crate) fn connection(&self) -> Connection {
        self.client().get_connection().expect("a connection")
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // The thread waits for one more connection, and ends with that.
        self.state.is_over.store(true, Ordering::SeqCst);
        drop(UnixStream::connect(self.folder.path().join("s")));
    }
}

fn accept(listener: &UnixListener, server: &PathBuf, state: &Arc<State>) {
    for client in listener.incoming() {
        if state.is_over.load(Ordering::SeqCst) {
            return;
        }
        // Nobody may be there now.
        let (Ok(client), Ok(server)) = (client, UnixStream::connect(server)) else { continue };
        let (to_client, from_server) = (duplicate(&client), duplicate(&server));
        let (requests, replies) = (Arc::clone(state), Arc::clone(state));
        std::thread::spawn(move || pump(client, server, &requests, true));
        std::thread::spawn(move || pump(from_server, to_client, &replies, false));
    }
}

/// Passes on the whole replies, and breaks the one that is to be; `None` where that was the end.
fn break_reply(replies: &mut Vec<u8>, to: &mut UnixStream, state: &State) -> Option<()> {
    while let Some(len) = reply(replies) {
        let rest = replies.split_off(len);
        let reply = std::mem::replace(replies, rest);
        match state.next_break() {
            None => to.write_all(&reply).ok()?,
            Some(Break::Close) => return None,
            Some(Break::Drop) => {}
            Some(Break::Delay(time)) => {
                std::thread::sleep(time);
                to.write_all(&reply).ok()?;
            }
            Some(Break::Bytes) => {
                for byte in reply {
                    to.write_all(&[byte]).ok()?;
                    std::thread::yield_now();
                }
            }
            Some(Break::Replace(other)) => to.write_all(other).ok()?,
        }
    }
    Some(())
}

/// How long the reply is that these bytes begin with, where it is whole.
fn reply(bytes: &[u8]) -> Option<usize> {
    let line = bytes.windows(2).position(|end| end == b"\r\n")? + 2;
    let number = || std::str::from_utf8(&bytes[1..line - 2]).ok()?.parse::<usize>().ok();
    match bytes[0] {
        // -1 is nil, and a line.
        b'$' | b'=' | b'!' => {
            let len = number().map_or(line, |len| line + len + 2);
            (bytes.len() >= len).then_some(len)
        }
        kind @ (b'*' | b'~' | b'>' | b'%') => {
            let items = number().unwrap_or(0) * if kind == b'%' { 2 } else { 1 };
            (0..items).try_fold(line, |at, _| Some(at + reply(bytes.get(at..)?)?))
        }
        _ => Some(line),
    }
}

fn duplicate(stream: &UnixStream) -> UnixStream {
    stream.try_clone().expect("a descriptor")
}

fn pump(mut from: UnixStream, mut to: UnixStream, state: &State, is_request: bool) {
    let mut chunk = [0; 4096];
    // The beginning of a reply, while whole ones are looked for.
    let mut replies = Vec::new();
    while let Ok(n @ 1..) = from.read(&mut chunk) {
        let mut ends = false;
        let mut passes = n;
        if !is_request && (state.breaks_a_reply() || !replies.is_empty()) {
            replies.extend_from_slice(&chunk[..n]);
            if break_reply(&mut replies, &mut to, state).is_none() {
                break;
            }
            continue;
        }
        let mut held = Duration::ZERO;
        match &mut *state.fault.lock().expect("nobody panicked") {
            fault @ Fault::HoldRequest(_) if is_request => {
                if let Fault::HoldRequest(time) = std::mem::take(fault) {
                    held = time;
                }
            }
            Fault::CutRequestAfter(left) if is_request => {
                passes = n.min(*left);
                *left -= passes;
                ends = *left == 0;
            }
            Fault::CutReplyAfter(left) if !is_request => {
                passes = n.min(*left);
                *left -= passes;
                ends = *left == 0;
            }
            Fault::AnswerAndClose(answer) if is_request => {
                passes = 0;
                ends = true;
                drop(from.write_all(answer));
            }
            _ => {}
        }
        std::thread::sleep(held);
        if is_request {
            state.requested.fetch_add(passes, Ordering::SeqCst);
        }
        let is_passed_on = to.write_all(&chunk[..passes]).is_ok();
        if !held.is_zero() {
            state.released.fetch_add(1, Ordering::SeqCst);
        }
        if !is_passed_on || ends {
            break;
        }
    }
    drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
}
