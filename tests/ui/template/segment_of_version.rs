use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "doc:{id}:{rev}")]
struct Doc {
    id: u64,
    #[redis_hash(version)]
    rev: u64,
}

fn main() {}
