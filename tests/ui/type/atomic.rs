use std::sync::atomic::AtomicU64;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    visits: AtomicU64,
}

fn main() {}
