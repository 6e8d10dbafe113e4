use redis_hashmap::ToRedisHash;
use std::time::Duration;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn save(con: &mut redis::Connection) {
    User { id: 1 }.as_hash().deadline(Duration::from_secs(1)).write(con).unwrap();
}

fn main() {}
