use redis_hashmap::ToRedisHash;

// Only the field itself can be absent.
#[derive(ToRedisHash)]
struct User {
    id: u64,
    email: Box<Option<String>>,
}

fn main() {}
