//! The locks that the hand-over uses. Its model (`tests/handover.rs`) has those of `loom` here.

pub(crate) use std::sync::atomic::AtomicBool;
pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
pub(crate) use std::thread::yield_now;

/// How often a thread lets others run before it sleeps, where it expects to be woken at once: to fall asleep
/// and be woken takes longer than a server does.
pub(crate) const YIELDS: u32 = 20;

/// From how many groups of one item on there is but one writer, it seems.
pub(crate) const LONE: u32 = 3;
