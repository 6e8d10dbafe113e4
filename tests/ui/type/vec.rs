use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    scores: Vec<u16>,
    tags: Vec<String>,
}

fn main() {}
