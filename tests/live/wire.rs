//! A Unix socket between a client and a server, which breaks when it is told to.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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
    is_over: AtomicBool,
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

    /// How many bytes of requests were passed on while this ran.
    pub(crate) fn count(&self, run: impl FnOnce(&mut Connection)) -> usize {
        let mut con = self.connection();
        let before = self.state.requested.load(Ordering::SeqCst);
        run(&mut con);
        self.state.requested.load(Ordering::SeqCst) - before
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
        let (Ok(client), Ok(server)) = (client, UnixStream::connect(server)) else { return };
        let (to_client, from_server) = (duplicate(&client), duplicate(&server));
        let (requests, replies) = (Arc::clone(state), Arc::clone(state));
        std::thread::spawn(move || pump(client, server, &requests, true));
        std::thread::spawn(move || pump(from_server, to_client, &replies, false));
    }
}

fn duplicate(stream: &UnixStream) -> UnixStream {
    stream.try_clone().expect("a descriptor")
}

fn pump(mut from: UnixStream, mut to: UnixStream, state: &State, is_request: bool) {
    let mut chunk = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut chunk) {
        let mut ends = false;
        let mut passes = n;
        match &mut *state.fault.lock().expect("nobody panicked") {
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
        if is_request {
            state.requested.fetch_add(passes, Ordering::SeqCst);
        }
        if to.write_all(&chunk[..passes]).is_err() || ends {
            break;
        }
    }
    drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
}
