use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
    #[redis_hash(with = "hex")]
    colour: u32,
    scores: Vec<u16>,
}

mod hex {}

fn main() {}
