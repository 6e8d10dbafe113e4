//! Write Rust structs to Redis and Valkey hashes: checked by the compiler, encoded without
//! allocation, run on the connections of the [`redis`] crate that you already have.
//!
//! ```no_run
//! use redis_hashmap::ToRedisHash;
//!
//! #[derive(ToRedisHash)]
//! #[redis_hash(key = "user:{id}")]
//! struct User {
//!     id: u64,
//!     name: String,
//!     email: Option<String>, // None: deleted from the hash in the same atomic write
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
//! let user = User { id: 42, name: "Ada".into(), email: None };
//! user.write_hash(&mut con)?; // HSET user:42 id 42 name Ada, and HDEL user:42 email
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! - [`derive@ToRedisHash`]: the derive and every attribute.
//! - [`ToRedisHash`]: what a derived record can do: `write_hash`, and `as_hash` for options.
//! - [`ToHashValue`]: the table of Rust types and the bytes they become; how to add your own.
//! - [`ToHashField`]: what may be absent, and what happens to absent fields.
//! - [`KeySegment`]: what may stand in a key template, and what is refused.
//! - [`derive@FromRedisHash`], [`FromRedisHash`]: the way back: `read_hash`, `read_hashes`,
//!   `scan_hashes`; [`FromHashValue`]: what each type reads.
//! - [`HashField`]: reading, writing and counting in one field, with its type.
//! - [`HashWrite`]: every option of one write: conditions, lifetimes, deadlines, retries, pipelines.
//! - [`HashBatch`], [`WriteAll`]: many records together, with one result each; as many as there are.
//! - `HashBuffer` (feature `buffer`): the single writes of many threads and tasks, as few large ones.
//! - [`Connection`], [`Checked`]: what a record can be written to, and what it should be where there
//!   are timeouts.
//! - [`guide::partial_updates`], [`guide::evolution`]: changing a part of a record, and changing a struct.
//! - [`Error`]: what can go wrong, and what it did to the hash ([`Effect`]).
//!
//! # How a record is written
//!
//! A write touches only the declared fields of its key. One command (`HSET`, or `HDEL` where
//! every field is absent) is sent as it is; `HSET` and `HDEL` together go inside `MULTI`/`EXEC`;
//! all else, and everything of several commands over a synchronous cluster connection, is one Lua
//! script. So a
//! record is written all or not at all, in one round trip, and a key that holds another type is left
//! as it was, its time to live included.
//!
//! # Features
//!
//! | feature | what |
//! | --- | --- |
//! | `derive` (default) | the derives |
//! | `tokio`, `smol` | `write_hash_async` and `write_async`, on that runtime of `redis`; `aio` where you choose it there |
//! | `cluster` | `queue` into a `ClusterPipeline` (cluster connections need no feature of ours) |
//! | `cluster-async` | `HashBatch::execute_cluster`, `WriteAll::run_cluster` |
//! | `buffer` | `HashBuffer` |
//! | `r2d2` | `CheckedManager` |
//! | `retry` | `HashWrite::retry` |
//! | `json` | `#[redis_hash(json)]` |
//! | `serde` | `SerdeHash` |
//! | `bytes`, `chrono`, `jiff`, `rust_decimal`, `time`, `uuid` | values of these crates |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
#[cfg(feature = "buffer")]
mod buffer;
mod bulk;
mod checked;
mod command;
mod connection;
mod error;
mod exec;
mod field;
pub mod guide;
mod key;
mod plan;
mod queue;
mod read;
mod record;
mod redact;
mod retry;
mod sink;
mod value;
mod write;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use batch::{HashBatch, Outcome, Outcomes, Sending, Writable};
#[cfg(feature = "buffer")]
pub use buffer::{BufferedWrite, HashBuffer, HashBufferBuilder, Unwritten};
pub use bulk::{Failed, Progress, WriteAll, WriteReport, write_all};
#[cfg(feature = "r2d2")]
pub use checked::CheckedManager;
pub use checked::{Checked, TimeLimited};
pub use command::{FieldAnswer, FieldCommand, Ttl};
#[cfg(feature = "aio")]
pub use connection::AsyncConnection;
pub use connection::Connection;
pub use error::{Effect, Error, ErrorKind, ExpireError, FieldError, ReadError, Result, WriteError};
pub use field::{Countable, FieldArg, HashField, MapFields};
pub use key::{
    HashKey, HashKeyPattern, HashKeyTemplate, KeyArg, KeyError, KeySegment, SegmentArg,
    SegmentWriter,
};
pub use plan::Exists;
pub use queue::Queue;
pub use read::{FromRedisHash, ReadHashes, ScanHashes};
#[cfg(feature = "serde")]
pub use record::SerdeHash;
pub use record::redis_traits::IfFound;
pub use record::{Absent, Changes, ToRedisHash};
pub use value::{
    FromHashField, FromHashValue, ToHashField, ToHashValue, ValueError, ValueReader, ValueWriter,
    WrittenValue,
};
pub use write::{
    Deadline, GivenKey, HashWrite, KeySource, Limit, TemplateKey, TimeLimit, Unlimited, Written,
};

#[cfg(feature = "derive")]
#[doc = include_str!("derive_read_value.md")]
pub use redis_hashmap_derive::FromHashValue;
#[cfg(feature = "derive")]
#[doc = include_str!("derive_read.md")]
pub use redis_hashmap_derive::FromRedisHash;
#[cfg(feature = "derive")]
#[doc = include_str!("derive_segment.md")]
pub use redis_hashmap_derive::KeySegment;
#[cfg(feature = "derive")]
#[doc = include_str!("derive_value.md")]
pub use redis_hashmap_derive::ToHashValue;
#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use redis_hashmap_derive::ToRedisHash;

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
