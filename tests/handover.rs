//! The hand-over of the buffer, as it is in the core, under `loom`: every order in which its threads can
//! run, up to so many switches that a thread does not ask for.

#[path = "../hashmap-core/src/buffer/group.rs"]
#[allow(dead_code)] // the buffer uses all of it
mod group;
#[path = "../hashmap-core/src/buffer/handover.rs"]
#[allow(dead_code)]
mod handover;
#[path = "handover/model.rs"]
mod model;
#[path = "../hashmap-core/src/buffer/state.rs"]
mod state;
#[path = "../hashmap-core/src/buffer/waiter.rs"]
#[allow(dead_code)]
mod waiter;

/// What the hand-over takes its locks from.
mod sync {
    pub(crate) use loom::sync::atomic::AtomicBool;
    pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
    pub(crate) use loom::thread::yield_now;

    /// At once, and once: more of it is more of the same.
    pub(crate) const LONE: u32 = 1;
    pub(crate) const YIELDS: u32 = 1;
}

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc as Plain, Mutex as PlainMutex};
use std::task::{Context, Waker};
use std::time::Duration;

use group::Wakes;
use handover::{Handover, Refused};
use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use model::{Answer, Model, Numbers, answer_group, check, consume, look};
use waiter::Waiter;

/// A waiter that nobody wakes, or a consumer that sleeps on work, is a deadlock, which loom reports.
#[test]
fn no_wake_up_is_lost() {
    check(2, || {
        let model = Model::new(100);
        let consumer = model.consumer();
        let handover = Arc::clone(&model.handover);
        let other = thread::spawn(move || block_on(Handover::put(&handover, (2, 1)).unwrap()));
        assert_eq!(block_on(model.put(1, 1)), Answer::Done(1));
        assert_eq!(other.join().unwrap(), Answer::Done(2));
        model.handover.close(None);
        let mut seen = consumer.join().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, [1, 2]);
        assert_eq!(model.orphans(), []);
    });
}

/// Producers that do the consumer's work where it has none. One works at a time; what is put in meanwhile is
/// not forgotten, and neither is `close`.
#[test]
fn a_producer_leads() {
    fn lead(handover: &Arc<Handover<Numbers>>, number: u32, works: &AtomicUsize) {
        let put = Handover::put_and_lead(handover, (number, 1));
        let Ok((waiter, lead)) = put else { panic!("it is open") };
        if let Some(lead) = lead {
            assert_eq!(works.fetch_add(1, Ordering::SeqCst), 0, "two at once");
            let (mut answered, mut wakes) = (Vec::new(), Wakes::default());
            answer_group(handover, Arc::clone(&lead.group), &mut answered, &mut wakes);
            wakes.deliver();
            assert_eq!(answered, [number]);
            works.fetch_sub(1, Ordering::SeqCst);
        }
        assert_eq!(block_on(waiter), Answer::Done(number));
    }
    let led = Plain::new(AtomicUsize::new(0));
    let count = Plain::clone(&led);
    check(2, move || {
        let model = Model::new(100);
        let works = Plain::new(AtomicUsize::new(0));
        let consumer = {
            let (handover, works) = (Arc::clone(&model.handover), Plain::clone(&works));
            thread::spawn(move || {
                let (mut answered, mut wakes) = (Vec::new(), Wakes::default());
                while let Some(group) = handover.take(Duration::ZERO) {
                    assert_eq!(works.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                    answer_group(&handover, group, &mut answered, &mut wakes);
                    wakes.deliver();
                    works.fetch_sub(1, Ordering::SeqCst);
                }
                answered
            })
        };
        let other = {
            let (handover, works) = (Arc::clone(&model.handover), Plain::clone(&works));
            thread::spawn(move || lead(&handover, 2, &works))
        };
        lead(&model.handover, 1, &works);
        other.join().unwrap();
        model.handover.close(None);
        let answered = consumer.join().unwrap();
        count.fetch_add(2 - answered.len(), Ordering::Relaxed);
    });
    assert!(led.load(Ordering::Relaxed) > 0, "nobody ever led");
}

/// Groups are filled again while somebody still looks at their answers.
#[test]
fn an_answer_is_not_another_items() {
    check(2, || {
        let model = Model::new(100);
        let consumer = model.consumer();
        let first = model.put(1, 1);
        let second = model.put(2, 1);
        let third = model.put(3, 1);
        assert_eq!(block_on(third), Answer::Done(3));
        assert_eq!(block_on(model.put(4, 1)), Answer::Done(4));
        assert_eq!(block_on(first), Answer::Done(1));
        assert_eq!(block_on(model.put(5, 1)), Answer::Done(5));
        assert_eq!(block_on(second), Answer::Done(2));
        model.handover.close(None);
        assert_eq!(consumer.join().unwrap(), [1, 2, 3, 4, 5]);
    });
}

/// A group that is well is answered at once: nobody sleeps on, nobody who is gone is told, and a group that is
/// filled again is not well yet.
#[test]
fn all_of_a_group_are_well() {
    check(2, || {
        let model = Model::new(100);
        let consumer = {
            let handover = Arc::clone(&model.handover);
            thread::spawn(move || {
                let mut wakes = Wakes::default();
                while let Some(group) = handover.take(Duration::ZERO) {
                    assert!(group.answer_well(&mut wakes));
                    handover.give_back(group, &mut wakes);
                    wakes.deliver();
                }
            })
        };
        let mut first = model.put(1, 1);
        let dropped = model.put(2, 1);
        let seen = look(&mut first);
        drop(dropped);
        if seen.is_pending() {
            assert_eq!(block_on(first), Answer::Well);
        }
        assert_eq!(block_on(model.put(3, 1)), Answer::Well);
        model.handover.close(None);
        consumer.join().unwrap();
        assert_eq!(model.orphans(), []);
    });
}

/// Who closes answers for the consumer while that finds all to be well: either is right, for all of them.
#[test]
fn well_or_left() {
    check(3, || {
        let model = Model::new(100);
        let waiters = [model.put(1, 1), model.put(2, 1)];
        let group = model.handover.try_take().expect("a group");
        let consumer = {
            let group = Arc::clone(&group);
            thread::spawn(move || {
                let mut wakes = Wakes::default();
                let is_well = group.answer_well(&mut wakes);
                if !is_well {
                    group.answer(0..2, |nth| Answer::Done(u32::try_from(nth).unwrap()), &mut wakes);
                }
                wakes.deliver();
                is_well
            })
        };
        let closer = thread::spawn(move || {
            let mut wakes = Wakes::default();
            group.answer(0..2, |nth| Answer::Left(u32::try_from(nth).unwrap()), &mut wakes);
            wakes.deliver();
        });
        let answers = waiters.map(block_on);
        closer.join().unwrap();
        let is_well = consumer.join().unwrap();
        let left = [Answer::Left(0), Answer::Left(1)];
        assert_eq!(answers, if is_well { [Answer::Well; 2] } else { left });
    });
}

/// What `close` is too late for is answered; what it was in time for was never put in.
#[test]
fn closing_against_writing() {
    check(3, || {
        let model = Model::new(100);
        let consumer = model.consumer();
        let handover = Arc::clone(&model.handover);
        let writer = thread::spawn(move || match Handover::put(&handover, (1, 1)) {
            Ok(waiter) => Some(block_on(waiter)),
            Err((refused, _)) => {
                assert_eq!(refused, Refused::Closed);
                None
            }
        });
        model.handover.close(None);
        let answer = writer.join().unwrap();
        let seen = consumer.join().unwrap();
        assert_eq!(seen, Vec::from_iter(answer.map(|_| 1)));
        assert!(answer.is_none_or(|answer| answer == Answer::Done(1)));
        assert!(matches!(Handover::put(&model.handover, (2, 1)), Err((Refused::Closed, _))));
    });
}

/// There is room for one. The others wait, are let in in their order, and are all answered, also after
/// `close`.
#[test]
fn full_and_waiting() {
    check(2, || {
        let model = Model::new(1);
        let first = model.put(1, 1);
        let consumer = model.consumer();
        let handover = Arc::clone(&model.handover);
        let other = thread::spawn(move || Handover::try_put(&handover, (9, 1)).map(block_on).err());
        let second = model.put(2, 1);
        let giant = model.put(3, 50);
        let last = model.put(4, 1);
        model.handover.close(None);
        for (waiter, number) in [(first, 1), (second, 2), (giant, 3), (last, 4)] {
            assert_eq!(block_on(waiter), Answer::Done(number));
        }
        let refused = other.join().unwrap();
        let mut seen = consumer.join().unwrap();
        seen.retain(|number| *number != 9 || refused.is_some());
        assert_eq!(seen, [1, 2, 3, 4]);
    });
}

/// Several producers, none of whom finds room at first, each with two items: each one's order is kept.
#[test]
fn the_order_of_each_producer_is_kept() {
    check(2, || {
        let model = Model::new(2);
        let consumer = model.consumer();
        let handover = Arc::clone(&model.handover);
        let other = thread::spawn(move || {
            let waiters = [11, 12].map(|number| Handover::put(&handover, (number, 2)).unwrap());
            waiters.map(block_on)
        });
        let waiters = [1, 2].map(|number| model.put(number, 2));
        assert_eq!(waiters.map(block_on), [1, 2].map(Answer::Done));
        assert_eq!(other.join().unwrap(), [11, 12].map(Answer::Done));
        model.handover.close(None);
        let seen = consumer.join().unwrap();
        let of =
            |tens| seen.iter().copied().filter(|number| number / 10 == tens).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), (vec![1, 2], vec![11, 12]));
    });
}

/// A dropped waiter's item is answered to nobody but the orphans' list, and once.
#[test]
fn a_waiter_is_dropped() {
    check(3, || {
        let model = Model::new(100);
        let consumer = model.consumer();
        let mut dropped = model.put(1, 1);
        let early = look(&mut dropped);
        drop(dropped);
        assert_eq!(block_on(model.put(2, 1)), Answer::Done(2));
        model.handover.close(None);
        assert_eq!(consumer.join().unwrap(), [1, 2]);
        let orphans = model.orphans();
        assert_eq!(orphans.len() + usize::from(early.is_ready()), 1);
        assert!(orphans.iter().all(|orphan| *orphan == Answer::Done(1)));
    });
}

/// Behind a giant that was dropped there is room at once, and not only when the consumer gives some back.
#[test]
fn nobody_waits_behind_who_is_gone() {
    loom::model(|| {
        let model = Model::new(2);
        let first = model.put(1, 1);
        let giant = model.put(2, 50);
        let third = model.put(3, 1);
        drop(giant);
        let group = model.handover.try_take().expect("a group");
        assert_eq!(group.content().load.0, [(1, 1), (3, 1)]);
        let mut wakes = Wakes::default();
        let number = |nth: usize| Answer::Done([1, 3][nth]);
        group.answer(0..2, number, &mut wakes);
        model.handover.give_back(group, &mut wakes);
        wakes.deliver();
        assert_eq!([first, third].map(block_on), [1, 3].map(Answer::Done));
    });
}

/// A giant that waits for room is dropped: those behind it are let in. It goes in whole or not at all.
#[test]
fn a_waiter_is_dropped_in_the_line() {
    check(3, || {
        let model = Model::new(2);
        let first = model.put(1, 1);
        let giant = model.put(2, 50);
        let third = model.put(3, 1);
        let consumer = model.consumer();
        let dropping = thread::spawn(move || drop(giant));
        assert_eq!(block_on(third), Answer::Done(3));
        assert_eq!(block_on(first), Answer::Done(1));
        dropping.join().unwrap();
        model.handover.close(None);
        let seen = consumer.join().unwrap();
        let orphans = model.orphans();
        assert_eq!(seen.contains(&2), orphans == [Answer::Done(2)]);
        assert!(seen == [1, 3] || seen == [1, 2, 3], "{seen:?}");
    });
}

/// Who closes is tired of waiting, and answers for the consumer, while that does so too: each item has
/// one answer.
#[test]
fn two_answer_the_same() {
    check(2, || {
        let model = Model::new(1);
        let consumer = model.consumer();
        let first = model.put(1, 1);
        let second = model.put(2, 1);
        let dropped = model.put(3, 1);
        drop(dropped);
        let left = Plain::new(PlainMutex::new(Vec::new()));
        let closer = thread::spawn({
            let handover = Arc::clone(&model.handover);
            let left = Plain::clone(&left);
            move || {
                let mut wakes = Wakes::default();
                let [taken, untaken] = handover.left();
                let is_taken = [true, false].into_iter();
                for (groups, is_taken) in [taken, untaken].into_iter().zip(is_taken) {
                    for group in groups {
                        let content = group.content();
                        let answer = |nth: usize| {
                            let number = content.load.0[nth].0;
                            left.lock().unwrap().push(number);
                            Answer::Left(number)
                        };
                        group.answer(0..content.len, answer, &mut wakes);
                        drop(content);
                        if !is_taken {
                            handover.give_back(group, &mut wakes);
                        }
                        wakes.deliver();
                    }
                }
            }
        });
        for (waiter, number) in [(first, 1), (second, 2)] {
            let answer = block_on(waiter);
            assert!(answer == Answer::Done(number) || answer == Answer::Left(number), "{answer:?}");
        }
        closer.join().unwrap();
        let mut answered = consumer.join().unwrap();
        answered.extend(left.lock().unwrap().iter());
        answered.sort_unstable();
        // The third was dropped in the line, or after it.
        let orphans = model.orphans().len();
        assert_eq!(answered, &[1, 2, 3][..2 + orphans]);
    });
}

/// A task that has one of the futures, and ends with the last of its wakers.
struct Task(#[allow(dead_code)] PlainMutex<Waiter<Numbers>>);

impl std::task::Wake for Task {
    fn wake(self: Plain<Self>) {}
}

/// It is the user's code, and takes the lock of its group: no waker ends under that.
#[test]
fn a_waker_that_ends_a_task() {
    loom::model(|| {
        let model = Model::new(100);
        let awaited = || {
            let (mut first, second) = (model.put(1, 1), model.put(2, 1));
            let task = Waker::from(Plain::new(Task(PlainMutex::new(second))));
            let polled = Pin::new(&mut first).poll(&mut Context::from_waker(&task));
            assert!(polled.is_pending());
            first
        };
        let mut first = awaited();
        let polled = Pin::new(&mut first).poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        drop(awaited());
        model.handover.close(None);
        consume(&model.handover);
        drop(first);
        assert_eq!(model.orphans(), [2, 1, 2, 1].map(Answer::Done));
    });
}
