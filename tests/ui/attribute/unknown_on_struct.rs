use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(colour = "red")]
struct User {
    id: u64,
}

fn main() {}
