use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(deny_unknown_fields)]
    name: String,
}

fn main() {}
