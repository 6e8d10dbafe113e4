use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}", crate = redis)]
struct User {
    id: u64,
    email: Option<String>,
}

fn main() {}
