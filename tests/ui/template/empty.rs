use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "")]
struct User {
    id: u64,
}

fn main() {}
