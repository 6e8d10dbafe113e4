use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(alias = "")]
    name: String,
}

fn main() {}
