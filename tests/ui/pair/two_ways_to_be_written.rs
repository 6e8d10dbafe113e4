use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(json, display)]
    a: u8,
    #[redis_hash(with = "hex", json)]
    b: u8,
    #[redis_hash(display, with = "hex")]
    c: u8,
}

fn main() {}
