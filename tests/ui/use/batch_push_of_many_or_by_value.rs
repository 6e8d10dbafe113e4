use redis_hashmap::{HashBatch, ToRedisHash};

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn main() {
    let mut batch = HashBatch::new();
    batch.push(&vec![User { id: 1 }]).unwrap();
    batch.push(User { id: 2 }).unwrap();
}
