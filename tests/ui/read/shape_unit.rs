use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct Unit;

fn main() {}
