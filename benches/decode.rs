//! Decoding one record from a reply: ours, and the way of a map of strings, in turn within one run.
//!
//! ```text
//! cargo bench -p redis-hashmap-benches --bench decode
//! ```

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;

use allocation_counter::measure;
use redis::{ConnectionLike, FromRedisValue, RedisResult, Value};
use redis_hashmap::{FromRedisHash, ToRedisHash};
use redis_hashmap_benches::User;
use redis_hashmap_benches::contest::{Contestant, print, run};

fn main() {
    let (flat, map, values) = replies();
    let (flat, map, values) = (Stock::new(flat), Stock::new(map), Stock::new(values));
    let mut contestants = [
        Contestant::new("`HGETALL` to `HashMap<String, String>`, and `parse`, RESP2", || {
            black_box(by_map(flat.take()));
        })
        .prepared(|turns| flat.fill(turns)),
        Contestant::new("the same, RESP3", || {
            black_box(by_map(map.take()));
        })
        .prepared(|turns| map.fill(turns)),
        Contestant::new("**`User::read_hash`**", || {
            let user = User::read_hash(&mut &values, "user:1005");
            black_box(user.expect("it decodes"));
        })
        .prepared(|turns| values.fill(turns)),
    ];
    for contestant in &mut contestants {
        // The first of many: what is laid out is not counted.
        run(std::slice::from_mut(contestant), 0, 8);
        for stock in [&flat, &map, &values] {
            stock.fill(8);
        }
        contestant.allocations = Some(measure(&mut contestant.once).count_total);
    }
    run(&mut contestants, 101, 2_000);
    print(&contestants);
}

/// What a server answers to `HGETALL` in both protocols, and to `HMGET`.
fn replies() -> (Value, Value, Value) {
    let mut packed = Vec::new();
    User::sample().as_hash().encode(&mut packed).expect("it encodes");
    let Ok(Value::Array(args)) = redis::parse_redis_value(&packed) else { panic!("a command") };
    let fields = &args[2..];
    let pairs: Vec<_> =
        fields.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    let values = pairs.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(by_map(Value::Map(pairs.clone())), User::sample());
    (Value::Array(fields.to_vec()), Value::Map(pairs), Value::Array(values))
}

/// As the docs of `redis` have it.
fn by_map(reply: Value) -> User {
    let map = HashMap::<String, String>::from_redis_value(reply).expect("a map");
    User {
        id: map["id"].parse().expect("a number"),
        name: map["name"].clone(),
        email: map["email"].clone(),
        age: map["age"].parse().expect("a number"),
        active: map["active"] == "1",
        score: map["score"].parse().expect("a number"),
        balance: map["balance"].parse().expect("a number"),
        country: map["country"].clone(),
        created_at: map["created_at"].parse().expect("a number"),
    }
}

/// Replies, laid out before they are taken: a reply is used up by what reads it.
struct Stock {
    reply: Value,
    laid_out: RefCell<Vec<Value>>,
}

impl Stock {
    fn new(reply: Value) -> Self {
        Self { reply, laid_out: RefCell::default() }
    }

    fn fill(&self, count: u32) {
        let replies = (0..count).map(|_| self.reply.clone());
        self.laid_out.borrow_mut().extend(replies);
    }

    fn take(&self) -> Value {
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
