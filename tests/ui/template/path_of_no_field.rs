use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{ower.id}")]
struct User {
    id: u64,
    owner: u64,
}

fn main() {}
