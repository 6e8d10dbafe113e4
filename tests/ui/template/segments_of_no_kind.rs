use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}", segments = "escpe")]
struct User {
    id: u64,
}

fn main() {}
