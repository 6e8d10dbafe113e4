use redis_hashmap::ToRedisHash;

// What rustc says of a struct by itself is said once, and nothing of ours beside it.
#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: Identifier,
    name: &str,
}

fn main() {}
