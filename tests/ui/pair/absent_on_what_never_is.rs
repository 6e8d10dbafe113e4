use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(absent = "keep")]
    a: u64,
    #[redis_hash(absent = "delete")]
    b: String,
}

fn main() {}
