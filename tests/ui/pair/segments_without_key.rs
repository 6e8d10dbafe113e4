use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(segments = "escape")]
struct User {
    id: u64,
}

fn main() {}
