use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Doc {
    id: u64,
    #[redis_hash(version)]
    rev: u64,
    #[redis_hash(version, rename = "second")]
    other: u64,
    #[redis_hash(version)]
    third: String,
}

fn main() {}
