#![deny(unused_must_use)]

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

async fn save(con: &mut redis::aio::MultiplexedConnection) {
    User { id: 1 }.write_hash_async(con);
}

fn main() {}
