//! What is sent together, and the answers to it.

use std::mem;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc as Shared;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use super::sync::{AtomicBool, Mutex, MutexGuard, RwLock, RwLockReadGuard};

/// What a group is filled with.
pub(crate) trait Load: Default {
    /// What a producer brings; it may be borrowed from the producer.
    type Item<'i>;
    /// What the producer is told in the end.
    type Answer;

    /// The answer that nearly all items have, and that nobody needs to hear who does not wait for it.
    fn well() -> Self::Answer;

    /// How much of the bound it takes.
    fn size(item: &Self::Item<'_>) -> usize;
    /// Kept by itself, where there is no room yet.
    fn keep(item: Self::Item<'_>) -> Self::Item<'static>;
    /// Begins a group of its own.
    fn goes_alone(item: &Self::Item<'_>) -> bool;
    fn push(&mut self, item: Self::Item<'_>);
    /// The next item goes into another group.
    fn is_full(&self) -> bool;
    /// Empty again; the memory is kept, unless it is much.
    fn clear(&mut self);
}

/// Items that are sent together, in the order in which they were put in.
pub(crate) struct Group<L: Load> {
    content: RwLock<Content<L>>,
    answers: Mutex<Answers<L::Answer>>,
    /// All items are well, whatever their slots say. Changed under the lock of the answers; who sees it need
    /// not take that.
    all_well: AtomicBool,
    orphan: Orphan<L::Answer>,
}

/// What is done with an answer that nobody waits for. (Not the model's `Arc`, which takes no `dyn`.)
pub(super) type Orphan<A> = Shared<dyn Fn(A) + Send + Sync>;

#[derive(Default)]
pub(crate) struct Content<L> {
    pub(crate) load: L,
    pub(crate) len: usize,
    /// How much of the bound the items take together.
    pub(crate) size: usize,
}

struct Answers<A> {
    /// Of the items up to the last that somebody asked for, or that has an answer.
    slots: Vec<Slot<A>>,
    /// Some items have their answers already.
    is_begun: bool,
}

/// Where the answer to one item goes.
enum Slot<A> {
    /// Nobody asked yet.
    Empty,
    /// Who waits for it.
    Awaited(Waker),
    Answered(A),
    /// Nobody will ask.
    Abandoned,
    /// Told to whom it was for.
    Over,
}

impl<L: Load> Content<L> {
    pub(super) fn push(&mut self, item: L::Item<'_>) {
        self.size += L::size(&item);
        self.load.push(item);
        self.len += 1;
    }
}

impl<L: Load> Group<L> {
    pub(super) fn new(orphan: Orphan<L::Answer>) -> Self {
        let answers = Answers { slots: Vec::new(), is_begun: false };
        let (content, answers) = (RwLock::default(), Mutex::new(answers));
        Self { content, answers, all_well: AtomicBool::new(false), orphan }
    }

    pub(crate) fn content(&self) -> RwLockReadGuard<'_, Content<L>> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is sent. The items stay the same, and so do their places.
    pub(crate) fn change(&self, change: impl FnOnce(&mut L)) {
        let mut content = self.content.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut content.load);
    }

    /// It is what its waiters wait for.
    pub(super) fn fill(&self, content: Content<L>) {
        *self.content.write().unwrap_or_else(PoisonError::into_inner) = content;
    }

    /// Its items are answered: who still waits for an answer looks at that alone. Answers the empty load.
    pub(super) fn unload(&self) -> L {
        let mut content = self.content.write().unwrap_or_else(PoisonError::into_inner);
        let Content { mut load, .. } = mem::take(&mut *content);
        load.clear();
        load
    }

    /// It is to be filled again, and what is in sight of nobody any more forgotten.
    pub(super) fn renew(&self) {
        let mut answers = self.answers();
        answers.slots.clear();
        answers.is_begun = false;
        self.all_well.store(false, Ordering::Relaxed);
    }

    /// Answers all items at once, which are well. Says whether it did: not where one has an answer already.
    /// Who waits is to be woken, with `wakes`.
    pub(crate) fn answer_well(&self, wakes: &mut Wakes<L::Answer>) -> bool {
        let mut answers = self.answers();
        if answers.is_begun {
            return false;
        }
        self.all_well.store(true, Ordering::Release);
        wakes.wakers.extend(answers.slots.drain(..).filter_map(|slot| match slot {
            Slot::Awaited(who) => Some(who),
            _ => None,
        }));
        true
    }

    /// Answers these items, each of which is answered once: who was answered before keeps that, and
    /// `answer` is not asked. Who waits is to be woken, with `wakes`. What nobody waits for any more is told
    /// here, and first, so that who hears of an item knows that all is told of those before.
    pub(crate) fn answer(
        &self,
        places: Range<usize>,
        mut answer: impl FnMut(usize) -> L::Answer,
        wakes: &mut Wakes<L::Answer>,
    ) {
        let mut answers = self.answers();
        if self.is_well() {
            return;
        }
        answers.is_begun = true;
        if answers.slots.len() < places.end {
            answers.slots.resize_with(places.end, || Slot::Empty);
        }
        for place in places.clone() {
            if matches!(answers.slots[place], Slot::Abandoned) {
                answers.slots[place] = Slot::Over;
                wakes.orphans.push(answer(place));
            }
        }
        if !wakes.orphans.is_empty() {
            drop(answers);
            self.tell(wakes);
            answers = self.answers();
        }
        for place in places {
            let slot = &mut answers.slots[place];
            match slot {
                Slot::Answered(_) | Slot::Over => {}
                // Since then.
                Slot::Abandoned => {
                    *slot = Slot::Over;
                    wakes.orphans.push(answer(place));
                }
                Slot::Empty => *slot = Slot::Answered(answer(place)),
                Slot::Awaited(_) => {
                    if let Slot::Awaited(waker) = mem::replace(slot, Slot::Answered(answer(place)))
                    {
                        wakes.wakers.push(waker);
                    }
                }
            }
        }
        drop(answers);
        self.tell(wakes);
    }

    /// It is the user's code: not under a lock.
    fn tell(&self, wakes: &mut Wakes<L::Answer>) {
        wakes.orphans.drain(..).for_each(&*self.orphan);
    }

    /// Whether this item has its answer.
    pub(crate) fn is_answered(&self, place: usize) -> bool {
        let answers = self.answers();
        let slot = answers.slots.get(place);
        self.is_well() || matches!(slot, Some(Slot::Answered(_) | Slot::Over))
    }

    pub(super) fn poll(&self, place: usize, cx: &mut Context<'_>) -> Poll<L::Answer> {
        if self.is_well() {
            return Poll::Ready(L::well());
        }
        let mut answers = self.answers();
        if self.is_well() {
            return Poll::Ready(L::well());
        }
        let slot = answers.slot(place);
        let now = match slot {
            Slot::Awaited(waker) if waker.will_wake(cx.waker()) => return Poll::Pending,
            Slot::Answered(_) => Slot::Over,
            _ => Slot::Awaited(cx.waker().clone()),
        };
        let was = mem::replace(slot, now);
        // What the end of a waker does is the user's code.
        drop(answers);
        match was {
            Slot::Answered(answer) => Poll::Ready(answer),
            _ => Poll::Pending,
        }
    }

    /// Nobody will ask for this answer.
    pub(super) fn abandon(&self, place: usize) {
        let mut answers = self.answers();
        if self.is_well() {
            return;
        }
        let slot = answers.slot(place);
        let was = mem::replace(slot, Slot::Abandoned);
        if let Slot::Answered(_) = was {
            *slot = Slot::Over;
        }
        // It is the user's code, and so is the end of a waker: of a task, say, with more of these futures.
        drop(answers);
        if let Slot::Answered(answer) = was {
            (self.orphan)(answer);
        }
    }

    fn is_well(&self) -> bool {
        self.all_well.load(Ordering::Acquire)
    }

    fn answers(&self) -> MutexGuard<'_, Answers<L::Answer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Answers<A> {
    fn slot(&mut self, place: usize) -> &mut Slot<A> {
        if self.slots.len() <= place {
            self.slots.resize_with(place + 1, || Slot::Empty);
        }
        &mut self.slots[place]
    }
}

/// Who is to be woken, once no lock is held: a waker is the user's code.
pub(crate) struct Wakes<A> {
    wakers: Vec<Waker>,
    /// Answers that nobody waits for, for a moment.
    orphans: Vec<A>,
}

impl<A> Default for Wakes<A> {
    fn default() -> Self {
        Self { wakers: Vec::new(), orphans: Vec::new() }
    }
}

impl<A> Wakes<A> {
    pub(super) fn add(&mut self, waker: Option<Waker>) {
        self.wakers.extend(waker);
    }

    /// A panic in one is caught: those behind it are woken all the same.
    pub(crate) fn deliver(&mut self) {
        for waker in self.wakers.drain(..) {
            drop(panic::catch_unwind(AssertUnwindSafe(|| waker.wake())));
        }
    }
}
