//! The locks that the hand-over uses. Its model (`tests/handover.rs`) has those of `loom` here.

pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
pub(crate) use std::thread::yield_now;

/// How often the consumer looks for an item before it sleeps: some 30 us.
pub(crate) const LOOKS: u32 = 100;
