use redis_hashmap::FromRedisHash;

struct Cache;

#[derive(FromRedisHash)]
struct User {
    name: String,
    #[redis_hash(skip)]
    cache: Cache,
}

fn main() {}
