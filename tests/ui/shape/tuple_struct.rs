use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Point(i32, i32);

fn main() {}
