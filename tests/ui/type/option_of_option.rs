use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    email: Option<Option<String>>,
}

fn main() {}
