use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(alias = "old", alias = "name")]
    name: String,
}

fn main() {}
