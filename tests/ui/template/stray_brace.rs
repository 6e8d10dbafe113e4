use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:id}")]
struct Closing {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}}")]
struct ClosingTwice {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{{id}")]
struct OpeningTwice {
    id: u64,
}

fn main() {}
