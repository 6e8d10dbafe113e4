use std::sync::Mutex;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    name: Mutex<String>,
}

fn main() {}
