use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(redis_traits)]
struct User {
    name: String,
    #[redis_hash(version)]
    rev: u64,
}

fn main() {}
