use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
}

fn main() {
    User { id: 1 }.as_hash().key(42).encode(&mut Vec::new()).unwrap();
}
