//! The answer to a write, awaited or waited for.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::records::Records;
use super::sync::YIELDS;
use super::waiter::Waiter;
use crate::error::{Error, Result};
use crate::write::Written;

/// The answer to a write of a [`HashBuffer`](crate::HashBuffer).
///
/// It borrows nothing, and runs on any executor. Dropped, it changes nothing for a record that has its
/// place in the buffer: that is written, and a failure goes to
/// [`on_failure`](crate::HashBufferBuilder::on_failure). A record that still waits for room is not written
/// then.
#[must_use = "the record is written all the same, but what became of it is said nowhere else; `send` is for that"]
pub struct BufferedWrite(Stage);

enum Stage {
    /// It never came into the buffer.
    Failed(Option<Error>),
    Waits(Waiter<Records>),
}

impl BufferedWrite {
    pub(super) fn new(waiter: Result<Waiter<Records>>) -> Self {
        Self(waiter.map_or_else(|error| Stage::Failed(Some(error)), Stage::Waits))
    }
}

impl Future for BufferedWrite {
    type Output = Result<Written>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Written>> {
        match &mut self.0 {
            // Polled after its end, it is never ready again.
            Stage::Failed(error) => {
                error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
            }
            Stage::Waits(waiter) => Pin::new(waiter).poll(cx).map_err(|error| *error),
        }
    }
}

impl fmt::Debug for BufferedWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferedWrite").finish_non_exhaustive()
    }
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    static UNPARK: Waker = Arc::new(Unpark(thread::current())).into();
}

impl BufferedWrite {
    /// How often it is worth to let others run before the thread sleeps.
    fn yields(&self) -> u32 {
        match &self.0 {
            Stage::Waits(waiter) if waiter.is_first() => YIELDS,
            _ => 0,
        }
    }
}

/// Blocks the thread until the write is answered.
pub(super) fn wait(write: BufferedWrite) -> Result<Written> {
    let yields = write.yields();
    block_on(write, yields)
}

/// Blocks the thread until the future is ready.
pub(super) fn block_on<F: Future>(future: F, mut yields: u32) -> F::Output {
    let mut future = pin!(future);
    // The thread's storage is gone only while the thread is ending.
    let waker = UNPARK
        .try_with(Waker::clone)
        .unwrap_or_else(|_| Arc::new(Unpark(thread::current())).into());
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut cx) {
            return answer;
        }
        if yields > 0 {
            yields -= 1;
            thread::yield_now();
        } else {
            // Also somebody else's wake-up ends it: it is asked again then.
            thread::park();
        }
    }
}
