use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(json, absent = "keep")]
    a: Vec<u16>,
    #[redis_hash(display, absent = "delete")]
    b: u8,
    #[redis_hash(json, absent = "keep")]
    can_be: Option<Vec<u16>>,
}

fn main() {}
