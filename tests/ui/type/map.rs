use std::collections::HashMap;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    labels: HashMap<String, String>,
}

fn main() {}
