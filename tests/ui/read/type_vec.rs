use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    scores: Vec<u16>,
}

fn main() {}
