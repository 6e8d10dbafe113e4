//! The thread that sends what the others put into the buffer.

use std::collections::VecDeque;
use std::mem;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use redis::RedisError;

use super::group::{Group, Load, Wakes};
use super::handover::Handover;
use super::link::Link;
use super::records::{Answer, Records};
use super::sync::{Arc, Mutex, MutexGuard};
use crate::error::{Effect, Failure};
use crate::exec;
use crate::write::Written;

/// How many windows are sent before the replies to the first are read: the server always has something to
/// do.
const AHEAD: usize = 2;
/// How many bytes a socket does not take at once.
const LARGE: usize = 128 * 1024;

type Window = Arc<Group<Records>>;

/// How the writer behaves.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) max_delay: Duration,
    pub(super) resends: bool,
    pub(super) give_up_after: Duration,
}

pub(super) struct Writer {
    handover: Arc<Handover<Records>>,
    link: Link,
    settings: Settings,
    left: Arc<Left>,
    /// Sent, and not answered.
    sent: VecDeque<Window>,
    /// To be sent before all others: again, or because there was no connection.
    again: VecDeque<Window>,
    down: Option<Down>,
    // Used again.
    answers: Vec<Answer>,
    wakes: Wakes<Answer>,
}

/// There is no connection.
struct Down {
    since: Instant,
    next: Instant,
    pauses: ExponentialBackoff,
}

/// How many records were left when the buffer was closed.
#[derive(Default)]
pub(super) struct Left {
    not_sent: AtomicUsize,
    unknown: AtomicUsize,
}

impl Left {
    /// One more, if it is.
    fn add(&self, answer: &Answer) {
        if let Err(error) = answer {
            let count =
                if error.effect() == Effect::Unknown { &self.unknown } else { &self.not_sent };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Those that were not sent, and those of which nobody knows.
    pub(super) fn count(&self) -> [usize; 2] {
        [&self.not_sent, &self.unknown].map(|count| count.load(Ordering::Relaxed))
    }
}

impl Writer {
    pub(super) fn new(
        handover: Arc<Handover<Records>>,
        link: Link,
        settings: Settings,
        left: Arc<Left>,
    ) -> Self {
        let (sent, again) = (VecDeque::new(), VecDeque::new());
        let (answers, wakes) = (Vec::new(), Wakes::default());
        Self { handover, link, settings, left, sent, again, down: None, answers, wakes }
    }

    /// Until the buffer is closed, and nothing is left in it.
    pub(super) fn run(this: &Mutex<Self>, handover: &Handover<Records>, max_delay: Duration) {
        while let Some(window) = handover.take(max_delay) {
            Self::lock(this).write(window, true);
        }
    }

    /// Nobody else has it, but for a moment.
    pub(super) fn lock(this: &Mutex<Self>) -> MutexGuard<'_, Self> {
        this.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the window, until all in it are answered; and what comes meanwhile, where `goes_on`.
    pub(super) fn write(&mut self, window: Window, goes_on: bool) {
        self.again.push_back(window);
        loop {
            while self.sent.len() < AHEAD
                && !self.link.is_open()
                && let Some(window) = self.next(goes_on)
            {
                self.send(window);
            }
            // The server has something to do meanwhile.
            self.wakes.deliver();
            if !self.sent.is_empty() {
                self.receive();
            } else if self.link.is_open() {
                if self.link.discard().is_err() {
                    self.link.lose();
                }
            } else if self.again.is_empty() {
                return;
            }
        }
    }

    fn next(&mut self, goes_on: bool) -> Option<Window> {
        if let Some(window) = self.again.pop_front() {
            return Some(window);
        }
        match () {
            () if !goes_on => None,
            // The others gather, while the server is busy.
            () if !self.sent.is_empty() => self.handover.try_take_full(),
            () if self.settings.max_delay.is_zero() => self.handover.try_take(),
            () => None,
        }
    }

    fn send(&mut self, window: Window) {
        let says_nothing = says_nothing(&window);
        // Where none of them has an answer to come.
        if !says_nothing
            && self.sent.iter().all(self::says_nothing)
            && let Err(failure) = self.connect()
        {
            self.again.push_front(window);
            self.give_up(&failure);
            return;
        }
        let is_large = window.content().load.arena.packed().len() > LARGE;
        if is_large {
            // It takes a while.
            self.wakes.deliver();
        }
        let sent = if says_nothing {
            Ok(())
        } else {
            let mut is_again = false;
            window.change(|records| is_again = mem::replace(&mut records.is_sent, true));
            if !is_again && window.is_answered(0) {
                // Who closed the buffer said that it was not sent: just now, or a waker took its time.
                self.give_back(window);
                return;
            }
            self.link.send(window.content().load.arena.packed())
        };
        self.sent.push_back(window);
        if let Err(failure) = sent {
            self.lost(&failure);
        }
    }

    /// The answers to the first window that was sent.
    fn receive(&mut self) {
        let Some(window) = self.sent.front().map(Arc::clone) else {
            return;
        };
        let content = window.content();
        let records = &content.load;
        // Nearly always that is all of them.
        let mut well = 0;
        let others = &mut self.answers;
        let received = if records.arena.packed().is_empty() {
            others.extend((0..content.len).map(|_| Ok(Written::Nothing)));
            Ok(())
        } else {
            self.link.receive(records, |nth, outcome| match outcome {
                Ok(Written::Applied) if nth == well => well += 1,
                outcome => others.push(records.answer(nth, outcome)),
            })
        };
        if well < content.len || !window.answer_well(&mut self.wakes) {
            let count = well + others.len();
            let answer = |nth: usize| match nth.checked_sub(well) {
                Some(nth) => mem::replace(&mut others[nth], Ok(Written::Nothing)),
                None => Records::well(),
            };
            window.answer(0..count, answer, &mut self.wakes);
            others.clear();
        }
        drop(content);
        match received {
            Ok(()) => {
                self.sent.pop_front();
                self.give_back(window);
            }
            Err(failure) => self.lost(&failure),
        }
    }

    /// The connection is lost, and with it the answers to all that was sent.
    fn lost(&mut self, failure: &Failure) {
        self.link.lose();
        let is_closing = self.handover.deadline().is_some();
        let mut again = VecDeque::new();
        for window in mem::take(&mut self.sent) {
            let is_kept = |records: &Records, nth: usize| {
                self.settings.resends && !records.may_be_refused(nth) && !window.is_answered(nth)
            };
            let content = window.content();
            let kept: Vec<_> = (0..content.len).map(|nth| is_kept(&content.load, nth)).collect();
            for nth in (0..content.len).filter(|nth| !kept[*nth]) {
                let answer = |nth| {
                    let answer = content.load.answer(nth, Err(failure.clone()));
                    if is_closing {
                        self.left.add(&answer);
                    }
                    answer
                };
                window.answer(nth..nth + 1, answer, &mut self.wakes);
            }
            drop(content);
            if kept.contains(&true) {
                window.change(|records| records.resend_only(|nth| kept[nth]));
                again.push_back(window);
            } else {
                self.give_back(window);
            }
        }
        // They were sent before those that were to be sent.
        again.append(&mut self.again);
        self.again = again;
    }

    fn give_back(&mut self, window: Window) {
        self.handover.give_back(window, &mut self.wakes);
    }

    /// Waits for a connection. Where it takes too long, says so.
    fn connect(&mut self) -> Result<(), Failure> {
        if self.link.is_up() {
            return Ok(());
        }
        // It takes a while.
        self.wakes.deliver();
        loop {
            let deadline = match &self.down {
                Some(down) => self.handover.pause(until(down.next)),
                None => self.handover.deadline(),
            };
            let error = match self.link.connect(deadline) {
                Ok(()) => {
                    self.down = None;
                    return Ok(());
                }
                Err(error) => error,
            };
            let down = self.down.get_or_insert_with(Down::now);
            down.next = Instant::now() + down.pauses.next().unwrap_or(LONGEST);
            let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
            if is_late || down.since.elapsed() >= self.settings.give_up_after {
                return Err(unconnected(error, down.since.elapsed()));
            }
            down.next = down.next.min(down.since + self.settings.give_up_after);
        }
    }

    /// Nothing that waits is sent any more. What is written from now on waits for a connection again.
    fn give_up(&mut self, failure: &Failure) {
        // All of them first: giving one back makes room for more.
        let mut windows = mem::take(&mut self.again);
        while let Some(window) = self.handover.try_take() {
            windows.push_back(window);
        }
        let is_closing = self.handover.deadline().is_some();
        for window in windows {
            let left = is_closing.then_some(&*self.left);
            fail(&window, failure, left, &mut self.wakes);
            self.give_back(window);
        }
    }
}

/// There is no reply to it, and it needs no connection.
fn says_nothing(window: &Window) -> bool {
    window.content().load.arena.packed().is_empty()
}

/// All records of the window that have no answer yet have this one.
pub(super) fn fail(
    window: &Window,
    failure: &Failure,
    left: Option<&Left>,
    wakes: &mut Wakes<Answer>,
) {
    let content = window.content();
    let effect = if content.load.is_sent { Effect::Unknown } else { failure.effect };
    let failure = Failure { effect, ..failure.clone() };
    let answer = |nth: usize| {
        let answer = content.load.answer(nth, Err(failure.clone()));
        if let Some(left) = left {
            left.add(&answer);
        }
        answer
    };
    window.answer(0..content.len, answer, wakes);
}

/// The longest pause between two attempts to connect.
const LONGEST: Duration = Duration::from_secs(1);

impl Down {
    fn now() -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(10))
            .with_max_delay(LONGEST)
            .without_max_times()
            .with_jitter();
        let now = Instant::now();
        Self { since: now, next: now, pauses: pauses.build() }
    }
}

fn until(then: Instant) -> Duration {
    then.saturating_duration_since(Instant::now())
}

#[cold]
fn unconnected(error: RedisError, time: Duration) -> Failure {
    let failure = exec::transport(error, false, &[]);
    let what = format!("no connection to the server for {:.1} s", time.as_secs_f32());
    Failure { what, effect: Effect::NotSent, ..failure }
}
