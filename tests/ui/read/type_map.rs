use std::collections::HashMap;

use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    settings: HashMap<String, String>,
}

fn main() {}
