use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(with = "not a path")]
    a: u32,
    #[redis_hash(with = hex)]
    b: u32,
    #[redis_hash(with)]
    c: u32,
}

fn main() {}
