use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    greet: fn(&str) -> String,
}

fn main() {}
