//! Closing a buffer: nothing in it stays without an answer.

use std::sync::PoisonError;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::group::Wakes;
use super::handover::Handover;
use super::records::Records;
use super::sync::{Arc, Condvar, Mutex};
use super::writer::{Left, Writer, fail};
use crate::error::{Effect, ErrorKind, Failure};

/// What all handles of a buffer share. With the last of them, the buffer is closed.
pub(super) struct Core {
    pub(super) handover: Arc<Handover<Records>>,
    pub(super) left: Arc<Left>,
    pub(super) over: Arc<Over>,
    pub(super) writer: Arc<Mutex<Writer>>,
    /// Who blocks may write by itself.
    pub(super) leads: bool,
    pub(super) thread: ThreadId,
}

/// Whether the thread that writes has ended.
#[derive(Default)]
pub(super) struct Over {
    is_over: Mutex<bool>,
    came: Condvar,
}

/// The thread that writes has it, and drops it last: however it ends.
pub(super) struct Ended {
    handover: Arc<Handover<Records>>,
    left: Arc<Left>,
    pub(super) over: Arc<Over>,
}

/// Records that were in a buffer when it was closed, and were not written in time. Each of them was
/// answered so to who waits for it, or to [`on_failure`](crate::HashBufferBuilder::on_failure).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the buffer was closed with {not_sent} records that were not sent, and {unknown} that were sent and not answered"
)]
#[non_exhaustive]
pub struct Unwritten {
    /// So many were not sent.
    pub not_sent: usize,
    /// So many were sent, and not answered.
    pub unknown: usize,
}

impl Core {
    pub(super) fn close(&self, within: Duration) -> Result<(), Unwritten> {
        let deadline = Instant::now() + within;
        self.handover.close(Some(deadline));
        // It cannot wait for itself.
        if thread::current().id() != self.thread && !self.over.wait(deadline) {
            answer_left(&self.handover, &self.left);
            if self.left.count() > [0, 0] {
                // It may have given up as well, and be about to say so to `on_failure`.
                self.over.wait(Instant::now() + TELLS);
            }
        }
        let [not_sent, unknown] = self.left.count();
        if not_sent + unknown == 0 { Ok(()) } else { Err(Unwritten { not_sent, unknown }) }
    }
}

/// How long who closes waits for the thread that is late, and may be telling what it could not write.
const TELLS: Duration = Duration::from_millis(100);

/// How long the last handle waits for the rest to be written.
const DROPPED: Duration = Duration::from_secs(5);

impl Drop for Core {
    fn drop(&mut self) {
        // Who waits for a record is told, and so is `on_failure`.
        let _ = self.close(DROPPED);
    }
}

fn answer_left(handover: &Handover<Records>, left: &Left) {
    let failure = Failure {
        what: "the buffer was closed before its turn came".into(),
        effect: Effect::NotSent,
        kind: ErrorKind::Closed,
        source: (redis::ErrorKind::Client, "the buffer is closed").into(),
    };
    let sent =
        Failure { what: "the buffer was closed before the answer came".into(), ..failure.clone() };
    let mut wakes = Wakes::default();
    let [taken, untaken] = handover.left();
    for window in taken {
        let is_sent = window.content().load.is_sent;
        fail(&window, if is_sent { &sent } else { &failure }, Some(left), &mut wakes);
        // The writer has it, and gives it back.
    }
    for window in untaken {
        fail(&window, &failure, Some(left), &mut wakes);
        handover.give_back(window, &mut wakes);
    }
    wakes.deliver();
}

impl Ended {
    pub(super) fn new(handover: Arc<Handover<Records>>, left: Arc<Left>) -> Self {
        Self { handover, left, over: Arc::default() }
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // Where it ends by a panic, in somebody's waker say: all are answered all the same.
        answer_left(&self.handover, &self.left);
        *self.over.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.over.came.notify_all();
    }
}

impl Over {
    /// Waits until then. Says whether it is.
    fn wait(&self, until: Instant) -> bool {
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.came.wait_timeout_while(is_over, left, |is_over| !*is_over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
