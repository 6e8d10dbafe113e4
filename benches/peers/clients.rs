//! The clients, each as its docs show it, doing the same.

pub(crate) mod derived;
pub(crate) mod fred;
pub(crate) mod limit;
pub(crate) mod redis;
pub(crate) mod rustis;

use std::future::Future;

use anyhow::Result;
use redis_hashmap_benches::User;

/// A handle to a client that many tasks use at once.
pub(crate) trait Writer: Clone + Send + 'static {
    /// Writes one record, and awaits the answer.
    fn write(&mut self, user: &User) -> impl Future<Output = Result<()>> + Send;
}
