use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(colour = "red")]
    id: u64,
}

fn main() {}
