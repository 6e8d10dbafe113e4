use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(FromRedisHash)]
struct Projection {
    #[redis_hash(version)]
    rev: String,
}

#[derive(ToRedisHash, FromRedisHash)]
struct Both {
    text: String,
    #[redis_hash(version)]
    rev: i64,
}

fn main() {}
