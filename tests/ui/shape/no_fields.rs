use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Empty {}

#[derive(ToRedisHash)]
#[redis_hash(key = "settings")]
struct EmptyWithKey {}

fn main() {}
