use redis_hashmap::ToRedisHash;

fn clear(_: &u32) {}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip_if = "clear")]
    name: u32,
}

fn main() {}
