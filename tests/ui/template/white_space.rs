use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user: {id}")]
struct Space {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:\u{a0}{id}")]
struct NoBreakSpace {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}\n")]
struct Newline {
    id: u64,
}

fn main() {}
