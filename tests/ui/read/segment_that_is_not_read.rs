use redis_hashmap::{FromRedisHash, KeySegment};

#[derive(KeySegment)]
struct Shop(String);

#[derive(FromRedisHash)]
#[redis_hash(key = "order:{shop}")]
struct Order {
    #[redis_hash(skip)]
    shop: Shop,
    total: u64,
}

fn main() {}
