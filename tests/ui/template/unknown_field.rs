use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{user_id}")]
struct User {
    id: u64,
    name: String,
}

fn main() {}
