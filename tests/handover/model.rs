//! A hand-over of numbers, who consumes them, and every order of a model's threads.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc as Plain, Mutex as PlainMutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use loom::sync::Arc;
use loom::thread;

use crate::group::{Group, Load, Wakes};
use crate::handover::Handover;
use crate::waiter::Waiter;

/// Numbers, each as large as it says.
#[derive(Default)]
pub(crate) struct Numbers(pub(crate) Vec<(u32, usize)>);

/// How many go into one group.
pub(crate) const FULL: usize = 2;

impl Load for Numbers {
    type Item<'i> = (u32, usize);
    type Answer = Answer;

    fn well() -> Answer {
        Answer::Well
    }

    fn size(item: &(u32, usize)) -> usize {
        item.1
    }

    fn keep(item: (u32, usize)) -> (u32, usize) {
        item
    }

    fn goes_alone(item: &(u32, usize)) -> bool {
        item.1 >= 50
    }

    fn push(&mut self, item: (u32, usize)) {
        self.0.push(item);
    }

    fn is_full(&self) -> bool {
        self.0.len() >= FULL
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    Done(u32),
    Left(u32),
    Well,
}

/// A hand-over of that much room, and what nobody waited for.
pub(crate) struct Model {
    pub(crate) handover: Arc<Handover<Numbers>>,
    orphans: Plain<PlainMutex<Vec<Answer>>>,
}

impl Model {
    pub(crate) fn new(max: usize) -> Self {
        let orphans = Plain::new(PlainMutex::new(Vec::new()));
        let list = Plain::clone(&orphans);
        let orphan = move |answer| list.lock().unwrap().push(answer);
        Self { handover: Arc::new(Handover::new(max, orphan)), orphans }
    }

    /// A consumer that runs until there is nothing any more. Answers what it answered, in its order.
    pub(crate) fn consumer(&self) -> thread::JoinHandle<Vec<u32>> {
        let handover = Arc::clone(&self.handover);
        thread::spawn(move || consume(&handover))
    }

    pub(crate) fn put(&self, number: u32, size: usize) -> Waiter<Numbers> {
        Handover::put(&self.handover, (number, size)).expect("it is open")
    }

    pub(crate) fn orphans(&self) -> Vec<Answer> {
        self.orphans.lock().unwrap().clone()
    }
}

pub(crate) fn consume(handover: &Handover<Numbers>) -> Vec<u32> {
    let mut answered = Vec::new();
    let mut wakes = Wakes::default();
    while let Some(group) = handover.take(Duration::ZERO) {
        let mut next = Some(group);
        // Who is answered is woken when the next group is taken already.
        while let Some(group) = next {
            answer_group(handover, group, &mut answered, &mut wakes);
            next = handover.try_take();
            wakes.deliver();
        }
    }
    answered
}

pub(crate) fn answer_group(
    handover: &Handover<Numbers>,
    group: Arc<Group<Numbers>>,
    answered: &mut Vec<u32>,
    wakes: &mut Wakes<Answer>,
) {
    let numbers: Vec<_> = group.content().load.0.iter().map(|item| item.0).collect();
    let answer = |nth: usize| {
        answered.push(numbers[nth]);
        Answer::Done(numbers[nth])
    };
    group.answer(0..numbers.len(), answer, wakes);
    handover.give_back(group, wakes);
}

/// Every order of the threads of `model`, with at most so many involuntary switches. Prints how many.
pub(crate) fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let runs = Plain::new(AtomicUsize::new(0));
    let count = Plain::clone(&runs);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 10_000;
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        model();
    });
    println!("{} orders", runs.load(Ordering::Relaxed));
    assert!(runs.load(Ordering::Relaxed) > 50, "the model explores nothing");
}

/// One look, without waiting.
pub(crate) fn look(waiter: &mut Waiter<Numbers>) -> Poll<Answer> {
    Pin::new(waiter).poll(&mut Context::from_waker(Waker::noop()))
}
