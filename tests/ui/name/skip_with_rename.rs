use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip, rename = "c")]
    cache: Vec<u16>,
}

fn main() {}
