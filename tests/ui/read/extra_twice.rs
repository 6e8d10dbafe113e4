use std::collections::BTreeMap;

use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(extra)]
    rest: BTreeMap<String, String>,
    #[redis_hash(extra)]
    more: BTreeMap<String, String>,
}

fn main() {}
