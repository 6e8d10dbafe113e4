use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}", crate = hashes)]
struct User {
    id: u64,
    email: Option<String>,
}

fn main() {}
