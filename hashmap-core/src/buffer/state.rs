//! What the hand-over keeps under its lock.

use std::collections::VecDeque;
use std::mem;
use std::time::Instant;

use super::group::{Content, Group, Load, Orphan, Wakes};
use super::sync::Arc;
use super::waiter::Ticket;

/// How many groups are kept to be filled again. Each is of use once the last of its waiters has looked, which
/// may be a while after.
pub(super) const SPARES: usize = 64;
/// How many loads are, which are of use at once, and larger.
pub(super) const LOADS: usize = 16;

pub(super) struct State<L: Load> {
    /// Full, in their order.
    pub(super) full: VecDeque<Arc<Group<L>>>,
    pub(super) open: Arc<Group<L>>,
    /// What is in the open group: the group itself has it once it is filled.
    pub(super) content: Content<L>,
    /// Taken by the consumer, and not given back.
    pub(super) taken: VecDeque<Arc<Group<L>>>,
    pub(super) spares: Vec<Arc<Group<L>>>,
    pub(super) loads: Vec<L>,
    /// How much of the bound all of them take.
    pub(super) held: usize,
    /// Who waits for room.
    pub(super) line: VecDeque<Queued<L>>,
    pub(super) tickets: u64,
    pub(super) consumer: Consumer,
    /// How many groups of one item were taken in turn.
    pub(super) lone: u32,
    /// A producer does the consumer's work, which waits.
    pub(super) is_led: bool,
    /// Somebody waits for what is in the open group.
    pub(super) is_urgent: bool,
    /// And for what has a ticket below this one, once it is there.
    pub(super) urgent: u64,
    pub(super) is_closed: bool,
    /// When the consumer stops trying.
    pub(super) deadline: Option<Instant>,
    pub(super) orphan: Orphan<L::Answer>,
}

pub(super) struct Queued<L: Load> {
    pub(super) item: L::Item<'static>,
    pub(super) ticket: Arc<Ticket<L>>,
}

/// What a notification would be good for: one that wakes nobody is a call to the system all the same.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Consumer {
    Busy,
    /// Looks for an item, again and again.
    Looks,
    /// Waits for an item.
    Idle,
    /// Waits for more items.
    Lingers,
    /// Waits for time to pass.
    Pauses,
}

impl<L: Load> State<L> {
    pub(super) fn new(orphan: Orphan<L::Answer>) -> Self {
        Self {
            full: VecDeque::new(),
            open: Arc::new(Group::new(Orphan::clone(&orphan))),
            content: Content::default(),
            taken: VecDeque::new(),
            spares: Vec::new(),
            loads: Vec::new(),
            held: 0,
            line: VecDeque::new(),
            tickets: 0,
            consumer: Consumer::Busy,
            lone: 0,
            is_led: false,
            is_urgent: false,
            urgent: 0,
            is_closed: false,
            deadline: None,
            orphan,
        }
    }

    /// What is larger than the bound goes alone.
    pub(super) fn has_room(&self, size: usize, max: usize) -> bool {
        self.held == 0 || self.held.saturating_add(size) <= max
    }

    pub(super) fn has_work(&self) -> bool {
        self.content.len > 0 || !self.full.is_empty()
    }

    /// Whether it is no use to wait for more.
    pub(super) fn is_ripe(&self) -> bool {
        !self.full.is_empty() || self.is_urgent || self.is_closed
    }

    pub(super) fn place(&mut self, item: L::Item<'_>) -> (Arc<Group<L>>, usize) {
        if self.content.len > 0 && L::goes_alone(&item) {
            self.shut();
        }
        let (group, place) = (Arc::clone(&self.open), self.content.len);
        self.held = self.held.saturating_add(L::size(&item));
        self.content.push(item);
        if self.content.load.is_full() {
            self.shut();
        }
        (group, place)
    }

    /// The open group is full.
    fn shut(&mut self) {
        let full = self.reopen();
        self.full.push_back(full);
    }

    pub(super) fn take(&mut self) -> Option<Arc<Group<L>>> {
        let group = match self.full.pop_front() {
            Some(full) => full,
            None if self.content.len > 0 => {
                self.lone = if self.content.len == 1 { self.lone.saturating_add(1) } else { 0 };
                self.reopen()
            }
            None => return None,
        };
        self.taken.push_back(Arc::clone(&group));
        Some(group)
    }

    /// Opens another group. Answers the one that was open.
    fn reopen(&mut self) -> Arc<Group<L>> {
        self.is_urgent = false;
        let load = self.loads.pop().unwrap_or_default();
        let content = Content { load, ..Content::default() };
        self.open.fill(mem::replace(&mut self.content, content));
        // The last one that no waiter looks at any more: its memory is near.
        let spare = self.spares.iter_mut().rposition(|spare| Arc::get_mut(spare).is_some());
        let fresh = match spare {
            Some(at) => self.spares.remove(at),
            None => Arc::new(Group::new(Orphan::clone(&self.orphan))),
        };
        fresh.renew();
        mem::replace(&mut self.open, fresh)
    }

    /// Lets in whom there is room for, in their order.
    pub(super) fn admit(&mut self, max: usize, wakes: &mut Wakes<L::Answer>) {
        while let Some(next) = self.line.front()
            && self.has_room(L::size(&next.item), max)
            && let Some(Queued { item, ticket }) = self.line.pop_front()
        {
            let (group, place) = self.place(item);
            self.is_urgent |= ticket.number < self.urgent && self.content.len > 0;
            wakes.add(ticket.come(group, place));
        }
    }
}

impl<L: Load> Queued<L> {
    pub(super) fn number(&self) -> u64 {
        self.ticket.number
    }
}
