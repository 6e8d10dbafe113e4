use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    odd: fn(u8) -> u8,
}

fn main() {}
