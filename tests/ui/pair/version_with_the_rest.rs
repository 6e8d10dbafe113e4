use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Doc {
    id: u64,
    #[redis_hash(version, rename = "_rev", expire = "15m")]
    rev: u64,
}

#[derive(ToRedisHash)]
struct Adapted {
    id: u64,
    #[redis_hash(json, display, version)]
    rev: u64,
}

#[derive(ToRedisHash)]
struct Absent {
    id: u64,
    #[redis_hash(version, absent = "keep", skip_if = "is_zero")]
    rev: u64,
}

fn main() {}
