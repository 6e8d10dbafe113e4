use std::fmt::Display;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    name: Box<dyn Display>,
}

fn main() {}
