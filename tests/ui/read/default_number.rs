use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(default = 0)]
    visits: u64,
}

fn main() {}
