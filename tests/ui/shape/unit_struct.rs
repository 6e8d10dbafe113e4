use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Nothing;

fn main() {}
