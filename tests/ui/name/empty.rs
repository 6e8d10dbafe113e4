use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(rename = "")]
    id: u64,
    #[redis_hash(rename = "")]
    name: String,
}

fn main() {}
