use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    #[redis_hash(skip)]
    id: u64,
    #[redis_hash(skip)]
    name: String,
}

fn main() {}
