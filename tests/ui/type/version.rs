use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Text {
    #[redis_hash(version)]
    rev: String,
}

#[derive(ToRedisHash)]
struct Optional {
    #[redis_hash(version)]
    rev: Option<u64>,
}

#[derive(ToRedisHash)]
struct Signed {
    #[redis_hash(version)]
    rev: i32,
}

fn main() {}
