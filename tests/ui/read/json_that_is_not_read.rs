use redis_hashmap::FromRedisHash;

struct Tags;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(json)]
    tags: Tags,
}

fn main() {}
