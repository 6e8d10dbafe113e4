use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
#[redis_hash(key = "user:{id}", redis_traits)]
struct User {
    #[redis_hash(skip)]
    id: u64,
    name: String,
}

fn main() {}
