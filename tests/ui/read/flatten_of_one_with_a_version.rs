use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct Body {
    text: String,
    #[redis_hash(version)]
    rev: u64,
}

#[derive(FromRedisHash)]
struct Doc {
    #[redis_hash(flatten)]
    body: Body,
}

fn main() {}
