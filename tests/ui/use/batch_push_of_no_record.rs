use redis_hashmap::HashBatch;

struct User {
    id: u64,
}

fn main() {
    let mut batch = HashBatch::new();
    batch.push(&User { id: 1 }).unwrap();
}
