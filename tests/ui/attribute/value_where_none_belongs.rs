use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip = true)]
    cache: Vec<u16>,
    #[redis_hash(skip = "yes")]
    index: Vec<u16>,
    #[redis_hash(skip = )]
    rest: Vec<u16>,
}

fn main() {}
