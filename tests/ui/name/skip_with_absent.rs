use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(absent = "keep", skip)]
    cache: Option<String>,
}

fn main() {}
