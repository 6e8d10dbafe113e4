use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
#[redis_hash(deny_unknown_field)]
struct User {
    name: String,
}

fn main() {}
