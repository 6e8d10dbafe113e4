use redis_hashmap::{FromHashValue, FromRedisHash};

#[derive(FromHashValue)]
enum Plan {
    Free,
}

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(default)]
    plan: Plan,
}

fn main() {}
