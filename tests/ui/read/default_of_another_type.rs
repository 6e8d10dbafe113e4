use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(default = "zero")]
    name: String,
}

fn zero() -> u64 {
    0
}

fn main() {}
