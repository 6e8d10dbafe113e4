use redis_hashmap::ToRedisHash;

mod hex {}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(with = "hex")]
    colour: u32,
}

fn main() {}
