use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "{shop}{id}")]
struct SideBySide {
    shop: String,
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "order:{shop}_{id}")]
struct OnlyALetter {
    shop: String,
    id: u64,
}

fn main() {}
