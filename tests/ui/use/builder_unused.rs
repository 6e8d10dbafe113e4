#![deny(unused_must_use)]

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn main() {
    let user = User { id: 1 };
    user.as_hash();
    user.as_hash().key("user:2").replace();
}
