use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct Pair(u8, u8);

fn main() {}
