use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip_if = "String::is_empty")]
    name: u32,
}

fn main() {}
