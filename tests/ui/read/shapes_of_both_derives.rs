use redis_hashmap::{FromHashValue, FromRedisHash, KeySegment, ToHashValue, ToRedisHash};

#[derive(ToRedisHash, FromRedisHash)]
struct Pair(u8, u8);

#[derive(ToRedisHash, FromRedisHash)]
enum Either {
    Left,
}

#[derive(ToHashValue, FromHashValue, KeySegment)]
struct Two(u8, u8);

fn main() {}
