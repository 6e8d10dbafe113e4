use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip, json)]
    a: Vec<u16>,
    #[redis_hash(skip, display, flatten)]
    b: u8,
    #[redis_hash(with = "hex", skip, skip_if = "gone")]
    c: u8,
    #[redis_hash(skip, expire = "15m", version)]
    d: u64,
}

fn main() {}
