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

#[derive(ToRedisHash)]
#[redis_hash(persist = true)]
struct Persist {
    id: u64,
}

#[derive(ToRedisHash)]
struct Doc {
    id: u64,
    #[redis_hash(version = 1)]
    rev: u64,
}

#[derive(ToRedisHash)]
struct InParentheses {
    id: u64,
    #[redis_hash(version(u64))]
    rev: u64,
}

fn main() {}
