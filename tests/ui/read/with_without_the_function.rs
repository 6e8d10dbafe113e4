use redis_hashmap::FromRedisHash;

mod hex {}

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(with = "hex")]
    colour: u32,
}

fn main() {}
