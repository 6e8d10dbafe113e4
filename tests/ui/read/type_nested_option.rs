use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    name: Option<Option<String>>,
}

fn main() {}
