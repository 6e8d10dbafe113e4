use std::collections::BTreeMap;

use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(extra, rename = "more", flatten)]
    rest: BTreeMap<String, String>,
}

fn main() {}
