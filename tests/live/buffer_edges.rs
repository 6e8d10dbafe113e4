//! The buffer beside code that blocks or panics, and beside servers that are nearly there.

use std::io::{BufRead, BufReader, Read, Write};
use std::iter;
use std::os::unix::net::{UnixListener, UnixStream};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use redis_hashmap::{
    Absent, BufferedWrite, Effect, ErrorKind, Exists, HashBuffer, ToRedisHash, Written,
};

use crate::buffer::{buffer, builder, item, large, look, number};
use crate::lab::{Case, Lab, PATIENCE, await_that, block_on};
use crate::state::assert_failed;
use crate::wire::{Break, Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("buffer_and_a_waker_that_panics", panics),
        Case::new("buffer_closed_while_a_waker_blocks", blocks),
        Case::new("buffer_that_resends_nothing", resends_nothing),
        Case::new("buffer_without_a_connection_and_nothing_first", nothing_first),
        Case::new("buffer_and_replies_that_drip", drips),
        Case::new("buffer_that_is_full_and_flushed", flushed_full),
        Case::new("buffer_that_loses_its_server_while_it_closes", lost_while_closing),
    ]
}

/// All that is written within this time is sent together.
const GATHERS: Duration = Duration::from_millis(100);

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        // Without a message.
        std::panic::resume_unwind(Box::new("a waker of the user"));
    }
}

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn poll(write: &mut BufferedWrite, waker: &Waker) -> Poll<redis_hashmap::Result<Written>> {
    Pin::new(write).poll(&mut Context::from_waker(waker))
}

/// Those behind it are woken all the same, and the buffer goes on.
fn panics(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = builder(lab, &server).max_delay(GATHERS).open().expect("a buffer");
    let mut first = buffer.write(&item("k", 1));
    let mut second = buffer.write(&item("k", 2));
    assert!(poll(&mut first, &Arc::new(Panics).into()).is_pending());
    let counts = Arc::new(Counts::default());
    assert!(poll(&mut second, &Arc::clone(&counts).into()).is_pending());
    await_that("the other is woken", || counts.0.load(Ordering::Relaxed) == 1);
    for mut write in [first, second] {
        assert!(matches!(look(&mut write), Poll::Ready(Ok(Written::Applied))));
    }
    assert_eq!(buffer.write_blocking(&item("k", 3)).expect("written"), Written::Applied);
}

struct Blocks(Mutex<(Sender<()>, Receiver<()>)>);

impl Wake for Blocks {
    fn wake(self: Arc<Self>) {
        let (begun, goes_on) = &*self.0.lock().expect("woken once");
        begun.send(()).expect("it is heard");
        goes_on.recv().expect("it goes on");
    }
}

/// A record that was answered to be not sent is not sent then.
fn blocks(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = buffer(lab, &server);
    let ((begun, begins), (go_on, goes_on)) = (channel(), channel());
    let waker = Arc::new(Blocks(Mutex::new((begun, goes_on)))).into();
    server.pause().expect("stalled");
    let mut first = buffer.write(&item("first", 1));
    assert!(poll(&mut first, &waker).is_pending());
    await_that("it is sent", || format!("{buffer:?}").contains("waiting: 0"));
    let mut second = buffer.write(&large("second", 1, 200 * 1024));
    server.resume().expect("going on");
    begins.recv().expect("it is woken");
    let left = buffer.close(Duration::from_millis(20)).expect_err("the waker blocks");
    assert_eq!((left.not_sent, left.unknown), (1, 0), "{left}");
    let Poll::Ready(outcome) = look(&mut second) else { panic!("no answer") };
    assert_failed(outcome, ErrorKind::Closed, Effect::NotSent, "closed");
    go_on.send(()).expect("it waits");
    // The thread has ended.
    drop(buffer);
    assert_eq!(number(lab, &server, "first"), Some(1));
    assert_eq!(number(lab, &server, "second"), None, "it was said not to be sent");
}

/// What says nothing to the server is answered though there is no connection.
fn resends_nothing(lab: &Lab) {
    let server = lab.fresh(&[]);
    let wire = Wire::to(lab.info(&server));
    let builder = HashBuffer::builder(wire.client()).resend_unknown().max_delay(GATHERS);
    let buffer = builder.open().expect("a buffer");
    wire.set(Fault::Reply(0, Break::Close));
    let conditional = buffer.write(&item("k", 1).as_hash().only_if(Exists::No));
    let absent = [("a", None::<&str>)];
    let mut nothing = buffer.write(&absent[..].as_hash().key("k").absent(Absent::Keep));
    assert_failed(block_on(conditional), ErrorKind::Connection, Effect::Unknown, "a condition");
    let answered = || matches!(look(&mut nothing), Poll::Ready(Ok(Written::Nothing)));
    await_that("nothing is answered", answered);
    assert_eq!(buffer.write_blocking(&item("k", 2)).expect("written"), Written::Applied);
}

/// What is behind it finds no connection, and waits for one.
fn nothing_first(lab: &Lab) {
    let server = lab.fresh(&[]);
    let wire = Wire::to(lab.info(&server));
    let builder = HashBuffer::builder(wire.client()).max_delay(GATHERS);
    let buffer = builder.open().expect("a buffer");
    wire.set(Fault::Reply(0, Break::Close));
    let lost = buffer.write_blocking(&item("k", 1));
    assert_failed(lost, ErrorKind::Connection, Effect::Unknown, "lost");
    let absent = [("a", None::<&str>)];
    let nothing = buffer.write(&absent[..].as_hash().key("k").absent(Absent::Keep));
    // It goes alone: both are full at once.
    let behind = buffer.write(&large("k", 2, 100 * 1024));
    assert_eq!(block_on(nothing).expect("an answer"), Written::Nothing);
    assert_eq!(block_on(behind).expect("there is a server"), Written::Applied);
}

/// What waits for room when it is flushed does not linger once it has some.
fn flushed_full(lab: &Lab) {
    let server = lab.fresh(&[]);
    let builder = builder(lab, &server).max_bytes(400).max_delay(PATIENCE * 10);
    let buffer = builder.open().expect("a buffer");
    let mut writes: Vec<_> = (1..=3).map(|n| buffer.write(&item("k", n))).collect();
    let mut flush = pin!(buffer.flush());
    let mut look_at_it = || flush.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    await_that("all is flushed", || look_at_it().is_ready());
    for write in &mut writes {
        assert!(matches!(look(write), Poll::Ready(Ok(Written::Applied))));
    }
}

/// `close` does not say that all is well where the connection was lost meanwhile.
fn lost_while_closing(lab: &Lab) {
    let server = lab.fresh(&[]);
    let buffer = buffer(lab, &server);
    server.pause().expect("stalled");
    let write = buffer.write(&item("k", 1));
    await_that("it is sent", || format!("{buffer:?}").contains("waiting: 0"));
    let closing = thread::spawn({
        let buffer = buffer.clone();
        move || buffer.close(PATIENCE)
    });
    let absent = [("a", None::<&str>)];
    let nothing = absent[..].as_hash().key("k").absent(Absent::Keep);
    let is_closed = || buffer.send(&nothing).is_err_and(|error| error.kind() == ErrorKind::Closed);
    await_that("it is closed", is_closed);
    server.kill().expect("killed");
    let left = closing.join().expect("no panic").expect_err("it was lost");
    assert_eq!((left.not_sent, left.unknown), (0, 1), "{left}");
    assert_failed(block_on(write), ErrorKind::Connection, Effect::Unknown, "lost");
}

/// The server has one timeout for all that was sent to it at once.
fn drips(_lab: &Lab) {
    const TIMEOUT: Duration = Duration::from_millis(200);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).expect("a socket");
    thread::spawn(move || {
        // A client that has hung up ends its connection alone.
        listener.incoming().flatten().for_each(|socket| drop(drip(&socket, TIMEOUT / 2)));
    });
    let client = redis::Client::open(format!("unix://{}", path.display())).expect("a client");
    let builder = HashBuffer::builder(client).timeout(TIMEOUT).max_delay(GATHERS);
    let buffer = builder.open().expect("a buffer");
    let started = Instant::now();
    let outcomes = block_on(join_all((0..10).map(|n| buffer.write(&item("k", n)))));
    let time = started.elapsed();
    assert!(time < GATHERS + TIMEOUT * 4, "{time:?}");
    let last = outcomes.into_iter().next_back().expect("ten");
    assert_failed(last, ErrorKind::Timeout, Effect::Unknown, "it came too late");
}

/// Answers what a client asks at first at once, and each write after that time.
fn drip(mut socket: &UnixStream, pause: Duration) -> std::io::Result<()> {
    let mut from = BufReader::new(socket);
    loop {
        let words = length(&mut from)?;
        let command: Vec<String> = iter::repeat_with(|| {
            let len = length(&mut from)?;
            let mut word = vec![0; len + 2];
            from.read_exact(&mut word)?;
            Ok(String::from_utf8_lossy(&word[..len]).into_owned())
        })
        .take(words)
        .collect::<std::io::Result<_>>()?;
        let reply: &[u8] = match [&command[0][..], command.get(1).map_or("", |word| word)] {
            ["CLIENT", "ID"] => b":1\r\n",
            ["HSET", _] => {
                thread::sleep(pause);
                b":1\r\n"
            }
            _ => b"+OK\r\n",
        };
        socket.write_all(reply)?;
    }
}

/// What a line says behind its first sign.
fn length(from: &mut impl BufRead) -> std::io::Result<usize> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let digits = line.trim().get(1..).unwrap_or_default();
    digits.parse().map_err(std::io::Error::other)
}
