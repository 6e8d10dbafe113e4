//! Who waits for the answer to one item.

use std::mem;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use super::group::{Group, Load};
use super::handover::Handover;
use super::sync::{Arc, Mutex, MutexGuard};

/// A future of the answer to one item. Needs no runtime.
///
/// Dropped, it leaves an item that has its place in a group where it is; one that still waits for room
/// is taken back.
pub(crate) struct Waiter<L: Load>(At<L>);

enum At<L: Load> {
    /// There was no room.
    Queue(Arc<Handover<L>>, Arc<Ticket<L>>),
    Place(Arc<Group<L>>, usize),
    Over,
}

/// The turn of who waits for room.
pub(super) struct Ticket<L: Load> {
    pub(super) number: u64,
    turn: Mutex<Turn<L>>,
}

enum Turn<L: Load> {
    NotYet(Option<Waker>),
    Come(Arc<Group<L>>, usize),
}

impl<L: Load> Ticket<L> {
    pub(super) fn new(number: u64) -> Self {
        Self { number, turn: Mutex::new(Turn::NotYet(None)) }
    }

    /// It has this place. Answers who is to be told so.
    pub(super) fn come(&self, group: Arc<Group<L>>, place: usize) -> Option<Waker> {
        match mem::replace(&mut *self.turn(), Turn::Come(group, place)) {
            Turn::NotYet(waker) => waker,
            Turn::Come(..) => None,
        }
    }

    pub(super) fn place(&self) -> Option<(Arc<Group<L>>, usize)> {
        match &*self.turn() {
            Turn::NotYet(_) => None,
            Turn::Come(group, place) => Some((Arc::clone(group), *place)),
        }
    }

    /// Its place, or the promise to wake who asks.
    fn poll(&self, cx: &mut Context<'_>) -> Option<(Arc<Group<L>>, usize)> {
        let mut turn = self.turn();
        match &mut *turn {
            Turn::Come(group, place) => Some((Arc::clone(group), *place)),
            Turn::NotYet(waker) => {
                let was = waker.replace(cx.waker().clone());
                // What the end of a waker does is the user's code.
                drop(turn);
                drop(was);
                None
            }
        }
    }

    fn turn(&self) -> MutexGuard<'_, Turn<L>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Load> Waiter<L> {
    pub(super) fn placed(group: Arc<Group<L>>, place: usize) -> Self {
        Self(At::Place(group, place))
    }

    pub(super) fn queued(handover: Arc<Handover<L>>, ticket: Arc<Ticket<L>>) -> Self {
        Self(At::Queue(handover, ticket))
    }

    /// Its item is the first of a group: perhaps the only one.
    pub(super) fn is_first(&self) -> bool {
        matches!(self.0, At::Place(_, 0))
    }
}

impl<L: Load> Future for Waiter<L> {
    type Output = L::Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<L::Answer> {
        let this = self.get_mut();
        if let At::Queue(_, ticket) = &this.0
            && let Some((group, place)) = ticket.poll(cx)
        {
            this.0 = At::Place(group, place);
        }
        let At::Place(group, place) = &this.0 else {
            return Poll::Pending;
        };
        let answer = group.poll(*place, cx);
        if answer.is_ready() {
            this.0 = At::Over;
        }
        answer
    }
}

// Nothing in it is ever pinned.
impl<L: Load> Unpin for Waiter<L> {}

impl<L: Load> Drop for Waiter<L> {
    fn drop(&mut self) {
        let place = match mem::replace(&mut self.0, At::Over) {
            At::Over => None,
            At::Place(group, place) => Some((group, place)),
            At::Queue(handover, ticket) => handover.take_back(&ticket),
        };
        if let Some((group, place)) = place {
            group.abandon(place);
        }
    }
}
