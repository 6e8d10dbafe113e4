//! From many producers to one consumer, in groups.
//!
//! A producer puts an item into the open group, under one short lock that no code of a user runs in. The
//! consumer takes the group whole, answers its items, and gives it back to be filled again. What was
//! accepted and is not answered yet is bounded; who finds no room waits in line.
//!
//! It knows nothing of what the items are, and takes its locks from `super::sync`, so that `tests/handover.rs`
//! can run it under a model checker.

use std::sync::{Arc as Shared, PoisonError};
use std::time::{Duration, Instant};

use super::group::{Group, Load, Wakes};
use super::state::{Consumer, LOADS, Queued, SPARES, State};
use super::sync::{Arc, Condvar, LONE, Mutex, MutexGuard, YIELDS, yield_now};
use super::waiter::{Ticket, Waiter};

pub(crate) struct Handover<L: Load> {
    state: Mutex<State<L>>,
    /// The consumer has something to do.
    work: Condvar,
    /// How much may be accepted and not answered.
    max: usize,
}

/// What came of putting an item in; or the item, and why it was not.
pub(crate) type Put<'i, L, T> = Result<T, (Refused, <L as Load>::Item<'i>)>;

/// Nothing was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    Closed,
}

impl<L: Load> Handover<L> {
    pub(crate) fn new(max: usize, orphan: impl Fn(L::Answer) + Send + Sync + 'static) -> Self {
        let state = State::new(Shared::new(orphan));
        Self { state: Mutex::new(state), work: Condvar::new(), max }
    }

    /// Puts it in after all that was put in before; where there is no room, when its turn comes.
    pub(crate) fn put<'i>(this: &Arc<Self>, item: L::Item<'i>) -> Put<'i, L, Waiter<L>> {
        Self::put_or(this, item, |state, item| {
            let ticket = Arc::new(Ticket::new(state.tickets));
            state.tickets += 1;
            state.line.push_back(Queued { item: L::keep(item), ticket: Arc::clone(&ticket) });
            Ok(Waiter::queued(Arc::clone(this), ticket))
        })
    }

    /// Puts it in where there is room at once, and nobody waits for room.
    pub(crate) fn try_put<'i>(this: &Arc<Self>, item: L::Item<'i>) -> Put<'i, L, Waiter<L>> {
        Self::put_or(this, item, |_, item| Err((Refused::Full, item)))
    }

    fn put_or<'i>(
        this: &Arc<Self>,
        item: L::Item<'i>,
        no_room: impl FnOnce(&mut State<L>, L::Item<'i>) -> Put<'i, L, Waiter<L>>,
    ) -> Put<'i, L, Waiter<L>> {
        let mut state = this.state();
        if state.is_closed {
            return Err((Refused::Closed, item));
        }
        if !state.line.is_empty() || !state.has_room(L::size(&item), this.max) {
            return no_room(&mut state, item);
        }
        let (group, place) = state.place(item);
        this.notify(state);
        Ok(Waiter::placed(group, place))
    }

    /// Puts it in, for a producer that waits for the answer and does nothing else: where the consumer has
    /// nothing to do, the producer is to do its work for this one group, and saves to wake it and to be woken.
    pub(crate) fn put_and_lead<'i>(
        this: &Arc<Self>,
        item: L::Item<'i>,
    ) -> Put<'i, L, (Waiter<L>, Option<Lead<L>>)> {
        let mut state = this.state();
        let is_idle =
            matches!(state.consumer, Consumer::Looks | Consumer::Idle) && !state.has_work();
        if !is_idle || state.is_led || state.is_closed || state.held > 0 {
            drop(state);
            return Self::put(this, item).map(|waiter| (waiter, None));
        }
        let (group, place) = state.place(item);
        let waiter = Waiter::placed(group, place);
        state.is_led = true;
        let lead = state.take().map(|group| Lead { handover: Arc::clone(this), group });
        Ok((waiter, lead))
    }

    /// The consumer lingers for no more items than there are, also those that wait for room.
    pub(crate) fn hurry(&self) {
        let mut state = self.state();
        state.is_urgent = true;
        state.urgent = state.tickets;
        self.notify(state);
    }

    /// Nothing more is put in. The consumer still gets what was, and who waits for room still gets some.
    pub(crate) fn close(&self, deadline: Option<Instant>) {
        let mut state = self.state();
        state.is_closed = true;
        state.deadline = state.deadline.into_iter().chain(deadline).min();
        self.notify(state);
    }

    /// How much of the bound is taken, and how many items the consumer has not taken yet.
    pub(crate) fn fill(&self) -> (usize, usize) {
        let state = self.state();
        let full: usize = state.full.iter().map(|group| group.content().len).sum();
        (state.held, full + state.content.len + state.line.len())
    }

    /// For the consumer: the next group; where there is none, it waits, and where there is none any more,
    /// there is no answer. Once there is something, it waits so long for more.
    pub(crate) fn take(&self, linger: Duration) -> Option<Arc<Group<L>>> {
        let mut state = self.state();
        // A lone writer waits for its answer before it writes again, and does so at once.
        let mut looks = if state.lone >= LONE { YIELDS } else { 0 };
        while state.is_led || !state.has_work() {
            if state.is_closed && !state.is_led {
                return None;
            }
            if !state.is_led && looks > 0 {
                looks -= 1;
                state.consumer = Consumer::Looks;
                drop(state);
                yield_now();
                state = self.state();
                state.consumer = Consumer::Busy;
                continue;
            }
            state = self.wait(state, Consumer::Idle);
        }
        if !linger.is_zero() {
            let until = Instant::now() + linger;
            while !state.is_ripe() {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                state = self.wait_for(state, Consumer::Lingers, left);
            }
        }
        state.take()
    }

    /// The next group, where there is one now.
    pub(crate) fn try_take(&self) -> Option<Arc<Group<L>>> {
        self.state().take()
    }

    /// The next group, where there is one that is full.
    pub(crate) fn try_take_full(&self) -> Option<Arc<Group<L>>> {
        let mut state = self.state();
        if state.full.is_empty() { None } else { state.take() }
    }

    /// For the consumer: waits so long, or until the deadline of a `close`. Answers that deadline.
    pub(crate) fn pause(&self, time: Duration) -> Option<Instant> {
        let until = Instant::now() + time;
        let mut state = self.state();
        loop {
            let until = state.deadline.into_iter().chain([until]).min().unwrap_or(until);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return state.deadline;
            }
            state = self.wait_for(state, Consumer::Pauses, left);
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.state().deadline
    }

    /// The group, all of whose items are answered, is filled again; its room is for who waits, and is to be
    /// woken.
    pub(crate) fn give_back(&self, group: Arc<Group<L>>, wakes: &mut Wakes<L::Answer>) {
        let size = group.content().size;
        let load = group.unload();
        let mut state = self.state();
        state.taken.retain(|taken| !Arc::ptr_eq(taken, &group));
        if state.spares.len() < SPARES {
            state.spares.push(group);
        }
        if state.loads.len() < LOADS {
            state.loads.push(load);
        }
        state.held = state.held.saturating_sub(size);
        state.admit(self.max, wakes);
        self.notify(state);
    }

    /// What was taken and not given back, and what was never taken: to be answered by who closed, because
    /// the consumer is late.
    pub(crate) fn left(&self) -> [Vec<Arc<Group<L>>>; 2] {
        let mut wakes = Wakes::default();
        let mut state = self.state();
        state.is_closed = true;
        state.admit(usize::MAX, &mut wakes);
        let taken = state.taken.iter().map(Arc::clone).collect();
        let mut untaken = Vec::new();
        while let Some(group) = state.take() {
            untaken.push(group);
        }
        self.notify(state);
        wakes.deliver();
        [taken, untaken]
    }

    /// Of a waiter that is gone. Answers its place, where it has one.
    pub(super) fn take_back(&self, ticket: &Ticket<L>) -> Option<(Arc<Group<L>>, usize)> {
        let mut wakes = Wakes::default();
        let mut state = self.state();
        // Under the lock, under which it would be given one.
        let place = ticket.place();
        if place.is_none()
            && let Ok(at) = state.line.binary_search_by_key(&ticket.number, Queued::number)
        {
            state.line.remove(at);
            // It may have been a giant, behind which a small one has room.
            state.admit(self.max, &mut wakes);
        }
        self.notify(state);
        wakes.deliver();
        place
    }

    fn state(&self) -> MutexGuard<'_, State<L>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the consumer where that is of use, without the lock that it wants then.
    fn notify(&self, mut state: MutexGuard<'_, State<L>>) {
        let is_of_use = match state.consumer {
            Consumer::Busy | Consumer::Looks => false,
            Consumer::Idle => !state.is_led && (state.has_work() || state.is_closed),
            Consumer::Lingers => state.is_ripe(),
            Consumer::Pauses => state.is_closed,
        };
        if is_of_use {
            state.consumer = Consumer::Busy;
            drop(state);
            // Beside the consumer, who leads may pause.
            self.work.notify_all();
        }
    }

    fn wait<'s>(
        &self,
        mut state: MutexGuard<'s, State<L>>,
        consumer: Consumer,
    ) -> MutexGuard<'s, State<L>> {
        state.consumer = consumer;
        let mut state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.consumer = Consumer::Busy;
        state
    }

    fn wait_for<'s>(
        &self,
        mut state: MutexGuard<'s, State<L>>,
        consumer: Consumer,
        time: Duration,
    ) -> MutexGuard<'s, State<L>> {
        state.consumer = consumer;
        let waited = self.work.wait_timeout(state, time);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.consumer = Consumer::Busy;
        state
    }
}

/// The consumer's work on one group, done by the producer that put it in.
pub(crate) struct Lead<L: Load> {
    handover: Arc<Handover<L>>,
    pub(crate) group: Arc<Group<L>>,
}

impl<L: Load> Drop for Lead<L> {
    fn drop(&mut self) {
        let mut state = self.handover.state();
        state.is_led = false;
        // It has waited all the while.
        state.consumer = Consumer::Idle;
        self.handover.notify(state);
    }
}
