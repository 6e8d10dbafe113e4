use redis_hashmap::{HashBatch, ToRedisHash};

#[derive(ToRedisHash)]
struct User {
    id: u64,
}

fn main() {
    let mut batch = HashBatch::new();
    batch.push(&User { id: 1 }).unwrap();
    batch.push(&User { id: 2 }.as_hash()).unwrap();
}
