//! Replies that are there before they are asked for.

use std::cell::RefCell;
use std::hint::black_box;

use redis::{ConnectionLike, RedisResult, Value};
use redis_hashmap::ToRedisHash;

use crate::User;

/// A connection that answers at once, from what was laid out: a reply is used up by what reads it.
pub struct Stock {
    reply: Value,
    laid_out: RefCell<Vec<Value>>,
}

impl Stock {
    /// One that answers `reply`, and has none yet.
    #[must_use]
    pub fn new(reply: Value) -> Self {
        Self { reply, laid_out: RefCell::default() }
    }

    /// Lays out so many.
    pub fn fill(&self, count: u32) {
        let replies = (0..count).map(|_| self.reply.clone());
        self.laid_out.borrow_mut().extend(replies);
    }

    /// One of those.
    ///
    /// # Panics
    /// If none is left.
    pub fn take(&self) -> Value {
        self.laid_out.borrow_mut().pop().expect("one for each turn")
    }
}

impl ConnectionLike for &Stock {
    fn req_packed_command(&mut self, cmd: &[u8]) -> RedisResult<Value> {
        black_box(cmd);
        Ok(self.take())
    }

    fn req_packed_commands(&mut self, _: &[u8], _: usize, _: usize) -> RedisResult<Vec<Value>> {
        Ok(vec![self.take()])
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

impl User {
    /// Its fields and values, as a server answers `HGETALL`.
    ///
    /// # Panics
    /// Never: a user encodes.
    #[must_use]
    pub fn stored(&self) -> Vec<(Value, Value)> {
        let mut packed = Vec::new();
        self.as_hash().encode(&mut packed).expect("it encodes");
        let Ok(Value::Array(args)) = redis::parse_redis_value(&packed) else { panic!("a command") };
        let pairs = args[2..].chunks_exact(2);
        pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect()
    }

    /// What a server answers to `HMGET` of all fields.
    #[must_use]
    pub fn reply(&self) -> Value {
        Value::Array(self.stored().into_iter().map(|(_, value)| value).collect())
    }
}
