use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{email}")]
struct User {
    email: Option<String>,
}

fn main() {}
