use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    scores: Option<Vec<u16>>,
}

fn main() {}
