//! The locks that the hand-over uses. Its model (`tests/handover.rs`) has those of `loom` here.

pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
