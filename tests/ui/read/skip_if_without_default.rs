use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(skip_if = "String::is_empty")]
    bio: String,
}

fn main() {}
