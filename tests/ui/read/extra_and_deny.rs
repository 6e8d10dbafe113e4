use std::collections::BTreeMap;

use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
#[redis_hash(deny_unknown_fields)]
struct User {
    name: String,
    #[redis_hash(extra)]
    rest: BTreeMap<String, String>,
}

fn main() {}
